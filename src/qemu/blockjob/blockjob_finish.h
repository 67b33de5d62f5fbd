/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a job on a disk ends, whatever the reason.
 *
 * As with backups there is one way out (qemu/backup_finish.h): the record says
 * how it ends, then the definitions follow the chain, then everything that the
 * record names and that is no longer needed goes, as far as it is there.  Each
 * step can be repeated, so a death in the middle is repaired by running the
 * whole again.
 */
#pragma once

#include "qemu/blockjob/blockjob.h"

/** blockjob_qemu_id: QEMU's name of @job. */
char *blockjob_qemu_id(const Job *job);

/** blockjob_finish: ends @job as @outcome (of one that is ENDING already, the
 * recorded one stands).  @why: (nullable): for the record. */
bool blockjob_finish(QemuDomain *vm, Job *job, JobOutcome outcome,
                     const char *why, GError **error);

/** blockjob_finish_undo: a begin that failed: as if it had never been, except
 * that the id stays used. */
bool blockjob_finish_undo(QemuDomain *vm, Job *job, GError **error);
