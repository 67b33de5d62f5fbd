/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/block/bitmaps.h"

#include "base/error.h"
#include "qemu/block/node_names.h"

/* A bitmap that is busy (exported, or merged from) is sound as well: that only
 * keeps others from it. */
static BitmapState
state_from(json_t *bitmap)
{
    /* "inconsistent" is there only when true. */
    if (json_is_true(json_object_get(bitmap, "inconsistent")))
        return BITMAP_INCONSISTENT;
    return json_is_true(json_object_get(bitmap, "recording")) ? BITMAP_RECORDING
                                                              : BITMAP_STOPPED;
}

/* qcow2 of version 2 has no extension that could hold a bitmap, and QEMU would
 * find that out only in the middle of a transaction. */
static bool
is_lasting(json_t *node)
{
    const char *driver = json_string_value(json_object_get(node, "drv"));
    const char *compat = NULL;

    /* "compat" is qcow2's alone; "0.10" is version 2. */
    (void)json_unpack(node, "{s:{s:{s:{s:s}}}}", "image", "format-specific",
                      "data", "compat", &compat); /* raw has none */
    return g_strcmp0(driver, "qcow2") == 0 && compat &&
           !g_str_equal(compat, "0.10");
}

/* Every named bitmap, also of other programs: names that meet are to be
 * refused. */
static void
read_node(BitmapStates *states, const char *disk, json_t *node)
{
    json_t *bitmap;
    size_t i;

    /* Also for a disk without any bitmap: "it has none" is an answer. */
    bitmap_states_add_disk(states, disk, is_lasting(node));
    json_array_foreach(json_object_get(node, "dirty-bitmaps"), i, bitmap)
    {
        const char *name = json_string_value(json_object_get(bitmap, "name"));
        json_int_t count = json_integer_value(json_object_get(bitmap, "count"));

        /* A copy-before-write filter adds one without a name. */
        if (name) {
            /* In bytes: QEMU counts them by granularity, so a single sector
             * counts as a whole grain. */
            bitmap_states_set(states, disk, name, state_from(bitmap),
                              count > 0 ? (uint64_t)count : 0);
        }
    }
}

/* Format node name -> disk target.
 *
 * Format nodes only: the bitmaps of a backup's own nodes (the private union on
 * a scratch) are nobody's checkpoint. */
static GHashTable *
map_nodes(const DomainDef *def)
{
    GHashTable *nodes =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

    for (guint i = 0; i < def->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(def->disks, i);

        g_hash_table_insert(nodes, node_format(disk), disk->target);
    }
    return nodes;
}

/* One command for all disks, since it is the way there and back that costs. */
BitmapStates *
bitmaps_query(QmpClient *qmp, const DomainDef *def, GError **error)
{
    /* flat: without it each node's answer repeats the whole chain below it, and
     * the reply grows with the square of the layers. */
    json_t *reply = qmp_client_call(qmp, "query-named-block-nodes",
                                    json_pack("{s:b}", "flat", 1), error);
    g_autoptr(GHashTable) nodes = map_nodes(def);
    BitmapStates *states;
    json_t *node;
    size_t i;

    if (!reply)
        return NULL;
    states = bitmap_states_new();
    json_array_foreach(reply, i, node)
    {
        const char *name =
            json_string_value(json_object_get(node, "node-name"));
        const char *disk = name ? g_hash_table_lookup(nodes, name) : NULL;

        /* A disk whose node is not there has no entry at all, and no checkpoint
         * of it is called broken: it may have been unplugged. */
        if (disk)
            read_node(states, disk, node);
    }
    json_decref(reply);
    return states;
}

/* Each act is one action of QEMU's transaction. */
static void
add_step(Transaction *actions, const DomainDef *domain,
         const IntervalStep *step)
{
    g_autofree char *node = node_format_of(domain, step->disk);

    switch (step->act) {
    case INTERVAL_ADD:
        transaction_bitmap_add(actions, node, step->bitmap);
        break;
    case INTERVAL_ENABLE:
        transaction_bitmap_enable(actions, node, step->bitmap);
        break;
    case INTERVAL_DISABLE:
        transaction_bitmap_disable(actions, node, step->bitmap);
        break;
    /* Both on one node: an interval is merged into its neighbour on the same
     * disk. */
    case INTERVAL_MERGE:
        transaction_bitmap_merge(actions, node, step->target, node,
                                 step->bitmap);
        break;
    case INTERVAL_REMOVE:
        transaction_bitmap_remove(actions, node, step->bitmap);
        break;
    }
}

void
bitmaps_add_steps(Transaction *actions, const DomainDef *domain,
                  const GPtrArray *steps)
{
    for (guint i = 0; i < steps->len; i++)
        add_step(actions, domain, g_ptr_array_index(steps, i));
}
