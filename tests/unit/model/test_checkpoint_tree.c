/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "model/checkpoint_tree.h"

#include <libvirt/libvirt.h>

static CheckpointRecord *
add(CheckpointTree *tree, const char *name, const char *parent, uint64_t order)
{
    CheckpointDef *def = checkpoint_def_new();
    CheckpointRecord *record;

    def->name = g_strdup(name);
    def->parent = g_strdup(parent);
    record = checkpoint_record_new(def);
    record->order = order;
    checkpoint_tree_add(tree, record);
    return record;
}

/* a ── b ── (n) ── d      (n) is nameless, d the current one
 *      └── x ── y         beside the path
 * Added children first, as a folder may list them. */
static CheckpointTree *
forked_tree(void)
{
    CheckpointTree *tree = checkpoint_tree_new();

    add(tree, "d", "n", 4);
    add(tree, "y", "x", 0);
    add(tree, "n", "b", 3)->state = CHECKPOINT_NAMELESS;
    add(tree, "x", "b", 0);
    add(tree, "b", "a", 2);
    add(tree, "a", NULL, 1);
    return tree;
}

static void
assert_list(const CheckpointTree *tree, const char *from, unsigned flags,
            const char *expected)
{
    const CheckpointRecord *top =
        from ? checkpoint_tree_find(tree, from) : NULL;
    g_autoptr(GPtrArray) list = checkpoint_tree_list(tree, top, flags);
    g_autoptr(GString) text = g_string_new(NULL);

    for (guint i = 0; i < list->len; i++) {
        g_string_append_printf(text, "%s%s", i ? " " : "",
                               ((CheckpointRecord *)list->pdata[i])->def->name);
    }
    g_assert_cmpstr(text->str, ==, expected);
}

static void
list_has_parents_before_children(void)
{
    g_autoptr(CheckpointTree) tree = forked_tree();

    assert_list(tree, NULL, 0, "a b d x y");
    assert_list(tree, NULL, VIR_DOMAIN_CHECKPOINT_LIST_TOPOLOGICAL,
                "a b d x y");
    assert_list(tree, "b", VIR_DOMAIN_CHECKPOINT_LIST_DESCENDANTS, "d x y");
}

static void
list_filters_roots_and_leaves(void)
{
    const unsigned leaves = VIR_DOMAIN_CHECKPOINT_LIST_LEAVES;
    const unsigned others = VIR_DOMAIN_CHECKPOINT_LIST_NO_LEAVES;
    g_autoptr(CheckpointTree) tree = forked_tree();

    assert_list(tree, NULL, VIR_DOMAIN_CHECKPOINT_LIST_ROOTS, "a");
    assert_list(tree, NULL, leaves, "d y");
    assert_list(tree, NULL, others, "a b x");
    assert_list(tree, NULL, leaves | others, "a b d x y");
    assert_list(tree, "b", 0, "d x");
    assert_list(tree, "b", leaves, "d");
    assert_list(tree, "b", leaves | VIR_DOMAIN_CHECKPOINT_LIST_DESCENDANTS,
                "d y");
    assert_list(tree, "d", 0, "");
}

static void
nameless_ones_are_not_seen(void)
{
    g_autoptr(CheckpointTree) tree = forked_tree();
    g_autoptr(GError) error = NULL;
    const CheckpointRecord *newest = checkpoint_tree_find(tree, "d");

    g_assert_cmpstr(checkpoint_tree_above(tree, newest)->def->name, ==, "n");
    g_assert_cmpstr(checkpoint_tree_parent(tree, newest)->def->name, ==, "b");
    g_assert_null(checkpoint_tree_get(tree, "n", &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_NO_DOMAIN_CHECKPOINT);
    g_assert_nonnull(checkpoint_tree_find(tree, "n"));
}

static void
pending_ones_are_seen_and_undone_ones_are_not(void)
{
    g_autoptr(CheckpointTree) tree = forked_tree();
    CheckpointRecord *newest = checkpoint_tree_find(tree, "d");

    newest->state = CHECKPOINT_PENDING;
    g_assert_true(checkpoint_record_is_visible(newest));
    newest->state = CHECKPOINT_DELETING;
    g_assert_true(checkpoint_record_is_visible(newest));
    newest->state = CHECKPOINT_ROLLBACK;
    g_assert_false(checkpoint_record_is_visible(newest));
    newest->state = CHECKPOINT_PENDING;
    newest->is_beside = true;
    g_assert_false(checkpoint_record_is_visible(newest));
}

static void
current_is_the_newest_on_the_path(void)
{
    g_autoptr(CheckpointTree) empty = checkpoint_tree_new();
    g_autoptr(CheckpointTree) tree = forked_tree();

    g_assert_null(checkpoint_tree_current(empty));
    g_assert_cmpstr(checkpoint_tree_current(tree)->def->name, ==, "d");
    checkpoint_tree_remove(tree, checkpoint_tree_find(tree, "d"));
    g_assert_cmpstr(checkpoint_tree_current(tree)->def->name, ==, "n");
}

static void
removal_hands_children_to_the_parent(void)
{
    g_autoptr(CheckpointTree) tree = forked_tree();

    checkpoint_tree_remove(tree, checkpoint_tree_find(tree, "b"));
    assert_list(tree, "a", 0, "d x");
    checkpoint_tree_remove(tree, checkpoint_tree_find(tree, "a"));
    assert_list(tree, NULL, VIR_DOMAIN_CHECKPOINT_LIST_ROOTS, "d x");
}

static void
ancestors_are_found_through_nameless_ones(void)
{
    g_autoptr(CheckpointTree) tree = forked_tree();
    const CheckpointRecord *root = checkpoint_tree_find(tree, "a");
    const CheckpointRecord *newest = checkpoint_tree_find(tree, "d");
    const CheckpointRecord *branch = checkpoint_tree_find(tree, "x");

    g_assert_true(checkpoint_tree_is_above(tree, root, newest));
    g_assert_true(checkpoint_tree_is_above(tree, newest, newest));
    g_assert_false(checkpoint_tree_is_above(tree, newest, root));
    g_assert_false(checkpoint_tree_is_above(tree, branch, newest));
}

static void
check_makes_roots_of_orphans_and_refuses_cycles(void)
{
    g_autoptr(CheckpointTree) orphans = checkpoint_tree_new();
    g_autoptr(CheckpointTree) cycle = checkpoint_tree_new();
    g_autoptr(GError) error = NULL;

    add(orphans, "b", "gone", 2);
    g_assert_true(checkpoint_tree_check(orphans, NULL));
    assert_list(orphans, NULL, VIR_DOMAIN_CHECKPOINT_LIST_ROOTS, "b");

    add(cycle, "a", "b", 1);
    add(cycle, "b", "a", 2);
    g_assert_false(checkpoint_tree_check(cycle, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INTERNAL_ERROR);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/model/checkpoint_tree/" #test, test)
    ADD(list_has_parents_before_children);
    ADD(list_filters_roots_and_leaves);
    ADD(nameless_ones_are_not_seen);
    ADD(pending_ones_are_seen_and_undone_ones_are_not);
    ADD(current_is_the_newest_on_the_path);
    ADD(removal_hands_children_to_the_parent);
    ADD(ancestors_are_found_through_nameless_ones);
    ADD(check_makes_roots_of_orphans_and_refuses_cycles);
#undef ADD
    return g_test_run();
}
