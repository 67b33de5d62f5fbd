/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The driver's calls about jobs.
 *
 * Calls without an id (here: -1) speak of the default job, 0, and while that
 * does nothing, of the domain's backup.  The default job is always listed, so
 * that who lists the jobs sees whatever there may be.
 */
#include "base/error.h"
#include "base/flags.h"
#include "base/typed_params.h"
#include "model/job_stats.h"
#include "qemu/backup.h"
#include "qemu/backup_finish.h"
#include "qemu/blockjob/blockjob.h"
#include "qemu/jobs/job_store.h"
#include "xml/backup_xml.h"

#include <string.h>

enum {
    DEFAULT_JOB = 0,
    ANY_JOB = -1,
    KNOWN_STATS_FLAGS =
        VIR_DOMAIN_JOB_STATS_COMPLETED | VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED,
};

/* The proposal's call: ids and types in one allocation of the caller's. */
int
qemu_job_list_ids(virDomainPtr domain, virDomainJobId **ret_ids, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    JobTable *jobs =
        call ? job_store_load(qemu_call_domain(call), error) : NULL;
    virDomainJobId *ids = NULL;
    int n_ids = 1;

    if (!jobs)
        return -1;
    /* One more than there are jobs, for the default job; ended ones leave their
     * places unused. */
    ids = g_new0(virDomainJobId, jobs->jobs->len + 1);
    ids[0].id = DEFAULT_JOB;
    ids[0].type = VIR_DOMAIN_JOB_NONE;
    for (guint i = 0; i < jobs->jobs->len; i++) {
        const Job *job = g_ptr_array_index(jobs->jobs, i);

        if (job->state == JOB_ENDED)
            continue;
        ids[n_ids].id = job->id;
        ids[n_ids].type = job_type(job);
        n_ids++;
    }
    /* NULL asks for the number alone. */
    if (ret_ids)
        *ret_ids = g_steal_pointer(&ids);
    g_free(ids);
    return n_ids;
}

/* NULL-terminated; a place for each job, the default one first. */
static virDomainJobPtr *
job_handles(virDomainPtr domain, const JobTable *jobs, bool with_ended,
            int *ret_count)
{
    virDomainJobPtr *handles = g_new0(virDomainJobPtr, jobs->jobs->len + 2);
    int count = 0;

    handles[count++] = job_object_new(domain, DEFAULT_JOB, VIR_DOMAIN_JOB_NONE,
                                      VIR_DOMAIN_JOB_OPERATION_UNKNOWN);
    for (guint i = 0; i < jobs->jobs->len; i++) {
        const Job *job = g_ptr_array_index(jobs->jobs, i);

        if (job_is_forgotten(job) || (job->state == JOB_ENDED && !with_ended))
            continue;
        handles[count++] =
            job_object_new(domain, job->id, job_type(job), job->operation);
    }
    *ret_count = count;
    return handles;
}

/* The same as handles, which a stale id cannot be mistaken for. */
int
qemu_job_list(virDomainPtr domain, virDomainJobPtr **ret_jobs, unsigned flags,
              GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    const JobTable *jobs = NULL;
    int count = -1;

    if (!flags_check(flags, VIR_DOMAIN_LIST_JOBS_COMPLETED, "a list of jobs",
                     error))
        return -1;
    call = qemu_call_begin(domain, error);
    jobs = call ? job_store_load(qemu_call_domain(call), error) : NULL;
    if (jobs) {
        *ret_jobs = job_handles(domain, jobs,
                                flags & VIR_DOMAIN_LIST_JOBS_COMPLETED, &count);
    }
    return count;
}

/* Of any state.  An id that was never given out and one that was forgotten are
 * told alike: which of the two it was is not known any more. */
static Job *
get_job(QemuDomain *vm, int id, GError **error)
{
    JobTable *jobs = job_store_load(vm, error);
    Job *job = jobs ? job_table_find(jobs, id) : NULL;

    if (jobs && !job) {
        fail(error, VIR_ERR_NO_DOMAIN_BACKUP,
             "domain '%s' has no job %d, or has forgotten it", vm->name, id);
    }
    return job;
}

/* An id that was given out once, or the default job. */
virDomainJobPtr
qemu_job_lookup(virDomainPtr domain, int id, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    const Job *job = NULL;

    if (!call)
        return NULL;
    /* It is always there, and idle: nothing of this driver's runs as the
     * default job. */
    if (id == DEFAULT_JOB) {
        return job_object_new(domain, DEFAULT_JOB, VIR_DOMAIN_JOB_NONE,
                              VIR_DOMAIN_JOB_OPERATION_UNKNOWN);
    }
    job = get_job(qemu_call_domain(call), id, error);
    if (!job)
        return NULL;
    return job_object_new(domain, id, job_type(job), job->operation);
}

/* Only backups have a document. */
char *
qemu_job_xml(virDomainPtr domain, int id, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    const Job *job = call ? get_job(qemu_call_domain(call), id, error) : NULL;

    if (!job)
        return NULL;
    if (!job->backup) {
        fail(error, VIR_ERR_OPERATION_UNSUPPORTED,
             "job %d of domain '%s' has no document: it is no backup", id,
             domain->name);
        return NULL;
    }
    return backup_xml_format(job->backup);
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

int
qemu_job_end(virDomainPtr domain, int id, GError **error)
{
    int result = 0;

    end_disk_job(domain, id, &result, error);
    return result != 0 ? result : qemu_backup_end(domain, id, 0, error);
}

/* The job that a reading call means; NULL without @error: none, or the default
 * one, which is idle. */
static Job *
choose_job(QemuDomain *vm, int id, bool is_ended_meant, GError **error)
{
    JobTable *jobs = job_store_load(vm, error);

    if (!jobs || id == DEFAULT_JOB)
        return NULL;
    /* Ended: the one whose figures nobody has read, as libvirt keeps one. */
    if (id == ANY_JOB)
        return is_ended_meant ? job_table_unread(jobs) : job_table_listed(jobs);
    return get_job(vm, id, error);
}

/* Asking for completed figures forgets them, unless told to keep them:
 * libvirt's rule, which lets one reader have them. */
int
qemu_job_stats(virDomainPtr domain, int id, unsigned flags, JobStats *ret_stats,
               GError **error)
{
    bool is_ended_meant = (flags & VIR_DOMAIN_JOB_STATS_COMPLETED) != 0;
    bool is_kept = (flags & VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED) != 0;
    g_autoptr(QemuCall) call = NULL;
    /* A NULL job is an answer; only an error of its own tells a failure from
     * it. */
    g_autoptr(GError) problem = NULL;
    QemuDomain *vm = NULL;
    Job *job = NULL;
    JobStats stats = {.type = VIR_DOMAIN_JOB_NONE};

    if (!flags_check(flags, KNOWN_STATS_FLAGS, "the statistics of a job",
                     error))
        return -1;
    call = qemu_call_begin(domain, error);
    if (!call)
        return -1;
    vm = qemu_call_domain(call);
    job = choose_job(vm, id, is_ended_meant, &problem);
    if (problem) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return -1;
    }
    /* Asked for its completed figures, a job that runs has none: type NONE, as
     * libvirt. */
    if (job && !(is_ended_meant && job_is_live(job))) {
        stats.type = job_type(job);
        stats.nparams = job_stats_params(job, &stats.params);
        if (is_ended_meant && !is_kept) {
            /* May free @job: everything that is told of it has been taken by
             * now. */
            job_table_mark_read(vm->jobs, job);
            if (!job_store_save(vm, error)) {
                typed_params_free(stats.params, stats.nparams);
                return -1;
            }
        }
    }
    *ret_stats = stats;
    return 0;
}

/* The old call with fixed fields, for programs that know no other. */
int
qemu_job_info(virDomainPtr domain, virDomainJobInfoPtr ret_info, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    g_autoptr(GError) problem = NULL;
    const Job *job = NULL;

    if (!call)
        return -1;
    job = choose_job(qemu_call_domain(call), ANY_JOB, false, &problem);
    if (problem) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return -1;
    }
    /* All zero is VIR_DOMAIN_JOB_NONE. */
    memset(ret_info, 0, sizeof(*ret_info));
    if (job)
        job_stats_info(job, ret_info);
    return 0;
}

/* The job that an aborting call means: one that runs. */
static Job *
choose_victim(QemuDomain *vm, int id, GError **error)
{
    JobTable *jobs = job_store_load(vm, error);
    Job *job = NULL;

    if (!jobs)
        return NULL;
    if (id > DEFAULT_JOB) {
        job = get_job(vm, id, error);
        if (!job)
            return NULL;
        /* One that waits for its End has nothing left to abort. */
    } else if (id == ANY_JOB) {
        job = job_table_live(jobs);
    }
    if (job && job_is_live(job))
        return job;
    fail(error, VIR_ERR_OPERATION_INVALID,
         job ? "job %2$d of domain '%1$s' has ended"
             : "no job is running on domain '%1$s'",
         vm->name, id);
    return NULL;
}

/* libvirt's clients end a pull backup by aborting the domain's job, and mean
 * that they are done with it.  An abort of a job by its id means what it says.
 */
int
qemu_job_abort(virDomainPtr domain, int id, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    QemuDomain *vm = NULL;
    Job *job = NULL;
    bool is_ending = false;

    if (!call)
        return -1;
    vm = qemu_call_domain(call);
    /* The call's begin has failed the jobs of a QEMU that is gone. */
    if (!qemu_domain_is_active(vm)) {
        fail(error, VIR_ERR_OPERATION_INVALID, "domain '%s' is not running",
             vm->name);
        return -1;
    }
    job = choose_victim(vm, id, error);
    if (!job)
        return -1;
    if (job->disk_job)
        return blockjob_ask(vm, job, DISK_JOB_CANCEL, true, error) ? 0 : -1;
    is_ending = id == ANY_JOB && job->backup->mode == BACKUP_MODE_PULL;
    if (is_ending)
        return backup_end_pull(vm, job, error) ? 0 : -1;
    return backup_finish(vm, job, JOB_CANCELLED, "aborted", error) ? 0 : -1;
}
