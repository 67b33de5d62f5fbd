/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a snapshot may be described as again. */
#include "model/snapshot/snapshot_redefine.h"

#include "base/error.h"

#include <libvirt/virterror.h>

static SnapshotDef *
new_def(const char *name, const char *parent)
{
    SnapshotDef *def = snapshot_def_new();

    def->name = g_strdup(name);
    def->parent = g_strdup(parent);
    def->state = SNAPSHOT_STATE_RUNNING;
    return def;
}

static void
require_refused(const SnapshotTree *tree, SnapshotDef *taken)
{
    g_autoptr(SnapshotDef) def = taken;
    g_autoptr(DomainDef) domain = domain_def_new();
    g_autoptr(GError) error = NULL;

    g_assert_false(snapshot_redefine_check(tree, def, domain, &error));
    g_assert_true(error_is(error, VIR_ERR_INVALID_ARG));
}

static void
a_parent_is_there_and_no_descendant(void)
{
    g_autoptr(SnapshotTree) tree = snapshot_tree_new();
    g_autoptr(DomainDef) domain = domain_def_new();
    g_autoptr(SnapshotDef) fine = new_def("c", "b");
    g_autoptr(GError) error = NULL;

    snapshot_tree_add(tree, snapshot_record_new(new_def("a", NULL)));
    snapshot_tree_add(tree, snapshot_record_new(new_def("b", "a")));
    g_assert_true(snapshot_redefine_check(tree, fine, domain, &error));
    g_assert_no_error(error);
    require_refused(tree, new_def("c", "nobody"));
    require_refused(tree, new_def("c", "c"));
    require_refused(tree, new_def("a", "b"));
}

static void
it_stays_the_kind_of_thing_that_it_is(void)
{
    g_autoptr(SnapshotTree) tree = snapshot_tree_new();
    SnapshotDef *other = new_def("a", NULL);

    snapshot_tree_add(tree, snapshot_record_new(new_def("a", NULL)));
    other->state = SNAPSHOT_STATE_SHUTOFF;
    require_refused(tree, other);
}

static void
the_machine_on_record_stays_if_none_is_given(void)
{
    g_autoptr(SnapshotTree) tree = snapshot_tree_new();
    SnapshotRecord *record = snapshot_record_new(new_def("a", NULL));
    SnapshotDef *def = new_def("a", NULL);

    snapshot_tree_add(tree, record);
    record->def->domain_xml = g_strdup("<domain/>");
    def->description = g_strdup("better");
    snapshot_redefine_update(record, def);
    g_assert_cmpstr(record->def->domain_xml, ==, "<domain/>");
    g_assert_cmpstr(record->def->description, ==, "better");
    g_assert_true(snapshot_tree_find(tree, "a") == record);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/snapshot_redefine/"
                    "a_parent_is_there_and_no_descendant",
                    a_parent_is_there_and_no_descendant);
    g_test_add_func("/model/snapshot_redefine/"
                    "it_stays_the_kind_of_thing_that_it_is",
                    it_stays_the_kind_of_thing_that_it_is);
    g_test_add_func("/model/snapshot_redefine/"
                    "the_machine_on_record_stays_if_none_is_given",
                    the_machine_on_record_stays_if_none_is_given);
    return g_test_run();
}
