/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The descriptors that a QEMU is started with.
 *
 * Listening sockets always; and for a QEMU that runs as another user
 * (qemu_user.h) also every file that it would open by name.  A descriptor has
 * the same number in QEMU as it has here, and a file's also names its set
 * (/dev/fdset/N).
 */
#pragma once

#include "base/spawn.h"
#include "model/domain.h"

#include <glib.h>
#include <stdbool.h>

typedef struct {
    int fds[SPAWN_FDS_MAX]; /* the first three are the standard ones */
    unsigned nfds;
    unsigned first_file; /* those from here on are files, each in a set */
    char *pid_file;      /* (nullable): for the shell to write, not for QEMU */
    GHashTable *numbers; /* alias ("monitor", "serial0") -> GINT */
} Handover;

Handover *handover_new(void);
/** handover_free: closes them; accepts NULL. */
void handover_free(Handover *handover);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Handover, handover_free)

/** handover_add: takes @fd over, also on failure.  Returns: its number in QEMU;
 * -1: VIR_ERR_CONFIG_UNSUPPORTED, there are too many. */
int handover_add(Handover *handover, int fd, GError **error);

/** handover_add_sockets: the monitor's, in the folder @path, and those of the
 * devices of @live, which learns where they are. */
bool handover_add_sockets(Handover *handover, DomainDef *live, const char *path,
                          GError **error);

/** handover_add_taps: those of the network cards of @live; before the files. */
bool handover_add_taps(Handover *handover, const DomainDef *live,
                       GError **error);

/** handover_add_char_files: the files that devices of @live write to; after the
 * sockets. */
bool handover_add_char_files(Handover *handover, const DomainDef *live,
                             GError **error);

/** handover_add_images: last: what the block nodes on the command line @words, which
 * frees its elements, name; and the words that make sets of them. */
bool handover_add_images(Handover *handover, GPtrArray *words, GError **error);
