/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/backup.h"

#include "base/error.h"
#include "qemu/backup_begin.h"
#include "qemu/backup_finish.h"
#include "qemu/backup_pull.h"
#include "qemu/backup_push.h"
#include "qemu/jobs/job_store.h"
#include "xml/backup_xml.h"

/* What a push failed of: the first disk that says so. */
static char *
push_failure(const Job *job)
{
    for (guint i = 0; i < job->disks->len; i++) {
        const JobDisk *disk = g_ptr_array_index(job->disks, i);

        if (disk->error)
            return g_strdup_printf("disk '%s': %s", disk->target, disk->error);
    }
    return g_strdup("a disk could not be copied");
}

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
        break;
    }
    why = push_failure(job);
    return backup_finish(vm, job, JOB_FAILED, why, error);
}

static bool
refresh_job(QemuDomain *vm, Job *job, GError **error)
{
    if (!qemu_domain_is_active(vm)) {
        return backup_finish(vm, job, JOB_FAILED,
                             "QEMU ended while the backup was running", error);
    }
    if (job->state == JOB_STARTING)
        return backup_finish_undo(vm, job, error);
    if (job->state == JOB_ENDING)
        return backup_finish(vm, job, job->outcome, NULL, error);
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
        if (!refresh_job(vm, job, error))
            return false;
        if (job_table_live(jobs) == job)
            break;
        job = job_table_live(jobs);
    }
    return jobs != NULL;
}

bool
backup_release_guest(QemuDomain *vm, GError **error)
{
    JobTable *jobs = job_store_load(vm, error);
    Job *job = jobs ? job_table_live(jobs) : NULL;

    if (!job || job->state != JOB_STARTING)
        return jobs != NULL;
    return backup_finish_release(vm, job, error);
}

bool
backup_has_running(QemuDomain *vm)
{
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

bool
backup_abort_all(QemuDomain *vm, const char *why, GError **error)
{
    JobTable *jobs = job_store_load(vm, error);
    Job *job = jobs ? job_table_live(jobs) : NULL;

    while (job) {
        if (!backup_finish(vm, job, JOB_CANCELLED, why, error))
            return false;
        job = job_table_live(jobs);
    }
    return jobs != NULL;
}

int
qemu_backup_begin(virDomainPtr domain, const char *disk_xml,
                  const char *checkpoint_xml, unsigned flags, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    g_autoptr(BackupPlan) plan = NULL;
    const Job *job = NULL;

    if (!call)
        return -1;
    plan = backup_plan_new(qemu_call_domain(call), disk_xml, checkpoint_xml,
                           flags, error);
    if (!plan)
        return -1;
    job = backup_begin(qemu_call_domain(call), plan, error);
    return job ? job->id : -1;
}

/* The job of that id that is listed: running, or waiting for its end. */
static Job *
get_listed(QemuDomain *vm, int id, GError **error)
{
    JobTable *jobs = job_store_load(vm, error);
    Job *job = NULL;

    if (!jobs)
        return NULL;
    job = job_table_find(jobs, id);
    if (job && job->backup && job->state != JOB_ENDED)
        return job;
    fail(error, VIR_ERR_NO_DOMAIN_BACKUP,
         job && job->backup ? "backup %d of domain '%s' has ended"
                            : "domain '%2$s' has no backup %1$d",
         id, vm->name);
    return NULL;
}

char *
qemu_backup_xml(virDomainPtr domain, int id, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    const Job *job =
        call ? get_listed(qemu_call_domain(call), id, error) : NULL;

    return job ? backup_xml_format(job->backup) : NULL;
}

/* A push that concluded: its caller is told how, once. */
static int
close_done(QemuDomain *vm, Job *job, GError **error)
{
    JobOutcome outcome = job->outcome;
    g_autofree char *why = g_strdup(job->error);
    int id = job->id;

    job_table_close(vm->jobs, job);
    if (!job_store_save(vm, error))
        return -1;
    if (outcome == JOB_COMPLETED)
        return 1;
    fail(error, VIR_ERR_OPERATION_FAILED, "backup %d of domain '%s' failed: %s",
         id, vm->name, why ? why : "unknown reason");
    return -1;
}

static int
end_push(QemuDomain *vm, Job *job, unsigned flags, GError **error)
{
    if (!(flags & VIR_DOMAIN_BACKUP_END_ABORT)) {
        fail(error, VIR_ERR_OPERATION_INVALID,
             "backup %d of domain '%s' has not copied everything yet; wait for "
             "its completion, or abort it",
             job->id, vm->name);
        return -1;
    }
    return backup_finish(vm, job, JOB_CANCELLED, "aborted", error) ? 0 : -1;
}

int
qemu_backup_end(virDomainPtr domain, int id, unsigned flags, GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    QemuDomain *vm = NULL;
    Job *job = NULL;

    if (flags & ~(unsigned)VIR_DOMAIN_BACKUP_END_ABORT) {
        fail(error, VIR_ERR_INVALID_ARG,
             "unsupported flags (0x%x) for the end of a backup",
             flags & ~(unsigned)VIR_DOMAIN_BACKUP_END_ABORT);
        return -1;
    }
    call = qemu_call_begin(domain, error);
    if (!call)
        return -1;
    vm = qemu_call_domain(call);
    job = get_listed(vm, id, error);
    if (!job)
        return -1;
    if (job->state == JOB_DONE)
        return close_done(vm, job, error);
    return job->backup->mode == BACKUP_MODE_PULL
               ? (backup_end_pull(vm, job, error) ? 1 : -1)
               : end_push(vm, job, flags, error);
}
