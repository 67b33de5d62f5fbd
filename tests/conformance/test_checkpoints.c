/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checkpoints: what is made, shown, listed, measured and deleted. */
#include "../integration/checkpoint_steps.h"
#include "stage.h"

#include <stdlib.h>
#include <string.h>

#define LEAVES    VIR_DOMAIN_CHECKPOINT_LIST_LEAVES
#define NO_LEAVES VIR_DOMAIN_CHECKPOINT_LIST_NO_LEAVES
#define ROOTS     VIR_DOMAIN_CHECKPOINT_LIST_ROOTS
#define BELOW     VIR_DOMAIN_CHECKPOINT_LIST_DESCENDANTS

static void
require_in(const char *text, const char *part)
{
    if (!strstr(text, part))
        g_error("no \"%s\" in:\n%s", part, text);
}

static void
a_checkpoint_covers_all_disks_and_shows_them(void)
{
    g_autoptr(Stage) stage = stage_new(2, MIB);
    char *xml = NULL;

    make_checkpoint(stage->machine, "c1", NULL);
    xml = xml_of(stage->machine, "c1", 0);
    require_in(xml, "<name>c1</name>");
    require_in(xml, "<creationTime>");
    require_in(xml, "<disk name='vda' checkpoint='bitmap' bitmap='c1'/>");
    require_in(xml, "<disk name='vdb' checkpoint='bitmap' bitmap='c1'/>");
    require_in(xml, "<domain ");
    g_assert_null(strstr(xml, "<parent>"));
    free(xml);
    xml = xml_of(stage->machine, "c1", VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN);
    g_assert_null(strstr(xml, "<domain "));
    free(xml);
    assert_names(stage->machine, "c1");
    assert_text(parent(stage->machine, "c1"), "-", __FILE__, __LINE__);
}

static void
sizes_are_what_was_written_since(void)
{
    g_autoptr(Stage) stage = stage_new(2, 2 * MIB);

    make_checkpoint(stage->machine, "c1", NULL);
    g_assert_cmpint(size_since(stage->machine, "c1", 0), ==, 0);
    stage_write(stage, 0, 0x5d, MIB, 64 * KIB);
    g_assert_cmpint(size_since(stage->machine, "c1", 0), ==, 64 * KIB);
    g_assert_cmpint(size_since(stage->machine, "c1", 1), ==, 0);
    make_checkpoint(stage->machine, "c2", NULL);
    g_assert_cmpint(size_since(stage->machine, "c2", 0), ==, 0);
    /* The same block once more, and one beside it. */
    stage_write(stage, 0, 0x5e, MIB, 4 * KIB);
    stage_zero(stage, 0, 0, 64 * KIB);
    g_assert_cmpint(size_since(stage->machine, "c1", 0), ==, 128 * KIB);
    g_assert_cmpint(size_since(stage->machine, "c2", 0), ==, 128 * KIB);
    stage_discard(stage, 1, 64 * KIB, 64 * KIB);
    g_assert_cmpint(size_since(stage->machine, "c2", 1), ==, 64 * KIB);
}

static void
a_disk_that_is_left_out_records_on_for_the_older_one(void)
{
    g_autoptr(Stage) stage = stage_new(2, MIB);
    char *xml = NULL;

    make_checkpoint(stage->machine, "c1", NULL);
    make_checkpoint(stage->machine, "c2", "vda");
    assert_text(parent(stage->machine, "c2"), "c1", __FILE__, __LINE__);
    xml = xml_of(stage->machine, "c2", VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN);
    require_in(xml, "<disk name='vdb' checkpoint='no'/>");
    free(xml);
    stage_write(stage, 1, 1, 0, 64 * KIB);
    g_assert_cmpint(size_since(stage->machine, "c1", 1), ==, 64 * KIB);
    g_assert_cmpint(size_since(stage->machine, "c2", 1), ==, -1);
}

static void
lists_know_roots_leaves_children_and_descendants(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    const char *branch = "<domaincheckpoint><name>x</name><creationTime>5"
                         "</creationTime><parent><name>a</name></parent>"
                         "<disks><disk name='vda' checkpoint='no'/></disks>"
                         "</domaincheckpoint>";

    assert_names(machine, "");
    make_checkpoint(machine, "a", NULL);
    make_checkpoint(machine, "b", NULL);
    make_checkpoint(machine, "c", NULL);
    require(virDomainCheckpointFree(virDomainCheckpointCreateXML(
                machine->domain, branch,
                VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE)) == 0);
    assert_text(names(machine, NULL, ROOTS), "a", __FILE__, __LINE__);
    assert_text(names(machine, NULL, LEAVES), "c x", __FILE__, __LINE__);
    assert_text(names(machine, NULL, NO_LEAVES), "a b", __FILE__, __LINE__);
    assert_text(names(machine, NULL, LEAVES | NO_LEAVES), "a b c x", __FILE__,
                __LINE__);
    assert_text(names(machine, NULL, VIR_DOMAIN_CHECKPOINT_LIST_TOPOLOGICAL),
                "a b c x", __FILE__, __LINE__);
    assert_text(names(machine, "a", 0), "b x", __FILE__, __LINE__);
    assert_text(names(machine, "a", BELOW), "b c x", __FILE__, __LINE__);
    assert_text(names(machine, "a", BELOW | LEAVES), "c x", __FILE__, __LINE__);
    assert_text(names(machine, "c", BELOW), "", __FILE__, __LINE__);
    g_assert_cmpint(virDomainListAllCheckpoints(machine->domain, NULL, 1 << 20),
                    ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
}

static void
deleting_one_leaves_its_writes_with_the_one_before(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;

    make_checkpoint(machine, "c1", NULL);
    stage_write(stage, 0, 1, 0, 64 * KIB);
    make_checkpoint(machine, "c2", NULL);
    stage_write(stage, 0, 2, 64 * KIB, 64 * KIB);
    make_checkpoint(machine, "c3", NULL);
    stage_write(stage, 0, 3, 128 * KIB, 64 * KIB);
    delete_checkpoint(machine, "c2", 0);
    assert_names(machine, "c1 c3");
    assert_text(parent(machine, "c3"), "c1", __FILE__, __LINE__);
    g_assert_cmpint(size_since(machine, "c1", 0), ==, 192 * KIB);
    g_assert_cmpint(size_since(machine, "c3", 0), ==, 64 * KIB);
    delete_checkpoint(machine, "c3", 0);
    stage_write(stage, 0, 4, 192 * KIB, 64 * KIB);
    g_assert_cmpint(size_since(machine, "c1", 0), ==, 256 * KIB);
    delete_checkpoint(machine, "c1", 0);
    assert_names(machine, "");
}

static void
the_oldest_can_go_without_changing_the_next(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;

    make_checkpoint(machine, "c1", NULL);
    stage_write(stage, 0, 1, 0, 64 * KIB);
    make_checkpoint(machine, "c2", NULL);
    stage_write(stage, 0, 2, 64 * KIB, 64 * KIB);
    delete_checkpoint(machine, "c1", 0);
    assert_text(parent(machine, "c2"), "-", __FILE__, __LINE__);
    g_assert_cmpint(size_since(machine, "c2", 0), ==, 64 * KIB);
}

static void
children_go_with_it_or_alone(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;

    make_checkpoint(machine, "a", NULL);
    make_checkpoint(machine, "b", NULL);
    make_checkpoint(machine, "c", NULL);
    stage_write(stage, 0, 1, 0, 64 * KIB);
    delete_checkpoint(machine, "a", VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN_ONLY);
    assert_names(machine, "a");
    g_assert_cmpint(size_since(machine, "a", 0), ==, 64 * KIB);
    make_checkpoint(machine, "d", NULL);
    delete_checkpoint(machine, "a", VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN);
    assert_names(machine, "");
    make_checkpoint(machine, "a", NULL);
    assert_names(machine, "a");
}

static void
metadata_alone_can_go_and_come_back(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    g_autofree char *again = checkpoint_document(machine, "c1", NULL);
    char *xml = NULL;

    make_checkpoint(machine, "c1", NULL);
    stage_write(stage, 0, 1, 0, 64 * KIB);
    xml = xml_of(machine, "c1", 0);
    make_checkpoint(machine, "c2", NULL);
    delete_checkpoint(machine, "c1",
                      VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY);
    assert_names(machine, "c2");
    assert_text(parent(machine, "c2"), "-", __FILE__, __LINE__);
    refuse_checkpoint(machine, again, 0, VIR_ERR_OPERATION_FAILED);
    require_in(virGetLastErrorMessage(), "bitmap 'c1'");
    require(virDomainCheckpointFree(virDomainCheckpointCreateXML(
                machine->domain, xml, VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE)) ==
            0);
    free(xml);
    assert_names(machine, "c1 c2");
    assert_text(parent(machine, "c2"), "c1", __FILE__, __LINE__);
    stage_write(stage, 0, 1, 64 * KIB, 64 * KIB);
    g_assert_cmpint(size_since(machine, "c1", 0), ==, 128 * KIB);
}

static void
two_without_a_name_in_one_second_both_get_one(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);

    make_checkpoint(stage->machine, NULL, NULL);
    make_checkpoint(stage->machine, NULL, NULL);
    make_checkpoint(stage->machine, NULL, NULL);
    g_assert_cmpint(
        virDomainListAllCheckpoints(stage->machine->domain, NULL, 0), ==, 3);
}

static void
handles_are_names_and_not_the_thing(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    virDomainCheckpointPtr stale = NULL;
    virDomainCheckpointPtr *list = NULL;

    make_checkpoint(machine, "c1", NULL);
    stale = virDomainCheckpointLookupByName(machine->domain, "c1", 0);
    require(stale != NULL);
    g_assert_true(virDomainCheckpointGetDomain(stale) == machine->domain);
    g_assert_true(virDomainCheckpointGetConnect(stale) == machine->conn);
    delete_checkpoint(machine, "c1", 0);
    g_assert_cmpstr(virDomainCheckpointGetName(stale), ==, "c1");
    g_assert_null(virDomainCheckpointGetXMLDesc(stale, 0));
    require_error(VIR_ERR_NO_DOMAIN_CHECKPOINT);
    g_assert_null(virDomainCheckpointGetParent(stale, 0));
    require_error(VIR_ERR_NO_DOMAIN_CHECKPOINT);
    g_assert_cmpint(virDomainCheckpointDelete(stale, 0), ==, -1);
    require_error(VIR_ERR_NO_DOMAIN_CHECKPOINT);
    g_assert_cmpint(virDomainCheckpointListAllChildren(stale, &list, 0), ==,
                    -1);
    require_error(VIR_ERR_NO_DOMAIN_CHECKPOINT);
    g_assert_null(
        virDomainCheckpointLookupByName(machine->domain, "nobody", 0));
    require_error(VIR_ERR_NO_DOMAIN_CHECKPOINT);
    require(virDomainCheckpointFree(stale) == 0);
}

static void
checkpoints_survive_a_rename_and_a_stop(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    virDomainPtr again = NULL;

    make_checkpoint(machine, "c1", NULL);
    stage_write(stage, 0, 1, 0, 64 * KIB);
    make_checkpoint(machine, "c2", NULL);
    machine_stop(machine);
    assert_names(machine, "c1 c2");
    require(virDomainRename(machine->domain, "renamed", 0) == 0);
    again = virDomainLookupByName(machine->conn, "renamed");
    require(again != NULL);
    require(virDomainFree(again) == 0);
    machine_start_paused(machine);
    assert_names(machine, "c1 c2");
    stage_write(stage, 0, 1, 64 * KIB, 64 * KIB);
    g_assert_cmpint(size_since(machine, "c1", 0), ==, 128 * KIB);
    g_assert_cmpint(size_since(machine, "c2", 0), ==, 64 * KIB);
}

static void
domains_are_listed_by_their_checkpoints(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virConnectPtr conn = stage->machine->conn;
    const unsigned with = VIR_CONNECT_LIST_DOMAINS_HAS_CHECKPOINT;
    const unsigned without = VIR_CONNECT_LIST_DOMAINS_NO_CHECKPOINT;
    int others = virConnectListAllDomains(conn, NULL, without) - 1;

    g_assert_cmpint(virConnectListAllDomains(conn, NULL, with), ==, 0);
    make_checkpoint(stage->machine, "c1", NULL);
    g_assert_cmpint(virConnectListAllDomains(conn, NULL, with), ==, 1);
    g_assert_cmpint(virConnectListAllDomains(conn, NULL, without), ==, others);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "checkpoints");
    STAGE_TEST(a_checkpoint_covers_all_disks_and_shows_them);
    STAGE_TEST(sizes_are_what_was_written_since);
    STAGE_TEST(a_disk_that_is_left_out_records_on_for_the_older_one);
    STAGE_TEST(lists_know_roots_leaves_children_and_descendants);
    STAGE_TEST(deleting_one_leaves_its_writes_with_the_one_before);
    STAGE_TEST(the_oldest_can_go_without_changing_the_next);
    STAGE_TEST(children_go_with_it_or_alone);
    STAGE_TEST(metadata_alone_can_go_and_come_back);
    STAGE_TEST(two_without_a_name_in_one_second_both_get_one);
    STAGE_TEST(handles_are_names_and_not_the_thing);
    STAGE_TEST(checkpoints_survive_a_rename_and_a_stop);
    STAGE_TEST(domains_are_listed_by_their_checkpoints);
    return g_test_run();
}
