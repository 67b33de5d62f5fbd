/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls without an id (here: -1) speak of the default job, 0, and while that
 * does nothing, of the domain's backup.  The default job is always listed. */
#include "memory/job_calls.h"

#include "base/error.h"
#include "base/flags.h"
#include "memory/backup.h"
#include "model/job_stats.h"
#include "xml/backup_xml.h"

#include <string.h>

enum { DEFAULT_JOB = 0, ANY_JOB = -1 };

int
memory_job_list_ids(virDomainPtr domain, virDomainJobId **ret_ids,
                    GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    const JobTable *jobs = call ? memory_call_domain(call)->jobs : NULL;
    virDomainJobId *ids = NULL;
    int count = 1;

    if (!jobs)
        return -1;
    ids = g_new0(virDomainJobId, jobs->jobs->len + 1);
    ids[0].id = DEFAULT_JOB;
    ids[0].type = VIR_DOMAIN_JOB_NONE;
    for (guint i = 0; i < jobs->jobs->len; i++) {
        const Job *job = g_ptr_array_index(jobs->jobs, i);

        if (job->state == JOB_ENDED)
            continue;
        ids[count].id = job->id;
        ids[count].type = job_type(job);
        count++;
    }
    if (ret_ids) {
        *ret_ids = ids;
    } else {
        g_free(ids);
    }
    return count;
}

int
memory_job_list(virDomainPtr domain, virDomainJobPtr **ret_jobs, unsigned flags,
                GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    const JobTable *jobs = NULL;
    virDomainJobPtr *handles = NULL;
    int count = 1;

    if (!flags_check(flags, VIR_DOMAIN_LIST_JOBS_COMPLETED, "a list of jobs",
                     error))
        return -1;
    call = memory_call_begin(domain, error);
    if (!call)
        return -1;
    jobs = memory_call_domain(call)->jobs;
    handles = g_new0(virDomainJobPtr, jobs->jobs->len + 2);
    handles[0] = job_object_new(domain, DEFAULT_JOB, VIR_DOMAIN_JOB_NONE,
                                VIR_DOMAIN_JOB_OPERATION_UNKNOWN);
    for (guint i = 0; i < jobs->jobs->len; i++) {
        const Job *job = g_ptr_array_index(jobs->jobs, i);

        if (job_is_forgotten(job) ||
            (job->state == JOB_ENDED &&
             !(flags & VIR_DOMAIN_LIST_JOBS_COMPLETED)))
            continue;
        handles[count] =
            job_object_new(domain, job->id, job_type(job), job->operation);
        count++;
    }
    *ret_jobs = handles;
    return count;
}

static Job *
get_job(const MemoryDomain *vm, int id, GError **error)
{
    Job *job = job_table_find(vm->jobs, id);

    if (!job) {
        fail(error, VIR_ERR_NO_DOMAIN_BACKUP,
             "domain '%s' has no job %d, or has forgotten it", vm->name, id);
    }
    return job;
}

virDomainJobPtr
memory_job_lookup(virDomainPtr domain, int id, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    const Job *job = NULL;

    if (!call)
        return NULL;
    if (id == DEFAULT_JOB) {
        return job_object_new(domain, DEFAULT_JOB, VIR_DOMAIN_JOB_NONE,
                              VIR_DOMAIN_JOB_OPERATION_UNKNOWN);
    }
    job = get_job(memory_call_domain(call), id, error);
    if (!job)
        return NULL;
    return job_object_new(domain, id, job_type(job), job->operation);
}

char *
memory_job_xml(virDomainPtr domain, int id, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    const Job *job = call ? get_job(memory_call_domain(call), id, error) : NULL;

    return job ? backup_xml_format(job->backup) : NULL;
}

int
memory_job_end(virDomainPtr domain, int id, GError **error)
{
    return memory_backup_end(domain, id, 0, error);
}

/* The job that a reading call means; NULL without @error: none, or the default
 * one, which is idle. */
static Job *
choose_job(MemoryDomain *vm, int id, bool is_ended_meant, GError **error)
{
    memory_backup_look(vm);
    if (id == DEFAULT_JOB)
        return NULL;
    if (id == ANY_JOB) {
        return is_ended_meant ? job_table_unread(vm->jobs)
                              : job_table_listed(vm->jobs);
    }
    return get_job(vm, id, error);
}

int
memory_job_stats(virDomainPtr domain, int id, unsigned flags,
                 JobStats *ret_stats, GError **error)
{
    const unsigned known =
        VIR_DOMAIN_JOB_STATS_COMPLETED | VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED;
    bool is_ended_meant = flags & VIR_DOMAIN_JOB_STATS_COMPLETED;
    g_autoptr(MemoryCall) call = NULL;
    g_autoptr(GError) problem = NULL;
    MemoryDomain *vm = NULL;
    Job *job = NULL;
    JobStats stats = {.type = VIR_DOMAIN_JOB_NONE};

    if (!flags_check(flags, known, "the statistics of a job", error))
        return -1;
    call = memory_call_begin(domain, error);
    if (!call)
        return -1;
    vm = memory_call_domain(call);
    job = choose_job(vm, id, is_ended_meant, &problem);
    if (problem) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return -1;
    }
    /* Asked for its completed figures, a job that runs has none. */
    if (job && !(is_ended_meant && job_is_live(job))) {
        stats.type = job_type(job);
        stats.nparams = job_stats_params(job, &stats.params);
        if (is_ended_meant && !(flags & VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED))
            job_table_mark_read(vm->jobs, job);
    }
    *ret_stats = stats;
    return 0;
}

int
memory_job_info(virDomainPtr domain, virDomainJobInfoPtr ret_info,
                GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    const Job *job = NULL;

    if (!call)
        return -1;
    job = choose_job(memory_call_domain(call), ANY_JOB, false, error);
    memset(ret_info, 0, sizeof(*ret_info));
    if (job)
        job_stats_info(job, ret_info);
    return 0;
}

/* The job that an aborting call means: one that runs. */
static Job *
choose_victim(MemoryDomain *vm, int id, GError **error)
{
    Job *job = NULL;

    if (id > DEFAULT_JOB) {
        job = get_job(vm, id, error);
        if (!job)
            return NULL;
    } else if (id == ANY_JOB) {
        job = job_table_live(vm->jobs);
    }
    if (job && job_is_live(job))
        return job;
    fail(error, VIR_ERR_OPERATION_INVALID,
         job ? "job %2$d of domain '%1$s' has ended"
             : "no job is running on domain '%1$s'",
         vm->name, id);
    return NULL;
}

/* libvirt's clients end a pull by aborting the domain's job, and mean that they
 * are done with it.  An abort of a job by its id means what it says. */
int
memory_job_abort(virDomainPtr domain, int id, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    MemoryDomain *vm = call ? memory_call_domain(call) : NULL;
    Job *job = NULL;

    if (!vm)
        return -1;
    if (!memory_domain_is_active(vm)) {
        fail(error, VIR_ERR_OPERATION_INVALID, "domain '%s' is not running",
             vm->name);
        return -1;
    }
    job = choose_victim(vm, id, error);
    if (!job)
        return -1;
    if (id == ANY_JOB && job->backup->mode == BACKUP_MODE_PULL) {
        memory_backup_finish(vm, job, JOB_COMPLETED, NULL);
    } else {
        memory_backup_finish(vm, job, JOB_CANCELLED, "aborted");
    }
    memory_domain_settle(vm);
    return 0;
}
