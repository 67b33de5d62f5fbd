/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* expose='dirty': a pull whose exports give the differential alone.
 *
 *     NBD ── sl-j7-vda-msk ── sl-j7-vda-scr ── sl-vda-fmt
 *            zero where nothing    what was       the disk
 *            changed since the     saved          as it is
 *            checkpoint
 *
 * What changed is known once the cut was made, and QEMU tells it only over NBD:
 * it is asked on a socket of our own, before the export that clients see is
 * there (docs/design/expose.md).
 */
#pragma once

#include "qemu/backup_plan.h"

/** backup_expose_is_needed: some disk of @def asks for it. */
bool backup_expose_is_needed(const BackupDef *def);

/** backup_expose_hide: after the cut and while no NBD server runs: puts the
 * masks upon the frozen disks that ask for one. */
bool backup_expose_hide(QemuDomain *vm, const BackupPlan *plan, QmpClient *qmp,
                        GError **error);

/** backup_expose_forget: the file of our own socket, which a caller that died
 * has left. */
bool backup_expose_forget(QemuDomain *vm, GError **error);
