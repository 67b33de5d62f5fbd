/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/block/node_list.h"

#include "base/error.h"
#include "qemu/qmp/message.h"

struct NodeList {
    Json *nodes;         /* the reply, kept for its strings */
    GHashTable *by_name; /* name -> element of nodes, both borrowed */
};

/* Flat: every node once, whatever hangs on it. */
NodeList *
node_list_query(QmpClient *qmp, GError **error)
{
    Json *nodes = qmp_client_call(qmp, "query-named-block-nodes",
                                  json_pack("{s:b}", "flat", 1), error);
    NodeList *list = NULL;
    size_t i = 0;
    json_t *node = NULL;

    if (!nodes)
        return NULL;
    list = g_new0(NodeList, 1);
    /* The table borrows its keys and values from the reply; they live and go
     * together. */
    list->nodes = nodes;
    list->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    json_array_foreach(nodes, i, node)
    {
        const char *name =
            json_string_value(json_object_get(node, "node-name"));

        /* Nodes without a name of their own get one from QEMU ("#block123"), so
         * that practically all have one; they are no node of ours. */
        if (name)
            g_hash_table_insert(list->by_name, (gpointer)name, node);
    }
    return list;
}

/* The names in the table are the reply's own. */
void
node_list_free(NodeList *list)
{
    if (!list)
        return;
    g_hash_table_unref(list->by_name);
    json_decref(list->nodes);
    g_free(list);
}

bool
node_list_has(const NodeList *list, const char *name)
{
    return g_hash_table_contains(list->by_name, name);
}

/* A number of "image"; -1 when it is not there. */
static json_int_t
image_number(const NodeList *list, const char *name, const char *key)
{
    const json_t *node = g_hash_table_lookup(list->by_name, name);
    const json_t *number = json_object_get(json_object_get(node, "image"), key);

    return json_is_integer(number) ? json_integer_value(number) : -1;
}

/* What QEMU sees, which after a resize of a running machine is not what the
 * file said when it was opened. */
bool
node_list_size(const NodeList *list, const char *name, uint64_t *ret_size)
{
    json_int_t size = image_number(list, name, "virtual-size");

    if (size < 0)
        return false;
    *ret_size = (uint64_t)size;
    return true;
}

/* 0 where it is not known: a block device has no such figure, and neither has a
 * node without a file. */
uint64_t
node_list_used(const NodeList *list, const char *name)
{
    json_int_t used = image_number(list, name, "actual-size");

    return used < 0 ? 0 : (uint64_t)used;
}

uint64_t
node_written_to(QmpClient *qmp, const char *name)
{
    g_autoptr(Json) reply = qmp_client_call(
        qmp, "query-blockstats", json_pack("{s:b}", "query-nodes", 1), NULL);
    size_t i = 0;
    json_t *entry = NULL;

    if (!reply)
        return 0;
    json_array_foreach(reply, i, entry)
    {
        const char *node =
            json_string_value(json_object_get(entry, "node-name"));
        json_int_t highest = json_integer_value(json_object_get(
            json_object_get(entry, "stats"), "wr_highest_offset"));

        if (node && g_str_equal(node, name))
            return highest < 0 ? 0 : (uint64_t)highest;
    }
    return 0;
}
