/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How snapshots descend from each other, every way to list them, and what a
 * deletion leaves. */
#include "../integration/snapshot_steps.h"
#include "stage.h"

#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

/* s1 ── s2 ── s3
 *   └── s4, which is current */
static Stage *
stage_with_tree(void)
{
    Stage *stage = stage_new(1, MIB);
    Machine *machine = stage->machine;

    take(machine, "<domainsnapshot><name>s1</name></domainsnapshot>", 0);
    take(machine, "<domainsnapshot><name>s2</name></domainsnapshot>", 0);
    take(machine, "<domainsnapshot><name>s3</name></domainsnapshot>", 0);
    revert(machine, "s1", 0);
    take(machine, "<domainsnapshot><name>s4</name></domainsnapshot>", 0);
    return stage;
}

static virDomainSnapshotPtr
look_up(Stage *stage, const char *name)
{
    virDomainSnapshotPtr found =
        virDomainSnapshotLookupByName(stage->machine->domain, name, 0);

    require(found != NULL);
    return found;
}

static void
expect_list(Stage *stage, const char *from, unsigned flags, const char *names)
{
    assert_same(listed(stage->machine, from, flags), names, __FILE__, __LINE__);
}

static void
lists_know_every_filter(void)
{
    g_autoptr(Stage) stage = stage_with_tree();
    static const struct {
        unsigned flags;
        const char *names;
    } cases[] = {
        {0, "s1 s2 s3 s4"},
        {VIR_DOMAIN_SNAPSHOT_LIST_ROOTS, "s1"},
        {VIR_DOMAIN_SNAPSHOT_LIST_LEAVES, "s3 s4"},
        {VIR_DOMAIN_SNAPSHOT_LIST_NO_LEAVES, "s1 s2"},
        {VIR_DOMAIN_SNAPSHOT_LIST_LEAVES | VIR_DOMAIN_SNAPSHOT_LIST_NO_LEAVES,
         "s1 s2 s3 s4"},
        {VIR_DOMAIN_SNAPSHOT_LIST_METADATA, "s1 s2 s3 s4"},
        {VIR_DOMAIN_SNAPSHOT_LIST_NO_METADATA, ""},
        {VIR_DOMAIN_SNAPSHOT_LIST_ACTIVE, "s1 s2 s3 s4"},
        {VIR_DOMAIN_SNAPSHOT_LIST_INACTIVE, ""},
        {VIR_DOMAIN_SNAPSHOT_LIST_DISK_ONLY, ""},
        {VIR_DOMAIN_SNAPSHOT_LIST_INTERNAL, "s1 s2 s3 s4"},
        {VIR_DOMAIN_SNAPSHOT_LIST_EXTERNAL, ""},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        expect_list(stage, NULL,
                    cases[i].flags | VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL,
                    cases[i].names);
    }
}

/* One of each kind of state, so that no filter takes one for another. */
static void
states_are_told_apart(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    Machine *machine = stage->machine;

    take(machine, "<domainsnapshot><name>off</name></domainsnapshot>", 0);
    require(virDomainCreateWithFlags(machine->domain,
                                     VIR_DOMAIN_START_PAUSED) == 0);
    take(machine, "<domainsnapshot><name>on</name></domainsnapshot>", 0);
    take_disks(machine, "disks");
    expect_list(stage, NULL, VIR_DOMAIN_SNAPSHOT_LIST_INACTIVE, "off");
    expect_list(stage, NULL, VIR_DOMAIN_SNAPSHOT_LIST_ACTIVE, "on");
    expect_list(stage, NULL, VIR_DOMAIN_SNAPSHOT_LIST_DISK_ONLY, "disks");
    expect_list(stage, NULL, VIR_DOMAIN_SNAPSHOT_LIST_EXTERNAL, "disks");
    expect_list(stage, NULL,
                VIR_DOMAIN_SNAPSHOT_LIST_INTERNAL |
                    VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL,
                "off on");
    expect_list(stage, NULL,
                VIR_DOMAIN_SNAPSHOT_LIST_INACTIVE |
                    VIR_DOMAIN_SNAPSHOT_LIST_ACTIVE |
                    VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL,
                "off on");
}

static void
families_are_known_from_each_of_them(void)
{
    g_autoptr(Stage) stage = stage_with_tree();
    const unsigned all = VIR_DOMAIN_SNAPSHOT_LIST_DESCENDANTS |
                         VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL;
    virDomainSnapshotPtr first = look_up(stage, "s1");
    virDomainSnapshotPtr third = look_up(stage, "s3");
    virDomainSnapshotPtr parent = NULL;
    char *names[2] = {NULL, NULL};

    expect_list(stage, "s1", VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL, "s2 s4");
    expect_list(stage, "s1", all, "s2 s3 s4");
    expect_list(stage, "s1", all | VIR_DOMAIN_SNAPSHOT_LIST_LEAVES, "s3 s4");
    expect_list(stage, "s3", all, "");
    g_assert_cmpint(virDomainSnapshotNumChildren(first, 0), ==, 2);
    g_assert_cmpint(virDomainSnapshotNumChildren(
                        first, VIR_DOMAIN_SNAPSHOT_LIST_DESCENDANTS),
                    ==, 3);
    g_assert_cmpint(virDomainSnapshotListChildrenNames(first, names, 1, 0), ==,
                    1);
    g_assert_nonnull(names[0]);
    free(names[0]);
    parent = virDomainSnapshotGetParent(third, 0);
    require(parent != NULL);
    g_assert_cmpstr(virDomainSnapshotGetName(parent), ==, "s2");
    require(virDomainSnapshotFree(parent) == 0);
    g_assert_null(virDomainSnapshotGetParent(first, 0));
    require_error(VIR_ERR_NO_DOMAIN_SNAPSHOT);
    g_assert_cmpint(virDomainSnapshotHasMetadata(first, 0), ==, 1);
    require(virDomainSnapshotFree(first) == 0);
    require(virDomainSnapshotFree(third) == 0);
}

static void
the_current_one_is_the_newest_or_the_one_returned_to(void)
{
    g_autoptr(Stage) stage = stage_with_tree();
    Machine *machine = stage->machine;
    virDomainSnapshotPtr first = look_up(stage, "s1");
    virDomainSnapshotPtr last = look_up(stage, "s4");

    assert_current(machine, "s4");
    g_assert_cmpint(virDomainHasCurrentSnapshot(machine->domain, 0), ==, 1);
    g_assert_cmpint(virDomainSnapshotIsCurrent(last, 0), ==, 1);
    g_assert_cmpint(virDomainSnapshotIsCurrent(first, 0), ==, 0);
    revert(machine, "s3", 0);
    assert_current(machine, "s3");
    drop(machine, "s3", 0);
    assert_current(machine, "s2");
    require(virDomainSnapshotFree(first) == 0);
    require(virDomainSnapshotFree(last) == 0);
}

static void
a_deletion_takes_what_it_says(void)
{
    g_autoptr(Stage) stage = stage_with_tree();
    Machine *machine = stage->machine;
    const unsigned order = VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL;
    virDomainSnapshotPtr second = look_up(stage, "s2");

    refuse_drop(machine, "s1",
                VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN |
                    VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY,
                VIR_ERR_INVALID_ARG, NULL);
    /* The one in the middle: its child hangs on what was above it. */
    drop(machine, "s2", 0);
    expect_list(stage, "s1", order, "s3 s4");
    g_assert_cmpint(virDomainSnapshotHasMetadata(second, 0), ==, -1);
    require_error(VIR_ERR_NO_DOMAIN_SNAPSHOT);
    require(virDomainSnapshotFree(second) == 0);
    drop(machine, "s3", VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY);
    expect_list(stage, NULL, order, "s1 s4");
    drop(machine, "s1", VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY);
    expect_list(stage, NULL, order, "s1");
    assert_current(machine, "s1");
    take(machine, "<domainsnapshot><name>s5</name></domainsnapshot>", 0);
    drop(machine, "s1", VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN);
    expect_list(stage, NULL, order, "");
    assert_current(machine, "-");
    g_assert_cmpint(virDomainHasCurrentSnapshot(machine->domain, 0), ==, 0);
}

/* What its overlay held is in the image that held the snapshot; the guest sees
 * the same. */
static void
a_deleted_external_one_is_merged(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    g_autofree char *base = top(machine, 0, 0);
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;
    unsigned char byte = 0;

    take_disks(machine, "s1");
    first = top(machine, 0, 0);
    stage_write(stage, 0, 1, 0, 64 * KIB);
    take_disks(machine, "s2");
    second = top(machine, 0, 0);
    stage_write(stage, 0, 2, 64 * KIB, 64 * KIB);
    /* In the middle of the chain, then the one on top, then while it is off. */
    drop(machine, "s1", 0);
    assert_top(machine, 0, 0, second);
    drop(machine, "s2", 0);
    assert_top(machine, 0, 0, base);
    assert_top(machine, 0, VIR_DOMAIN_XML_INACTIVE, base);
    expect_list(stage, NULL, 0, "");
    take_disks(machine, "s3");
    stage_write(stage, 0, 3, 128 * KIB, 64 * KIB);
    require(virDomainDestroy(machine->domain) == 0);
    drop(machine, "s3", 0);
    assert_top(machine, 0, 0, base);
    machine_start_paused(machine);
    for (unsigned i = 0; i < 3; i++) {
        require(virDomainBlockPeek(machine->domain, "vda", i * 64 * KIB, 1,
                                   &byte, 0) == 0);
        g_assert_cmpuint(byte, ==, i + 1);
    }
}

static void
assert_first_byte(const Machine *machine, unsigned char wanted)
{
    unsigned char byte = 0;

    require(virDomainBlockPeek(machine->domain, "vda", 0, 1, &byte, 0) == 0);
    g_assert_cmpuint(byte, ==, wanted);
}

/* What it holds is not written to: each return has new overlays above it, and a
 * state that is written to again is none. */
static void
an_external_one_can_be_returned_to_again_and_again(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    const unsigned paused = VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED;
    g_autofree char *first = NULL;
    g_autofree char *second = NULL;

    stage_write(stage, 0, 1, 0, 64 * KIB);
    take_disks(machine, "s1");
    stage_write(stage, 0, 2, 0, 64 * KIB);
    revert(machine, "s1", paused);
    first = top(machine, 0, 0);
    g_assert_true(g_str_has_suffix(first, ".s1-2"));
    assert_top(machine, 0, VIR_DOMAIN_XML_INACTIVE, first);
    assert_first_byte(machine, 1);
    stage_write(stage, 0, 3, 0, 64 * KIB);
    revert(machine, "s1", paused);
    second = top(machine, 0, 0);
    g_assert_true(g_str_has_suffix(second, ".s1-3"));
    assert_first_byte(machine, 1);
    /* Its own overlay is in no chain any more. */
    refuse_drop(machine, "s1", 0, VIR_ERR_OPERATION_INVALID, "s1");
}

/* As it holds a return back: their bitmaps would not come along. */
static void
a_checkpoint_holds_a_deletion_back(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    virDomainCheckpointPtr checkpoint = NULL;

    take_disks(machine, "s1");
    checkpoint = virDomainCheckpointCreateXML(
        machine->domain, "<domaincheckpoint><name>c1</name></domaincheckpoint>",
        0);
    require(checkpoint != NULL);
    refuse_drop(machine, "s1", 0, VIR_ERR_OPERATION_INVALID, "c1");
    refuse_take(machine, "<domainsnapshot/>", 0, VIR_ERR_OPERATION_INVALID,
                "c1");
    refuse_revert(machine, "s1", 0, VIR_ERR_OPERATION_INVALID, "c1");
    drop(machine, "s1", VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY);
    require(virDomainCheckpointFree(checkpoint) == 0);
}

/* Nobody sees it in the list, so the refusal says what it is and what to do; and
 * that helps. */
static void
one_without_metadata_holds_it_back_until_it_is_redefined(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    char *xml = NULL;
    virDomainCheckpointPtr checkpoint = virDomainCheckpointCreateXML(
        machine->domain, "<domaincheckpoint><name>c1</name></domaincheckpoint>",
        0);

    require(checkpoint != NULL);
    xml = virDomainCheckpointGetXMLDesc(checkpoint, 0);
    require(virDomainCheckpointDelete(
                checkpoint, VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY) == 0);
    require(virDomainCheckpointFree(checkpoint) == 0);
    refuse_take(machine, "<domainsnapshot/>", 0, VIR_ERR_OPERATION_INVALID,
                "'c1' without metadata), whose bitmaps would not come along; "
                "delete them first, those without metadata after redefining");
    checkpoint = virDomainCheckpointCreateXML(
        machine->domain, xml, VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE);
    require(checkpoint != NULL);
    require(virDomainCheckpointDelete(checkpoint, 0) == 0);
    require(virDomainCheckpointFree(checkpoint) == 0);
    take_disks(machine, "s1");
    free(xml);
}

/* ---- wishes ---- */

static void
wishes_that_cannot_be_are_refused(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    Machine *machine = stage->machine;
    const char *xml = "<domainsnapshot><name>s1</name></domainsnapshot>";
    const unsigned quiesce = VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY |
                             VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE;

    refuse_take(machine, xml, quiesce, VIR_ERR_OPERATION_INVALID, "quiesce");
    refuse_take(machine, xml, VIR_DOMAIN_SNAPSHOT_CREATE_LIVE,
                VIR_ERR_OPERATION_INVALID, "live");
    machine_start_paused(machine);
    refuse_take(machine, xml, VIR_DOMAIN_SNAPSHOT_CREATE_LIVE,
                VIR_ERR_OPERATION_INVALID, "live");
    refuse_take(machine, xml, quiesce, VIR_ERR_OPERATION_INVALID, "agent");
    require(virDomainUndefine(machine->domain) == 0);
    refuse_take(machine, xml, VIR_DOMAIN_SNAPSHOT_CREATE_HALT,
                VIR_ERR_OPERATION_INVALID, "transient");
    expect_list(stage, NULL, 0, "");
}

static void
a_halted_machine_is_off_and_its_snapshot_there(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    int state = -1;
    int reason = -1;

    take(machine, "<domainsnapshot><name>s1</name></domainsnapshot>",
         VIR_DOMAIN_SNAPSHOT_CREATE_HALT | VIR_DOMAIN_SNAPSHOT_CREATE_ATOMIC |
             VIR_DOMAIN_SNAPSHOT_CREATE_VALIDATE);
    require(virDomainGetState(machine->domain, &state, &reason, 0) == 0);
    g_assert_cmpint(state, ==, VIR_DOMAIN_SHUTOFF);
    g_assert_cmpint(reason, ==, VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT);
    expect_list(stage, NULL, VIR_DOMAIN_SNAPSHOT_LIST_ACTIVE, "s1");
    revert(machine, "s1", VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING);
    require(virDomainGetState(machine->domain, &state, &reason, 0) == 0);
    g_assert_cmpint(state, ==, VIR_DOMAIN_RUNNING);
    g_assert_cmpint(reason, ==, VIR_DOMAIN_RUNNING_FROM_SNAPSHOT);
}

/* The disks have their overlays, and nobody keeps a record of why. */
static void
one_without_metadata_leaves_overlays_and_no_more(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    g_autofree char *before = top(machine, 0, 0);
    g_autofree char *after = NULL;

    take(machine, "<domainsnapshot><name>s1</name></domainsnapshot>",
         VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY |
             VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA);
    after = top(machine, 0, 0);
    g_assert_cmpstr(after, !=, before);
    expect_list(stage, NULL, 0, "");
    g_assert_cmpint(virDomainHasCurrentSnapshot(machine->domain, 0), ==, 0);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "snapshot_trees");
    STAGE_TEST(lists_know_every_filter);
    STAGE_TEST(states_are_told_apart);
    STAGE_TEST(families_are_known_from_each_of_them);
    STAGE_TEST(the_current_one_is_the_newest_or_the_one_returned_to);
    STAGE_TEST(a_deletion_takes_what_it_says);
    STAGE_TEST(a_deleted_external_one_is_merged);
    STAGE_TEST(an_external_one_can_be_returned_to_again_and_again);
    STAGE_TEST(a_checkpoint_holds_a_deletion_back);
    STAGE_TEST(one_without_metadata_holds_it_back_until_it_is_redefined);
    STAGE_TEST(wishes_that_cannot_be_are_refused);
    STAGE_TEST(a_halted_machine_is_off_and_its_snapshot_there);
    STAGE_TEST(one_without_metadata_leaves_overlays_and_no_more);
    return g_test_run();
}
