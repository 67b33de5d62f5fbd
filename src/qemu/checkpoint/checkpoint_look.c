/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/checkpoint/checkpoint_look.h"

#include "qemu/block/bitmaps.h"
#include "qemu/block/node_names.h"

void
checkpoint_look_forget(QemuDomain *vm)
{
    if (vm->checkpoints) {
        g_clear_pointer(&vm->checkpoints->states, bitmap_states_free);
    }
}

const BitmapStates *
checkpoint_ask(QemuDomain *vm, GError **error)
{
    CheckpointSet *set = checkpoint_store_load(vm, error);
    QmpClient *qmp = set ? qemu_domain_monitor(vm, error) : NULL;

    if (!qmp)
        return NULL;
    /* Forgotten first: after a failure nothing is better than the old. */
    checkpoint_look_forget(vm);
    set->states = bitmaps_query(qmp, qemu_domain_def(vm), error);
    /* Noted with the answer: bitmaps come back changed from one run of QEMU to
     * the next (stored, lost, inconsistent). */
    set->states_pid = vm->pid;
    set->states_start = vm->pid_start;
    return set->states;
}

/* A caller that died while it added up sizes left its private bitmap, which
 * would take memory for as long as QEMU runs, and its name from the next. */
static bool
remove_leftovers(QemuDomain *vm, GError **error)
{
    const DomainDef *def = qemu_domain_def(vm);
    BitmapStates *states = vm->checkpoints->states;
    g_autoptr(Transaction) actions = transaction_new();

    /* Usually there is none, and the empty transaction below is not sent. */
    for (guint i = 0; i < def->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(def->disks, i);
        g_autofree char *node = node_format(disk);

        if (bitmap_states_get(states, disk->target, CHECKPOINT_SIZE_BITMAP) ==
            BITMAP_MISSING)
            continue;
        transaction_bitmap_remove(actions, node, CHECKPOINT_SIZE_BITMAP);
        bitmap_states_set(states, disk->target, CHECKPOINT_SIZE_BITMAP,
                          BITMAP_MISSING, 0);
    }
    return transaction_run(actions, vm->qmp, error);
}

/* An interval without a name is on record for the sake of its bitmap. */
static bool
is_spent(const BitmapStates *states, const CheckpointRecord *record)
{
    /* One with a name stays, however little is left of it: its user deletes
     * it. */
    if (record->state != CHECKPOINT_NAMELESS)
        return false;
    for (guint i = 0; i < record->intervals->len; i++) {
        const CheckpointInterval *interval =
            g_ptr_array_index(record->intervals, i);

        if (!bitmap_states_has_disk(states, interval->disk))
            return false; /* it may be plugged in again */
    }
    return interval_is_gone(states, record);
}

/* After the marks: they say what its loss cost the older ones. */
static bool
drop_spent(QemuDomain *vm, GError **error)
{
    const CheckpointSet *set = vm->checkpoints;
    const GPtrArray *records = checkpoint_tree_records(set->tree);

    /* Backwards: dropping takes the record out of the array. */
    for (guint i = records->len; i > 0; i--) {
        CheckpointRecord *record = g_ptr_array_index(records, i - 1);

        if (is_spent(set->states, record) &&
            !checkpoint_store_drop(vm, record, error))
            return false;
    }
    return true;
}

const BitmapStates *
checkpoint_look(QemuDomain *vm, GError **error)
{
    const BitmapStates *states = checkpoint_ask(vm, error);
    g_autoptr(IntervalPlan) plan = NULL;

    if (!states)
        return NULL;
    /* The order: first what is lost is written down as lost, then what is left
     * over is cleared.  The other way round a death in between would leave an
     * older checkpoint that looks sound. */
    plan = interval_look(vm->checkpoints->tree, states);
    if (!checkpoint_store_mark(vm, plan, error) || !drop_spent(vm, error) ||
        !remove_leftovers(vm, error))
        return NULL;
    return states;
}

const BitmapStates *
checkpoint_look_once(QemuDomain *vm, bool *ret_is_fresh, GError **error)
{
    const CheckpointSet *set = checkpoint_store_load(vm, error);
    /* A pid alone may have been given to another QEMU since. */
    bool is_known = set && set->states && set->states_pid == vm->pid &&
                    set->states_start == vm->pid_start;

    if (!set)
        return NULL;
    if (ret_is_fresh)
        *ret_is_fresh = !is_known;
    /* Records that another process changed are no case here: the root's
     * generation has then made the session forget this domain, and these states
     * with it. */
    return is_known ? set->states : checkpoint_look(vm, error);
}

bool
checkpoint_run_steps(QemuDomain *vm, const IntervalPlan *plan, GError **error)
{
    g_autoptr(Transaction) actions = transaction_new();
    QmpClient *qmp = qemu_domain_monitor(vm, error);

    if (!qmp)
        return false;
    bitmaps_add_steps(actions, qemu_domain_def(vm), plan->steps);
    if (!transaction_run(actions, qmp, error)) {
        /* Refused, or no answer in time: in the second case it may have
         * happened. */
        checkpoint_look_forget(vm);
        return false;
    }
    if (vm->checkpoints->states)
        interval_note(vm->checkpoints->states, plan);
    return true;
}
