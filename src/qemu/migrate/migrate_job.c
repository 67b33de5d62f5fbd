/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/migrate/migrate_job.h"

#include "qemu/jobs/job_end.h"
#include "qemu/jobs/job_store.h"
#include "qemu/migrate/leader.h"
#include "qemu/migrate/migrate_in.h"
#include "qemu/migrate/migrate_out.h"

#include <fcntl.h>
#include <unistd.h>

enum { US_PER_MS = 1000 };

/* Each side knows by its own record which one it is. */
bool
migrate_job_refresh(QemuDomain *vm, Job *job, GError **error)
{
    return job->memory->migration->is_incoming
               ? migrate_in_refresh(vm, job, error)
               : migrate_out_refresh(vm, job, error);
}

/* Of an incoming one nothing is asked but whether it may be. */
bool
migrate_job_cancel(QemuDomain *vm, Job *job, GError **error)
{
    const Migration *migration = job->memory->migration;

    return migration->is_incoming
               ? migration_check_cancel(migration, job->id, vm->name, error)
               : migrate_out_cancel(vm, job, error);
}

/* The record of the run's end closes what is ENDING. */
bool
migrate_job_give_up(QemuDomain *vm, Job *job, const char *why, GError **error)
{
    return job->memory->migration->is_incoming
               ? job_end_decide(vm, job, JOB_CANCELLED, why, error)
               : migrate_out_finish(vm, job, JOB_CANCELLED, why, error);
}

/* Of a source that ended after everything was over there, or was ended because
 * it is; one that ended before has failed like any other. */
int
migrate_job_end_reason(const Job *job, int reason)
{
    const Migration *migration = job->memory->migration;

    return !migration->is_incoming && job->state == JOB_ENDING &&
                   job->outcome == JOB_COMPLETED
               ? VIR_DOMAIN_SHUTOFF_MIGRATED
               : reason;
}

/* By the migration and not by the number of the job, which only its own side
 * knows. */
Job *
migrate_job_find(QemuDomain *vm, const char *id, GError **error)
{
    const JobTable *jobs = job_store_load(vm, error);
    Job *job = jobs ? job_table_memory(jobs) : NULL;

    return job && job->memory->migration &&
                   g_str_equal(job->memory->migration->id, id)
               ? job
               : NULL;
}

/* First of all steps that leave a trace: whoever finds the record knows whom
 * to ask, and what to take back. */
Job *
migrate_job_record(QemuDomain *vm, Migration *migration, const char *uri,
                   GError **error)
{
    g_autoptr(Migration) owned = migration;
    JobTable *jobs = job_store_load(vm, error);
    Job *job = jobs
                   ? job_table_add(jobs,
                                   migration->is_incoming
                                       ? VIR_DOMAIN_JOB_OPERATION_MIGRATION_IN
                                       : VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT,
                                   error)
                   : NULL;

    if (!job)
        return NULL;
    job->started_ms = g_get_real_time() / US_PER_MS;
    job->holds_guest =
        !migration->is_incoming && vm->state == VIR_DOMAIN_RUNNING;
    job->memory = memory_job_new(MEMORY_JOB_MOVE, MEMORY_THEN_GO_ON, uri);
    /* In the record from its first writing on. */
    leader_take(migration, vm->session);
    job->memory->migration = g_steal_pointer(&owned);
    if (job_store_save(vm, error))
        return job;
    leader_leave(migration->id, migration->is_incoming);
    job_table_remove(vm->jobs, job);
    return NULL;
}

/* "vm->config" holds what ran while the end of a transient run is cleaned
 * up. */
bool
migrate_job_is_defined(const QemuDomain *vm)
{
    return faccessat(vm->folder, "config.xml", F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}
