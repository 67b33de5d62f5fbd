/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/snapshot/snapshot_redefine.h"

#include "base/error.h"
#include "model/snapshot_align.h"

static bool
check_parent(const SnapshotTree *tree, const SnapshotDef *def, GError **error)
{
    const SnapshotRecord *record = snapshot_tree_find(tree, def->name);
    const SnapshotRecord *parent = NULL;

    if (!def->parent)
        return true;
    if (g_str_equal(def->parent, def->name)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "snapshot '%s' cannot be its own parent", def->name);
    }
    parent = snapshot_tree_find(tree, def->parent);
    if (!parent || !snapshot_record_is_visible(parent)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "snapshot '%s' names parent '%s', which is not there; "
                    "redefine parents before their children",
                    def->name, def->parent);
    }
    /* A ring would hang whoever walks up to the root. */
    if (record && snapshot_tree_is_above(tree, record, parent)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "snapshot '%s' cannot descend from '%s', which descends "
                    "from it",
                    def->name, def->parent);
    }
    return true;
}

/* A document that makes another kind of thing of it would have a return, or a
 * deletion, look in the wrong place. */
static bool
check_same(const SnapshotRecord *record, const SnapshotDef *def, GError **error)
{
    const SnapshotDef *old = record->def;

    if (record->step != SNAPSHOT_SEALED) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "snapshot '%s' is being made or deleted; redefine it after "
                    "that",
                    def->name);
    }
    if (old->state == def->state && old->memory == def->memory &&
        snapshot_def_is_external(old) == snapshot_def_is_external(def))
        return true;
    return fail(error, VIR_ERR_INVALID_ARG,
                "snapshot '%s' is on record with another state, or as another "
                "kind; delete its metadata first",
                def->name);
}

bool
snapshot_redefine_check(const SnapshotTree *tree, SnapshotDef *def,
                        const DomainDef *domain, GError **error)
{
    const SnapshotRecord *record = snapshot_tree_find(tree, def->name);

    return check_parent(tree, def, error) &&
           snapshot_align_redefined(def, domain, error) &&
           (!record || check_same(record, def, error));
}

/* The tree knows the record by its name's own bytes: these stay. */
void
snapshot_redefine_update(SnapshotRecord *record, SnapshotDef *def)
{
    SnapshotDef *old = record->def;

    /* A document without the machine keeps the one on record: without it there
     * would be no return. */
    if (!def->domain_xml)
        def->domain_xml = g_strdup(old->domain_xml);
    if (!def->inactive_xml)
        def->inactive_xml = g_strdup(old->inactive_xml);
    g_free(def->name);
    def->name = g_steal_pointer(&old->name);
    record->def = def;
    snapshot_def_free(old);
}
