/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/text/tree.h"

#include <string.h>

typedef struct {
    const TreeNode *nodes;
    unsigned count;
    const Output *output;
    GHashTable *names; /* of all nodes */
} Tree;

/* Looks at every node for each one, which is quick enough for as many as a
 * person wants to see drawn. */
static GPtrArray *
children_of(const Tree *tree, const char *parent)
{
    GPtrArray *children = g_ptr_array_new();

    for (unsigned i = 0; i < tree->count; i++) {
        const char *over = tree->nodes[i].parent;

        /* A parent that a filter left out makes a root, so that nothing
         * disappears. */
        if (over && !g_hash_table_contains(tree->names, over))
            over = NULL;
        if (g_strcmp0(over, parent) == 0)
            g_ptr_array_add(children, (gpointer)&tree->nodes[i]);
    }
    return children;
}

/* Draws @node behind @indent, and what descends from it behind a longer one:
 * two blanks, with a bar before them while siblings follow below.  The last
 * leaf of a branch has a line without a name after it, as virsh draws it. */
static void
draw_node(const Tree *tree, const TreeNode *node, const char *indent,
          bool is_root, bool is_last)
{
    /* As deep as the tree: each level costs a small frame, and a person cannot
     * read a thousand. */
    g_autoptr(GPtrArray) children = children_of(tree, node->name);
    g_autofree char *below =
        is_root ? g_strconcat(indent, "  ", NULL)
                : g_strconcat(indent, is_last ? " " : "|", "   ", NULL);

    output_print(tree->output, "%s%s%s\n", indent, is_root ? "" : "+- ",
                 node->name);
    if (children->len > 0)
        output_print(tree->output, "%s|\n", below);
    for (unsigned i = 0; i < children->len; i++) {
        draw_node(tree, g_ptr_array_index(children, i), below, false,
                  i + 1 == children->len);
    }
    if (children->len == 0 && is_last)
        output_print(tree->output, "%s%s\n", indent, is_root ? "" : "  ");
}

/* Roots in the order they came, each with all that descends from it. */
void
tree_print(const TreeNode *nodes, unsigned count, const Output *output)
{
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    Tree tree = {nodes, count, output, names};
    g_autoptr(GPtrArray) roots = NULL;

    for (unsigned i = 0; i < count; i++)
        g_hash_table_add(names, (gpointer)nodes[i].name);
    /* Nodes that are their own ancestors hang on no root and are never reached,
     * so the walk ends. */
    roots = children_of(&tree, NULL);
    for (unsigned i = 0; i < roots->len; i++)
        draw_node(&tree, g_ptr_array_index(roots, i), "", true, true);
}
