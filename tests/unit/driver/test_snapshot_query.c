/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is told of a tree of snapshots. */
#include "driver/snapshot_query.h"

#include "base/error.h"
#include "fake_driver.h"

typedef struct {
    virConnectPtr conn;
    virDomainPtr domain;
    SnapshotTree *tree;
    GError *error;
} Fixture;

static void
add(Fixture *fixture, const char *name, const char *parent)
{
    SnapshotDef *def = snapshot_def_new();

    def->name = g_strdup(name);
    def->parent = g_strdup(parent);
    snapshot_tree_add(fixture->tree, snapshot_record_new(def));
}

/* a ── c, and one that is not made yet */
static void
set_up(Fixture *fixture, const void *data G_GNUC_UNUSED)
{
    fake_reset();
    fixture->conn = connect_object_new(&fake_driver, &fake, "fake:///", false);
    fixture->domain = domain_object_new(fixture->conn, "web", fake_uuid, 3);
    fixture->tree = snapshot_tree_new();
    add(fixture, "a", NULL);
    add(fixture, "b", "a");
    snapshot_tree_find(fixture->tree, "b")->step = SNAPSHOT_PENDING;
    add(fixture, "c", "a");
}

static void
tear_down(Fixture *fixture, const void *data G_GNUC_UNUSED)
{
    snapshot_tree_free(fixture->tree);
    domain_object_unref(fixture->domain);
    connect_object_unref(fixture->conn);
}

static virDomainSnapshotPtr
lookup(Fixture *fixture, const char *name)
{
    return snapshot_query_lookup(fixture->domain, fixture->tree, name,
                                 &fixture->error);
}

static void
assert_refused(Fixture *fixture, bool is_failure, const char *text)
{
    g_assert_true(is_failure);
    g_assert_error(fixture->error, STRANDLINE_ERROR,
                   VIR_ERR_NO_DOMAIN_SNAPSHOT);
    g_assert_cmpstr(fixture->error->message, ==, text);
    g_clear_error(&fixture->error);
}

static void
only_what_is_made_is_found(Fixture *fixture, const void *data G_GNUC_UNUSED)
{
    virDomainSnapshotPtr found = lookup(fixture, "c");

    g_assert_cmpstr(found->name, ==, "c");
    g_assert_true(found->domain == fixture->domain);
    snapshot_object_unref(found);
    g_assert_null(lookup(fixture, "b"));
    g_assert_error(fixture->error, STRANDLINE_ERROR,
                   VIR_ERR_NO_DOMAIN_SNAPSHOT);
    g_clear_error(&fixture->error);
}

static void
assert_listed(Fixture *fixture, virDomainSnapshotPtr from, const char *names)
{
    g_autoptr(GString) text = g_string_new(NULL);
    virDomainSnapshotPtr *list = NULL;
    int count = snapshot_query_list(fixture->domain, fixture->tree, from, 0,
                                    &list, &fixture->error);

    for (int i = 0; i < count; i++) {
        g_string_append(text, list[i]->name);
        snapshot_object_unref(list[i]);
    }
    g_assert_null(list[count]);
    g_free(list);
    g_assert_cmpstr(text->str, ==, names);
    g_assert_cmpint(snapshot_query_list(fixture->domain, fixture->tree, from, 0,
                                        NULL, &fixture->error),
                    ==, count);
}

static void
a_list_is_of_all_or_of_what_descends(Fixture *fixture,
                                     const void *data G_GNUC_UNUSED)
{
    virDomainSnapshotPtr top = lookup(fixture, "a");
    virDomainSnapshotPtr *list = NULL;

    assert_listed(fixture, NULL, "ac");
    assert_listed(fixture, top, "c");
    snapshot_tree_remove(fixture->tree, snapshot_tree_find(fixture->tree, "a"));
    g_assert_cmpint(snapshot_query_list(fixture->domain, fixture->tree, top, 0,
                                        &list, &fixture->error),
                    ==, -1);
    g_assert_error(fixture->error, STRANDLINE_ERROR,
                   VIR_ERR_NO_DOMAIN_SNAPSHOT);
    g_assert_null(list);
    g_clear_error(&fixture->error);
    snapshot_object_unref(top);
}

static void
a_root_has_no_parent(Fixture *fixture, const void *data G_GNUC_UNUSED)
{
    virDomainSnapshotPtr child = lookup(fixture, "c");
    virDomainSnapshotPtr parent =
        snapshot_query_parent(child, fixture->tree, &fixture->error);

    g_assert_cmpstr(parent->name, ==, "a");
    assert_refused(
        fixture, !snapshot_query_parent(parent, fixture->tree, &fixture->error),
        "snapshot 'a' has no parent: it is a root");
    snapshot_object_unref(parent);
    snapshot_object_unref(child);
}

static void
the_current_one_is_told_if_there_is_one(Fixture *fixture,
                                        const void *data G_GNUC_UNUSED)
{
    virDomainSnapshotPtr current = (void *)&fake;

    g_assert_cmpint(
        snapshot_query_current(fixture->domain, fixture->tree, &current), ==,
        0);
    g_assert_null(current);
    snapshot_tree_set_current(fixture->tree, "c");
    g_assert_cmpint(
        snapshot_query_current(fixture->domain, fixture->tree, &current), ==,
        1);
    g_assert_cmpstr(current->name, ==, "c");
    snapshot_object_unref(current);
}

#define ADD(name)                                                            \
    g_test_add("/driver/snapshot_query/" #name, Fixture, NULL, set_up, name, \
               tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(only_what_is_made_is_found);
    ADD(a_list_is_of_all_or_of_what_descends);
    ADD(a_root_has_no_parent);
    ADD(the_current_one_is_told_if_there_is_one);
    return g_test_run();
}
