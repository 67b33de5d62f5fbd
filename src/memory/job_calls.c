/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What these calls tell is the same for every driver (driver/job_query.h); here
 * is which table they ask, under the host's lock, and what an end does. */
#include "memory/job_calls.h"

#include "base/error.h"
#include "base/flags.h"
#include "driver/job_query.h"
#include "memory/backup.h"
#include "memory/block/blockjob.h"
#include "memory/block/blockjob_calls.h"
#include "memory/save/write.h"
#include "model/block/backup_image.h"
#include "model/block/disk_job_plan.h"
#include "xml/backup_xml.h"

/* The jobs of a call's domain; NULL if the call could not begin. */
static JobTable *
jobs_of(MemoryCall *call)
{
    return call ? memory_call_domain(call)->jobs : NULL;
}

int
memory_job_list_ids(virDomainPtr domain, virDomainJobId **ret_ids,
                    GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    const JobTable *jobs = jobs_of(call);

    return jobs ? job_query_ids(jobs, ret_ids) : -1;
}

int
memory_job_list(virDomainPtr domain, virDomainJobPtr **ret_jobs, unsigned flags,
                GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    const JobTable *jobs = NULL;

    if (!flags_check(flags, VIR_DOMAIN_LIST_JOBS_COMPLETED, "a list of jobs",
                     error))
        return -1;
    call = memory_call_begin(domain, error);
    jobs = jobs_of(call);
    return jobs ? job_query_list(domain, jobs, flags, ret_jobs) : -1;
}

virDomainJobPtr
memory_job_lookup(virDomainPtr domain, int id, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    const JobTable *jobs = jobs_of(call);

    return jobs ? job_query_lookup(domain, jobs, id, error) : NULL;
}

char *
memory_job_xml(virDomainPtr domain, int id, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    const JobTable *jobs = jobs_of(call);
    const BackupDef *def =
        jobs ? job_query_document(domain, jobs, id, error) : NULL;

    if (!def)
        return NULL;
    backup_images_show(memory_call_domain(call)->live, jobs);
    return backup_xml_format(def);
}

/* Of a job on a disk its end is the pivot: 1, -1 with @error, or 0: it is
 * another job. */
static int
end_disk_job(virDomainPtr domain, int id, GError **error)
{
    g_autoptr(MemoryCall) call =
        memory_call_enter(domain, "memory_job_end", error);
    MemoryDomain *vm = call ? memory_call_domain(call) : NULL;
    Job *job = vm ? job_table_find(vm->jobs, id) : NULL;

    if (!vm)
        return -1;
    if (!job || !job->disk_job)
        return 0;
    if (!disk_job_check_pivot(vm->name, job, error))
        return -1;
    memory_blockjob_pivot(vm, job);
    return 1;
}

int
memory_job_end(virDomainPtr domain, int id, GError **error)
{
    int result = end_disk_job(domain, id, error);

    return result != 0 ? result : memory_backup_end(domain, id, 0, error);
}

/* Nothing is written down, so that a job was read needs no saving. */
int
memory_job_stats(virDomainPtr domain, int id, unsigned flags,
                 JobStats *ret_stats, GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    MemoryDomain *vm = NULL;

    if (!flags_check(flags, JOB_QUERY_STATS_FLAGS, "the statistics of a job",
                     error))
        return -1;
    call = memory_call_begin(domain, error);
    if (!call)
        return -1;
    vm = memory_call_domain(call);
    /* The copying thread counts by itself; the job's figures follow when they
     * are asked for. */
    memory_backup_look(vm);
    memory_blockjob_look(vm);
    memory_write_look(vm);
    if (id == JOB_ID_ANY && !(flags & VIR_DOMAIN_JOB_STATS_COMPLETED) &&
        !job_query_check_active(domain, vm->jobs, memory_domain_is_active(vm),
                                error))
        return -1;
    return MIN(job_query_stats(domain, vm->jobs, id, flags, ret_stats, error),
               0);
}

int
memory_job_info(virDomainPtr domain, virDomainJobInfoPtr ret_info,
                GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    MemoryDomain *vm = NULL;

    if (!call)
        return -1;
    memory_backup_look(memory_call_domain(call));
    memory_write_look(memory_call_domain(call));
    job_query_info(jobs_of(call), ret_info);
    vm = memory_call_domain(call);
    if (!job_query_check_active(domain, vm->jobs, memory_domain_is_active(vm),
                                error))
        return -1;
    memory_backup_look(vm);
    job_query_info(vm->jobs, ret_info);
    return 0;
}

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
    job = job_query_victim(domain, vm->jobs, id, error);
    if (!job)
        return -1;
    if (job->disk_job) {
        return memory_blockjob_abort(domain, g_steal_pointer(&call), job, error)
                   ? 0
                   : -1;
    }
    if (job->memory)
        return memory_write_cancel(vm, job, error) ? 0 : -1;
    if (job_query_ends_pull(job, id)) {
        memory_backup_finish(vm, job, JOB_COMPLETED, NULL);
    } else {
        memory_backup_finish(vm, job, JOB_CANCELLED, "aborted");
    }
    /* Last: it may take the domain along. */
    memory_domain_settle(vm);
    return 0;
}
