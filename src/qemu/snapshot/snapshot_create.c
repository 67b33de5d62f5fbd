/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Creating a snapshot.
 *
 * Decide, act, record.  The record is pending while files and images are made;
 * it is written again, as prepared, just before the step that counts, so that
 * whoever finds it knows whether that step may have run; afterwards the
 * definitions name the new images, and the record is sealed.
 * snapshot_recover.c reads what a death in between leaves.
 */
#include "base/error.h"
#include "base/fd.h"
#include "base/flags.h"
#include "model/snapshot/snapshot_wishes.h"
#include "qemu/agent.h"
#include "qemu/domain/domain_end.h"
#include "qemu/save/save_job.h"
#include "qemu/snapshot.h"
#include "qemu/snapshot/snapshot_job.h"
#include "qemu/snapshot/snapshot_overlay.h"
#include "qemu/snapshot/snapshot_plan.h"
#include "qemu/snapshot/snapshot_steps.h"
#include "qemu/snapshot/snapshot_store.h"

/* How long a guest's writers may stand still for one transaction.  The guard
 * thaws them then, whether we live or not. */
enum { FREEZE_DEADLINE_MS = 5000, US_PER_MS = 1000 };

/* A job that is waited for without the root's lock. */
typedef struct {
    int job;    /* 0: there is none */
    char *path; /* of the memory's file, which is open as */
    int file;
} SnapshotWait;

/* On every way out, also of a call that has no job. */
static void
wait_clear(SnapshotWait *wait)
{
    g_free(wait->path);
    auto_fd_close(wait->file);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SnapshotWait, wait_clear)

/* ---- external ---- */

/* By whoever comes to the moment: the call itself, or for a job the process that
 * looks when the memory is whole. */
bool
snapshot_cut(QemuDomain *vm, const SnapshotDef *def, const DomainDef *after,
             const char *checkpoint, GError **error)
{
    g_autoptr(Transaction) actions = transaction_new();
    QmpClient *qmp = qemu_domain_monitor(vm, error);

    if (!qmp)
        return false;
    snapshot_overlay_add_actions(vm, def, after, actions);
    /* In one transaction with the overlays: a bitmap that begins a moment later
     * would miss what was written between. */
    if (checkpoint &&
        !checkpoint_add_pending(vm, checkpoint, after, actions, error))
        return false;
    if (transaction_run(actions, qmp, error))
        return true;
    g_prefix_error(error,
                   "cannot create snapshot '%s' of domain '%s': ", def->name,
                   vm->name);
    return false;
}

/* NULL: it carries none. */
static const char *
checkpoint_of(const SnapshotPlan *plan)
{
    return plan->checkpoint ? checkpoint_plan_name(plan->checkpoint) : NULL;
}

static bool
run_transaction(QemuDomain *vm, const SnapshotPlan *plan, GError **error)
{
    return snapshot_cut(vm, plan->record->def, plan->after, checkpoint_of(plan),
                        error);
}

/* With the guest's file systems at rest.  *@ret_is_late: the guard had to let
 * them go early, and the moment is not what was asked for.
 *
 * The freeze is a matter of the agent in the guest and of a guard process that
 * thaws it if we die; both are let go when @freeze goes, on every way out. */
static bool
run_frozen(QemuDomain *vm, const SnapshotPlan *plan, bool *ret_is_late,
           GError **error)
{
    int frozen = 0;
    g_autoptr(AgentFreeze) freeze =
        agent_freeze_begin(vm, FREEZE_DEADLINE_MS, &frozen, error);

    if (!freeze || !run_transaction(vm, plan, error))
        return false;
    *ret_is_late = !agent_freeze_end(freeze, error);
    return true;
}

/* After a refusal nothing happened in QEMU.  After a lost connection nobody
 * knows: the record stays, and the next call looks at what is on top. */
void
snapshot_give_up(QemuDomain *vm, SnapshotPlan *plan)
{
    /* "Known" is: QEMU is gone, so the images are all there is to look at; or
     * it answers, so its refusal was one.  Only then may overlays be removed: a
     * used one holds the guest's data. */
    bool is_known =
        !qemu_domain_is_active(vm) || (vm->qmp && !qmp_client_is_lost(vm->qmp));

    /* The caller has an error to tell already; what is left is taken up by the
     * next call, which is what distrust means. */
    if (!is_known || !snapshot_undo(vm, plan->record, plan->after, NULL))
        qemu_domain_distrust(vm);
    if (is_known && plan->checkpoint)
        checkpoint_plan_drop(vm, plan->checkpoint);
}

/* For the steps of a call that fails. */
static bool
give_up(QemuDomain *vm, SnapshotPlan *plan)
{
    snapshot_give_up(vm, plan);
    return false;
}

/* The step has run: the overlays are on top, and nothing takes that back.  The
 * definitions first: with a death behind them the record is found prepared, and
 * its overlays on top. */
bool
snapshot_settle(QemuDomain *vm, SnapshotRecord *record, const char *checkpoint,
                GError **error)
{
    if (!snapshot_overlay_adopt(vm, record, error))
        return false;
    /* Sealed before the snapshot: a checkpoint whose bitmaps count must not be
     * rolled back, and a snapshot that is found prepared is sealed again
     * anyway: by somebody who may find the checkpoint sealed already. */
    if (checkpoint && checkpoint_is_pending(vm, checkpoint) &&
        !checkpoint_seal(vm, checkpoint, error)) {
        qemu_domain_distrust(vm);
        return false;
    }
    return snapshot_store_seal(vm, record, error);
}

static bool
settle(QemuDomain *vm, const SnapshotPlan *plan, GError **error)
{
    return snapshot_settle(vm, plan->record, checkpoint_of(plan), error);
}

/* What was asked for did not happen, although something did: the disks keep
 * their overlays, and nothing claims to be a snapshot. */
static bool
disown(QemuDomain *vm, SnapshotPlan *plan)
{
    /* Nameless, the record is one of a step to take up, not of a snapshot: if
     * we die in here it is dropped once its overlays are adopted. */
    plan->record->is_nameless = true;
    if (snapshot_overlay_adopt(vm, plan->record, NULL) &&
        snapshot_store_drop(vm, plan->record, NULL) && plan->checkpoint) {
        (void)checkpoint_roll_back(vm, checkpoint_plan_name(plan->checkpoint),
                                   NULL);
    }
    return false;
}

/* On disk before QEMU hears anything, the snapshot's record first: it is the
 * one that a recovery starts from. */
bool
snapshot_store_both(QemuDomain *vm, SnapshotPlan *plan, GError **error)
{
    return snapshot_plan_store(vm, plan, error) &&
           (!plan->checkpoint ||
            checkpoint_plan_store(vm, plan->checkpoint, error));
}

/* Without memory, so all of it is as short as the transaction: the root's lock is
 * held throughout. */
static bool
create_external_live(QemuDomain *vm, SnapshotPlan *plan, GError **error)
{
    bool is_frozen = plan->flags & VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE;
    bool is_late = false;
    bool is_done = false;

    /* If the second write failed, the first record is there and goes. */
    if (!snapshot_store_both(vm, plan, error))
        return plan->record ? give_up(vm, plan) : false;
    /* In this order: what the guest does not notice first, then what holds it
     * up, and then the mark.  Prepared is written when nothing is left that
     * could fail before the transaction. */
    if (!snapshot_overlay_make(vm, plan->record, plan->after, error) ||
        !snapshot_store_set_step(vm, plan->record, SNAPSHOT_PREPARED, error))
        return give_up(vm, plan);
    is_done = is_frozen ? run_frozen(vm, plan, &is_late, error)
                        : run_transaction(vm, plan, error);
    if (!is_done)
        return give_up(vm, plan);
    return is_late ? disown(vm, plan) : settle(vm, plan, error);
}

/* Nothing runs, so the step that counts is the definition's: it is what names
 * the overlays. */
static bool
create_external_off(QemuDomain *vm, SnapshotPlan *plan, GError **error)
{
    if (!snapshot_plan_store(vm, plan, error))
        return false;
    if (!snapshot_overlay_make(vm, plan->record, plan->after, error) ||
        !snapshot_store_set_step(vm, plan->record, SNAPSHOT_PREPARED, error))
        return give_up(vm, plan);
    return settle(vm, plan, error);
}

/* ---- internal ---- */

/* QEMU, or qemu-img, writes into each image in turn, so a death may leave some
 * of them with it and some without; the record says prepared, and the recovery
 * looks into the images. */
static bool
create_internal(QemuDomain *vm, SnapshotPlan *plan, GError **error)
{
    const SnapshotDef *def = plan->record->def;
    bool has_memory = qemu_domain_is_active(vm);
    int64_t started_ms = g_get_real_time() / US_PER_MS;

    if (!snapshot_plan_store(vm, plan, error))
        return false;
    if (!snapshot_store_set_step(vm, plan->record, SNAPSHOT_PREPARED, error) ||
        !snapshot_image_save(vm, def, error))
        return give_up(vm, plan);
    if (!snapshot_store_seal(vm, plan->record, error))
        return false;
    if (has_memory)
        save_job_note(vm, VIR_DOMAIN_JOB_OPERATION_SNAPSHOT, started_ms);
    return true;
}

/* ---- the call ---- */

/* What exclude each other is the interface's to say; which there are is ours. */
static bool
check_flags(unsigned flags, GError **error)
{
    const unsigned known =
        VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE |
        VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT |
        VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA |
        VIR_DOMAIN_SNAPSHOT_CREATE_HALT | VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY |
        VIR_DOMAIN_SNAPSHOT_CREATE_REUSE_EXT |
        VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE | VIR_DOMAIN_SNAPSHOT_CREATE_ATOMIC |
        VIR_DOMAIN_SNAPSHOT_CREATE_LIVE | VIR_DOMAIN_SNAPSHOT_CREATE_VALIDATE;

    return flags_check(flags, known, "a new snapshot", error);
}

static bool
check_wishes(const QemuDomain *vm, const SnapshotPlan *plan, GError **error)
{
    const SnapshotSubject subject = {vm->name, qemu_domain_is_active(vm),
                                     vm->config != NULL};

    return snapshot_wishes_check(&subject, plan->record->def, plan->flags,
                                 error);
}

/* The record of the end looks after jobs and snapshots, so everything about this
 * one is sealed by then. */
static bool
halt(QemuDomain *vm, GError **error)
{
    /* As pulling the plug: what the guest had not written is in the snapshot's
     * memory, if it has any, and not to be written. */
    return domain_end_kill(vm, false, error) &&
           domain_end_record(vm, VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT, error);
}

/* *@ret_job: the id of the job that goes on without the lock, and *@ret_file what
 * that writes; 0: it is done.  Returns: (transfer full): the snapshot's name. */
static char *
create(QemuDomain *vm, SnapshotPlan *plan, int *ret_job, int *ret_file,
       GError **error)
{
    const Job *job = NULL;
    bool is_done = false;

    if (!check_wishes(vm, plan, error))
        return NULL;
    if (snapshot_job_is_one(vm, plan)) {
        job = snapshot_job_begin(vm, plan, ret_file, error);
        *ret_job = job ? job->id : 0;
        return job ? g_strdup(plan->name) : NULL;
    }
    if (!plan->after) {
        is_done = create_internal(vm, plan, error);
    } else if (qemu_domain_is_active(vm)) {
        is_done = create_external_live(vm, plan, error);
    } else {
        is_done = create_external_off(vm, plan, error);
    }
    /* It is taken back as far as that could be told, and the error set, on
     * every way here. */
    if (!is_done || (plan->flags & VIR_DOMAIN_SNAPSHOT_CREATE_HALT &&
                     qemu_domain_is_active(vm) && !halt(vm, error)))
        return NULL;
    /* Not of the record: a nameless one is gone. */
    return g_strdup(plan->name);
}

/* The plan goes before the lock does: what the job needs of it is on record. */
static char *
begin(virDomainPtr domain, const char *xml, const char *checkpoint_xml,
      unsigned flags, SnapshotWait *ret_wait, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;
    g_autoptr(SnapshotPlan) plan = NULL;
    char *name = NULL;

    if (!vm)
        return NULL;
    if (flags & VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE) {
        return snapshot_redefine(
            vm, xml, flags & VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT, error);
    }
    plan = snapshot_plan_new(vm, xml, checkpoint_xml, flags, error);
    if (!plan)
        return NULL;
    name = create(vm, plan, &ret_wait->job, &ret_wait->file, error);
    if (ret_wait->job > 0)
        ret_wait->path = g_strdup(plan->record->def->memory_file);
    return name;
}

virDomainSnapshotPtr
qemu_snapshot_create(virDomainPtr domain, const char *xml,
                     const char *checkpoint_xml, unsigned flags, GError **error)
{
    g_auto(SnapshotWait) wait = {.file = -1};
    g_autofree char *name = NULL;

    if (!check_flags(flags, error))
        return NULL;
    name = begin(domain, xml, checkpoint_xml, flags, &wait, error);
    if (!name || (wait.job > 0 && !save_job_await(domain, wait.job, wait.path,
                                                  wait.file, error)))
        return NULL;
    return snapshot_object_new(domain, name);
}
