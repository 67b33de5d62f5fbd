/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a caller that died, or a QEMU that died, left half done.
 *
 * Each part of the driver repairs its own records; this is the list of them,
 * in their order, and the moments at which they are asked:
 *
 *   - a call finds the busy mark of one that never ended;
 *   - a QEMU was started and does not run yet (nothing has been written since
 *     its bitmaps were loaded);
 *   - a QEMU is found dead.
 */
#pragma once

#include "qemu/domain.h"

/** domain_recover: @at_start: in a QEMU that has not run yet. */
bool domain_recover(QemuDomain *vm, bool at_start, GError **error);

/** domain_refresh_jobs: at the start of every call: jobs that concluded. */
bool domain_refresh_jobs(QemuDomain *vm, GError **error);

/** domain_release_guest: at the start of calls that recover nothing else: a
 * guest that a caller held for its backup, and died, goes on. */
bool domain_release_guest(QemuDomain *vm, GError **error);

bool domain_has_running_jobs(QemuDomain *vm);

/** domain_has_running_backup: for the listing; a push that has copied all of it
 * meanwhile is no longer under way. */
bool domain_has_running_backup(QemuDomain *vm, bool *ret_has, GError **error);

/** domain_abort_jobs: before QEMU is ended by us. */
bool domain_abort_jobs(QemuDomain *vm, const char *why, GError **error);

/** domain_has_checkpoints: for the listing. */
bool domain_has_checkpoints(QemuDomain *vm, bool *ret_has, GError **error);
/** domain_refuse_checkpoints: VIR_ERR_OPERATION_INVALID with their number. */
bool domain_refuse_checkpoints(QemuDomain *vm, GError **error);
/** domain_has_snapshots: for the listing. */
bool domain_has_snapshots(QemuDomain *vm, bool *ret_has, GError **error);
/** domain_refuse_snapshots: the same of snapshots. */
bool domain_refuse_snapshots(QemuDomain *vm, GError **error);
bool domain_forget_checkpoints(QemuDomain *vm, GError **error);

/** domain_free_parts: what the parts cache in @vm. */
void domain_free_parts(QemuDomain *vm);
