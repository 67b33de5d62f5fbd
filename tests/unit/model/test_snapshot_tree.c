/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "model/snapshot_tree.h"

#include <libvirt/libvirt.h>

static SnapshotRecord *
add(SnapshotTree *tree, const char *name, const char *parent,
    SnapshotState state)
{
    SnapshotDef *def = snapshot_def_new();
    SnapshotRecord *record = snapshot_record_new(def);

    def->name = g_strdup(name);
    def->parent = g_strdup(parent);
    def->state = state;
    def->memory = state == SNAPSHOT_STATE_RUNNING ? SNAPSHOT_PLACE_INTERNAL
                                                  : SNAPSHOT_PLACE_NO;
    snapshot_tree_add(tree, record);
    return record;
}

/* a ── b ── c, d below a, and a pending one */
static SnapshotTree *
make_tree(void)
{
    SnapshotTree *tree = snapshot_tree_new();
    SnapshotRecord *d = NULL;
    SnapshotDisk *disk = snapshot_disk_new("vda");

    add(tree, "a", NULL, SNAPSHOT_STATE_SHUTOFF);
    add(tree, "b", "a", SNAPSHOT_STATE_RUNNING);
    add(tree, "c", "b", SNAPSHOT_STATE_PAUSED);
    d = add(tree, "d", "a", SNAPSHOT_STATE_DISK_ONLY);
    disk->place = SNAPSHOT_PLACE_EXTERNAL;
    d->def->disks =
        g_ptr_array_new_with_free_func((GDestroyNotify)snapshot_disk_free);
    g_ptr_array_add(d->def->disks, disk);
    add(tree, "new", "c", SNAPSHOT_STATE_RUNNING)->step = SNAPSHOT_PENDING;
    return tree;
}

static void
assert_lists(const SnapshotTree *tree, const char *from, unsigned flags,
             const char *expected)
{
    g_autoptr(GPtrArray) list = snapshot_tree_list(
        tree, from ? snapshot_tree_find(tree, from) : NULL, flags);
    g_autoptr(GString) names = g_string_new(NULL);

    for (guint i = 0; i < list->len; i++) {
        const SnapshotRecord *record = g_ptr_array_index(list, i);

        g_string_append(names, record->def->name);
    }
    g_assert_cmpstr(names->str, ==, expected);
}

static void
parents_come_before_their_children(void)
{
    g_autoptr(SnapshotTree) tree = make_tree();

    assert_lists(tree, NULL, 0, "abcd");
    assert_lists(tree, NULL, VIR_DOMAIN_SNAPSHOT_LIST_ROOTS, "a");
    assert_lists(tree, "a", 0, "bd");
    assert_lists(tree, "a", VIR_DOMAIN_SNAPSHOT_LIST_DESCENDANTS, "bcd");
}

static void
each_filter_lets_its_own_through(void)
{
    g_autoptr(SnapshotTree) tree = make_tree();

    assert_lists(tree, NULL, VIR_DOMAIN_SNAPSHOT_LIST_LEAVES, "cd");
    assert_lists(tree, NULL, VIR_DOMAIN_SNAPSHOT_LIST_NO_LEAVES, "ab");
    assert_lists(tree, NULL, VIR_DOMAIN_SNAPSHOT_LIST_INACTIVE, "a");
    assert_lists(tree, NULL, VIR_DOMAIN_SNAPSHOT_LIST_ACTIVE, "bc");
    assert_lists(tree, NULL, VIR_DOMAIN_SNAPSHOT_LIST_DISK_ONLY, "d");
    assert_lists(tree, NULL, VIR_DOMAIN_SNAPSHOT_LIST_INTERNAL, "abc");
    assert_lists(tree, NULL, VIR_DOMAIN_SNAPSHOT_LIST_EXTERNAL, "d");
    assert_lists(tree, NULL, VIR_DOMAIN_SNAPSHOT_LIST_METADATA, "abcd");
    assert_lists(tree, NULL, VIR_DOMAIN_SNAPSHOT_LIST_NO_METADATA, "");
    assert_lists(tree, NULL,
                 VIR_DOMAIN_SNAPSHOT_LIST_LEAVES |
                     VIR_DOMAIN_SNAPSHOT_LIST_NO_LEAVES,
                 "abcd");
    assert_lists(
        tree, NULL,
        VIR_DOMAIN_SNAPSHOT_LIST_LEAVES | VIR_DOMAIN_SNAPSHOT_LIST_ACTIVE, "c");
}

static void
removing_hands_children_and_current_upwards(void)
{
    g_autoptr(SnapshotTree) tree = make_tree();

    snapshot_tree_set_current(tree, "b");
    snapshot_tree_remove(tree, snapshot_tree_find(tree, "b"));
    g_assert_cmpstr(snapshot_tree_find(tree, "c")->def->parent, ==, "a");
    g_assert_cmpstr(snapshot_tree_current(tree)->def->name, ==, "a");
    snapshot_tree_remove(tree, snapshot_tree_find(tree, "a"));
    g_assert_null(snapshot_tree_current(tree));
    assert_lists(tree, NULL, VIR_DOMAIN_SNAPSHOT_LIST_ROOTS, "cd");
}

static void
what_is_pending_cannot_be_named(void)
{
    g_autoptr(SnapshotTree) tree = make_tree();
    g_autoptr(GError) error = NULL;

    g_assert_null(snapshot_tree_get(tree, "new", &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_NO_DOMAIN_SNAPSHOT);
    g_assert_nonnull(snapshot_tree_find(tree, "new"));
    snapshot_tree_set_current(tree, "new");
    g_assert_null(snapshot_tree_current(tree));
}

static void
a_lost_parent_is_forgotten_and_a_ring_refused(void)
{
    g_autoptr(SnapshotTree) tree = make_tree();
    g_autoptr(GError) error = NULL;

    add(tree, "e", "lost", SNAPSHOT_STATE_SHUTOFF);
    g_assert_true(snapshot_tree_check(tree, NULL));
    g_assert_null(snapshot_tree_find(tree, "e")->def->parent);
    g_assert_true(snapshot_tree_is_above(tree, snapshot_tree_find(tree, "a"),
                                         snapshot_tree_find(tree, "c")));
    snapshot_tree_find(tree, "a")->def->parent = g_strdup("c");
    g_assert_false(snapshot_tree_check(tree, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INTERNAL_ERROR);
}

static void
names_that_nobody_gave_are_free(void)
{
    g_autoptr(SnapshotTree) tree = make_tree();
    const char *expected[] = {"7", "7-2", "7-3"};

    for (gsize i = 0; i < G_N_ELEMENTS(expected); i++) {
        g_autofree char *name = snapshot_tree_new_name(tree, 7);

        g_assert_cmpstr(name, ==, expected[i]);
        add(tree, name, NULL, SNAPSHOT_STATE_SHUTOFF);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/snapshot_tree/parents_come_before_their_children",
                    parents_come_before_their_children);
    g_test_add_func("/model/snapshot_tree/each_filter_lets_its_own_through",
                    each_filter_lets_its_own_through);
    g_test_add_func("/model/snapshot_tree/removing_hands_upwards",
                    removing_hands_children_and_current_upwards);
    g_test_add_func("/model/snapshot_tree/what_is_pending_cannot_be_named",
                    what_is_pending_cannot_be_named);
    g_test_add_func("/model/snapshot_tree/a_lost_parent_is_forgotten",
                    a_lost_parent_is_forgotten_and_a_ring_refused);
    g_test_add_func("/model/snapshot_tree/names_that_nobody_gave_are_free",
                    names_that_nobody_gave_are_free);
    return g_test_run();
}
