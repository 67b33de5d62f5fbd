/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Names that descend from each other, drawn as a tree.
 *
 *     a
 *       |
 *       +- b
 *       |   |
 *       |   +- c
 *       +- d
 */
#pragma once

#include "cli/output.h"

typedef struct {
    const char *name;
    const char *parent; /* (nullable); one that is not listed counts as none */
} TreeNode;

/** tree_print: draws @count @nodes, roots and children in the order given.
 * Nodes that are their own ancestors are left out. */
void tree_print(const TreeNode *nodes, unsigned count, const Output *output);
