/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The driver's calls about jobs on disks. */
#include "base/error.h"
#include "base/flags.h"
#include "model/job_stats.h"
#include "qemu/backup_finish.h"
#include "qemu/block/node_names.h"
#include "qemu/blockjob/blockjob_begin.h"
#include "qemu/blockjob/blockjob_copy.h"
#include "qemu/blockjob/blockjob_finish.h"
#include "qemu/jobs/job_store.h"

#include <string.h>

/* QEMU counts in signed numbers. */
static bool
check_bandwidth(unsigned long long bandwidth, GError **error)
{
    if (bandwidth <= G_MAXINT64)
        return true;
    return fail(error, VIR_ERR_OVERFLOW,
                "a bandwidth of %llu bytes/s is more than QEMU counts; 0 is "
                "without a limit",
                bandwidth);
}

/* (borrowed): the job on @disk, be it a backup's part. */
static Job *
get_job(QemuDomain *vm, const DiskDef *disk, GError **error)
{
    const JobTable *jobs = job_store_load(vm, error);
    Job *job = jobs ? job_table_on_disk(jobs, disk->target) : NULL;

    /* A pull has nothing that could be ended, or slowed down, for a disk. */
    if (job && job_is_pull(job))
        job = NULL;
    if (jobs && !job) {
        fail(error, VIR_ERR_INVALID_ARG,
             "disk '%s' of domain '%s' has no block job", disk->target,
             vm->name);
    }
    return job;
}

/* 0 with @ret_info as it is: there is none, which is no error by libvirt's
 * convention. */
int
qemu_block_job_info(virDomainPtr domain, const char *disk,
                    virDomainBlockJobInfoPtr ret_info, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;
    const DiskDef *found = vm ? blockjob_plan_disk(vm, disk, error) : NULL;
    const JobTable *jobs = found ? job_store_load(vm, error) : NULL;
    const Job *job = NULL;

    if (!jobs)
        return -1;
    job = job_table_on_disk(jobs, found->target);
    if (!job)
        return 0;
    job_stats_block_info(job, found->target, ret_info);
    return 1;
}

/* The copies of a backup stand for one moment and fall together: ending the one
 * of a disk ends the backup. */
static bool
end_job(QemuDomain *vm, Job *job, unsigned flags, GError **error)
{
    bool is_pivot = flags & VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT;
    bool is_waiting = !(flags & VIR_DOMAIN_BLOCK_JOB_ABORT_ASYNC);

    if (job->disk_job) {
        return blockjob_ask(vm, job,
                            is_pivot ? DISK_JOB_PIVOT : DISK_JOB_CANCEL,
                            is_waiting, error);
    }
    if (is_pivot) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "job %d of domain '%s' is a backup, which has no pivot",
                    job->id, vm->name);
    }
    return backup_finish(vm, job, JOB_CANCELLED, "aborted", error);
}

int
qemu_block_job_abort(virDomainPtr domain, const char *disk, unsigned flags,
                     GError **error)
{
    const unsigned known =
        VIR_DOMAIN_BLOCK_JOB_ABORT_ASYNC | VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT;
    g_autoptr(QemuCall) call = NULL;
    QemuDomain *vm = NULL;
    const DiskDef *found = NULL;
    Job *job = NULL;

    if (!flags_check(flags, known, "the end of a block job", error))
        return -1;
    call = qemu_call_begin(domain, error);
    vm = call ? qemu_call_domain(call) : NULL;
    found = vm ? blockjob_plan_disk(vm, disk, error) : NULL;
    job = found ? get_job(vm, found, error) : NULL;
    return job && end_job(vm, job, flags, error) ? 0 : -1;
}

/* QEMU's job on @target: a backup has one for each disk. */
static char *
qemu_id(const Job *job, const char *target)
{
    return job->disk_job ? blockjob_qemu_id(job)
                         : node_job(job->id, target, "copy");
}

static bool
set_speed(QemuDomain *vm, Job *job, const DiskDef *disk, uint64_t bandwidth,
          GError **error)
{
    g_autofree char *id = qemu_id(job, disk->target);
    QmpClient *qmp = qemu_domain_monitor(vm, error);

    /* QEMU first: a record is what was granted, and it is read for the info
     * alone. */
    if (!qmp || !qmp_client_run(qmp, "block-job-set-speed",
                                json_pack("{s:s, s:I}", "device", id, "speed",
                                          (json_int_t)bandwidth),
                                error))
        return false;
    if (!job->disk_job)
        return true;
    job->disk_job->bandwidth = bandwidth;
    return job_store_save(vm, error);
}

int
qemu_block_job_set_speed(virDomainPtr domain, const char *disk,
                         unsigned long long bandwidth, GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    QemuDomain *vm = NULL;
    const DiskDef *found = NULL;
    Job *job = NULL;

    if (!check_bandwidth(bandwidth, error))
        return -1;
    call = qemu_call_begin(domain, error);
    vm = call ? qemu_call_domain(call) : NULL;
    found = vm ? blockjob_plan_disk(vm, disk, error) : NULL;
    job = found ? get_job(vm, found, error) : NULL;
    return job && set_speed(vm, job, found, bandwidth, error) ? 0 : -1;
}

/* What pull, copy and commit have in common once the plan is made; @plan is
 * NULL when it could not be. */
static int
begin(QemuDomain *vm, BlockjobPlan *plan, uint64_t size, uint64_t bandwidth,
      GError **error)
{
    if (!plan || !blockjob_plan_check_snapshots(vm, plan->job, error))
        return -1;
    plan->size = size;
    plan->job->bandwidth = bandwidth;
    return blockjob_begin(vm, plan, error) ? 0 : -1;
}

int
qemu_block_pull(virDomainPtr domain, const char *disk, const char *base,
                unsigned long long bandwidth, unsigned flags, GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    g_autoptr(BlockjobPlan) plan = NULL;
    QemuDomain *vm = NULL;
    const DiskDef *found = NULL;
    uint64_t size = 0;

    if (!flags_check(flags, VIR_DOMAIN_BLOCK_REBASE_RELATIVE, "a block pull",
                     error) ||
        !check_bandwidth(bandwidth, error))
        return -1;
    call = qemu_call_begin(domain, error);
    vm = call ? qemu_call_domain(call) : NULL;
    /* (borrowed) from the live definition, which stays as it is as long as the
     * call holds the domain.  The plan borrows of it in turn. */
    found = vm ? blockjob_plan_disk(vm, disk, error) : NULL;
    if (!found || !blockjob_plan_check(vm, found, &size, error))
        return -1;
    plan = blockjob_plan_pull(found, base, flags, error);
    return begin(vm, plan, size, bandwidth, error);
}

int
qemu_block_copy(virDomainPtr domain, const char *disk, const BlockCopy *copy,
                unsigned flags, GError **error)
{
    /* A job lives as long as its QEMU in any case: TRANSIENT_JOB, which allows
     * that, changes nothing. */
    const unsigned known = VIR_DOMAIN_BLOCK_COPY_SHALLOW |
                           VIR_DOMAIN_BLOCK_COPY_REUSE_EXT |
                           VIR_DOMAIN_BLOCK_COPY_TRANSIENT_JOB |
                           VIR_DOMAIN_BLOCK_COPY_SYNCHRONOUS_WRITES;
    g_autoptr(QemuCall) call = NULL;
    g_autoptr(BlockjobPlan) plan = NULL;
    QemuDomain *vm = NULL;
    const DiskDef *found = NULL;
    uint64_t size = 0;

    if (!flags_check(flags, known, "a block copy", error) ||
        !check_bandwidth(copy->bandwidth, error) ||
        !check_bandwidth(copy->buf_size, error))
        return -1;
    call = qemu_call_begin(domain, error);
    vm = call ? qemu_call_domain(call) : NULL;
    found = vm ? blockjob_plan_disk(vm, disk, error) : NULL;
    if (!found || !blockjob_plan_check(vm, found, &size, error))
        return -1;
    plan = blockjob_copy_plan(vm->live, found, copy, size, flags, error);
    return begin(vm, plan, size, copy->bandwidth, error);
}

int
qemu_block_commit(virDomainPtr domain, const char *disk,
                  const BlockCommit *commit, unsigned flags, GError **error)
{
    const unsigned known =
        VIR_DOMAIN_BLOCK_COMMIT_SHALLOW | VIR_DOMAIN_BLOCK_COMMIT_DELETE |
        VIR_DOMAIN_BLOCK_COMMIT_ACTIVE | VIR_DOMAIN_BLOCK_COMMIT_RELATIVE;
    g_autoptr(QemuCall) call = NULL;
    g_autoptr(BlockjobPlan) plan = NULL;
    QemuDomain *vm = NULL;
    const DiskDef *found = NULL;
    uint64_t size = 0;

    if (!flags_check(flags, known, "a block commit", error) ||
        !check_bandwidth(commit->bandwidth, error))
        return -1;
    call = qemu_call_begin(domain, error);
    vm = call ? qemu_call_domain(call) : NULL;
    found = vm ? blockjob_plan_disk(vm, disk, error) : NULL;
    if (!found || !blockjob_plan_check(vm, found, &size, error))
        return -1;
    plan = blockjob_plan_commit(found, commit, flags, error);
    return begin(vm, plan, size, commit->bandwidth, error);
}
