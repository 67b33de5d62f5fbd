/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a backup ends, whatever the reason.
 *
 * There is one way out for a job that completed, failed, was aborted, whose
 * begin did not succeed, or whose caller died: its record says how it ends,
 * then everything that its record names is taken away as far as it is there,
 * then its checkpoint is sealed or rolled back.  Each step can be repeated, so
 * a death in the middle is repaired by running the whole again.
 */
#pragma once

#include "model/job.h"
#include "qemu/domain.h"

/** backup_finish: ends @job as @outcome (of a job that is ENDING already, the
 * recorded one stands).  @why: (nullable): for the record, when it failed.
 * False: it stays ENDING, and the next look at the domain tries again. */
bool backup_finish(QemuDomain *vm, Job *job, JobOutcome outcome,
                   const char *why, GError **error);

/** backup_finish_undo: a begin that failed: as if it had never been, except
 * that the id stays used. */
bool backup_finish_undo(QemuDomain *vm, Job *job, GError **error);

/** backup_finish_release: a begin that its caller left holding the guest: the
 * guest goes on, the rest is left to backup_finish_undo(). */
bool backup_finish_release(QemuDomain *vm, Job *job, GError **error);

/** backup_end_pull: a client is done with a pull: completed, or failed with
 * VIR_ERR_OPERATION_FAILED when a view broke. */
bool backup_end_pull(QemuDomain *vm, Job *job, GError **error);
