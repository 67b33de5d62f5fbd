/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/snapshot_tree.h"

#include "base/error.h"
#include "model/moment_list.h"

#include <libvirt/libvirt.h>

struct SnapshotTree {
    GPtrArray *records;  /* of SnapshotRecord, owned */
    GHashTable *by_name; /* def->name -> SnapshotRecord */
    char *current;       /* nullable: a name, so that it cannot dangle */
};

/* A record starts with no step taken: what is read from a file or made by a plan
 * sets the rest. */
SnapshotRecord *
snapshot_record_new(SnapshotDef *def)
{
    SnapshotRecord *record = g_new0(SnapshotRecord, 1);

    record->def = def;
    return record;
}

void
snapshot_record_free(SnapshotRecord *record)
{
    if (!record)
        return;
    snapshot_def_free(record->def);
    if (record->overlays)
        g_ptr_array_unref(record->overlays);
    g_free(record);
}

bool
snapshot_record_is_visible(const SnapshotRecord *record)
{
    /* One whose deletion was begun is there until it is not. */
    return !record->is_nameless && record->step != SNAPSHOT_PENDING &&
           record->step != SNAPSHOT_PREPARED;
}

SnapshotTree *
snapshot_tree_new(void)
{
    SnapshotTree *tree = g_new0(SnapshotTree, 1);

    tree->records =
        g_ptr_array_new_with_free_func((GDestroyNotify)snapshot_record_free);
    tree->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    return tree;
}

void
snapshot_tree_free(SnapshotTree *tree)
{
    if (!tree)
        return;
    g_hash_table_unref(tree->by_name);
    g_ptr_array_unref(tree->records);
    g_free(tree->current);
    g_free(tree);
}

void
snapshot_tree_add(SnapshotTree *tree, SnapshotRecord *record)
{
    g_assert(!snapshot_tree_find(tree, record->def->name));
    g_ptr_array_add(tree->records, record);
    g_hash_table_insert(tree->by_name, record->def->name, record);
}

/* Children become their grandparent's, as when a merge has taken the layer between
 * them away; the current one is then where the machine stands: above. */
void
snapshot_tree_remove(SnapshotTree *tree, SnapshotRecord *record)
{
    const char *parent = record->def->parent;

    for (guint i = 0; i < tree->records->len; i++) {
        SnapshotRecord *child = g_ptr_array_index(tree->records, i);

        if (snapshot_tree_parent(tree, child) == record) {
            g_free(child->def->parent);
            child->def->parent = g_strdup(parent);
        }
    }
    if (g_strcmp0(tree->current, record->def->name) == 0)
        snapshot_tree_set_current(tree, parent);
    g_hash_table_remove(tree->by_name, record->def->name);
    g_ptr_array_remove(tree->records, record);
}

const GPtrArray *
snapshot_tree_records(const SnapshotTree *tree)
{
    return tree->records;
}

SnapshotRecord *
snapshot_tree_find(const SnapshotTree *tree, const char *name)
{
    return g_hash_table_lookup(tree->by_name, name);
}

/* Epoch seconds, as everywhere; a second one within the same second gets a
 * suffix rather than an error. */
char *
snapshot_tree_new_name(const SnapshotTree *tree, gint64 seconds)
{
    char *name = g_strdup_printf("%" G_GINT64_FORMAT, seconds);

    for (unsigned suffix = 2; snapshot_tree_find(tree, name); suffix++) {
        g_free(name);
        name = g_strdup_printf("%" G_GINT64_FORMAT "-%u", seconds, suffix);
    }
    return name;
}

SnapshotRecord *
snapshot_tree_get(const SnapshotTree *tree, const char *name, GError **error)
{
    SnapshotRecord *record = snapshot_tree_find(tree, name);

    if (record && snapshot_record_is_visible(record))
        return record;
    fail(error, VIR_ERR_NO_DOMAIN_SNAPSHOT,
         "there is no snapshot '%s'; list the domain's snapshots to see their "
         "names",
         name);
    return NULL;
}

SnapshotRecord *
snapshot_tree_parent(const SnapshotTree *tree, const SnapshotRecord *record)
{
    return record->def->parent ? snapshot_tree_find(tree, record->def->parent)
                               : NULL;
}

/* Ends: snapshot_tree_check() has refused circles. */
bool
snapshot_tree_is_above(const SnapshotTree *tree, const SnapshotRecord *above,
                       const SnapshotRecord *record)
{
    while (record && record != above)
        record = snapshot_tree_parent(tree, record);
    return record != NULL;
}

SnapshotRecord *
snapshot_tree_current(const SnapshotTree *tree)
{
    SnapshotRecord *record =
        tree->current ? snapshot_tree_find(tree, tree->current) : NULL;

    return record && snapshot_record_is_visible(record) ? record : NULL;
}

void
snapshot_tree_set_current(SnapshotTree *tree, const char *name)
{
    g_autofree char *former = tree->current;

    /* A copy first: @name may be what is freed. */
    tree->current = g_strdup(name);
}

/* ---- listing ---- */

static gpointer
parent_of(gconstpointer tree, gconstpointer record)
{
    return snapshot_tree_parent(tree, record);
}

/* Those of the group's bits that speak for @record are in @mine. */
static bool
passes_group(unsigned flags, unsigned group, unsigned mine)
{
    unsigned asked = flags & group;

    return asked == 0 || (asked & mine) != 0;
}

/* Exactly one of the group: what was taken of the disks of a running machine has
 * no memory to go on from, so it is neither active nor inactive. */
static unsigned
state_bit(const SnapshotDef *def)
{
    switch (def->state) {
    case SNAPSHOT_STATE_DISK_ONLY:
        return VIR_DOMAIN_SNAPSHOT_LIST_DISK_ONLY;
    case SNAPSHOT_STATE_RUNNING:
    case SNAPSHOT_STATE_PAUSED:
        return VIR_DOMAIN_SNAPSHOT_LIST_ACTIVE;
    default:
        return VIR_DOMAIN_SNAPSHOT_LIST_INACTIVE;
    }
}

static bool
passes_filters(const SnapshotRecord *record, bool is_leaf, unsigned flags)
{
    const unsigned states = VIR_DOMAIN_SNAPSHOT_LIST_INACTIVE |
                            VIR_DOMAIN_SNAPSHOT_LIST_ACTIVE |
                            VIR_DOMAIN_SNAPSHOT_LIST_DISK_ONLY;

    return passes_group(flags,
                        VIR_DOMAIN_SNAPSHOT_LIST_LEAVES |
                            VIR_DOMAIN_SNAPSHOT_LIST_NO_LEAVES,
                        is_leaf ? VIR_DOMAIN_SNAPSHOT_LIST_LEAVES
                                : VIR_DOMAIN_SNAPSHOT_LIST_NO_LEAVES) &&
           passes_group(flags, states, state_bit(record->def)) &&
           passes_group(flags,
                        VIR_DOMAIN_SNAPSHOT_LIST_INTERNAL |
                            VIR_DOMAIN_SNAPSHOT_LIST_EXTERNAL,
                        snapshot_def_is_external(record->def)
                            ? VIR_DOMAIN_SNAPSHOT_LIST_EXTERNAL
                            : VIR_DOMAIN_SNAPSHOT_LIST_INTERNAL) &&
           /* One without metadata is not known here at all. */
           passes_group(flags,
                        VIR_DOMAIN_SNAPSHOT_LIST_METADATA |
                            VIR_DOMAIN_SNAPSHOT_LIST_NO_METADATA,
                        VIR_DOMAIN_SNAPSHOT_LIST_METADATA);
}

/* Of the visible ones among themselves: a record that nobody sees makes no one a
 * parent, and is no leaf. */
static GHashTable *
map_children(const SnapshotTree *tree)
{
    g_autoptr(GPtrArray) visible = g_ptr_array_new();

    for (guint i = 0; i < tree->records->len; i++) {
        SnapshotRecord *record = g_ptr_array_index(tree->records, i);

        if (snapshot_record_is_visible(record))
            g_ptr_array_add(visible, record);
    }
    return moment_children(visible, parent_of, tree);
}

GPtrArray *
snapshot_tree_list(const SnapshotTree *tree, const SnapshotRecord *from,
                   unsigned flags)
{
    g_autoptr(GHashTable) children = map_children(tree);
    g_autoptr(GPtrArray) all = NULL;
    GPtrArray *list = g_ptr_array_new();
    bool is_deep = from ? flags & VIR_DOMAIN_SNAPSHOT_LIST_DESCENDANTS
                        : !(flags & VIR_DOMAIN_SNAPSHOT_LIST_ROOTS);

    all = moment_list(children, from, is_deep);
    for (guint i = 0; i < all->len; i++) {
        SnapshotRecord *record = g_ptr_array_index(all, i);
        bool is_leaf = !g_hash_table_lookup(children, record);

        if (passes_filters(record, is_leaf, flags))
            g_ptr_array_add(list, record);
    }
    return list;
}

/* Records come from files that may be lost or damaged one by one.  A lost parent
 * costs its children their place and no more; a circle would hang everybody who
 * walks up, and cannot be put right by guessing. */
bool
snapshot_tree_check(SnapshotTree *tree, GError **error)
{
    for (guint i = 0; i < tree->records->len; i++) {
        SnapshotRecord *record = g_ptr_array_index(tree->records, i);

        /* Its file was lost; what it said is still a snapshot. */
        if (record->def->parent && !snapshot_tree_parent(tree, record)) {
            g_clear_pointer(&record->def->parent, g_free);
        }
    }
    for (guint i = 0; i < tree->records->len; i++) {
        const SnapshotRecord *record = g_ptr_array_index(tree->records, i);
        guint steps = 0;

        for (const SnapshotRecord *above = record; above;
             above = snapshot_tree_parent(tree, above)) {
            if (steps++ > tree->records->len) {
                return fail(error, VIR_ERR_INTERNAL_ERROR,
                            "snapshot '%s' descends from itself in the records "
                            "of its domain",
                            record->def->name);
            }
        }
    }
    return true;
}
