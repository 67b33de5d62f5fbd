/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a caller or a QEMU that died left half done about snapshots.
 *
 *     record      and                                     then
 *     pending     whatever                                undone
 *     prepared    external, QEMU has the overlays on top  adopted and sealed
 *     prepared    external, QEMU has not                  undone
 *     prepared    external, no QEMU                       adopted and sealed
 *     prepared    internal, every image has it            sealed
 *     prepared    internal, otherwise                     undone
 *     deleting    internal                                its deletion goes on
 *     deleting    external                                left so: who deletes it
 *                                                         again goes on
 *     returning   (snapshot_revert.c)
 *
 * Without a QEMU nobody can say whether its step ran.  If it did the overlays
 * hold what the guest wrote since, and nothing may take them away; if it did
 * not they are empty, and the images below are what they were when QEMU ended:
 * a state of the machine at one moment, which is what a snapshot is.
 */
#include "base/error.h"
#include "qemu/snapshot.h"
#include "qemu/snapshot/snapshot_overlay.h"
#include "qemu/snapshot/snapshot_steps.h"
#include "qemu/snapshot/snapshot_store.h"

static bool
is_external(const SnapshotRecord *record)
{
    return snapshot_def_has_disk(record->def, SNAPSHOT_PLACE_EXTERNAL);
}

/* A merge can stop anywhere, and the machine is whole all the same. */
static bool
is_half_done(const SnapshotRecord *record)
{
    return record->step != SNAPSHOT_SEALED &&
           !(record->step == SNAPSHOT_DELETING && is_external(record));
}

/* Names first: taking one up changes the tree. */
static GPtrArray *
list_half_done(const SnapshotTree *tree)
{
    const GPtrArray *records = snapshot_tree_records(tree);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < records->len; i++) {
        const SnapshotRecord *record = g_ptr_array_index(records, i);

        if (is_half_done(record))
            g_ptr_array_add(names, g_strdup(record->def->name));
    }
    return names;
}

/* Files before the record: a death in between finds the record, and does the rest
 * again. */
bool
snapshot_undo(QemuDomain *vm, SnapshotRecord *record, const DomainDef *after,
              GError **error)
{
    bool is_done = after ? snapshot_overlay_remove(vm, record, after, error) &&
                               snapshot_memory_remove(record->def, error)
                         : snapshot_image_delete(vm, record->def, error);

    return is_done && snapshot_store_drop(vm, record, error);
}

static bool
take_up_external(QemuDomain *vm, SnapshotRecord *record, GError **error)
{
    g_autoptr(DomainDef) after =
        snapshot_overlay_put(qemu_domain_def(vm), record->def, true);
    /* Pending: the transaction was not even tried, so it need not be asked
     * for. */
    bool is_used = record->step == SNAPSHOT_PREPARED;

    if (is_used && qemu_domain_is_active(vm) &&
        !snapshot_overlay_is_used(vm, record->def, after, &is_used, error))
        return false;
    /* Before anything that can fail for long: a guest that a dead caller
     * stopped stands still since then. */
    if (!snapshot_memory_wake(vm, record, error))
        return false;
    if (!is_used)
        return snapshot_undo(vm, record, after, error);
    return snapshot_overlay_adopt(vm, record, error) &&
           snapshot_store_seal(vm, record, error);
}

static bool
take_up_internal(QemuDomain *vm, SnapshotRecord *record, GError **error)
{
    bool is_whole = false;

    /* The dead caller's job may still be writing; the images say nothing before
     * it ends. */
    if (qemu_domain_is_active(vm) && !snapshot_image_settle(vm, error))
        return false;
    if (record->step == SNAPSHOT_DELETING)
        return snapshot_delete_internal(vm, record, error);
    if (record->step == SNAPSHOT_PREPARED &&
        !snapshot_image_is_whole(vm, record->def, &is_whole, error))
        return false;
    return is_whole ? snapshot_store_seal(vm, record, error)
                    : snapshot_undo(vm, record, NULL, error);
}

/* A QEMU that was just started has its images from the definition: whatever is
 * still open here was to be settled before, and must not be guessed now. */
static bool
check_settled(const QemuDomain *vm, const SnapshotRecord *record, bool at_start,
              GError **error)
{
    if (!at_start)
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "snapshot '%s' of domain '%s' is half done, and cannot be "
                "settled in a machine that is being started",
                record->def->name, vm->name);
}

/* A job that is still at work keeps its records: its caller comes here only when
 * it has ended (recover.c). */
bool
snapshot_recover(QemuDomain *vm, bool at_start, GError **error)
{
    const SnapshotTree *tree = snapshot_store_load(vm, error);
    g_autoptr(GPtrArray) names = NULL;

    if (!tree)
        return false;
    names = list_half_done(tree);
    for (guint i = 0; i < names->len; i++) {
        /* By name each time: one before may have been dropped, and its record
         * freed. */
        SnapshotRecord *record = snapshot_tree_find(tree, names->pdata[i]);
        bool is_done = false;

        if (!check_settled(vm, record, at_start, error)) {
            is_done = false;
        } else if (record->step == SNAPSHOT_RETURNING) {
            is_done = snapshot_revert_recover(vm, record, error);
        } else if (is_external(record)) {
            is_done = take_up_external(vm, record, error);
        } else {
            is_done = take_up_internal(vm, record, error);
        }
        if (!is_done) {
            /* So that the next call tries again; this one fails, since whatever
             * it is for would rest on a state that nobody knows. */
            qemu_domain_distrust(vm);
            return false;
        }
    }
    return true;
}
