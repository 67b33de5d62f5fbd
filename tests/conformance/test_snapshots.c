/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Snapshots: taken, listed, told apart from checkpoints, and let go. */
#include "../integration/checkpoint_steps.h"
#include "stage.h"

#include <stdlib.h>
#include <string.h>

#define DISK_ONLY VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY
#define METADATA  VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY

static char *
document(const Stage *stage, const char *name)
{
    return g_strdup_printf("<domainsnapshot><name>%s</name><disks>"
                           "<disk name='vda' snapshot='external'>"
                           "<source file='%s/%s.overlay'/></disk></disks>"
                           "</domainsnapshot>",
                           name, stage->machine->folder, name);
}

static void
take_external(Stage *stage, const char *name, const char *checkpoint)
{
    g_autofree char *xml = document(stage, name);
    virDomainSnapshotPtr snapshot = virDomainSnapshotCreateXML2(
        stage->machine->domain, xml, checkpoint, DISK_ONLY);

    require(snapshot != NULL);
    g_assert_cmpstr(virDomainSnapshotGetName(snapshot), ==, name);
    require(virDomainSnapshotFree(snapshot) == 0);
}

static char *
snapshot_names(Stage *stage, unsigned flags)
{
    virDomainSnapshotPtr *list = NULL;
    GString *text = g_string_new(NULL);
    int count = virDomainListAllSnapshots(stage->machine->domain, &list, flags);

    require(count >= 0);
    for (int i = 0; i < count; i++) {
        g_string_append_printf(text, "%s%s", i ? " " : "",
                               virDomainSnapshotGetName(list[i]));
        require(virDomainSnapshotFree(list[i]) == 0);
    }
    free(list);
    return g_string_free(text, FALSE);
}

static void
an_external_one_puts_an_overlay_on_top(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainSnapshotPtr snapshot = NULL;
    char *xml = NULL;

    take_external(stage, "s1", NULL);
    take_external(stage, "s2", NULL);
    assert_text(snapshot_names(stage, 0), "s1 s2", __FILE__, __LINE__);
    assert_text(snapshot_names(stage, VIR_DOMAIN_SNAPSHOT_LIST_ROOTS), "s1",
                __FILE__, __LINE__);
    assert_text(snapshot_names(stage, VIR_DOMAIN_SNAPSHOT_LIST_LEAVES), "s2",
                __FILE__, __LINE__);
    assert_text(snapshot_names(stage, VIR_DOMAIN_SNAPSHOT_LIST_INTERNAL), "",
                __FILE__, __LINE__);
    xml = virDomainGetXMLDesc(stage->machine->domain, 0);
    require(xml != NULL);
    g_assert_nonnull(g_strstr_len(xml, -1, "/s2.overlay'"));
    free(xml);
    g_assert_cmpint(virDomainHasCurrentSnapshot(stage->machine->domain, 0), ==,
                    1);
    snapshot = virDomainSnapshotCurrent(stage->machine->domain, 0);
    require(snapshot != NULL);
    g_assert_cmpstr(virDomainSnapshotGetName(snapshot), ==, "s2");
    xml = virDomainSnapshotGetXMLDesc(snapshot, 0);
    require(xml != NULL);
    g_assert_nonnull(g_strstr_len(xml, -1, "<parent>"));
    g_assert_nonnull(g_strstr_len(xml, -1, "<state>disk-snapshot</state>"));
    g_assert_null(g_strstr_len(xml, -1, "domaincheckpoint"));
    free(xml);
    require(virDomainSnapshotDelete(snapshot, METADATA) == 0);
    require(virDomainSnapshotFree(snapshot) == 0);
    assert_text(snapshot_names(stage, 0), "s1", __FILE__, __LINE__);
}

static void
a_checkpoint_of_the_same_moment_begins_on_the_overlay(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    g_autofree char *xml = document(stage, "s2");

    take_external(stage, "s1",
                  "<domaincheckpoint><name>c1</name></domaincheckpoint>");
    assert_names(stage->machine, "c1");
    stage_write(stage, 0, 1, 0, 64 * KIB);
    g_assert_cmpint(size_since(stage->machine, "c1", 0), ==, 64 * KIB);
    /* From now on another snapshot would leave the bitmap behind. */
    g_assert_null(
        virDomainSnapshotCreateXML(stage->machine->domain, xml, DISK_ONLY));
    require_error(VIR_ERR_OPERATION_INVALID);
    g_assert_nonnull(strstr(virGetLastErrorMessage(), "'c1'"));
}

static void
what_cannot_be_is_refused(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *xml = document(stage, "s1");

    g_assert_null(virDomainSnapshotCreateXML(domain, "<domain/>", DISK_ONLY));
    require_error(VIR_ERR_XML_ERROR);
    g_assert_null(virDomainSnapshotCreateXML(domain, "<domainsna", DISK_ONLY));
    require_error(VIR_ERR_XML_DETAIL);
    g_assert_null(virDomainSnapshotCreateXML(domain, xml, 1U << 20));
    require_error(VIR_ERR_INVALID_ARG);
    g_assert_null(virDomainSnapshotLookupByName(domain, "nobody", 0));
    require_error(VIR_ERR_NO_DOMAIN_SNAPSHOT);
    g_assert_null(virDomainSnapshotCurrent(domain, 0));
    require_error(VIR_ERR_NO_DOMAIN_SNAPSHOT);
    take_external(stage, "s1", NULL);
    g_assert_null(virDomainSnapshotCreateXML(domain, xml, DISK_ONLY));
    require_error(VIR_ERR_OPERATION_FAILED);
    machine_stop(stage->machine);
    g_assert_cmpint(virDomainUndefine(domain), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
}

static void
an_internal_one_is_a_state_to_return_to(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    virDomainSnapshotPtr snapshot = NULL;
    char byte = 0;

    stage_write(stage, 0, 1, 0, 64 * KIB);
    snapshot = virDomainSnapshotCreateXML(
        machine->domain, "<domainsnapshot><name>s1</name></domainsnapshot>", 0);
    require(snapshot != NULL);
    assert_text(snapshot_names(stage, VIR_DOMAIN_SNAPSHOT_LIST_INTERNAL), "s1",
                __FILE__, __LINE__);
    stage_write(stage, 0, 2, 0, 64 * KIB);
    require(virDomainRevertToSnapshot(snapshot, 0) == 0);
    g_assert_cmpint(virDomainIsActive(machine->domain), ==, 1);
    if (stage->is_memory) {
        require(virDomainBlockPeek(machine->domain, "vda", 0, 1, &byte, 0) ==
                0);
        g_assert_cmpint(byte, ==, 1);
    }
    require(virDomainSnapshotDelete(snapshot, 0) == 0);
    g_assert_cmpint(virDomainSnapshotDelete(snapshot, 0), ==, -1);
    require_error(VIR_ERR_NO_DOMAIN_SNAPSHOT);
    require(virDomainSnapshotFree(snapshot) == 0);
    g_assert_cmpint(virDomainSnapshotNum(machine->domain, 0), ==, 0);
}

/* The metadata alone was deleted, and comes back. */
static void
one_that_is_described_again_can_be_returned_to(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    const unsigned again = VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE |
                           VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT;
    virDomainSnapshotPtr snapshot = virDomainSnapshotCreateXML(
        domain, "<domainsnapshot><name>s1</name></domainsnapshot>", 0);
    char *xml = NULL;

    require(snapshot != NULL);
    xml = virDomainSnapshotGetXMLDesc(snapshot, VIR_DOMAIN_SNAPSHOT_XML_SECURE);
    require(xml != NULL);
    require(virDomainSnapshotDelete(snapshot, METADATA) == 0);
    require(virDomainSnapshotFree(snapshot) == 0);
    g_assert_cmpint(virDomainSnapshotNum(domain, 0), ==, 0);
    g_assert_null(virDomainSnapshotCreateXML(
        domain,
        "<domainsnapshot><name>s1</name><parent><name>nobody</name>"
        "</parent><state>running</state></domainsnapshot>",
        again));
    g_assert_cmpint(virDomainSnapshotNum(domain, 0), ==, 0);
    snapshot = virDomainSnapshotCreateXML(domain, xml, again);
    require(snapshot != NULL);
    g_assert_cmpint(virDomainHasCurrentSnapshot(domain, 0), ==, 1);
    /* Once more, which changes nothing. */
    require(virDomainSnapshotFree(
                virDomainSnapshotCreateXML(domain, xml, again)) == 0);
    free(xml);
    g_assert_cmpint(virDomainSnapshotNum(domain, 0), ==, 1);
    require(virDomainRevertToSnapshot(snapshot, 0) == 0);
    require(virDomainSnapshotDelete(snapshot, 0) == 0);
    require(virDomainSnapshotFree(snapshot) == 0);
}

/* What the machine was is not known then: both drivers ask to be forced. */
static void
one_without_its_machine_returns_by_force(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    virDomainSnapshotPtr snapshot = virDomainSnapshotCreateXML(
        domain, "<domainsnapshot><name>s1</name></domainsnapshot>", 0);

    require(snapshot != NULL);
    require(virDomainSnapshotDelete(snapshot, METADATA) == 0);
    require(virDomainSnapshotFree(snapshot) == 0);
    snapshot = virDomainSnapshotCreateXML(
        domain,
        "<domainsnapshot><name>s1</name><state>running</state>"
        "<creationTime>1794906000</creationTime><memory snapshot='internal'/>"
        "<disks><disk name='vda' snapshot='internal'/></disks>"
        "</domainsnapshot>",
        VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE);
    require(snapshot != NULL);
    g_assert_cmpint(virDomainRevertToSnapshot(snapshot, 0), ==, -1);
    require_error(VIR_ERR_SNAPSHOT_REVERT_RISKY);
    g_assert_cmpint(virDomainHasCurrentSnapshot(domain, 0), ==, 0);
    require(virDomainRevertToSnapshot(snapshot,
                                      VIR_DOMAIN_SNAPSHOT_REVERT_FORCE) == 0);
    g_assert_cmpint(virDomainHasCurrentSnapshot(domain, 0), ==, 1);
    g_assert_cmpint(virDomainIsActive(domain), ==, 1);
    require(virDomainSnapshotDelete(snapshot, 0) == 0);
    require(virDomainSnapshotFree(snapshot) == 0);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "snapshots");
    STAGE_TEST(an_external_one_puts_an_overlay_on_top);
    STAGE_TEST(a_checkpoint_of_the_same_moment_begins_on_the_overlay);
    STAGE_TEST(what_cannot_be_is_refused);
    STAGE_TEST(an_internal_one_is_a_state_to_return_to);
    STAGE_TEST(one_that_is_described_again_can_be_returned_to);
    STAGE_TEST(one_without_its_machine_returns_by_force);
    return g_test_run();
}
