/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/blockjob/blockjob.h"

#include "base/error.h"
#include "qemu/block/block_job.h"
#include "qemu/blockjob/blockjob_finish.h"
#include "qemu/jobs/job_store.h"

/* "Cancel" alone is QEMU's word for an end by force; of a copy that is in step
 * an end without pivot is meant, after which the copy is what the disk was. */
static bool
send_wish(const Job *job, QmpClient *qmp, GError **error)
{
    g_autofree char *id = blockjob_qemu_id(job);

    if (job->disk_job->wish == DISK_JOB_PIVOT) {
        return qmp_client_run(qmp, "job-complete", json_pack("{s:s}", "id", id),
                              error);
    }
    return qmp_client_run(qmp, "block-job-cancel",
                          json_pack("{s:s, s:b}", "device", id, "force",
                                    job->disk_job->keeps_target ? 0 : 1),
                          error);
}

/* What came of it: QEMU tells whether there was an error, and our record what
 * was asked for.  A stream or a commit that was done before its cancellation
 * arrived is done. */
static JobOutcome
judge(const Job *job, const BlockJob *state, const char **ret_why)
{
    const DiskJob *disk_job = job->disk_job;
    bool is_stepping = disk_job_is_stepping(disk_job);

    *ret_why = state->error;
    if (disk_job->wish == DISK_JOB_CANCEL && (is_stepping || state->error)) {
        *ret_why = NULL;
        return JOB_CANCELLED;
    }
    if (state->error)
        return JOB_FAILED;
    if (!is_stepping || disk_job->wish == DISK_JOB_PIVOT)
        return JOB_COMPLETED;
    *ret_why = "it was ended through the monitor; the definition may not name "
               "the image that the guest writes to";
    return JOB_FAILED;
}

static bool
take_up_running(QemuDomain *vm, Job *job, const BlockJob *state, GError **error)
{
    DiskJob *disk_job = job->disk_job;
    JobDisk *progress = g_ptr_array_index(job->disks, 0);
    const char *why = NULL;
    JobOutcome outcome = JOB_FAILED;

    if (!state) {
        return blockjob_finish(vm, job, JOB_FAILED, "QEMU's job is gone",
                               error);
    }
    progress->total = state->total;
    progress->processed = MIN(state->processed, state->total);
    if (state->is_concluded) {
        if (state->error)
            disk_job->keeps_target = false;
        outcome = judge(job, state, &why);
        return blockjob_finish(vm, job, outcome, why, error);
    }
    if (state->is_ready && !disk_job->is_ready) {
        disk_job->is_ready = true;
        if (!job_store_save(vm, error))
            return false;
    }
    /* Who asked may have died before QEMU heard; twice does no harm, and a
     * refusal means that the job is about to conclude. */
    if (disk_job->wish != DISK_JOB_GO_ON)
        (void)send_wish(job, qemu_domain_monitor(vm, NULL), NULL);
    return true;
}

/* Of a QEMU that is gone nothing can be asked. */
static bool
take_up_dead(QemuDomain *vm, Job *job, GError **error)
{
    g_autofree char *why = NULL;

    if (job->disk_job->wish == DISK_JOB_PIVOT) {
        why = g_strdup_printf(
            "QEMU ended while the guest went over from '%s' to '%s': compare "
            "the two before the next start, and define the newer one",
            job->disk_job->source, job->disk_job->target->path);
    }
    return blockjob_finish(vm, job, JOB_FAILED,
                           why ? why : "QEMU ended while the job was running",
                           error);
}

/* A record found STARTING is one whose caller died: a job that QEMU has was
 * begun in full, for its command is a begin's last step. */
static bool
take_up(QemuDomain *vm, Job *job, GHashTable *states, GError **error)
{
    g_autofree char *id = blockjob_qemu_id(job);
    const BlockJob *state = states ? g_hash_table_lookup(states, id) : NULL;

    if (job->state == JOB_ENDING)
        return blockjob_finish(vm, job, job->outcome, NULL, error);
    if (!states)
        return take_up_dead(vm, job, error);
    if (job->state == JOB_STARTING && !state)
        return blockjob_finish_undo(vm, job, error);
    if (job->state == JOB_STARTING) {
        job->state = JOB_RUNNING;
        if (!job_store_save(vm, error))
            return false;
    }
    return take_up_running(vm, job, state, error);
}

/* (transfer container): a job that ends leaves the table's list of live ones,
 * so the list is taken first. */
static GPtrArray *
list_live(const JobTable *jobs)
{
    GPtrArray *list = g_ptr_array_new();

    for (guint i = 0; i < jobs->jobs->len; i++) {
        Job *job = g_ptr_array_index(jobs->jobs, i);

        if (job->disk_job && job_is_live(job))
            g_ptr_array_add(list, job);
    }
    return list;
}

bool
blockjob_refresh(QemuDomain *vm, GError **error)
{
    const JobTable *jobs = job_store_load(vm, error);
    g_autoptr(GPtrArray) live = NULL;
    g_autoptr(GHashTable) states = NULL;
    QmpClient *qmp = NULL;

    if (!jobs)
        return false;
    if (!job_table_disk_job(jobs, NULL))
        return true;
    if (qemu_domain_is_active(vm)) {
        qmp = qemu_domain_monitor(vm, error);
        states = qmp ? block_jobs_query(qmp, error) : NULL;
        if (!states)
            return false;
    }
    live = list_live(jobs);
    for (guint i = 0; i < live->len; i++) {
        if (!take_up(vm, g_ptr_array_index(live, i), states, error))
            return false;
    }
    return true;
}

bool
blockjob_abort_all(QemuDomain *vm, const char *why, GError **error)
{
    const JobTable *jobs = job_store_load(vm, error);
    g_autoptr(GPtrArray) live = jobs ? list_live(jobs) : NULL;

    for (guint i = 0; live && i < live->len; i++) {
        if (!blockjob_finish(vm, g_ptr_array_index(live, i), JOB_CANCELLED, why,
                             error))
            return false;
    }
    return jobs != NULL;
}

bool
blockjob_refuse(QemuDomain *vm, const char *target, const char *what,
                GError **error)
{
    const JobTable *jobs = job_store_load(vm, error);
    const Job *job = jobs ? job_table_disk_job(jobs, target) : NULL;

    if (!jobs)
        return false;
    if (!job)
        return true;
    return fail(
        error, VIR_ERR_OPERATION_INVALID,
        "cannot %s: disk '%s' of domain '%s' has a block job (%s, job "
        "%d); wait for its end, or end it with 'blockjob %s %s --abort'",
        what, job->disk_job->disk, vm->name,
        disk_job_type_name(job->disk_job->type), job->id, vm->name,
        job->disk_job->disk);
}

static bool
check_pivot(const QemuDomain *vm, const Job *job, GError **error)
{
    const DiskJob *disk_job = job->disk_job;

    if (!job_is_live(job)) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "job %d on disk '%s' of domain '%s' has ended: %s", job->id,
                    disk_job->disk, vm->name,
                    job->error ? job->error : job_outcome_name(job->outcome));
    }
    if (!disk_job_is_stepping(disk_job)) {
        return fail(error, VIR_ERR_OPERATION_UNSUPPORTED,
                    "job %d on disk '%s' of domain '%s' is a %s, which ends by "
                    "itself; only a copy or an active commit has a pivot",
                    job->id, disk_job->disk, vm->name,
                    disk_job_type_name(disk_job->type));
    }
    if (!disk_job->is_ready) {
        return fail(error, VIR_ERR_BLOCK_COPY_ACTIVE,
                    "job %d on disk '%s' of domain '%s' is not in step with "
                    "the disk yet; wait until it is ready",
                    job->id, disk_job->disk, vm->name);
    }
    return true;
}

/* Who waits is told what came of it. */
static bool
await_end(QemuDomain *vm, Job *job, QmpClient *qmp, GError **error)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) states = NULL;

    g_ptr_array_add(ids, blockjob_qemu_id(job));
    states = block_job_await(qmp, ids, error);
    if (!states || !take_up(vm, job, states, error))
        return false;
    if (job->outcome != JOB_FAILED)
        return true;
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "job %d on disk '%s' of domain '%s' failed: %s", job->id,
                job->disk_job->disk, vm->name, job->error);
}

/* QEMU refused: the wish is taken back, or somebody would be granted it later.
 * One that concluded meanwhile has come to what it has come to. */
static bool
take_back(QemuDomain *vm, Job *job, GError *refusal, GError **error)
{
    g_autofree char *id = blockjob_qemu_id(job);
    g_autoptr(GHashTable) states = block_jobs_query(vm->qmp, NULL);
    const BlockJob *state = states ? g_hash_table_lookup(states, id) : NULL;

    if (state && state->is_concluded) {
        g_error_free(refusal);
        return true;
    }
    job->disk_job->wish = DISK_JOB_GO_ON;
    job->disk_job->keeps_target = false;
    (void)job_store_save(vm, NULL);
    g_propagate_error(error, refusal);
    return false;
}

bool
blockjob_ask(QemuDomain *vm, Job *job, DiskJobWish wish, bool is_waiting,
             GError **error)
{
    DiskJob *disk_job = job->disk_job;
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    GError *refusal = NULL;

    if (!qmp || (wish == DISK_JOB_PIVOT && !check_pivot(vm, job, error)))
        return false;
    disk_job->wish = wish;
    disk_job->keeps_target = wish == DISK_JOB_CANCEL && disk_job->is_ready &&
                             disk_job->type == VIR_DOMAIN_BLOCK_JOB_TYPE_COPY;
    if (!job_store_save(vm, error))
        return false;
    if (!send_wish(job, qmp, &refusal) && !take_back(vm, job, refusal, error))
        return false;
    return !is_waiting || await_end(vm, job, qmp, error);
}
