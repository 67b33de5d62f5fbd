/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/job_stats.h"

#include "base/typed_params.h"

#include <libvirt/libvirt-strandline.h>
#include <string.h>

enum { US_PER_MS = 1000 };

/* Sums over the disks of a job. */
typedef struct {
    unsigned long long total;
    unsigned long long processed;
    unsigned long long remaining;
    unsigned long long temp_used;
    unsigned long long temp_total;
} Sums;

/* Of memory, all three are told: what is zero is passed over, and is part of
 * neither what was written nor what is left. */
static Sums
memory_sums(const MemoryJob *memory)
{
    const Sums sums = {.total = memory->total,
                       .processed = memory->processed,
                       .remaining = memory->remaining};

    return sums;
}

/* libvirt has one set of figures a job, however many disks. */
static Sums
sum_up(const Job *job)
{
    Sums sums = {0};

    if (job->memory)
        return memory_sums(job->memory);
    for (guint i = 0; i < job->disks->len; i++) {
        const JobDisk *disk = g_ptr_array_index(job->disks, i);

        sums.total += disk->total;
        sums.processed += disk->processed;
        sums.temp_used += disk->temp_used;
        sums.temp_total += disk->temp_total;
    }
    /* Never below 0, which as unsigned would be more than any disk holds: QEMU
     * may have told the one figure after the other. */
    sums.remaining =
        sums.total > sums.processed ? sums.total - sums.processed : 0;
    return sums;
}

/* The clock of the host may have been set back meanwhile. */
static unsigned long long
elapsed_ms(const Job *job)
{
    gint64 until_ms =
        job_is_live(job) ? g_get_real_time() / US_PER_MS : job->ended_ms;

    if (until_ms <= job->started_ms)
        return 0;
    return (unsigned long long)(until_ms - job->started_ms);
}

/* libvirt's sums over memory and disks, and memory alone: the same here. */
static void
add_memory(const Sums *sums, virTypedParameterPtr *params, int *n)
{
    typed_params_add_ullong(params, n, VIR_DOMAIN_JOB_DATA_TOTAL, sums->total);
    typed_params_add_ullong(params, n, VIR_DOMAIN_JOB_DATA_PROCESSED,
                            sums->processed);
    typed_params_add_ullong(params, n, VIR_DOMAIN_JOB_DATA_REMAINING,
                            sums->remaining);
    typed_params_add_ullong(params, n, VIR_DOMAIN_JOB_MEMORY_TOTAL,
                            sums->total);
    typed_params_add_ullong(params, n, VIR_DOMAIN_JOB_MEMORY_PROCESSED,
                            sums->processed);
    typed_params_add_ullong(params, n, VIR_DOMAIN_JOB_MEMORY_REMAINING,
                            sums->remaining);
}

/* Names and units are libvirt's (bytes, milliseconds); the id and the
 * checkpoint are the proposal's and ours. */
int
job_stats_params(const Job *job, virTypedParameterPtr *ret_params)
{
    Sums sums = sum_up(job);
    const JobDisk *failed = job_failed_disk(job);
    virTypedParameterPtr params = NULL;
    int n = 0;

    typed_params_add_int(&params, &n, VIR_DOMAIN_JOB_OPERATION, job->operation);
    typed_params_add_int(&params, &n, VIR_DOMAIN_JOB_ID, job->id);
    typed_params_add_ullong(&params, &n, VIR_DOMAIN_JOB_TIME_ELAPSED,
                            elapsed_ms(job));
    /* What copies tells how much was copied; a pull how much scratch is used,
     * since the reader's progress is unknown to us. */
    if (job->memory) {
        add_memory(&sums, &params, &n);
    } else if (job->disk_job || job->backup->mode == BACKUP_MODE_PUSH) {
        typed_params_add_ullong(&params, &n, VIR_DOMAIN_JOB_DISK_TOTAL,
                                sums.total);
        typed_params_add_ullong(&params, &n, VIR_DOMAIN_JOB_DISK_PROCESSED,
                                sums.processed);
        typed_params_add_ullong(&params, &n, VIR_DOMAIN_JOB_DISK_REMAINING,
                                sums.remaining);
    } else {
        typed_params_add_ullong(&params, &n, VIR_DOMAIN_JOB_DISK_TEMP_USED,
                                sums.temp_used);
        typed_params_add_ullong(&params, &n, VIR_DOMAIN_JOB_DISK_TEMP_TOTAL,
                                sums.temp_total);
    }
    /* Only of one that ended, as libvirt: absent is neither yes nor no. */
    if (!job_is_live(job)) {
        typed_params_add_boolean(&params, &n, VIR_DOMAIN_JOB_SUCCESS,
                                 job->outcome == JOB_COMPLETED);
    }
    /* Also of a job that runs, where one disk has failed already. */
    if (job->error)
        typed_params_add_string(&params, &n, VIR_DOMAIN_JOB_ERRMSG, job->error);
    if (failed && job->outcome != JOB_CANCELLED) {
        typed_params_add_string(&params, &n, VIR_DOMAIN_JOB_FAILED_DISK,
                                failed->target);
    }
    if (job->checkpoint) {
        typed_params_add_string(&params, &n, VIR_DOMAIN_JOB_CHECKPOINT,
                                job->checkpoint);
    }
    *ret_params = params;
    return n;
}

/* What the fixed fields have no room for is left out. */
void
job_stats_info(const Job *job, virDomainJobInfoPtr ret_info)
{
    Sums sums = sum_up(job);

    memset(ret_info, 0, sizeof(*ret_info));
    ret_info->type = job_type(job);
    ret_info->timeElapsed = elapsed_ms(job);
    /* libvirt tells of a backup's bytes as file; data is the sum of all kinds,
     * and a job has one of them. */
    if (job->memory) {
        ret_info->memTotal = sums.total;
        ret_info->memProcessed = sums.processed;
        ret_info->memRemaining = sums.remaining;
    } else {
        ret_info->fileTotal = sums.total;
        ret_info->fileProcessed = sums.processed;
        ret_info->fileRemaining = sums.remaining;
    }
    ret_info->dataTotal = sums.total;
    ret_info->dataProcessed = sums.processed;
    ret_info->dataRemaining = sums.remaining;
}

/* Programs take cur == end for "in step", and so it is only then. */
void
job_stats_block_info(const Job *job, const char *target,
                     virDomainBlockJobInfoPtr ret_info)
{
    const JobDisk *progress = job_find_disk(job, target);
    const DiskJob *disk_job = job->disk_job;
    bool is_ready = disk_job && disk_job->is_ready;

    memset(ret_info, 0, sizeof(*ret_info));
    ret_info->type =
        disk_job ? disk_job->type : VIR_DOMAIN_BLOCK_JOB_TYPE_BACKUP;
    ret_info->bandwidth = disk_job ? disk_job->bandwidth : 0;
    ret_info->cur = progress->processed;
    ret_info->end = progress->total;
    if (is_ready)
        ret_info->cur = ret_info->end;
    /* How far the reader of a pull has come is not known; libvirt tells the
     * disk's size too. */
    if (job_is_pull(job))
        ret_info->end = progress->size;
    /* A job that has not begun to count stands at 0 of 0, and a copy that is at
     * its end is not in step yet: without this each would look like the moment
     * to pivot. */
    if (!is_ready && ret_info->cur >= ret_info->end)
        ret_info->end = ret_info->cur + 1;
}

int
job_stats_block_status(const Job *job)
{
    switch (job->outcome) {
    case JOB_COMPLETED:
        return VIR_DOMAIN_BLOCK_JOB_COMPLETED;
    case JOB_CANCELLED:
        return VIR_DOMAIN_BLOCK_JOB_CANCELED;
    case JOB_FAILED:
    case JOB_OUTCOME_NONE:
        break;
    }
    return VIR_DOMAIN_BLOCK_JOB_FAILED;
}
