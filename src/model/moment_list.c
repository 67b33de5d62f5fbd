/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/moment_list.h"

GHashTable *
moment_children(const GPtrArray *records, MomentParent parent_of,
                gconstpointer tree)
{
    GHashTable *children = g_hash_table_new_full(
        NULL, NULL, NULL, (GDestroyNotify)g_ptr_array_unref);

    for (guint i = 0; i < records->len; i++) {
        gpointer record = g_ptr_array_index(records, i);
        gpointer parent = parent_of(tree, record);
        GPtrArray *siblings = g_hash_table_lookup(children, parent);

        if (!siblings) {
            siblings = g_ptr_array_new();
            g_hash_table_insert(children, parent, siblings);
        }
        g_ptr_array_add(siblings, record);
    }
    return children;
}

/* On the stack the last child comes out first: hence backwards. */
static void
push_children(GPtrArray *stack, GHashTable *children, gconstpointer parent)
{
    const GPtrArray *below = g_hash_table_lookup(children, parent);

    for (guint i = below ? below->len : 0; i > 0; i--)
        g_ptr_array_add(stack, g_ptr_array_index(below, i - 1));
}

GPtrArray *
moment_list(GHashTable *children, gconstpointer from, bool is_deep)
{
    g_autoptr(GPtrArray) stack = g_ptr_array_new();
    GPtrArray *list = g_ptr_array_new();

    /* A stack of our own: the depth of a line is the user's to choose. */
    push_children(stack, children, from);
    while (stack->len > 0) {
        gpointer record = g_ptr_array_steal_index(stack, stack->len - 1);

        g_ptr_array_add(list, record);
        if (is_deep)
            push_children(stack, children, record);
    }
    return list;
}
