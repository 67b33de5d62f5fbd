/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Deleting snapshots.
 *
 * Metadata alone: the records go, and images stay as they are.  With the data:
 * an internal one leaves its images; an external one is a layer that is merged
 * (snapshot_merge.c).  Several go one after the other, children before their
 * parents, so that a death on the way leaves fewer of them, and none half.
 */
#include "base/flags.h"
#include "qemu/snapshot.h"
#include "qemu/snapshot/snapshot_steps.h"
#include "qemu/snapshot/snapshot_store.h"

/* What goes, children before their parents. */
static GPtrArray *
list_doomed(const SnapshotTree *tree, SnapshotRecord *record, unsigned flags)
{
    const unsigned below = VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN |
                           VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY;
    g_autoptr(GPtrArray) list = NULL;
    GPtrArray *doomed = g_ptr_array_new();

    if (flags & below) {
        list = snapshot_tree_list(tree, record,
                                  VIR_DOMAIN_SNAPSHOT_LIST_DESCENDANTS);
        /* The tree lists parents before their children. */
        for (guint i = list->len; i > 0; i--)
            g_ptr_array_add(doomed, g_ptr_array_index(list, i - 1));
    }
    if (!(flags & VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY))
        g_ptr_array_add(doomed, record);
    return doomed;
}

/* The mark, the images, the record, in that order.  From the mark on it is no
 * state to return to, whatever is still there; without it a death on the way
 * would leave a snapshot that some disks have and some have not. */
bool
snapshot_delete_internal(QemuDomain *vm, SnapshotRecord *record, GError **error)
{
    /* Also called to go on with one that is marked. */
    return (record->step == SNAPSHOT_DELETING ||
            snapshot_store_set_step(vm, record, SNAPSHOT_DELETING, error)) &&
           snapshot_image_delete(vm, record->def, error) &&
           snapshot_store_drop(vm, record, error);
}

/* Of several each is looked at when it is its turn: whether it can be merged
 * shows only once what is below it in the tree has gone. */
static bool
delete_one(QemuDomain *vm, SnapshotRecord *record, bool is_metadata_only,
           GError **error)
{
    if (is_metadata_only)
        return snapshot_store_drop(vm, record, error);
    if (!snapshot_def_is_external(record->def))
        return snapshot_delete_internal(vm, record, error);
    return snapshot_merge_check(vm, record, error) &&
           snapshot_merge(vm, record, error);
}

static bool
check_free(QemuDomain *vm, GError **error)
{
    const char *what = "delete a snapshot with its data";

    return snapshot_check_checkpoints(vm, what, error) &&
           snapshot_check_jobs(vm, NULL, what, error);
}

static bool
delete_snapshot(QemuDomain *vm, const char *name, unsigned flags,
                GError **error)
{
    const SnapshotTree *tree = snapshot_store_load(vm, error);
    bool is_metadata_only = flags & VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY;
    g_autoptr(GPtrArray) doomed = NULL;
    SnapshotRecord *record = tree ? snapshot_tree_get(tree, name, error) : NULL;
    bool is_done = true;

    if (!record)
        return false;
    doomed = list_doomed(tree, record, flags);
    is_done = is_metadata_only || (snapshot_merge_resume(vm, record, error) &&
                                   check_free(vm, error));
    for (guint i = 0; is_done && i < doomed->len; i++) {
        is_done = delete_one(vm, g_ptr_array_index(doomed, i), is_metadata_only,
                             error);
    }
    if (!is_done) {
        g_prefix_error(error,
                       "cannot delete snapshot '%s' of domain '%s': ", name,
                       vm->name);
    }
    return is_done;
}

int
qemu_snapshot_delete(virDomainSnapshotPtr snapshot, unsigned flags,
                     GError **error)
{
    const unsigned known = VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN |
                           VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY |
                           VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY;
    g_autoptr(QemuCall) call = NULL;

    if (!flags_check(flags, known, "the deletion of a snapshot", error))
        return -1;
    call = qemu_call_begin(snapshot->domain, error);
    if (!call)
        return -1;
    return delete_snapshot(qemu_call_domain(call), snapshot->name, flags, error)
               ? 0
               : -1;
}
