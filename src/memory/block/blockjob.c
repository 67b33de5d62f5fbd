/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/block/blockjob.h"

#include "base/error.h"
#include "memory/block/chain.h"
#include "memory/block/tell.h"
#include "memory/block/threshold.h"
#include "memory/fault.h"
#include "memory/snapshot.h"
#include "model/job_stats.h"
#include "xml/domain_xml.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

/* A wait is at most so long: whoever changes something wakes the thread. */
enum { US_PER_MS = 1000, WAIT_MAX_S = 3600 };

struct MemoryBlockjob {
    gint refs;        /* atomic */
    MemoryHost *host; /* a reference: the thread may outlive the sessions */
    unsigned char uuid[DOMAIN_UUID_SIZE];
    int job;
    pthread_cond_t changed; /* it was sped up, or is over */
    bool is_over;
    uint64_t work;      /* bytes that somebody has to copy */
    uint64_t copied;    /* of them, at @since */
    gint64 since;       /* monotonic, us: when the bandwidth last changed */
    uint64_t bandwidth; /* bytes/s; 0: no limit */
    uint64_t fail_at;   /* planned by a test; UINT64_MAX: nowhere */
};

static void
run_unref(gpointer data)
{
    MemoryBlockjob *run = data;

    if (!g_atomic_int_dec_and_test(&run->refs))
        return;
    pthread_cond_destroy(&run->changed);
    memory_host_unref(run->host);
    g_free(run);
}

GPtrArray *
memory_blockjobs_new(void)
{
    return g_ptr_array_new_with_free_func(run_unref);
}

static MemoryBlockjob *
find_run(const MemoryDomain *vm, int job)
{
    for (guint i = 0; i < vm->blockjobs->len; i++) {
        MemoryBlockjob *run = g_ptr_array_index(vm->blockjobs, i);

        if (run->job == job)
            return run;
    }
    return NULL;
}

/* ---- figures ---- */

/* By the clock and not by a loop that sleeps: a test that asks twice in a moment
 * sees the same, and a limit of a byte a second costs no wakeups.  The product
 * is a floating point number, since the two factors overflow an integer. */
static uint64_t
copied_by_now(const MemoryBlockjob *run)
{
    double seconds =
        (double)(g_get_monotonic_time() - run->since) / G_USEC_PER_SEC;
    double more = seconds * (double)run->bandwidth;
    uint64_t left = run->work - run->copied;

    return run->bandwidth == 0 || more >= (double)left
               ? run->work
               : run->copied + (uint64_t)more;
}

/* Holes take no time, and count as done. */
static void
look_at(const MemoryBlockjob *run, Job *job)
{
    JobDisk *figures = g_ptr_array_index(job->disks, 0);

    figures->total = figures->size;
    figures->processed = figures->size - run->work + copied_by_now(run);
}

void
memory_blockjob_look(MemoryDomain *vm)
{
    for (guint i = 0; i < vm->blockjobs->len; i++) {
        const MemoryBlockjob *run = g_ptr_array_index(vm->blockjobs, i);

        look_at(run, job_table_find(vm->jobs, run->job));
    }
}

static void
wake(MemoryBlockjob *run)
{
    g_assert(pthread_cond_broadcast(&run->changed) == 0);
}

/* What was copied until now was copied at the old speed. */
void
memory_blockjob_set_speed(MemoryDomain *vm, const Job *job, uint64_t bandwidth)
{
    MemoryBlockjob *run = find_run(vm, job->id);

    job->disk_job->bandwidth = bandwidth;
    run->copied = copied_by_now(run);
    run->since = g_get_monotonic_time();
    run->bandwidth = bandwidth;
    wake(run);
}

/* ---- the end ---- */

static void
tell(const MemoryDomain *vm, const Job *job, int status)
{
    const EventBlockJob news = {disk_job_told_path(job->disk_job, status),
                                job->disk_job->disk, job->disk_job->type,
                                status};

    memory_tell_block_job(vm, &news);
}

/* The stored definition is of the machine's next start.  One that meanwhile
 * names another image for the disk was changed on purpose, and stays. */
static void
follow_in_config(MemoryDomain *vm, const DiskJob *job, const DiskDef *live)
{
    g_autoptr(DomainDef) config =
        vm->config ? domain_def_copy(vm->config) : NULL;
    DiskDef *stored = config ? domain_def_find_disk(config, job->disk) : NULL;

    if (!stored || g_strcmp0(stored->path, job->source) != 0)
        return;
    disk_chain_follow(stored, live);
    memory_domain_set_config(vm, g_steal_pointer(&config));
    if (g_strcmp0(live->path, job->source) != 0) {
        memory_domain_event(vm, VIR_DOMAIN_EVENT_DEFINED,
                            VIR_DOMAIN_EVENT_DEFINED_UPDATED);
    }
}

/* A definition that leaves its chain to the images is completed by what they say,
 * and its images get the numbers that they would have in a run. */
DiskDef *
memory_blockjob_chain(const MemoryDomain *vm, const char *target,
                      DomainDef **ret_owner)
{
    g_autoptr(DomainDef) owner = domain_def_copy(memory_domain_def(vm));
    DiskDef *disk = domain_def_find_disk(owner, target);
    const MemoryDisk *content = memory_disks_find(vm->disks, target);

    if (!disk || !content)
        return NULL;
    memory_chain_complete(memory_disk_chain(content), disk);
    if (!vm->live)
        disk_def_number_nodes(disk);
    *ret_owner = g_steal_pointer(&owner);
    return disk;
}

/* The content stays as it is; who holds it, and under which name it is known,
 * changes. */
void
memory_blockjob_settle(MemoryDomain *vm, const DiskJob *job)
{
    const DiskDef *now = domain_def_find_disk(memory_domain_def(vm), job->disk);
    bool is_open = !now->backing;
    DomainDef *after = NULL;
    DiskDef *disk = memory_blockjob_chain(vm, job->disk, &after);
    const MemoryDisk *content = memory_disks_find(vm->disks, job->disk);

    memory_chain_settle(memory_disk_chain(content), disk, job);
    disk_chain_settle(disk, job);
    if (job->type == VIR_DOMAIN_BLOCK_JOB_TYPE_COMMIT ||
        job->type == VIR_DOMAIN_BLOCK_JOB_TYPE_ACTIVE_COMMIT)
        memory_snapshots_follow(vm, job);
    memory_disks_relocate(vm->disks, after);
    if (vm->live) {
        memory_domain_set_live(vm, after);
        follow_in_config(vm, job, disk);
        return;
    }
    /* The next start asks the images again. */
    if (is_open) {
        g_clear_pointer(&disk->backing, g_ptr_array_unref);
    }
    memory_domain_set_config(vm, after);
}

/* The file that a copy was to be in: after a pivot the disk's source is a name
 * like any other.  The images that left are names as well, and no files of
 * ours. */
static void
remove_file(const DiskJob *job)
{
    if (job->is_created && !job->keeps_target)
        (void)unlink(job->target->path);
}

/* The one way out, whoever asks for it.  The thread learns of it by is_over, and
 * touches nothing of the domain any more, which may be freed at once.  The chain
 * is settled before the event is sent, so that who hears of the end finds it
 * done; the trim comes last, since it may free @job. */
void
memory_blockjob_finish(MemoryDomain *vm, Job *job, JobOutcome outcome,
                       const char *why)
{
    MemoryBlockjob *run = find_run(vm, job->id);

    look_at(run, job);
    run->is_over = true;
    wake(run);
    g_ptr_array_remove(vm->blockjobs, run);
    job->outcome = outcome;
    g_free(job->error);
    job->error = g_strdup(why);
    if (outcome == JOB_COMPLETED)
        memory_blockjob_settle(vm, job->disk_job);
    remove_file(job->disk_job);
    job->state = JOB_ENDED;
    job->ended_ms = g_get_real_time() / US_PER_MS;
    tell(vm, job, job_stats_block_status(job));
    job_table_trim(vm->jobs);
}

void
memory_blockjob_pivot(MemoryDomain *vm, Job *job)
{
    job->disk_job->wish = DISK_JOB_PIVOT;
    memory_blockjob_finish(vm, job, JOB_COMPLETED, NULL);
}

/* From the front, as each takes itself out. */
void
memory_blockjobs_end(MemoryDomain *vm, JobOutcome outcome, const char *why)
{
    while (vm->blockjobs->len > 0) {
        const MemoryBlockjob *run = g_ptr_array_index(vm->blockjobs, 0);

        memory_blockjob_finish(vm, job_table_find(vm->jobs, run->job), outcome,
                               why);
    }
}

/* ---- the thread ---- */

/* Everything is copied: a job that keeps two images in step says so, the others
 * are done. */
static void
conclude(MemoryDomain *vm, Job *job)
{
    DiskJob *disk_job = job->disk_job;
    const DiskDef *disk = domain_def_find_disk(vm->live, disk_job->disk);
    const MemoryDisk *content = memory_disks_find(vm->disks, disk_job->disk);

    memory_chain_copy(memory_disk_chain(content), disk, disk_job);
    memory_threshold_look(vm, disk_job->disk);
    if (!disk_job_is_stepping(disk_job)) {
        memory_blockjob_finish(vm, job, JOB_COMPLETED, NULL);
        return;
    }
    disk_job->is_ready = true;
    tell(vm, job, VIR_DOMAIN_BLOCK_JOB_READY);
}

/* Until @goal is reached at the present speed, or somebody changes that.  Without
 * a limit nobody comes here: everything is copied by then.  The lock is the
 * host's own, which the wait gives free, so a job that crawls holds up nobody. */
static void
wait_for_progress(MemoryBlockjob *run, uint64_t goal)
{
    double seconds =
        (double)(goal - copied_by_now(run)) / (double)run->bandwidth;
    gint64 until = g_get_monotonic_time() +
                   (gint64)(MIN(seconds, WAIT_MAX_S) * G_USEC_PER_SEC) + 1;
    const struct timespec deadline = {until / G_USEC_PER_SEC,
                                      until % G_USEC_PER_SEC * 1000};

    (void)pthread_cond_clockwait(&run->changed, &run->host->lock,
                                 CLOCK_MONOTONIC, &deadline);
}

static gpointer
pass_time(gpointer data)
{
    MemoryBlockjob *run = data;
    uint64_t goal = run->work;
    MemoryDomain *vm = NULL;
    Job *job = NULL;

    memory_host_lock(run->host);
    goal = MIN(run->work, run->fail_at);
    while (!run->is_over && copied_by_now(run) < goal)
        wait_for_progress(run, goal);
    /* Else somebody has ended it, and the domain may be gone. */
    if (!run->is_over) {
        vm = memory_host_find_uuid(run->host, run->uuid);
        job = job_table_find(vm->jobs, run->job);
        if (run->work > run->fail_at) {
            memory_blockjob_finish(vm, job, JOB_FAILED,
                                   "it fails, as a test has planned");
        } else {
            conclude(vm, job);
        }
    }
    memory_host_unlock(run->host);
    run_unref(run);
    return NULL;
}

/* ---- the beginning ---- */

/* What those that leave hold, or a copy is to; while one image holds everything
 * that is all there is. */
static uint64_t
measure(const MemoryDisk *disk, const DiskJob *job)
{
    g_autoptr(MemoryBits) bits = memory_bits_new();
    bool is_known = false;

    for (guint i = 0; i < job->leaving->len; i++) {
        const ImageLayer *layer = g_ptr_array_index(job->leaving, i);
        const MemoryBits *held =
            memory_chain_held(memory_disk_chain(disk), layer->path);

        if (held)
            memory_bits_merge(bits, held);
        is_known |= held != NULL;
    }
    return is_known || job->leaving->len == 0
               ? memory_bits_bytes(bits, memory_disk_size(disk))
               : memory_disk_allocated(disk);
}

/* The table keeps the record for as long as somebody may ask; this goes with the
 * job's end. */
static MemoryBlockjob *
run_new(MemoryDomain *vm, const Job *job)
{
    const DiskJob *disk_job = job->disk_job;
    const MemoryDisk *disk = memory_disks_find(vm->disks, disk_job->disk);
    MemoryBlockjob *run = g_new0(MemoryBlockjob, 1);

    run->refs = 2; /* the domain's and the thread's */
    run->host = memory_host_ref(vm->host);
    memcpy(run->uuid, vm->uuid, DOMAIN_UUID_SIZE);
    run->job = job->id;
    g_assert(pthread_cond_init(&run->changed, NULL) == 0);
    run->work = measure(disk, disk_job);
    run->since = g_get_monotonic_time();
    run->bandwidth = disk_job->bandwidth;
    run->fail_at = UINT64_MAX;
    memory_fault_arm_blockjob(vm, &run->fail_at);
    g_ptr_array_add(vm->blockjobs, run);
    return run;
}

static Job *
add_record(MemoryDomain *vm, DiskJob *plan, GError **error)
{
    const MemoryDisk *disk = memory_disks_find(vm->disks, plan->disk);
    Job *job = job_table_add(vm->jobs, VIR_DOMAIN_JOB_OPERATION_UNKNOWN, error);
    JobDisk *figures = NULL;

    if (!job)
        return NULL;
    figures = job_disk_new(plan->disk);
    figures->size = figures->total = memory_disk_size(disk);
    g_ptr_array_add(job->disks, figures);
    job->started_ms = g_get_real_time() / US_PER_MS;
    job->state = JOB_RUNNING;
    return job;
}

bool
memory_blockjob_begin(MemoryDomain *vm, DiskJob *plan, uint64_t bandwidth,
                      GError **error)
{
    g_autoptr(DiskJob) owned = plan;
    g_autoptr(GError) reason = NULL;
    Job *job = plan ? add_record(vm, plan, error) : NULL;
    MemoryBlockjob *run = NULL;
    GThread *thread = NULL;

    if (!job)
        return false;
    plan->bandwidth = bandwidth;
    job->disk_job = g_steal_pointer(&owned);
    run = run_new(vm, job);
    /* Also of a job without a limit: its end is told after the begin has
     * returned, as with QEMU, and not from within. */
    thread = g_thread_try_new("strandline-block", pass_time, run, &reason);
    if (thread) {
        g_thread_unref(thread);
        return true;
    }
    g_ptr_array_remove(vm->blockjobs, run);
    run_unref(run);
    job_table_remove(vm->jobs, job);
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "cannot start a thread for a block job: %s", reason->message);
}
