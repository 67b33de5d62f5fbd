/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The driver's calls about jobs.  What they tell is the same for every driver
 * (driver/job_query.h); here is where it is read and written, and what an end or
 * an abort does.
 */
#include "base/error.h"
#include "base/flags.h"
#include "base/typed_params.h"
#include "driver/job_query.h"
#include "model/block/backup_image.h"
#include "qemu/backup.h"
#include "qemu/backup_finish.h"
#include "qemu/blockjob/blockjob.h"
#include "qemu/jobs/job_store.h"
#include "qemu/save/save_job.h"
#include "xml/backup_xml.h"

/* The jobs as they are now: another process may have ended some.  NULL with
 * @error set, by the call's begin or by the reading. */
/* Of a call that may have failed to begin; the error is then set. */
static JobTable *
load_jobs(QemuCall *call, GError **error)
{
    return call ? job_store_load(qemu_call_domain(call), error) : NULL;
}

int
qemu_job_list_ids(virDomainPtr domain, virDomainJobId **ret_ids, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    const JobTable *jobs = load_jobs(call, error);

    return jobs ? job_query_ids(jobs, ret_ids) : -1;
}

int
qemu_job_list(virDomainPtr domain, virDomainJobPtr **ret_jobs, unsigned flags,
              GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    const JobTable *jobs = NULL;

    if (!flags_check(flags, VIR_DOMAIN_LIST_JOBS_COMPLETED, "a list of jobs",
                     error))
        return -1;
    call = qemu_call_begin(domain, error);
    jobs = load_jobs(call, error);
    return jobs ? job_query_list(domain, jobs, flags, ret_jobs) : -1;
}

virDomainJobPtr
qemu_job_lookup(virDomainPtr domain, int id, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    const JobTable *jobs = load_jobs(call, error);

    return jobs ? job_query_lookup(domain, jobs, id, error) : NULL;
}

char *
qemu_job_xml(virDomainPtr domain, int id, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    const JobTable *jobs = load_jobs(call, error);
    const BackupDef *def =
        jobs ? job_query_document(domain, jobs, id, error) : NULL;

    if (!def)
        return NULL;
    backup_images_show(qemu_call_domain(call)->live, jobs);
    return backup_xml_format(def);
}

/* Of a job on a disk.  *@ret_result: 1, or -1 with @error set; left alone for
 * any other job. */
static void
end_disk_job(virDomainPtr domain, int id, int *ret_result, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;
    const JobTable *jobs = vm ? job_store_load(vm, error) : NULL;
    Job *job = jobs ? job_table_find(jobs, id) : NULL;

    if (!jobs)
        *ret_result = -1;
    if (!job || !job->disk_job)
        return;
    *ret_result = blockjob_ask(vm, job, DISK_JOB_PIVOT, true, error) ? 1 : -1;
}

/* A copy or commit that is in step pivots; anything else is a backup's business,
 * which also says so of ids that are nobody's. */
int
qemu_job_end(virDomainPtr domain, int id, GError **error)
{
    int result = 0;

    end_disk_job(domain, id, &result, error);
    return result != 0 ? result : qemu_backup_end(domain, id, 0, error);
}

/* For callers without an id; who names one is told whether that exists. */
static bool
may_have_jobs(QemuCall *call, const JobTable *jobs, virDomainPtr domain,
              GError **error)
{
    return job_query_check_active(
        domain, jobs, qemu_domain_is_active(qemu_call_domain(call)), error);
}

int
qemu_job_stats(virDomainPtr domain, int id, unsigned flags, JobStats *ret_stats,
               GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    JobTable *jobs = NULL;
    JobStats stats = {0};
    int result = -1;

    if (!flags_check(flags, JOB_QUERY_STATS_FLAGS, "the statistics of a job",
                     error))
        return -1;
    call = qemu_call_begin(domain, error);
    jobs = load_jobs(call, error);
    if (jobs && (id != JOB_ID_ANY || flags & VIR_DOMAIN_JOB_STATS_COMPLETED ||
                 may_have_jobs(call, jobs, domain, error)))
        result = job_query_stats(domain, jobs, id, flags, &stats, error);
    if (result < 0)
        return -1;
    /* Told only once it is written down that they were: else another process
     * would tell them again. */
    if (result > 0 && !job_store_save(qemu_call_domain(call), error)) {
        typed_params_free(stats.params, stats.nparams);
        return -1;
    }
    *ret_stats = stats;
    return 0;
}

int
qemu_job_info(virDomainPtr domain, virDomainJobInfoPtr ret_info, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    const JobTable *jobs = load_jobs(call, error);

    if (!jobs || !may_have_jobs(call, jobs, domain, error))
        return -1;
    job_query_info(jobs, ret_info);
    return 0;
}

int
qemu_job_abort(virDomainPtr domain, int id, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    QemuDomain *vm = NULL;
    const JobTable *jobs = NULL;
    Job *job = NULL;

    if (!call)
        return -1;
    vm = qemu_call_domain(call);
    /* The call's begin has failed the jobs of a QEMU that is gone. */
    if (!qemu_domain_is_active(vm)) {
        fail(error, VIR_ERR_OPERATION_INVALID, "domain '%s' is not running",
             vm->name);
        return -1;
    }
    jobs = job_store_load(vm, error);
    job = jobs ? job_query_victim(domain, jobs, id, error) : NULL;
    if (!job)
        return -1;
    if (job->disk_job)
        return blockjob_ask(vm, job, DISK_JOB_CANCEL, true, error) ? 0 : -1;
    if (job->memory)
        return save_job_cancel(vm, job, error) ? 0 : -1;
    if (job_query_ends_pull(job, id))
        return backup_end_pull(vm, job, error) ? 0 : -1;
    return backup_finish(vm, job, JOB_CANCELLED, "aborted", error) ? 0 : -1;
}
