/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Creating a checkpoint by itself. */
#include "base/error.h"
#include "base/flags.h"
#include "qemu/agent.h"
#include "qemu/checkpoint/checkpoint_steps.h"

/* The transaction takes a millisecond or two; what this bounds is how long a
 * guest stands still when QEMU or we do not get to it. */
enum { FREEZE_DEADLINE_MS = 5000 };

/* Both halves in one transaction: no moment with two bitmaps recording, and
 * none without. */
static bool
run_plan(QemuDomain *vm, const CheckpointPlan *plan, GError **error)
{
    g_autoptr(Transaction) actions = transaction_new();
    QmpClient *qmp = qemu_domain_monitor(vm, error);

    if (!qmp)
        return false;
    checkpoint_plan_add_new(plan, qemu_domain_def(vm), actions);
    checkpoint_plan_stop_former(plan, qemu_domain_def(vm), actions);
    /* What was known of the bitmaps is brought up to date rather than asked
     * again: the next creation then costs one command to QEMU and not two. */
    if (transaction_run(actions, qmp, error)) {
        checkpoint_plan_note_done(vm, plan);
        return true;
    }
    g_prefix_error(error, "cannot create checkpoint '%s' of domain '%s': ",
                   checkpoint_plan_name(plan), vm->name);
    return false;
}

/* With the guest's file systems at rest.  If the guard had to let them go
 * early the moment is not what was asked for. */
static bool
run_plan_frozen(QemuDomain *vm, const CheckpointPlan *plan, GError **error)
{
    int frozen = 0;
    g_autoptr(AgentFreeze) freeze =
        agent_freeze_begin(vm, FREEZE_DEADLINE_MS, &frozen, error);
    g_autoptr(GError) ignored = NULL;

    if (!freeze || !run_plan(vm, plan, error))
        return false;
    /* The thaw comes before the seal: what follows are writes of ours to the
     * disk, and a guest has no reason to stand still for those. */
    if (agent_freeze_end(freeze, error))
        return true;
    /* Whatever is not undone now is undone by the next call. */
    (void)checkpoint_roll_back(vm, checkpoint_plan_name(plan), &ignored);
    return false;
}

/* After a refusal nothing happened in QEMU.  After a lost connection nobody
 * knows: the record stays, and the next call compares it with the bitmaps. */
static void
give_up(QemuDomain *vm, CheckpointPlan *plan)
{
    if (vm->qmp && !qmp_client_is_lost(vm->qmp)) {
        checkpoint_plan_drop(vm, plan);
    } else {
        qemu_domain_distrust(vm);
    }
}

static char *
create_once(QemuDomain *vm, const char *xml, unsigned flags, GError **error)
{
    g_autoptr(CheckpointPlan) plan =
        checkpoint_plan_new(vm, xml, 0, flags, error);
    bool is_frozen = flags & VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE;
    g_autoptr(GError) ignored = NULL;

    /* On disk, pending, before QEMU hears of it: a bitmap that no record knows
     * of cannot come to be. */
    if (!plan || !checkpoint_plan_store(vm, plan, error))
        return NULL;
    if (!(is_frozen ? run_plan_frozen : run_plan)(vm, plan, error)) {
        give_up(vm, plan);
        return NULL;
    }
    if (checkpoint_seal(vm, checkpoint_plan_name(plan), error))
        return g_strdup(checkpoint_plan_name(plan));
    /* The transaction ran and its record could not be sealed.  The caller is
     * told of a failure, so the bitmaps must not stay. */
    (void)checkpoint_roll_back(vm, checkpoint_plan_name(plan), &ignored);
    return NULL;
}

/* What the last look said may be wrong if somebody else used QEMU's monitor:
 * then QEMU refuses, and a fresh look either says why or succeeds. */
static char *
create(QemuDomain *vm, const char *xml, unsigned flags, GError **error)
{
    g_autoptr(GError) cause = NULL;
    /* Of a machine that does not run the plan says what is wrong with that. */
    bool is_fresh = true;
    char *name;

    if (qemu_domain_is_active(vm) &&
        !checkpoint_look_once(vm, &is_fresh, error))
        return NULL;
    name = create_once(vm, xml, flags, &cause);
    /* Once more and only once, only for a refusal of QEMU's, and only if the
     * look was not made for this call.  After a lost connection the first try
     * may have worked. */
    if (!name && !is_fresh && error_is(cause, VIR_ERR_OPERATION_FAILED) &&
        vm->qmp && !qmp_client_is_lost(vm->qmp)) {
        g_clear_error(&cause);
        checkpoint_look_forget(vm);
        name = create_once(vm, xml, flags, &cause);
    }
    if (cause)
        g_propagate_error(error, g_steal_pointer(&cause));
    return name;
}

virDomainCheckpointPtr
qemu_checkpoint_create(virDomainPtr domain, const char *xml, unsigned flags,
                       GError **error)
{
    const unsigned known = VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE |
                           VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE |
                           VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE_VALIDATE;
    g_autoptr(QemuCall) call = NULL;
    g_autofree char *name = NULL;
    QemuDomain *vm;

    if (!flags_check(flags, known, "a new checkpoint", error))
        return NULL;
    /* From here to the end of the call the root's lock is ours: no other caller
     * can see the checkpoint half made. */
    call = qemu_call_begin(domain, error);
    if (!call)
        return NULL;
    vm = qemu_call_domain(call);
    if (flags & VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE) {
        name = checkpoint_redefine(
            vm, xml, flags & VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE_VALIDATE,
            error);
    } else {
        name = create(vm, xml, flags, error);
    }
    return name ? checkpoint_object_new(domain, name) : NULL;
}
