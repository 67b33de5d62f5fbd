/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Deleting checkpoints.
 *
 * However many go at once, QEMU sees one transaction, so no death of ours can
 * leave a bitmap that is removed and not merged.  On disk: marks first (what a
 * lost bitmap cost), then DELETING on each, then the transaction, then the
 * records go, children before parents.  checkpoint_recover.c reads what a
 * death in between leaves.
 */
#include "base/flags.h"
#include "qemu/checkpoint/checkpoint_steps.h"
#include "qemu/save/save_job.h"

/* Stops at the first failure and leaves the rest as they were: a record that
 * says DELETING while its bitmaps are there is sealed again by the next call,
 * so any mixture is repaired. */
static bool
set_states(QemuDomain *vm, const GPtrArray *doomed, CheckpointState state,
           GError **error)
{
    for (guint i = 0; i < doomed->len; i++) {
        if (!checkpoint_store_set_state(vm, g_ptr_array_index(doomed, i), state,
                                        error))
            return false;
    }
    return true;
}

/* The transaction has run: from here on only forwards.  A record that stays,
 * since its file could not be removed, says DELETING, has no bitmap, and goes
 * with the next call. */
static bool
drop_records(QemuDomain *vm, const GPtrArray *doomed, GError **error)
{
    for (guint i = 0; i < doomed->len; i++) {
        if (!checkpoint_store_drop(vm, g_ptr_array_index(doomed, i), error))
            return false;
    }
    return true;
}

/* QEMU refused: nothing happened, and the records say so again.  If that fails
 * too, or the connection is gone, the next call finds out. */
static void
take_back(QemuDomain *vm, const GPtrArray *doomed)
{
    g_autoptr(GError) ignored = NULL;

    if (!vm->qmp || qmp_client_is_lost(vm->qmp) ||
        !set_states(vm, doomed, CHECKPOINT_SEALED, &ignored))
        qemu_domain_distrust(vm);
}

static bool
delete_all(QemuDomain *vm, const GPtrArray *doomed, GError **error)
{
    const BitmapStates *states = checkpoint_look(vm, error);
    g_autoptr(IntervalPlan) plan = NULL;

    if (!states)
        return false;
    plan = interval_remove(vm->checkpoints->tree, states, doomed);
    /* The marks stay also if the deletion then fails: they tell of bitmaps that
     * are lost already. */
    if (!checkpoint_store_mark(vm, plan, error))
        return false;
    /* Where no bitmap is left there is no transaction to be half-way in. */
    if (plan->steps->len > 0) {
        if (!set_states(vm, doomed, CHECKPOINT_DELETING, error))
            return false;
        if (!checkpoint_run_steps(vm, plan, error)) {
            take_back(vm, doomed);
            return false;
        }
    }
    return drop_records(vm, doomed, error);
}

/* The bitmaps stay, so the intervals count on, without a name. */
static bool
forget_names(QemuDomain *vm, const GPtrArray *doomed, GError **error)
{
    for (guint i = 0; i < doomed->len; i++) {
        CheckpointRecord *record = g_ptr_array_index(doomed, i);
        /* A checkpoint of no disk at all has nothing that could be kept. */
        bool is_done = record->intervals->len > 0
                           ? checkpoint_store_forget_name(vm, record, error)
                           : checkpoint_store_drop(vm, record, error);

        if (!is_done)
            return false;
    }
    return true;
}

static bool
delete_checkpoint(QemuDomain *vm, const char *name, unsigned flags,
                  GError **error)
{
    const CheckpointSet *set = checkpoint_store_load(vm, error);
    bool is_metadata_only = flags & VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY;
    g_autoptr(GPtrArray) doomed = NULL;
    CheckpointRecord *record;

    if (!set)
        return false;
    record = checkpoint_tree_get(set->tree, name, error);
    /* Only QEMU can merge and remove bitmaps.  (Without a machine that runs
     * they could be reached by qemu-img; that merges as well, but not all at
     * once.) */
    if (!record ||
        (!is_metadata_only &&
         !qemu_domain_require_active(vm, "delete a checkpoint with its bitmaps",
                                     error)) ||
        !save_job_refuse(vm, "delete a checkpoint", error))
        return false;
    doomed = checkpoint_tree_doomed(set->tree, record, flags, error);
    if (!doomed)
        return false;
    if (is_metadata_only ? forget_names(vm, doomed, error)
                         : delete_all(vm, doomed, error))
        return true;
    g_prefix_error(error,
                   "cannot delete checkpoint '%s' of domain '%s': ", name,
                   vm->name);
    return false;
}

int
qemu_checkpoint_delete(virDomainCheckpointPtr checkpoint, unsigned flags,
                       GError **error)
{
    /* METADATA_ONLY goes with either of the others, as in libvirt. */
    const unsigned known = VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN |
                           VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN_ONLY |
                           VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY;
    g_autoptr(QemuCall) call = NULL;

    if (!flags_check(flags, known, "the deletion of a checkpoint", error))
        return -1;
    call = qemu_call_begin(checkpoint->domain, error);
    if (!call)
        return -1;
    return delete_checkpoint(qemu_call_domain(call), checkpoint->name, flags,
                             error)
               ? 0
               : -1;
}
