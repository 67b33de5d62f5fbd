/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* External snapshots of a real machine: what was written before stays in the
 * images, what is written after goes to the overlays. */
#include "snapshot_steps.h"

#include <glib/gstdio.h>
#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

#define DISK_SIZE (16 * MIB)
#define DISK_ONLY VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY

static Machine *
machine_with(unsigned disks)
{
    Machine *machine = machine_new("web", disks, DISK_SIZE);

    machine_start_paused(machine);
    for (unsigned i = 0; i < disks; i++)
        machine_write(machine, i, 1, 0, 128 * KIB);
    return machine;
}

/* "…/vda.one" for "…/vda.qcow2". */
static char *
overlay_of(const Machine *machine, unsigned disk, const char *name)
{
    const char *dot = strrchr(machine->path[disk], '.');
    g_autofree char *stem =
        g_strndup(machine->path[disk], (gsize)(dot - machine->path[disk]));

    return g_strconcat(stem, ".", name, NULL);
}

static void
later_writes_go_to_the_overlays(void)
{
    g_autoptr(Machine) machine = machine_with(2);
    g_autofree char *first = overlay_of(machine, 0, "one");
    g_autofree char *second = overlay_of(machine, 1, "one");

    take_disks(machine, "one");
    assert_top(machine, 0, 0, first);
    assert_top(machine, 1, 0, second);
    assert_top(machine, 0, VIR_DOMAIN_XML_INACTIVE, first);
    machine_write(machine, 0, 2, 0, 64 * KIB);
    machine_write(machine, 1, 3, 64 * KIB, 64 * KIB);
    assert_disk(machine, 0, 2, 0, 64 * KIB);
    assert_disk(machine, 0, 1, 64 * KIB, 64 * KIB);
    assert_disk(machine, 1, 3, 64 * KIB, 64 * KIB);
    machine_stop(machine);
    assert_holds(machine->path[0], 1, 0, 128 * KIB);
    assert_holds(machine->path[1], 1, 0, 128 * KIB);
    assert_holds(first, 2, 0, 64 * KIB);
}

static void
the_machine_starts_again_from_its_overlays(void)
{
    g_autoptr(Machine) machine = machine_with(1);
    g_autofree char *second = overlay_of(machine, 0, "two");

    take_disks(machine, "one");
    machine_write(machine, 0, 2, 0, 64 * KIB);
    take_disks(machine, "two");
    machine_write(machine, 0, 3, 128 * KIB, 64 * KIB);
    machine_stop(machine);
    machine_start_paused(machine);
    assert_top(machine, 0, 0, second);
    assert_disk(machine, 0, 2, 0, 64 * KIB);
    assert_disk(machine, 0, 1, 64 * KIB, 64 * KIB);
    assert_disk(machine, 0, 3, 128 * KIB, 64 * KIB);
    /* And a third one, whose node must not be one that is there. */
    take_disks(machine, "three");
    machine_write(machine, 0, 4, 0, 64 * KIB);
    assert_disk(machine, 0, 4, 0, 64 * KIB);
    assert_listed(machine, "one two three");
    assert_holds(second, 2, 0, 64 * KIB);
}

static void
a_machine_that_is_off_gets_overlays_too(void)
{
    g_autoptr(Machine) machine = machine_with(1);
    g_autofree char *overlay = overlay_of(machine, 0, "cold");

    machine_stop(machine);
    take_disks(machine, "cold");
    assert_top(machine, 0, 0, overlay);
    machine_start_paused(machine);
    machine_write(machine, 0, 2, 0, 64 * KIB);
    assert_disk(machine, 0, 2, 0, 64 * KIB);
    machine_stop(machine);
    assert_holds(machine->path[0], 1, 0, 128 * KIB);
}

static void
each_descends_from_the_current_one(void)
{
    g_autoptr(Machine) machine = machine_with(1);
    char *xml = NULL;

    assert_current(machine, "-");
    take_disks(machine, "one");
    assert_current(machine, "one");
    take_disks(machine, "two");
    assert_current(machine, "two");
    assert_same(listed(machine, "one", 0), "two", __FILE__, __LINE__);
    assert_same(listed(machine, NULL, VIR_DOMAIN_SNAPSHOT_LIST_LEAVES), "two",
                __FILE__, __LINE__);
    assert_same(listed(machine, NULL, VIR_DOMAIN_SNAPSHOT_LIST_INTERNAL), "",
                __FILE__, __LINE__);
    xml = snapshot_text(machine, "two");
    g_assert_nonnull(strstr(xml, "<state>disk-snapshot</state>"));
    g_assert_nonnull(strstr(xml, "<name>one</name>"));
    g_assert_nonnull(strstr(xml, "<domain "));
    free(xml);
}

static void
a_disk_may_be_left_out(void)
{
    g_autoptr(Machine) machine = machine_with(2);
    g_autofree char *path = machine_file(machine, "chosen.qcow2");
    g_autofree char *xml = g_strdup_printf(
        "<domainsnapshot><name>one</name><disks>"
        "<disk name='vda'><source file='%s'/></disk>"
        "<disk name='vdb' snapshot='no'/></disks></domainsnapshot>",
        path);

    take(machine, xml, DISK_ONLY);
    assert_top(machine, 0, 0, path);
    assert_top(machine, 1, 0, machine->path[1]);
}

static void
without_metadata_nothing_is_remembered(void)
{
    g_autoptr(Machine) machine = machine_with(1);
    g_autofree char *overlay = overlay_of(machine, 0, "gone");

    take(machine, "<domainsnapshot><name>gone</name></domainsnapshot>",
         DISK_ONLY | VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA);
    assert_top(machine, 0, 0, overlay);
    assert_listed(machine, "");
    assert_current(machine, "-");
}

static void
halting_leaves_the_machine_off_on_its_overlays(void)
{
    g_autoptr(Machine) machine = machine_with(1);
    g_autofree char *overlay = overlay_of(machine, 0, "one");
    int state = -1;
    int reason = -1;

    take(machine, "<domainsnapshot><name>one</name></domainsnapshot>",
         DISK_ONLY | VIR_DOMAIN_SNAPSHOT_CREATE_HALT);
    require(virDomainGetState(machine->domain, &state, &reason, 0) == 0);
    g_assert_cmpint(state, ==, VIR_DOMAIN_SHUTOFF);
    g_assert_cmpint(reason, ==, VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT);
    assert_top(machine, 0, 0, overlay);
}

/* The header of a caller's own overlay may name anything: here it names
 * nothing, and the disk must be whole after a restart all the same. */
static void
a_reused_overlay_stands_on_the_disk_whatever_it_says(void)
{
    g_autoptr(Machine) machine = machine_with(1);
    g_autofree char *path = machine_file(machine, "mine.qcow2");
    g_autofree char *xml =
        g_strdup_printf("<domainsnapshot><name>one</name><disks>"
                        "<disk name='vda'><source file='%s'/></disk></disks>"
                        "</domainsnapshot>",
                        path);
    const unsigned flags = DISK_ONLY | VIR_DOMAIN_SNAPSHOT_CREATE_REUSE_EXT;
    g_autofree char *reply = NULL;

    refuse_take(machine, xml, flags, VIR_ERR_SYSTEM_ERROR, "mine.qcow2");
    g_free(run_command("qemu-img", "create", "-q", "-f", "qcow2", path, "8M",
                       NULL));
    refuse_take(machine, xml, flags, VIR_ERR_CONFIG_UNSUPPORTED, "mine.qcow2");
    g_free(run_command("qemu-img", "create", "-q", "-f", "qcow2", path, "16M",
                       NULL));
    take(machine, xml, flags);
    machine_write(machine, 0, 2, 0, 64 * KIB);
    machine_stop(machine);
    machine_start_paused(machine);
    /* The image by itself does not show what is below. */
    reply =
        machine_monitor(machine, "{\"execute\": \"query-named-block-nodes\"}");
    g_assert_nonnull(strstr(reply, "backing-image"));
    g_assert_nonnull(strstr(reply, machine->path[0]));
}

static void
refusals_leave_nothing(void)
{
    g_autoptr(Machine) machine = machine_with(2);
    g_autofree char *overlay = overlay_of(machine, 0, "one");
    g_autofree char *second = overlay_of(machine, 1, "one");
    const char *xml = "<domainsnapshot><name>one</name></domainsnapshot>";

    /* The second disk's overlay is in the way: the first's is not made. */
    require(g_file_set_contents(second, "x", 1, NULL));
    refuse_take(machine, xml, DISK_ONLY, VIR_ERR_CONFIG_UNSUPPORTED, "vdb");
    g_assert_false(g_file_test(overlay, G_FILE_TEST_EXISTS));
    assert_listed(machine, "");
    assert_top(machine, 0, 0, machine->path[0]);
    g_unlink(second);

    take(machine, xml, DISK_ONLY);
    refuse_take(machine, xml, DISK_ONLY, VIR_ERR_OPERATION_FAILED, "'one'");
    refuse_take(machine, xml, 1U << 20, VIR_ERR_INVALID_ARG, NULL);
    refuse_take(machine, xml, VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE,
                VIR_ERR_INVALID_ARG, NULL);
    refuse_take(machine, "<domainsnapshot><name>../x</name></domainsnapshot>",
                DISK_ONLY, VIR_ERR_XML_DETAIL, "../x");
    assert_listed(machine, "one");
}

static void
a_machine_with_checkpoints_is_left_alone(void)
{
    g_autoptr(Machine) machine = machine_with(1);
    virDomainCheckpointPtr checkpoint = virDomainCheckpointCreateXML(
        machine->domain,
        "<domaincheckpoint><name>monday</name></domaincheckpoint>", 0);

    require(checkpoint != NULL);
    refuse_take(machine, "<domainsnapshot/>", DISK_ONLY,
                VIR_ERR_OPERATION_INVALID, "'monday'");
    refuse_take(machine, "<domainsnapshot/>", 0, VIR_ERR_OPERATION_INVALID,
                "'monday'");
    require(virDomainCheckpointDelete(checkpoint, 0) == 0);
    (void)virDomainCheckpointFree(checkpoint);
    take_disks(machine, "one");
}

static void
a_disk_in_a_backup_is_left_alone(void)
{
    g_autoptr(Machine) machine = machine_with(2);
    g_autofree char *socket = machine_file(machine, "nbd.sock");
    g_autofree char *xml = g_strdup_printf(
        "<domainbackup mode='pull'><server transport='unix' socket='%s'/>"
        "<disks><disk name='vda'/></disks></domainbackup>",
        socket);
    int job = virDomainBackupBegin(machine->domain, xml, NULL, 0);

    require(job > 0);
    refuse_take(machine, "<domainsnapshot/>", DISK_ONLY,
                VIR_ERR_OPERATION_INVALID, "job 1");
    /* The other disk is nobody's. */
    take(machine,
         "<domainsnapshot><name>b</name><disks>"
         "<disk name='vda' snapshot='no'/></disks></domainsnapshot>",
         DISK_ONLY);
    require(virDomainBackupEnd(machine->domain, job, 0) == 1);
    take_disks(machine, "all");
}

/* The new bitmap stands on the overlay, and counts from the first write. */
static void
a_checkpoint_of_the_same_instant_counts_on_the_overlay(void)
{
    g_autoptr(Machine) machine = machine_with(1);
    virDomainSnapshotPtr snapshot = virDomainSnapshotCreateXML2(
        machine->domain, "<domainsnapshot><name>one</name></domainsnapshot>",
        "<domaincheckpoint><name>monday</name></domaincheckpoint>", DISK_ONLY);
    virDomainCheckpointPtr checkpoint = NULL;
    char *xml = NULL;

    require(snapshot != NULL);
    (void)virDomainSnapshotFree(snapshot);
    machine_write(machine, 0, 2, 0, 64 * KIB);
    machine_stop(machine);
    machine_start_paused(machine);
    machine_write(machine, 0, 2, 256 * KIB, 64 * KIB);
    checkpoint = virDomainCheckpointLookupByName(machine->domain, "monday", 0);
    require(checkpoint != NULL);
    xml = virDomainCheckpointGetXMLDesc(checkpoint,
                                        VIR_DOMAIN_CHECKPOINT_XML_SIZE);
    g_assert_nonnull(xml);
    g_assert_nonnull(strstr(xml, "size='131072'"));
    free(xml);
    (void)virDomainCheckpointFree(checkpoint);
}

static void
metadata_can_be_deleted_and_described_again(void)
{
    g_autoptr(Machine) machine = machine_with(1);
    char *xml = NULL;

    take_disks(machine, "one");
    take_disks(machine, "two");
    xml = snapshot_text(machine, "one");
    drop(machine, "one", VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY);
    assert_listed(machine, "two");
    assert_same(listed(machine, NULL, VIR_DOMAIN_SNAPSHOT_LIST_ROOTS), "two",
                __FILE__, __LINE__);
    take(machine, xml,
         VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE |
             VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT);
    assert_current(machine, "one");
    assert_same(listed(machine, NULL, VIR_DOMAIN_SNAPSHOT_LIST_ROOTS),
                "two one", __FILE__, __LINE__);
    free(xml);
    drop(machine, "one", VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY);
    drop(machine, "two", VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY);
    assert_listed(machine, "");
}

static int
count_domains(Machine *machine, unsigned flags)
{
    virDomainPtr *list = NULL;
    int n = virConnectListAllDomains(machine->conn, &list, flags);

    for (int i = 0; i < n; i++)
        (void)virDomainFree(list[i]);
    free(list);
    return n;
}

static void
domains_are_listed_by_their_snapshots(void)
{
    g_autoptr(Machine) machine = machine_with(1);
    const unsigned has = VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT;
    const unsigned has_not = VIR_CONNECT_LIST_DOMAINS_NO_SNAPSHOT;

    g_assert_cmpint(count_domains(machine, has), ==, 0);
    g_assert_cmpint(count_domains(machine, has_not), ==, 1);
    take_disks(machine, "one");
    g_assert_cmpint(count_domains(machine, has), ==, 1);
    g_assert_cmpint(count_domains(machine, has_not), ==, 0);
    g_assert_cmpint(count_domains(machine, has | has_not), ==, 1);
}

static void
without_an_agent_there_is_no_quiescing(void)
{
    g_autoptr(Machine) machine = machine_with(1);
    g_autofree char *overlay = overlay_of(machine, 0, "one");

    require(virDomainResume(machine->domain) == 0);
    refuse_take(machine, "<domainsnapshot><name>one</name></domainsnapshot>",
                DISK_ONLY | VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE,
                VIR_ERR_ARGUMENT_UNSUPPORTED, NULL);
    g_assert_false(g_file_test(overlay, G_FILE_TEST_EXISTS));
    assert_listed(machine, "");
    take_disks(machine, "one");
}

static void
undefining_asks_about_snapshots(void)
{
    g_autoptr(Machine) machine = machine_with(1);

    take_disks(machine, "one");
    machine_stop(machine);
    g_assert_cmpint(virDomainUndefine(machine->domain), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    require(virDomainUndefineFlags(
                machine->domain, VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA) == 0);
}

#define add(test) g_test_add_func("/snapshot/external/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add(later_writes_go_to_the_overlays);
    add(the_machine_starts_again_from_its_overlays);
    add(a_machine_that_is_off_gets_overlays_too);
    add(each_descends_from_the_current_one);
    add(a_disk_may_be_left_out);
    add(without_metadata_nothing_is_remembered);
    add(halting_leaves_the_machine_off_on_its_overlays);
    add(a_reused_overlay_stands_on_the_disk_whatever_it_says);
    add(refusals_leave_nothing);
    add(a_machine_with_checkpoints_is_left_alone);
    add(a_disk_in_a_backup_is_left_alone);
    add(a_checkpoint_of_the_same_instant_counts_on_the_overlay);
    add(metadata_can_be_deleted_and_described_again);
    add(domains_are_listed_by_their_snapshots);
    add(without_an_agent_there_is_no_quiescing);
    add(undefining_asks_about_snapshots);
    return g_test_run();
}
