/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a run ends: by the guest, by us, or by a kill.
 *
 * QEMU removes its pid file, or tells its journal, on every exit of its own; one
 * that was killed or crashed does not (process/run_folder.h).  That is how shutoff (shutdown) and shutoff (crashed) are
 * told apart by whoever finds it gone, which may be another process, days
 * later.
 */
#pragma once

#include "qemu/domain.h"

/** domain_end_notice: does nothing while QEMU runs (or never did). */
bool domain_end_notice(QemuDomain *vm, GError **error);

/** domain_end_record: QEMU is gone: the record says so durably, what was under
 * way is taken up, the stopped event is sent.  A transient domain loses its
 * folder; qemu_domain_def() is NULL then, and the caller forgets the record.
 * @reason: virDomainShutoffReason. */
bool domain_end_record(QemuDomain *vm, int reason, GError **error);

/** domain_end_kill: QEMU is told to quit (with @graceful: and nothing worse),
 * then SIGTERM, then SIGKILL.  False if it still runs: VIR_ERR_OPERATION_FAILED
 * or VIR_ERR_SYSTEM_ERROR. */
bool domain_end_kill(QemuDomain *vm, bool is_graceful, GError **error);

/** domain_end_destroy: jobs, QEMU and the record, in this order, of one that
 * runs: VIR_DOMAIN_SHUTOFF_DESTROYED.  As domain_end_kill(). */
bool domain_end_destroy(QemuDomain *vm, bool is_graceful, GError **error);

/** domain_end_remove_log: if that was asked. */
void domain_end_remove_log(const QemuDomain *vm);
