/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The user that QEMU runs as when root starts it.
 *
 * A guest that breaks out of its QEMU is then nobody on the host: no file is
 * that user's, no program can be started by it, and no right can be had back.
 * What QEMU needs it gets as descriptors (qemu/block/handed_files.h).
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

typedef struct {
    char *name;  /* NULL: QEMU runs as the caller */
    char *group; /* NULL: the user's own */
    uid_t uid;
    gid_t gid;
    gid_t kvm; /* for /dev/kvm; @gid if there is no such group */
} QemuUser;

/** qemu_user_find: @name and @group (nullable) are names, or numbers with a
 * plus before them.  The caller's own user is none.  VIR_ERR_INVALID_ARG for
 * who does not exist; VIR_ERR_OPERATION_DENIED if we are not root and could not
 * become somebody else. */
bool qemu_user_find(const char *name, const char *group, QemuUser *ret_user,
                    GError **error);
void qemu_user_clear(QemuUser *user);

/** qemu_user_is_set: QEMU is not to run as the caller. */
bool qemu_user_is_set(const QemuUser *user);

/** qemu_user_add_words: what stands before the emulator on a command line, so
 * that it is run as @user.  @arguments frees its elements. */
void qemu_user_add_words(const QemuUser *user, GPtrArray *arguments);
