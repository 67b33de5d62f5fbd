/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The job of a migration, on either side (model/memory/migration.h).
 *
 *     source                          destination
 *     begin    checked
 *                                     prepare  QEMU listens      RUNNING
 *     perform  the memory goes over   RUNNING
 *              all of it is there     RUNNING, moved
 *                                     finish   verdict, cont     ENDING, ENDED
 *     confirm  QEMU ends              ENDING, ENDED
 *
 * The root's lock is held in none of the gaps.  Whoever looks at a job in one of
 * them leaves it alone as long as its leader is there (leader.h).  If it is not,
 * the destination is thrown away unless there is a verdict; and the source goes
 * on, after it has asked the destination if everything may be there.
 */
#pragma once

#include "model/job.h"
#include "qemu/domain.h"

/* What the rest of the driver asks, by way of qemu/save/save_job.h. */

/** migrate_job_refresh: what a look at the domain does about its live job. */
bool migrate_job_refresh(QemuDomain *vm, Job *job, GError **error);

/** migrate_job_cancel: as if it had never been.  VIR_ERR_OPERATION_INVALID once
 * everything is at the other side, or of an incoming one. */
bool migrate_job_cancel(QemuDomain *vm, Job *job, GError **error);

/** migrate_job_give_up: its machine is about to be killed. */
bool migrate_job_give_up(QemuDomain *vm, Job *job, const char *why,
                         GError **error);

/** migrate_job_end_reason: virDomainShutoffReason of a QEMU that is gone. */
int migrate_job_end_reason(const Job *job, int reason);

/* Between the phases. */

/** migrate_job_find: the live job of the migration @id; NULL without @error if
 * there is none. */
Job *migrate_job_find(QemuDomain *vm, const char *id, GError **error);

/** migrate_job_record: a new one, STARTING and on disk; takes @migration over.
 * Led by us from now on. */
Job *migrate_job_record(QemuDomain *vm, Migration *migration, const char *uri,
                        GError **error);

/** migrate_job_is_defined: by its file, and not by what the end of a run leaves
 * in the place of a definition for those who clean up. */
bool migrate_job_is_defined(const QemuDomain *vm);
