/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How much was written since a checkpoint: the union of its line of intervals,
 * counted by QEMU.
 *
 * One interval has its count in the query's answer.  Several must not be added
 * up, since a block written in two of them is one block: they are merged into
 * a private bitmap that lives from one command to the next but one.
 */
#include "qemu/block/node_names.h"
#include "qemu/checkpoint/checkpoint_steps.h"

static void
add_union(Transaction *actions, const char *node, const GPtrArray *bitmaps)
{
    transaction_bitmap_add_private(actions, node, CHECKPOINT_SIZE_BITMAP);
    transaction_bitmap_merge_all(actions, node, CHECKPOINT_SIZE_BITMAP,
                                 bitmaps);
}

/* The disks whose union must be built, in @unions and their removal in
 * @removals; the others get their size at once. */
static void
plan_unions(QemuDomain *vm, const CheckpointRecord *record, CheckpointDef *def,
            Transaction *unions, Transaction *removals)
{
    const CheckpointSet *set = vm->checkpoints;
    const DomainDef *domain = qemu_domain_def(vm);

    for (guint i = 0; i < record->intervals->len; i++) {
        const CheckpointInterval *interval =
            g_ptr_array_index(record->intervals, i);
        CheckpointDisk *disk = checkpoint_def_find_disk(def, interval->disk);
        g_autofree char *node = node_format_of(domain, interval->disk);
        /* libvirt shows no size where the bitmaps do not tell one, and the rest
         * of the document is shown all the same. */
        g_autoptr(GError) unknown = NULL; /* then there is no size to show */
        g_autoptr(GPtrArray) bitmaps = interval_since(
            set->tree, set->states, record, interval->disk, &unknown);

        if (!bitmaps || !disk)
            continue;
        /* The count of its own interval, which is the size if it is the
         * newest. */
        disk->has_size = true;
        disk->size =
            bitmap_states_count(set->states, interval->disk, interval->bitmap);
        if (bitmaps->len == 1)
            continue;
        add_union(unions, node, bitmaps);
        /* Of a disk with one interval there is nothing to remove, and a removal
         * too many would fail the whole transaction. */
        transaction_bitmap_remove(removals, node, CHECKPOINT_SIZE_BITMAP);
    }
}

static void
read_unions(const BitmapStates *states, CheckpointDef *def)
{
    for (guint i = 0; def->disks && i < def->disks->len; i++) {
        CheckpointDisk *disk = g_ptr_array_index(def->disks, i);

        if (bitmap_states_get(states, disk->name, CHECKPOINT_SIZE_BITMAP) !=
            BITMAP_MISSING) {
            disk->size =
                bitmap_states_count(states, disk->name, CHECKPOINT_SIZE_BITMAP);
        }
    }
}

bool
checkpoint_measure(QemuDomain *vm, CheckpointDef *def, GError **error)
{
    g_autoptr(Transaction) unions = transaction_new();
    g_autoptr(Transaction) removals = transaction_new();
    const BitmapStates *states = checkpoint_look(vm, error);
    const CheckpointRecord *record;
    bool is_removed;

    if (!states)
        return false;
    /* Found: the caller looked it up in this call, and a look drops nameless
     * ones only. */
    record = checkpoint_tree_find(vm->checkpoints->tree, def->name);
    plan_unions(vm, record, def, unions, removals);
    if (transaction_is_empty(unions))
        return true;
    /* If its answer is lost, the private bitmaps may be there; the next look
     * removes them. */
    if (!transaction_run(unions, vm->qmp, error))
        return false;
    states = checkpoint_ask(vm, error);
    if (states)
        read_unions(states, def);
    /* Even if the question failed; the first failure is the one told. */
    is_removed = transaction_run(removals, vm->qmp, states ? error : NULL);
    checkpoint_look_forget(vm);
    return states && is_removed;
}
