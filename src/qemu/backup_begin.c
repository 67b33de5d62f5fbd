/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/backup_begin.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/undo.h"
#include "qemu/agent.h"
#include "qemu/backup_cut.h"
#include "qemu/backup_expose.h"
#include "qemu/backup_finish.h"
#include "qemu/backup_pull.h"
#include "qemu/backup_push.h"
#include "qemu/jobs/job_store.h"

/* More than for a checkpoint: filters are put in between freeze and thaw, and a
 * guest may be held. */
enum { FREEZE_DEADLINE_MS = 10 * 1000, US_PER_MS = 1000 };

/* What the undo step needs. */
typedef struct {
    QemuDomain *vm;
    Job *job;
} Begun;

/* The reverse of all visible steps at once: a job's record names everything
 * that a begin makes, and taking it away asks what is there. */
static void
undo_begin(gpointer data)
{
    Begun *begun = data;

    /* If it fails, QEMU is in trouble or gone; the record is still there, and
     * the next call on the domain finishes the work. */
    (void)backup_finish_undo(begun->vm, begun->job, NULL);
}

/* One entry a chosen disk: the record's list of what there is to take away. */
static void
add_progress(const BackupPlan *plan, Job *job)
{
    for (guint i = 0; i < plan->disks->len; i++) {
        const BackupPlanDisk *disk = g_ptr_array_index(plan->disks, i);
        JobDisk *progress = job_disk_new(disk->wanted->name);

        progress->size = disk->size;
        /* A first figure, until QEMU's job tells how much it really copies (an
         * incremental copies less). */
        progress->total = plan->def->mode == BACKUP_MODE_PUSH ? disk->size : 0;
        /* In the record before the file exists: a death in between leaves
         * nobody else who knows its name. */
        progress->hidden_scratch = g_strdup(disk->hidden_scratch);
        g_ptr_array_add(job->disks, progress);
    }
}

/* The pending checkpoint comes first: one whose job is not there is rolled
 * back, so that a job always finds the checkpoint it names. */
static Job *
record_start(QemuDomain *vm, BackupPlan *plan, GError **error)
{
    Job *job = NULL;

    if (plan->checkpoint && !checkpoint_plan_store(vm, plan->checkpoint, error))
        return NULL;
    job = job_table_add(vm->jobs, VIR_DOMAIN_JOB_OPERATION_BACKUP, error);
    if (job) {
        job->started_ms = g_get_real_time() / US_PER_MS;
        /* What an undo has to know, all of it written down before there is
         * anything to undo. */
        job->keeps_files =
            (plan->flags & VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL) != 0;
        job->ends_itself =
            (plan->flags & VIR_DOMAIN_BACKUP_BEGIN_END_WHEN_DONE) != 0;
        job->holds_guest = plan->holds_guest;
        if (plan->checkpoint)
            job->checkpoint = g_strdup(checkpoint_plan_name(plan->checkpoint));
        add_progress(plan, job);
        job->backup = plan->def;
        /* The point from which a death is found: until here there was only a
         * pending checkpoint, which is rolled back for lack of its job. */
        if (job_store_save(vm, error)) {
            plan->is_def_taken = true;
            return job;
        }
        /* It is still the plan's; job_free() must not take it along. */
        job->backup = NULL;
        job_table_remove(vm->jobs, job);
    }
    if (plan->checkpoint)
        checkpoint_plan_drop(vm, plan->checkpoint);
    return NULL;
}

/* Which files are now ours, and how far the scratch may grow. */
static void
note_stores(const GPtrArray *stores, Job *job)
{
    for (guint i = 0; i < stores->len; i++) {
        const Store *store = g_ptr_array_index(stores, i);
        JobDisk *disk = job_find_disk(job, store->target);

        if (store->is_scratch)
            disk->temp_total = store->bound > 0 ? store->bound : store->size;
        /* A nameless one has no file any more, whether or not it was made. */
        if (!store->is_nameless)
            disk->is_created = store->is_created;
    }
}

/* Files, images, nodes, and the filters beside the disks; nothing the guest
 * could notice. */
static bool
prepare_storage(const BackupPlan *plan, Job *job, QmpClient *qmp,
                GError **error)
{
    g_autoptr(GPtrArray) stores = backup_plan_stores(plan, error);
    bool is_prepared = stores && store_prepare(stores, qmp, error);

    /* Also after a failure: what was created so far is what the undo
     * removes. */
    if (stores)
        note_stores(stores, job);
    /* With an iothread even the filter's node must wait for the guest to stand
     * still, see cut_held(). */
    return is_prepared &&
           (plan->holds_guest || backup_cut_prepare(plan, qmp, error));
}

/* QEMU 7.2 aborts when a node is put upon one whose requests an iothread has in
 * flight.  A guest that stands still has none, and its disks are back in the
 * main thread.  Nobody is told: it runs again before this call returns, and if
 * we die in between, the job's record says that it was held.  The copies start
 * once it runs: they take the lock of the disk's thread, but do not survive
 * that the disk goes back to it while they start. */
static bool
cut_held(const BackupPlan *plan, QmpClient *qmp, GError **error)
{
    bool is_cut = false;

    if (!qmp_client_run(qmp, "stop", NULL, error))
        return false;
    is_cut = backup_cut_prepare(plan, qmp, error) &&
             backup_cut_make(plan, qmp, error);
    /* In any case, and the first failure is the one that is told. */
    return qmp_client_run(qmp, "cont", NULL, is_cut ? error : NULL) && is_cut;
}

static bool
cut_now(const BackupPlan *plan, QmpClient *qmp, GError **error)
{
    return plan->holds_guest ? cut_held(plan, qmp, error)
                             : backup_cut_make(plan, qmp, error);
}

/* A thaw that came too early is told before the backup is believed. */
static bool
cut_frozen(QemuDomain *vm, const BackupPlan *plan, QmpClient *qmp,
           GError **error)
{
    g_autoptr(AgentFreeze) freeze = NULL;
    int n_frozen = 0;

    if (!(plan->flags & VIR_DOMAIN_BACKUP_BEGIN_QUIESCE))
        return cut_now(plan, qmp, error);
    /* As late as possible: images, nodes and the server are there, and all that
     * is left is the cut. */
    freeze = agent_freeze_begin(vm, FREEZE_DEADLINE_MS, &n_frozen, error);
    /* The thaw before the exports: their making needs no rest of the
     * guest's. */
    return freeze && cut_now(plan, qmp, error) &&
           agent_freeze_end(freeze, error);
}

/* Every step that the world sees, in the order that the header of backup_cut.h
 * explains. */
static bool
carry_out(QemuDomain *vm, const BackupPlan *plan, Job *job, QmpClient *qmp,
          GError **error)
{
    bool is_pull = job->backup->mode == BACKUP_MODE_PULL;
    bool hides = false;
    g_auto(AutoFd) listener = -1;

    /* The port or path first: it is what most often cannot be had, and costs
     * nothing to give back. */
    if (is_pull) {
        listener = backup_pull_listen(job->backup->server, error);
        if (listener < 0)
            return false;
    }
    /* From here on a guest that switches itself off does not take QEMU, and
     * with it the backup, along. */
    if (!prepare_storage(plan, job, qmp, error) ||
        !qemu_domain_set_shutdown_action(vm, true, error))
        return false;
    hides = backup_expose_is_needed(plan->def);
    /* Before the cut, where a failure costs nothing; but QEMU has one server,
     * and what hides a disk needs that first. */
    if (is_pull && !hides &&
        !backup_pull_serve_clients(vm, job, qmp, listener, error))
        return false;
    if (!cut_frozen(vm, plan, qmp, error))
        return false;
    if (!is_pull)
        return backup_push_start(plan, qmp, error);
    if (hides && !(backup_expose_hide(vm, plan, qmp, error) &&
                   backup_pull_serve_clients(vm, job, qmp, listener, error)))
        return false;
    return backup_pull_export(plan, qmp, error);
}

/* Record, act, record.  Between the two records a death is found and undone by
 * the next call. */
Job *
backup_begin(QemuDomain *vm, BackupPlan *plan, GError **error)
{
    g_autoptr(Undo) undo = undo_new();
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    Job *job = qmp ? record_start(vm, plan, error) : NULL;
    Begun begun = {vm, job};

    if (!job)
        return NULL;
    /* One step for everything: what was made is in the record, and the undo
     * asks QEMU what of it is there. */
    undo_push(undo, undo_begin, &begun);
    if (!carry_out(vm, plan, job, qmp, error))
        return NULL;
    /* Written down last: a death up to here undoes a backup whose caller never
     * got its id. */
    job->state = JOB_RUNNING;
    if (!job_store_save(vm, error)) {
        /* For the undo, which runs as this function returns. */
        job->state = JOB_STARTING;
        return NULL;
    }
    undo_commit(undo);
    return job;
}
