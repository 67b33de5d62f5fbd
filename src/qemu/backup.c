/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/backup.h"

#include "base/error.h"
#include "base/flags.h"
#include "driver/job_query.h"
#include "model/block/backup_image.h"
#include "qemu/backup_begin.h"
#include "qemu/backup_finish.h"
#include "qemu/backup_pull.h"
#include "qemu/backup_push.h"
#include "qemu/jobs/job_store.h"
#include "xml/backup_xml.h"

/* Nobody is called when QEMU's jobs conclude (events belong to the connection
 * that is open at that moment), so every call on the domain asks, and whoever
 * comes first ends the job. */
static bool
refresh_push(QemuDomain *vm, Job *job, GError **error)
{
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    BackupPushState state = BACKUP_PUSH_WORKING;
    g_autofree char *why = NULL;

    if (!qmp || !backup_push_look(job, qmp, &state, error))
        return false;
    switch (state) {
    case BACKUP_PUSH_WORKING:
        return true;
    case BACKUP_PUSH_COPIED:
        return backup_finish(vm, job, JOB_COMPLETED, NULL, error);
    case BACKUP_PUSH_FAILED:
        /* Below: a failed push ends in the same way, with the words of the disk
         * that failed. */
        break;
    }
    why = job_failure(job);
    return backup_finish(vm, job, JOB_FAILED, why, error);
}

/* What a look at one job finds: a dead QEMU, a dead caller, a copy that
 * concluded, or nothing new. */
static bool
refresh_job(QemuDomain *vm, Job *job, GError **error)
{
    /* A job never outlives the QEMU it ran in, whatever state its record
     * has. */
    if (!qemu_domain_is_active(vm)) {
        return backup_finish(vm, job, JOB_FAILED,
                             "QEMU ended while the backup was running", error);
    }
    if (job->state == JOB_STARTING)
        return backup_finish_undo(vm, job, error);
    /* The outcome that was written down when the end began stands. */
    if (job->state == JOB_ENDING)
        return backup_finish(vm, job, job->outcome, NULL, error);
    /* A pull ends when its client says so, and never by itself. */
    if (job->backup->mode == BACKUP_MODE_PULL) {
        backup_pull_look(vm, job);
        return true;
    }
    return refresh_push(vm, job, error);
}

/* Begins and ends are undone and completed by the same look as jobs that
 * concluded: a call that is at work holds the lock, so a record found STARTING
 * or ENDING is one that its caller left. */
bool
backup_refresh(QemuDomain *vm, GError **error)
{
    JobTable *jobs = job_store_load(vm, error);
    Job *job = jobs ? job_table_live(jobs) : NULL;

    while (job) {
        /* The job may have been freed on the way; only its address is compared
         * below. */
        if (!refresh_job(vm, job, error))
            return false;
        if (job_table_live(jobs) == job)
            break;
        job = job_table_live(jobs);
    }
    return jobs != NULL;
}

/* For calls that recover nothing: a guest that a dead begin left stopped must
 * not wait for one that does. */
bool
backup_release_guest(QemuDomain *vm, GError **error)
{
    JobTable *jobs = job_store_load(vm, error);
    Job *job = jobs ? job_table_live(jobs) : NULL;

    if (!job || job->state != JOB_STARTING)
        return jobs != NULL;
    return backup_finish_release(vm, job, error);
}

/* For decisions about the machine's end, which a running job postpones. */
bool
backup_has_running(QemuDomain *vm)
{
    /* A record that cannot be read counts as none here: the callers have loaded
     * it before, and failed if it could not be. */
    JobTable *jobs = job_store_load(vm, NULL);

    return jobs && job_table_live(jobs);
}

bool
backup_is_running(QemuDomain *vm, int id)
{
    JobTable *jobs = job_store_load(vm, NULL);
    const Job *job = jobs ? job_table_find(jobs, id) : NULL;

    return job && job_is_live(job);
}

/* Newest first.  Each is taken down as far as its QEMU allows; what is left is
 * in the record. */
bool
backup_abort_all(QemuDomain *vm, const char *why, GError **error)
{
    JobTable *jobs = job_store_load(vm, error);
    Job *job = jobs ? job_table_live(jobs) : NULL;

    while (job) {
        /* One that is ENDING already keeps its outcome: it had come further
         * than this. */
        if (!backup_finish(vm, job, JOB_CANCELLED, why, error))
            return false;
        job = job_table_live(jobs);
    }
    return jobs != NULL;
}

/* Everything under one lock, so no other process sees half of it. */
int
qemu_backup_begin(virDomainPtr domain, const char *disk_xml,
                  const char *checkpoint_xml, unsigned flags, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    g_autoptr(BackupPlan) plan = NULL;
    const Job *job = NULL;

    if (!call)
        return -1;
    /* Everything that can be refused; then the doing.  The job is told by its
     * id alone, which the caller keeps across connections. */
    plan = backup_plan_new(qemu_call_domain(call), disk_xml, checkpoint_xml,
                           flags, error);
    if (!plan)
        return -1;
    job = backup_begin(qemu_call_domain(call), plan, error);
    return job ? job->id : -1;
}

/* Of a job that runs or waits for its End; afterwards its document is history
 * with it. */
char *
qemu_backup_xml(virDomainPtr domain, int id, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    const JobTable *jobs =
        call ? job_store_load(qemu_call_domain(call), error) : NULL;
    const Job *job = jobs ? job_query_backup(domain, jobs, id, error) : NULL;

    if (!job)
        return NULL;
    backup_images_show(qemu_call_domain(call)->live, jobs);
    return backup_xml_format(job->backup);
}

/* A push that concluded: its caller is told how, once. */
static int
close_done(virDomainPtr domain, QemuDomain *vm, Job *job, GError **error)
{
    JobOutcome outcome = job->outcome;
    g_autofree char *why = g_strdup(job->error);
    int id = job->id;

    /* @job may be gone after this; what is told of it was copied before. */
    job_table_close(vm->jobs, job);
    /* Told only once it is written down: else two callers would both be told
     * that they ended it. */
    if (!job_store_save(vm, error))
        return -1;
    return job_query_outcome(domain, id, outcome, why, error);
}

/* 1, 0 or -1 as the proposal has it: ended well, aborted, refused. */
int
qemu_backup_end(virDomainPtr domain, int id, unsigned flags, GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    QemuDomain *vm = NULL;
    const JobTable *jobs = NULL;
    Job *job = NULL;

    if (!flags_check(flags, VIR_DOMAIN_BACKUP_END_ABORT, "the end of a backup",
                     error))
        return -1;
    call = qemu_call_begin(domain, error);
    vm = call ? qemu_call_domain(call) : NULL;
    jobs = vm ? job_store_load(vm, error) : NULL;
    job = jobs ? job_query_backup(domain, jobs, id, error) : NULL;
    if (!job)
        return -1;
    /* With or without ABORT: there is nothing left to abort, and the answer is
     * how it went. */
    if (job->state == JOB_DONE)
        return close_done(domain, vm, job, error);
    if (!job_query_check_end(domain, job, flags, error))
        return -1;
    if (job->backup->mode == BACKUP_MODE_PULL)
        return backup_end_pull(vm, job, error) ? 1 : -1;
    /* A push ends itself; ending it early is aborting it. */
    return backup_finish(vm, job, JOB_CANCELLED, "aborted", error) ? 0 : -1;
}
