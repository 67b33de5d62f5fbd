/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/blockjob/blockjob.h"

#include "base/error.h"
#include "model/block/disk_job_plan.h"
#include "qemu/block/block_job.h"
#include "qemu/block/filter.h"
#include "qemu/block/node_names.h"
#include "qemu/blockjob/blockjob_finish.h"
#include "qemu/jobs/job_store.h"
#include "qemu/snapshot/snapshot_hold.h"

/* Whether QEMU has heard "complete" of a copy already.  QEMU 7.2 aborts, and the
 * guest with it, when it hears that twice of a mirror that replaces a node and is
 * not over at once (a guest that writes, a slow target), and it has no word for
 * "completing" in what it tells of jobs.  It does block the node that will be
 * replaced: this stream is refused in any case, before it begins, and the reason
 * says what blocks it. */
static bool
is_completing(const Job *job, QmpClient *qmp, const DiskDef *disk)
{
    g_autofree char *node = disk ? node_format(disk) : NULL;
    g_autoptr(GError) refusal = NULL;

    if (!node || job->disk_job->type != VIR_DOMAIN_BLOCK_JOB_TYPE_COPY)
        return false;
    (void)qmp_client_run(qmp, "block-stream",
                         json_pack("{s:s, s:s}", "device", node, "backing-file",
                                   "none: a question"),
                         &refusal);
    return refusal && strstr(refusal->message, "block-job-complete");
}

/* "Cancel" alone is QEMU's word for an end by force; of a copy that is in step
 * an end without pivot is meant, after which the copy is what the disk was. */
static bool
send_wish(const QemuDomain *vm, const Job *job, QmpClient *qmp, GError **error)
{
    g_autofree char *id = blockjob_qemu_id(job);
    const DiskDef *disk = domain_def_find_disk(vm->live, job->disk_job->disk);

    /* "complete" is for the jobs that keep two images in step: QEMU drains the
     * disk, exchanges the nodes between two guest writes, and concludes. */
    if (job->disk_job->wish == DISK_JOB_PIVOT) {
        return is_completing(job, qmp, disk) ||
               qmp_client_run(qmp, "job-complete", json_pack("{s:s}", "id", id),
                              error);
    }
    /* By force otherwise: without it a mirror that is in step would go on until
     * the last byte is copied, and a copy that nobody wants would hold up who
     * waits for its end. */
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
    /* "Stepping" are a copy and an active commit: they never end by themselves,
     * so an end that we did not ask for is somebody's at the monitor. */
    bool is_stepping = disk_job_is_stepping(disk_job);

    *ret_why = state->error;
    /* Of a cancelled job QEMU reports an error too ("Operation canceled" of a
     * mirror that was not in step); it says nothing that who asked does not
     * know. */
    if (disk_job->wish == DISK_JOB_CANCEL && (is_stepping || state->error)) {
        *ret_why = NULL;
        return JOB_CANCELLED;
    }
    if (state->error)
        return JOB_FAILED;
    /* A pivot without an error took place.  There is no third answer, as long
     * as QEMU lives: the nodes are exchanged, or the job has an error. */
    if (!is_stepping || disk_job->wish == DISK_JOB_PIVOT)
        return JOB_COMPLETED;
    *ret_why = "it was ended through the monitor; the definition may not name "
               "the image that the guest writes to";
    return JOB_FAILED;
}

static bool take_up_running(QemuDomain *vm, Job *job, const BlockJob *state,
                            GError **error);

/* QEMU 7.2 takes the backing file out of the image's header without having
 * written the tables that find what was copied: killed then, it leaves an image
 * that reads as zeroes.  So a pull stops before that, and goes on when all of
 * the disk is flushed, which a reopen of our filter does, as it is. */
static bool
flush_and_finalize(QemuDomain *vm, const Job *job, QmpClient *qmp,
                   GError **error)
{
    const DiskDef *disk = domain_def_find_disk(vm->live, job->disk_job->disk);
    g_autofree char *id = blockjob_qemu_id(job);
    g_autofree char *below = node_job(job->id, job->disk_job->disk, "flt");
    json_t *options = json_array();

    if (disk)
        json_array_append_new(options, filter_options(disk, below));
    return filter_reopen(qmp, options, error) &&
           qmp_client_run(qmp, "job-finalize", json_pack("{s:s}", "id", id),
                          error);
}

/* What cannot be flushed cannot be relied on: the chain stays as it is. */
static bool
finalize(QemuDomain *vm, Job *job, GError **error)
{
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) states = NULL;
    g_autoptr(GError) problem = NULL;
    char *id = blockjob_qemu_id(job);

    g_ptr_array_add(ids, id);
    if (!qmp)
        return false;
    if (!flush_and_finalize(vm, job, qmp, &problem))
        return blockjob_finish(vm, job, JOB_FAILED, problem->message, error);
    states = block_job_await(qmp, ids, error);
    return states &&
           take_up_running(vm, job, g_hash_table_lookup(states, id), error);
}

/* One look at a job of a QEMU that lives.  @state is from the query that this
 * call made; the record is written only when something that must outlive us
 * changes, not for each byte of progress. */
static bool
take_up_running(QemuDomain *vm, Job *job, const BlockJob *state, GError **error)
{
    DiskJob *disk_job = job->disk_job;
    JobDisk *progress = g_ptr_array_index(job->disks, 0);
    const char *why = NULL;
    JobOutcome outcome = JOB_FAILED;

    /* Jobs are begun with auto-dismiss off, so one that is not listed was
     * dismissed by somebody else, its result with it.  What the images are is
     * not known then, and the definition stays. */
    if (!state) {
        return blockjob_finish(vm, job, JOB_FAILED, "QEMU's job is gone",
                               error);
    }
    progress->total = state->total;
    /* A guest that writes while a mirror runs adds to both; QEMU reads the two
     * without a lock between them. */
    progress->processed = MIN(state->processed, state->total);
    if (state->is_concluded) {
        /* A copy that failed is of no use to anybody, even one whose end
         * without a pivot was to keep it. */
        if (state->error)
            disk_job->keeps_target = false;
        outcome = judge(job, state, &why);
        return blockjob_finish(vm, job, outcome, why, error);
    }
    if (state->is_ready && !disk_job->is_ready) {
        /* On record, since a cancellation by another process has to know
         * whether what it ends is a copy to keep or one to remove. */
        disk_job->is_ready = true;
        if (!job_store_save(vm, error))
            return false;
    }
    if (state->is_pending && disk_job->wish == DISK_JOB_GO_ON)
        return finalize(vm, job, error);
    /* Who asked may have died before QEMU heard; a refusal means that the job
     * is about to conclude. */
    if (disk_job->wish != DISK_JOB_GO_ON)
        (void)send_wish(vm, job, qemu_domain_monitor(vm, NULL), NULL);
    return true;
}

/* Of a QEMU that is gone nothing can be asked. */
static bool
take_up_dead(QemuDomain *vm, Job *job, GError **error)
{
    g_autofree char *why = NULL;

    /* The wish goes on record before QEMU hears it, so the pivot may have
     * happened or not; what the guest wrote last is in one of the two images,
     * and only their content can tell in which. */
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

    /* Its end is decided and on record; what QEMU would say now is about a job
     * that was dismissed perhaps. */
    if (job->state == JOB_ENDING)
        return blockjob_finish(vm, job, job->outcome, NULL, error);
    if (!states)
        return take_up_dead(vm, job, error);
    /* We hold the root's lock, and with it nobody else is in the midst of a
     * begin: a record found STARTING has no caller any more. */
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
    /* The usual case, in front of almost every call on a domain: it must not
     * cost a question to QEMU. */
    if (!job_table_disk_job(jobs, NULL))
        return true;
    if (qemu_domain_is_active(vm)) {
        qmp = qemu_domain_monitor(vm, error);
        states = qmp ? block_jobs_query(qmp, error) : NULL;
        if (!states)
            return false;
    }
    /* One that cannot be finished holds up those behind it: its error is told,
     * and the next call begins with it again. */
    live = list_live(jobs);
    for (guint i = 0; i < live->len; i++) {
        if (!take_up(vm, g_ptr_array_index(live, i), states, error))
            return false;
    }
    return true;
}

/* The jobs are asked nothing: QEMU is about to be killed or knows none of them,
 * so the outcome is ours to decide.  An empty list and a list that cannot be
 * loaded look the same to the loop and differ in what is returned. */
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

    return jobs && disk_job_refuse(vm->name, jobs, target, what, error);
}

/* A commit's was checked when it began; a copy may end in another way, so it is
 * this end of it that is refused. */
static bool
check_copied(QemuDomain *vm, const Job *job, GError **error)
{
    const DiskJob *disk_job = job->disk_job;

    if (disk_job->type != VIR_DOMAIN_BLOCK_JOB_TYPE_COPY ||
        snapshot_hold_check_leaving(vm, disk_job->disk, disk_job->leaving,
                                    error))
        return true;
    g_prefix_error(error,
                   "domain '%s' cannot go over to the copy of job %d, which "
                   "goes on: ",
                   vm->name, job->id);
    return false;
}

/* Who waits is told what came of it.
 *
 * Under the domain's lock, since the outcome is read from the record; a pivot
 * takes as long as QEMU needs to drain one disk. */
static bool
await_end(QemuDomain *vm, Job *job, QmpClient *qmp, GError **error)
{
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GHashTable) states = NULL;

    g_ptr_array_add(ids, blockjob_qemu_id(job));
    states = block_job_await(qmp, ids, error);
    if (!states || !take_up(vm, job, states, error))
        return false;
    /* Ended jobs stay in the table until another one is added, so @job may be
     * looked at here. */
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

    /* Between the query in front of the call and our command QEMU's job ended
     * by itself, which is why it refused.  Who waits will be told how. */
    if (state && state->is_concluded) {
        g_error_free(refusal);
        return true;
    }
    job->disk_job->wish = DISK_JOB_GO_ON;
    job->disk_job->keeps_target = false;
    /* The refusal is what is told.  A wish that stays on record by this is sent
     * again by the next refresh, and refused again. */
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

    if (!qmp || (wish == DISK_JOB_PIVOT &&
                 (!disk_job_check_pivot(vm->name, job, error) ||
                  !check_copied(vm, job, error))))
        return false;
    /* First on record, then to QEMU: if we die in between, the wish is sent by
     * whoever looks next.  The other way round a pivot that nobody knows of
     * would be taken for one made through the monitor. */
    disk_job->wish = wish;
    /* As libvirt does: a copy that is in step and is ended without a pivot is a
     * point-in-time copy, and that is what was wanted. */
    disk_job->keeps_target = wish == DISK_JOB_CANCEL && disk_job->is_ready &&
                             disk_job->type == VIR_DOMAIN_BLOCK_JOB_TYPE_COPY;
    if (!job_store_save(vm, error))
        return false;
    if (!send_wish(vm, job, qmp, &refusal) &&
        !take_back(vm, job, refusal, error))
        return false;
    return !is_waiting || await_end(vm, job, qmp, error);
}
