/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is told of a tree of checkpoints. */
#include "driver/checkpoint_query.h"

#include "base/error.h"
#include "fake_driver.h"

typedef struct {
    virConnectPtr conn;
    virDomainPtr domain;
    CheckpointTree *tree;
    GError *error;
} Fixture;

static CheckpointRecord *
add(Fixture *fixture, const char *name, const char *parent)
{
    CheckpointDef *def = checkpoint_def_new();
    CheckpointRecord *record = NULL;

    def->name = g_strdup(name);
    def->parent = g_strdup(parent);
    record = checkpoint_record_new(def);
    record->state = CHECKPOINT_SEALED;
    checkpoint_tree_add(fixture->tree, record);
    return record;
}

/* a ── (b) ── c */
static void
set_up(Fixture *fixture, const void *data G_GNUC_UNUSED)
{
    fake_reset();
    fixture->conn = connect_object_new(&fake_driver, &fake, "fake:///", false);
    fixture->domain = domain_object_new(fixture->conn, "web", fake_uuid, 3);
    fixture->tree = checkpoint_tree_new();
    add(fixture, "a", NULL);
    add(fixture, "b", "a")->state = CHECKPOINT_NAMELESS;
    add(fixture, "c", "b");
}

static void
tear_down(Fixture *fixture, const void *data G_GNUC_UNUSED)
{
    checkpoint_tree_free(fixture->tree);
    domain_object_unref(fixture->domain);
    connect_object_unref(fixture->conn);
}

static virDomainCheckpointPtr
lookup(Fixture *fixture, const char *name)
{
    return checkpoint_query_lookup(fixture->domain, fixture->tree, name,
                                   &fixture->error);
}

static void
assert_refused(Fixture *fixture, bool is_failure, const char *text)
{
    g_assert_true(is_failure);
    g_assert_error(fixture->error, STRANDLINE_ERROR,
                   VIR_ERR_NO_DOMAIN_CHECKPOINT);
    g_assert_cmpstr(fixture->error->message, ==, text);
    g_clear_error(&fixture->error);
}

static void
only_what_has_a_name_is_found(Fixture *fixture, const void *data G_GNUC_UNUSED)
{
    virDomainCheckpointPtr found = lookup(fixture, "c");

    g_assert_cmpstr(found->name, ==, "c");
    g_assert_true(found->domain == fixture->domain);
    checkpoint_object_unref(found);
    g_assert_null(lookup(fixture, "b"));
    g_assert_error(fixture->error, STRANDLINE_ERROR,
                   VIR_ERR_NO_DOMAIN_CHECKPOINT);
    g_clear_error(&fixture->error);
}

static void
assert_listed(Fixture *fixture, virDomainCheckpointPtr from, const char *names)
{
    g_autoptr(GString) text = g_string_new(NULL);
    virDomainCheckpointPtr *list = NULL;
    int count = checkpoint_query_list(fixture->domain, fixture->tree, from, 0,
                                      &list, &fixture->error);

    for (int i = 0; i < count; i++) {
        g_string_append(text, list[i]->name);
        checkpoint_object_unref(list[i]);
    }
    g_assert_null(list[count]);
    g_free(list);
    g_assert_cmpstr(text->str, ==, names);
    g_assert_cmpint(checkpoint_query_list(fixture->domain, fixture->tree, from,
                                          0, NULL, &fixture->error),
                    ==, count);
}

static void
a_list_is_of_all_or_of_what_descends(Fixture *fixture,
                                     const void *data G_GNUC_UNUSED)
{
    virDomainCheckpointPtr top = lookup(fixture, "a");
    virDomainCheckpointPtr *list = NULL;

    assert_listed(fixture, NULL, "ac");
    assert_listed(fixture, top, "c");
    checkpoint_tree_remove(fixture->tree,
                           checkpoint_tree_find(fixture->tree, "a"));
    g_assert_cmpint(checkpoint_query_list(fixture->domain, fixture->tree, top,
                                          0, &list, &fixture->error),
                    ==, -1);
    g_assert_error(fixture->error, STRANDLINE_ERROR,
                   VIR_ERR_NO_DOMAIN_CHECKPOINT);
    g_assert_null(list);
    g_clear_error(&fixture->error);
    checkpoint_object_unref(top);
}

static void
the_parent_is_one_with_a_name_and_a_root_has_none(
    Fixture *fixture, const void *data G_GNUC_UNUSED)
{
    virDomainCheckpointPtr child = lookup(fixture, "c");
    virDomainCheckpointPtr parent =
        checkpoint_query_parent(child, fixture->tree, &fixture->error);

    g_assert_cmpstr(parent->name, ==, "a");
    assert_refused(
        fixture,
        !checkpoint_query_parent(parent, fixture->tree, &fixture->error),
        "checkpoint 'a' has no parent: it is a root");
    checkpoint_object_unref(parent);
    checkpoint_object_unref(child);
}

#define ADD(name)                                                              \
    g_test_add("/driver/checkpoint_query/" #name, Fixture, NULL, set_up, name, \
               tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(only_what_has_a_name_is_found);
    ADD(a_list_is_of_all_or_of_what_descends);
    ADD(the_parent_is_one_with_a_name_and_a_root_has_none);
    return g_test_run();
}
