/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The saved state that a domain keeps itself: its next start goes on from it.
 *
 *     managed.save   there: the domain is saved
 *     managed.used   its state is in a QEMU: the guest is about to go on, or
 *                    does; it is never started from again
 *
 * The second is what a death in the middle is known by.  A state that a guest
 * has gone on from must not be loaded again (its disks are others by then), and
 * one from which it has not must not be lost.
 */
#pragma once

#include "qemu/domain.h"

#define MANAGED_SAVE_FILE "managed.save"

/** managed_save_path: (transfer full). */
char *managed_save_path(const QemuDomain *vm);

bool managed_save_is_there(const QemuDomain *vm);

/** managed_save_start: from it; it is gone then.  If that fails it stays. */
bool managed_save_start(QemuDomain *vm, unsigned flags, GError **error);

/** managed_save_remove: not an error if there is none. */
bool managed_save_remove(QemuDomain *vm, GError **error);

/** managed_save_recover: what a death in a start left. */
bool managed_save_recover(QemuDomain *vm, GError **error);

/** managed_save_refuse: VIR_ERR_OPERATION_INVALID if there is one; @what was not
 * done ("rename the domain"). */
bool managed_save_refuse(const QemuDomain *vm, const char *what,
                         GError **error);
