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
#include "base/flags.h"
#include "qemu/agent.h"
#include "qemu/domain/domain_end.h"
#include "qemu/snapshot.h"
#include "qemu/snapshot/snapshot_overlay.h"
#include "qemu/snapshot/snapshot_plan.h"
#include "qemu/snapshot/snapshot_steps.h"
#include "qemu/snapshot/snapshot_store.h"

/* How long a guest's writers may stand still for one transaction.  The guard
 * thaws them then, whether we live or not. */
enum { FREEZE_DEADLINE_MS = 5000 };

/* ---- external ---- */

static bool
run_transaction(QemuDomain *vm, const SnapshotPlan *plan, GError **error)
{
    g_autoptr(Transaction) actions = transaction_new();
    QmpClient *qmp = qemu_domain_monitor(vm, error);

    if (!qmp)
        return false;
    snapshot_overlay_add_actions(vm, plan->record->def, plan->after, actions);
    /* In one transaction with the overlays: a bitmap that begins a moment later
     * would miss what was written between. */
    if (plan->checkpoint)
        checkpoint_plan_add_new(plan->checkpoint, plan->after, actions);
    if (transaction_run(actions, qmp, error))
        return true;
    g_prefix_error(error,
                   "cannot create snapshot '%s' of domain '%s': ", plan->name,
                   vm->name);
    return false;
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
static bool
give_up(QemuDomain *vm, SnapshotPlan *plan)
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
    return false;
}

/* The step has run: the overlays are on top, and nothing takes that back.  The
 * definitions first: with a death behind them the record is found prepared, and
 * its overlays on top. */
static bool
settle(QemuDomain *vm, SnapshotPlan *plan, GError **error)
{
    if (!snapshot_overlay_adopt(vm, plan->record, error))
        return false;
    /* Sealed before the snapshot: a checkpoint whose bitmaps count must not be
     * rolled back, and a snapshot that is found prepared is sealed again
     * anyway. */
    if (plan->checkpoint &&
        !checkpoint_seal(vm, checkpoint_plan_name(plan->checkpoint), error)) {
        qemu_domain_distrust(vm);
        return false;
    }
    return snapshot_store_seal(vm, plan->record, error);
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
static bool
store_both(QemuDomain *vm, SnapshotPlan *plan, GError **error)
{
    return snapshot_plan_store(vm, plan, error) &&
           (!plan->checkpoint ||
            checkpoint_plan_store(vm, plan->checkpoint, error));
}

static bool
create_external_live(QemuDomain *vm, SnapshotPlan *plan, GError **error)
{
    bool is_frozen = plan->flags & VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE;
    bool is_late = false;
    bool is_done = false;

    /* If the second write failed, the first record is there and goes. */
    if (!store_both(vm, plan, error))
        return plan->record ? give_up(vm, plan) : false;
    /* In this order: what the guest does not notice first, then what holds it
     * up, and then the mark.  Prepared is written when nothing is left that
     * could fail before the transaction. */
    if (!snapshot_overlay_make(vm, plan->record, plan->after, error) ||
        !snapshot_memory_save(vm, plan, error) ||
        !snapshot_store_set_step(vm, plan->record, SNAPSHOT_PREPARED, error)) {
        snapshot_memory_let_go(vm, plan);
        return give_up(vm, plan);
    }
    /* The guest stands still from the end of the memory's migration to here, so
     * what memory and disks hold is one moment. */
    is_done = is_frozen ? run_frozen(vm, plan, &is_late, error)
                        : run_transaction(vm, plan, error);
    snapshot_memory_let_go(vm, plan);
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
    if (!snapshot_plan_store(vm, plan, error))
        return false;
    if (!snapshot_store_set_step(vm, plan->record, SNAPSHOT_PREPARED, error) ||
        !snapshot_image_save(vm, plan->record->def, error))
        return give_up(vm, plan);
    return snapshot_store_seal(vm, plan->record, error);
}

/* ---- the call ---- */

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

/* Each combination that cannot be, told before anything is done. */
static bool
check_wishes(const QemuDomain *vm, const SnapshotPlan *plan, GError **error)
{
    bool is_active = qemu_domain_is_active(vm);

    if (!is_active && plan->flags & VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "domain '%s' does not run, so there is nothing to quiesce",
                    vm->name);
    }
    if (plan->flags & VIR_DOMAIN_SNAPSHOT_CREATE_LIVE &&
        plan->record->def->memory != SNAPSHOT_PLACE_EXTERNAL) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "snapshot '%s' cannot be taken live: only external memory "
                    "is saved while the guest runs",
                    plan->name);
    }
    /* A transient domain ends with its QEMU, and its folder, where the record
     * is, with it. */
    if (plan->flags & VIR_DOMAIN_SNAPSHOT_CREATE_HALT && is_active &&
        !vm->config) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "domain '%s' is transient: halted, it would be gone with "
                    "its snapshot",
                    vm->name);
    }
    return true;
}

static bool
halt(QemuDomain *vm, GError **error)
{
    /* As pulling the plug: what the guest had not written is in the snapshot's
     * memory, if it has any, and not to be written. */
    return domain_end_kill(vm, false, error) &&
           domain_end_record(vm, VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT, error);
}

static char *
create(QemuDomain *vm, const char *xml, const char *checkpoint_xml,
       unsigned flags, GError **error)
{
    g_autoptr(SnapshotPlan) plan =
        snapshot_plan_new(vm, xml, checkpoint_xml, flags, error);
    bool is_done = false;

    if (!plan || !check_wishes(vm, plan, error))
        return NULL;
    if (!plan->after) {
        is_done = create_internal(vm, plan, error);
    } else if (qemu_domain_is_active(vm)) {
        is_done = create_external_live(vm, plan, error);
    } else {
        is_done = create_external_off(vm, plan, error);
    }
    /* It is taken back as far as that could be told, and the error set, on
     * every way here. */
    if (!is_done)
        return NULL;
    if (flags & VIR_DOMAIN_SNAPSHOT_CREATE_HALT && qemu_domain_is_active(vm) &&
        !halt(vm, error))
        return NULL;
    /* Not of the record: a nameless one is gone. */
    return g_strdup(plan->name);
}

virDomainSnapshotPtr
qemu_snapshot_create(virDomainPtr domain, const char *xml,
                     const char *checkpoint_xml, unsigned flags, GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    g_autofree char *name = NULL;
    QemuDomain *vm = NULL;

    if (!check_flags(flags, error))
        return NULL;
    call = qemu_call_begin(domain, error);
    if (!call)
        return NULL;
    vm = qemu_call_domain(call);
    name = flags & VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE
               ? snapshot_redefine(
                     vm, xml, flags & VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT, error)
               : create(vm, xml, checkpoint_xml, flags, error);
    return name ? snapshot_object_new(domain, name) : NULL;
}
