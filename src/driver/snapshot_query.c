/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "driver/snapshot_query.h"

#include "base/error.h"

/* Each holds a reference of the domain's handle and a name, nothing of the
 * tree, which may be read anew in the next call. */
static virDomainSnapshotPtr *
make_handles(virDomainPtr domain, const GPtrArray *list)
{
    virDomainSnapshotPtr *handles = g_new0(virDomainSnapshotPtr, list->len + 1);

    for (guint i = 0; i < list->len; i++) {
        const SnapshotRecord *record = g_ptr_array_index(list, i);

        handles[i] = snapshot_object_new(domain, record->def->name);
    }
    return handles;
}

int
snapshot_query_list(virDomainPtr domain, const SnapshotTree *tree,
                    virDomainSnapshotPtr from, unsigned flags,
                    virDomainSnapshotPtr **ret_snapshots, GError **error)
{
    const SnapshotRecord *top =
        from ? snapshot_tree_get(tree, from->name, error) : NULL;
    g_autoptr(GPtrArray) list = NULL;

    if (from && !top)
        return -1;
    /* @flags with ROOTS mean DESCENDANTS in a call below another snapshot: the
     * two are one bit in libvirt. */
    list = snapshot_tree_list(tree, top, flags);
    if (ret_snapshots)
        *ret_snapshots = make_handles(domain, list);
    return (int)list->len;
}

virDomainSnapshotPtr
snapshot_query_lookup(virDomainPtr domain, const SnapshotTree *tree,
                      const char *name, GError **error)
{
    return snapshot_tree_get(tree, name, error)
               ? snapshot_object_new(domain, name)
               : NULL;
}

virDomainSnapshotPtr
snapshot_query_parent(virDomainSnapshotPtr snapshot, const SnapshotTree *tree,
                      GError **error)
{
    const SnapshotRecord *record =
        snapshot_tree_get(tree, snapshot->name, error);
    const SnapshotRecord *parent =
        record ? snapshot_tree_parent(tree, record) : NULL;

    if (parent)
        return snapshot_object_new(snapshot->domain, parent->def->name);
    /* libvirt's code for "a root" as well as for "no such snapshot"; programs
     * take it for the end of the way up. */
    if (record) {
        fail(error, VIR_ERR_NO_DOMAIN_SNAPSHOT,
             "snapshot '%s' has no parent: it is a root", snapshot->name);
    }
    return NULL;
}

int
snapshot_query_current(virDomainPtr domain, const SnapshotTree *tree,
                       virDomainSnapshotPtr *ret_current)
{
    const SnapshotRecord *current = snapshot_tree_current(tree);

    *ret_current =
        current ? snapshot_object_new(domain, current->def->name) : NULL;
    return current ? 1 : 0;
}
