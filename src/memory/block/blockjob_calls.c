/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/block/blockjob_calls.h"

#include "base/error.h"
#include "base/flags.h"
#include "driver/block_stats.h"
#include "memory/backup.h"
#include "memory/block/blockjob.h"
#include "memory/block/kept_copy.h"
#include "model/block/disk_job_plan.h"
#include "model/job_stats.h"
#include "model/save/save_plan.h"
#include "xml/disk_xml.h"

#include <string.h>
#include <unistd.h>

static const DiskDef *
find_disk(const MemoryDomain *vm, const char *name, GError **error)
{
    return disk_job_find_disk(vm->name, vm->live, name, error);
}

/* As on a machine: bandwidths are signed numbers there. */
static bool
check_bandwidth(unsigned long long bandwidth, GError **error)
{
    if (bandwidth <= G_MAXINT64)
        return true;
    return fail(error, VIR_ERR_OVERFLOW,
                "a bandwidth of %llu bytes/s is more than a machine counts; 0 "
                "is without a limit",
                bandwidth);
}

static bool
check_begin(const MemoryDomain *vm, const DiskDef *disk, GError **error)
{
    return save_plan_refuse(vm->name, vm->jobs, "begin a block job", error) &&
           disk_job_check(vm->name, disk, vm->jobs, vm->checkpoints, error);
}

/* ---- reading ---- */

bool
memory_block_stats_read(void *domain, const char *name, BlockStats *ret_stats,
                        GError **error)
{
    const MemoryDomain *vm = domain;
    const DiskDef *def =
        domain_def_find_disk_by_name(memory_domain_def(vm), name);
    MemoryDisk *disk = def ? memory_disks_find(vm->disks, def->target) : NULL;
    const MemoryDiskFigures *figures = NULL;

    if (!def) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "domain '%s' has no disk '%s'; domblklist names its disks",
                    vm->name, name);
    }
    if (!memory_domain_is_active(vm)) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot tell what disk '%s' has done: domain '%s' does not "
                    "run",
                    name, vm->name);
    }
    if (!disk) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "domain '%s' keeps no figures for disk '%s': the drive is "
                    "empty",
                    vm->name, name);
    }
    /* Nobody reads as a guest would, and nothing here takes time. */
    figures = memory_disk_figures(disk);
    *ret_stats = (BlockStats){.write_requests = (long long)figures->writes,
                              .write_bytes = (long long)figures->bytes,
                              .errors = (long long)figures->errors};
    return true;
}

/* The same question with and without a disk: without, it is their sum. */
int
memory_block_stats(virDomainPtr domain, const char *disk, BlockStats *ret_stats,
                   GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    MemoryDomain *vm = call ? memory_call_domain(call) : NULL;
    bool is_told =
        vm &&
        (*disk ? memory_block_stats_read(vm, disk, ret_stats, error)
               : block_stats_sum(memory_domain_def(vm), memory_block_stats_read,
                                 vm, ret_stats, error));

    return is_told ? 0 : -1;
}

/* 0 with @ret_info as it is: there is none, which is no error by libvirt's
 * convention. */
int
memory_block_job_info(virDomainPtr domain, const char *disk,
                      virDomainBlockJobInfoPtr ret_info, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    MemoryDomain *vm = call ? memory_call_domain(call) : NULL;
    const DiskDef *found = vm ? find_disk(vm, disk, error) : NULL;
    const Job *job = NULL;

    if (!found)
        return -1;
    memory_backup_look(vm);
    memory_blockjob_look(vm);
    job = job_table_on_disk(vm->jobs, found->target);
    if (!job)
        return 0;
    job_stats_block_info(job, found->target, ret_info);
    return 1;
}

/* (borrowed): the job on the disk @name, be it a backup's part. */
static Job *
get_job(const MemoryDomain *vm, const char *name, GError **error)
{
    const DiskDef *disk = find_disk(vm, name, error);
    Job *job = disk ? job_table_on_disk(vm->jobs, disk->target) : NULL;

    /* A pull has nothing that could be ended, or slowed down, for a disk. */
    if (job && job_is_pull(job))
        job = NULL;
    if (disk && !job) {
        fail(error, VIR_ERR_INVALID_ARG,
             "disk '%s' of domain '%s' has no block job", disk->target,
             vm->name);
    }
    return job;
}

/* ---- ending ---- */

/* The lock is free while the copy is written: the job is ENDING, so nobody else
 * ends it but a domain that stops, and then it is no longer here. */
static bool
keep_copy(virDomainPtr domain, MemoryCall *call, Job *job, GError **error)
{
    int id = job->id;
    /* The connection's session holds it. */
    MemoryHost *host = memory_call_domain(call)->host;
    g_autoptr(KeptCopy) copy = kept_copy_new(memory_call_domain(call), job);
    g_autoptr(GError) problem = NULL;
    MemoryDomain *vm = NULL;
    bool is_kept = false;

    job->disk_job->keeps_target = true;
    job->state = JOB_ENDING;
    memory_call_end(call);
    is_kept = kept_copy_write(copy, &problem);
    memory_host_lock(host);
    vm = memory_host_find_uuid(host, domain->uuid);
    job = vm ? job_table_find(vm->jobs, id) : NULL;
    if (job && job_is_live(job)) {
        job->disk_job->keeps_target = is_kept;
        memory_blockjob_finish(vm, job, is_kept ? JOB_CANCELLED : JOB_FAILED,
                               is_kept ? NULL : problem->message);
    }
    memory_host_unlock(host);
    if (problem)
        g_propagate_error(error, g_steal_pointer(&problem));
    return is_kept;
}

/* As libvirt does: a copy that is in step and is ended without a pivot is a
 * point-in-time copy, and that is what was wanted. */
bool
memory_blockjob_abort(virDomainPtr domain, MemoryCall *call, Job *job,
                      GError **error)
{
    g_autoptr(MemoryCall) owned = call;
    DiskJob *disk_job = job->disk_job;

    if (job->state == JOB_ENDING) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "job %d on disk '%s' of domain '%s' is being ended",
                    job->id, disk_job->disk, domain->name);
    }
    disk_job->wish = DISK_JOB_CANCEL;
    if (disk_job->is_ready && disk_job->type == VIR_DOMAIN_BLOCK_JOB_TYPE_COPY)
        return keep_copy(domain, g_steal_pointer(&owned), job, error);
    memory_blockjob_finish(memory_call_domain(call), job, JOB_CANCELLED, NULL);
    return true;
}

/* The copies of a backup stand for one moment and fall together. */
static bool
end_backup(MemoryDomain *vm, Job *job, bool is_pivot, GError **error)
{
    if (is_pivot) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "job %d of domain '%s' is a backup, which has no pivot",
                    job->id, vm->name);
    }
    memory_backup_finish(vm, job, JOB_CANCELLED, "aborted");
    memory_domain_settle(vm);
    return true;
}

/* With PIVOT it is an end, and no abort: that is one call by libvirt's
 * convention. */
int
memory_block_job_abort(virDomainPtr domain, const char *disk, unsigned flags,
                       GError **error)
{
    const unsigned known =
        VIR_DOMAIN_BLOCK_JOB_ABORT_ASYNC | VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT;
    bool is_pivot = flags & VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT;
    g_autoptr(MemoryCall) call = NULL;
    MemoryDomain *vm = NULL;
    Job *job = NULL;

    if (!flags_check(flags, known, "the end of a block job", error))
        return -1;
    call = memory_call_begin(domain, error);
    vm = call ? memory_call_domain(call) : NULL;
    job = vm ? get_job(vm, disk, error) : NULL;
    if (!job)
        return -1;
    if (!job->disk_job)
        return end_backup(vm, job, is_pivot, error) ? 0 : -1;
    if (!is_pivot) {
        return memory_blockjob_abort(domain, g_steal_pointer(&call), job, error)
                   ? 0
                   : -1;
    }
    if (!disk_job_check_pivot(vm->name, job, error))
        return -1;
    memory_blockjob_pivot(vm, job);
    return 0;
}

int
memory_block_job_set_speed(virDomainPtr domain, const char *disk,
                           unsigned long long bandwidth, GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    MemoryDomain *vm = NULL;
    const Job *job = NULL;

    if (!check_bandwidth(bandwidth, error))
        return -1;
    call = memory_call_begin(domain, error);
    vm = call ? memory_call_domain(call) : NULL;
    job = vm ? get_job(vm, disk, error) : NULL;
    if (!job)
        return -1;
    if (!job->disk_job) {
        fail(error, VIR_ERR_OPERATION_UNSUPPORTED,
             "job %d of domain '%s' is a backup, which the memory driver "
             "cannot slow down; plan a fault that holds it",
             job->id, vm->name);
        return -1;
    }
    memory_blockjob_set_speed(vm, job, bandwidth);
    return 0;
}

/* ---- beginning ---- */

int
memory_block_pull(virDomainPtr domain, const char *disk, const char *base,
                  unsigned long long bandwidth, unsigned flags, GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    MemoryDomain *vm = NULL;
    const DiskDef *found = NULL;
    unsigned depth = 0;

    if (!flags_check(flags, VIR_DOMAIN_BLOCK_REBASE_RELATIVE, "a block pull",
                     error) ||
        !check_bandwidth(bandwidth, error))
        return -1;
    call = memory_call_begin(domain, error);
    vm = call ? memory_call_domain(call) : NULL;
    found = vm ? find_disk(vm, disk, error) : NULL;
    if (!found || !check_begin(vm, found, error))
        return -1;
    return memory_blockjob_begin(vm,
                                 disk_job_plan_pull(found, base, &depth, error),
                                 bandwidth, error)
               ? 0
               : -1;
}

/* RELATIVE and DELETE are known and change nothing: there is no header that a
 * name could be written into, and no file that could go. */
int
memory_block_commit(virDomainPtr domain, const char *disk,
                    const BlockCommit *commit, unsigned flags, GError **error)
{
    const unsigned known =
        VIR_DOMAIN_BLOCK_COMMIT_SHALLOW | VIR_DOMAIN_BLOCK_COMMIT_DELETE |
        VIR_DOMAIN_BLOCK_COMMIT_ACTIVE | VIR_DOMAIN_BLOCK_COMMIT_RELATIVE;
    const DiskJobCommit wanted = {commit->base, commit->top, flags};
    g_autoptr(MemoryCall) call = NULL;
    MemoryDomain *vm = NULL;
    const DiskDef *found = NULL;
    DiskJobRange range = {0};

    if (!flags_check(flags, known, "a block commit", error) ||
        !check_bandwidth(commit->bandwidth, error))
        return -1;
    call = memory_call_begin(domain, error);
    vm = call ? memory_call_domain(call) : NULL;
    found = vm ? find_disk(vm, disk, error) : NULL;
    if (!found || !check_begin(vm, found, error))
        return -1;
    return memory_blockjob_begin(
               vm, disk_job_plan_commit(found, &wanted, &range, error),
               commit->bandwidth, error)
               ? 0
               : -1;
}

/* The file is the last that can be refused, and goes if the job does not
 * begin. */
static bool
begin_copy(MemoryDomain *vm, const DiskDef *disk, const BlockCopy *copy,
           unsigned flags, GError **error)
{
    ImageLayer *target =
        disk_xml_parse_target(copy->dest_xml, disk->format, error);
    g_autoptr(DiskJob) plan =
        target ? disk_job_plan_copy(vm->live, disk, target, flags, error)
               : NULL;
    g_autofree char *created = NULL;

    if (!plan || !kept_copy_claim(
                     plan, memory_disks_find(vm->disks, disk->target), error))
        return false;
    created = plan->is_created ? g_strdup(plan->target->path) : NULL;
    if (memory_blockjob_begin(vm, g_steal_pointer(&plan), copy->bandwidth,
                              error))
        return true;
    if (created)
        (void)unlink(created);
    return false;
}

/* Decided as a whole before anything is changed, by the plan that QEMU's
 * driver has, too. */
int
memory_block_copy(virDomainPtr domain, const char *disk, const BlockCopy *copy,
                  unsigned flags, GError **error)
{
    const unsigned known = VIR_DOMAIN_BLOCK_COPY_SHALLOW |
                           VIR_DOMAIN_BLOCK_COPY_REUSE_EXT |
                           VIR_DOMAIN_BLOCK_COPY_TRANSIENT_JOB |
                           VIR_DOMAIN_BLOCK_COPY_SYNCHRONOUS_WRITES;
    g_autoptr(MemoryCall) call = NULL;
    MemoryDomain *vm = NULL;
    const DiskDef *found = NULL;

    if (!flags_check(flags, known, "a block copy", error) ||
        !check_bandwidth(copy->bandwidth, error) ||
        !check_bandwidth(copy->buf_size, error))
        return -1;
    call = memory_call_begin(domain, error);
    vm = call ? memory_call_domain(call) : NULL;
    found = vm ? find_disk(vm, disk, error) : NULL;
    return found && check_begin(vm, found, error) &&
                   begin_copy(vm, found, copy, flags, error)
               ? 0
               : -1;
}
