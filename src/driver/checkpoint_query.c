/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "driver/checkpoint_query.h"

#include "base/error.h"

/* Each holds a reference of the domain's handle and a name, nothing of the
 * tree, which may be read anew in the next call. */
static virDomainCheckpointPtr *
make_handles(virDomainPtr domain, const GPtrArray *list)
{
    virDomainCheckpointPtr *handles =
        g_new0(virDomainCheckpointPtr, list->len + 1);

    for (guint i = 0; i < list->len; i++) {
        const CheckpointRecord *record = g_ptr_array_index(list, i);

        handles[i] = checkpoint_object_new(domain, record->def->name);
    }
    return handles;
}

int
checkpoint_query_list(virDomainPtr domain, const CheckpointTree *tree,
                      virDomainCheckpointPtr from, unsigned flags,
                      virDomainCheckpointPtr **ret_checkpoints, GError **error)
{
    const CheckpointRecord *top =
        from ? checkpoint_tree_get(tree, from->name, error) : NULL;
    g_autoptr(GPtrArray) list = NULL;

    if (from && !top)
        return -1;
    list = checkpoint_tree_list(tree, top, flags);
    if (ret_checkpoints)
        *ret_checkpoints = make_handles(domain, list);
    return (int)list->len;
}

virDomainCheckpointPtr
checkpoint_query_lookup(virDomainPtr domain, const CheckpointTree *tree,
                        const char *name, GError **error)
{
    return checkpoint_tree_get(tree, name, error)
               ? checkpoint_object_new(domain, name)
               : NULL;
}

virDomainCheckpointPtr
checkpoint_query_parent(virDomainCheckpointPtr checkpoint,
                        const CheckpointTree *tree, GError **error)
{
    const CheckpointRecord *record =
        checkpoint_tree_get(tree, checkpoint->name, error);
    const CheckpointRecord *parent =
        record ? checkpoint_tree_parent(tree, record) : NULL;

    if (parent)
        return checkpoint_object_new(checkpoint->domain, parent->def->name);
    /* libvirt's code for the parent of a root; a client tells it from a failure
     * by asking for the roots first. */
    if (record) {
        fail(error, VIR_ERR_NO_DOMAIN_CHECKPOINT,
             "checkpoint '%s' has no parent: it is a root", checkpoint->name);
    }
    return NULL;
}
