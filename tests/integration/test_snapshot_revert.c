/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Internal snapshots, memory in a file, and returning to any kind: the bytes of
 * that moment, and the machine in the state of that moment. */
#include "snapshot_steps.h"

#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

#define DISK_SIZE (16 * MIB)
#define DISK_ONLY VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY
#define BLOCK     (64 * KIB)

static Machine *
machine_with(unsigned disks, bool is_running)
{
    Machine *machine = machine_new("web", disks, DISK_SIZE);

    (is_running ? machine_start : machine_start_paused)(machine);
    for (unsigned i = 0; i < disks; i++)
        machine_write(machine, i, 1, 0, 2 * BLOCK);
    return machine;
}

static void
assert_state(Machine *machine, int state, int reason)
{
    int is = -1;
    int why = -1;

    require(virDomainGetState(machine->domain, &is, &why, 0) == 0);
    g_assert_cmpint(is, ==, state);
    if (reason >= 0)
        g_assert_cmpint(why, ==, reason);
}

static char *
named(const char *name)
{
    return g_strdup_printf("<domainsnapshot><name>%s</name></domainsnapshot>",
                           name);
}

static void
take_whole(Machine *machine, const char *name)
{
    g_autofree char *xml = named(name);

    take(machine, xml, 0);
}

static void
a_machine_returns_with_its_memory_and_its_disks(void)
{
    g_autoptr(Machine) machine = machine_with(2, true);

    take_whole(machine, "before it");
    machine_write(machine, 0, 2, 0, BLOCK);
    machine_write(machine, 1, 2, BLOCK, BLOCK);
    assert_disk(machine, 0, 2, 0, BLOCK);
    revert(machine, "before it", 0);
    assert_state(machine, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_FROM_SNAPSHOT);
    assert_disk(machine, 0, 1, 0, 2 * BLOCK);
    assert_disk(machine, 1, 1, 0, 2 * BLOCK);
    assert_current(machine, "before it");
    take_whole(machine, "after it");
    assert_same(listed(machine, "before it", 0), "after it", __FILE__,
                __LINE__);
}

static void
a_paused_machine_returns_paused_unless_asked(void)
{
    g_autoptr(Machine) machine = machine_with(1, false);

    take_whole(machine, "one");
    machine_write(machine, 0, 2, 0, BLOCK);
    machine_stop(machine);
    revert(machine, "one", 0);
    assert_state(machine, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_FROM_SNAPSHOT);
    assert_disk(machine, 0, 1, 0, 2 * BLOCK);
    revert(machine, "one", VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING);
    assert_state(machine, VIR_DOMAIN_RUNNING, -1);
}

static void
a_machine_that_was_off_is_off_again(void)
{
    g_autoptr(Machine) machine = machine_with(2, false);

    machine_stop(machine);
    take_whole(machine, "cold");
    machine_start_paused(machine);
    machine_write(machine, 0, 2, 0, BLOCK);
    machine_write(machine, 1, 2, 0, BLOCK);
    revert(machine, "cold", 0);
    assert_state(machine, VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT);
    assert_holds(machine->path[0], 1, 0, 2 * BLOCK);
    assert_holds(machine->path[1], 1, 0, 2 * BLOCK);
    revert(machine, "cold", VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED);
    assert_state(machine, VIR_DOMAIN_PAUSED, -1);
}

static void
internal_ones_leave_their_images(void)
{
    g_autoptr(Machine) machine = machine_with(2, false);
    g_autofree char *before = NULL;
    g_autofree char *after = NULL;

    take_whole(machine, "one");
    take_whole(machine, "two");
    take_whole(machine, "three");
    drop(machine, "two", 0);
    assert_listed(machine, "one three");
    assert_same(listed(machine, "one", 0), "three", __FILE__, __LINE__);
    drop(machine, "one", VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY);
    assert_listed(machine, "one");
    assert_current(machine, "one");
    before =
        run_command("qemu-img", "snapshot", "-U", "-l", machine->path[1], NULL);
    g_assert_nonnull(strstr(before, "one"));
    g_assert_null(strstr(before, "three"));
    machine_stop(machine);
    take_whole(machine, "cold");
    drop(machine, "one", VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN);
    after = run_command("qemu-img", "snapshot", "-l", machine->path[0], NULL);
    g_assert_null(strstr(after, "cold"));
    assert_listed(machine, "");
}

/* Forgotten, and told again without its machine: by hand, or by a program that
 * does not keep it. */
static void
a_snapshot_without_its_machine_returns_by_force(void)
{
    g_autoptr(Machine) machine = machine_with(1, false);
    const char *told =
        "<domainsnapshot><name>whole</name><state>paused</state>"
        "<creationTime>1794906000</creationTime><memory snapshot='internal'/>"
        "<disks><disk name='vda' snapshot='internal'/></disks>"
        "</domainsnapshot>";

    take_whole(machine, "whole");
    machine_write(machine, 0, 2, 0, BLOCK);
    drop(machine, "whole", VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY);
    take(machine, told, VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE);
    refuse_revert(machine, "whole", 0, VIR_ERR_SNAPSHOT_REVERT_RISKY, "force");
    assert_disk(machine, 0, 2, 0, BLOCK);
    revert(machine, "whole", VIR_DOMAIN_SNAPSHOT_REVERT_FORCE);
    assert_disk(machine, 0, 1, 0, BLOCK);
    assert_state(machine, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_FROM_SNAPSHOT);
    assert_current(machine, "whole");
}

/* QEMU looks for a number first. */
static void
a_name_that_could_be_a_number_is_refused(void)
{
    g_autoptr(Machine) machine = machine_with(1, false);
    g_autofree char *xml = named("1");

    refuse_take(machine, xml, 0, VIR_ERR_CONFIG_UNSUPPORTED, "'1'");
    take(machine, xml, DISK_ONLY);
}

static void
an_internal_one_under_an_overlay_is_out_of_reach(void)
{
    g_autoptr(Machine) machine = machine_with(1, true);

    take_whole(machine, "inside");
    take_disks(machine, "above");
    machine_write(machine, 0, 2, 0, BLOCK);
    refuse_revert(machine, "inside", 0, VIR_ERR_OPERATION_INVALID, "vda");
    assert_state(machine, VIR_DOMAIN_RUNNING, -1);
    assert_disk(machine, 0, 2, 0, BLOCK);
}

static void
what_is_gone_from_the_images_is_told_before_anything(void)
{
    g_autoptr(Machine) machine = machine_with(2, false);

    machine_stop(machine);
    take_whole(machine, "cold");
    g_free(run_command("qemu-img", "snapshot", "-d", "cold", machine->path[1],
                       NULL));
    machine_start(machine);
    refuse_revert(machine, "cold", 0, VIR_ERR_OPERATION_FAILED, "cold");
    assert_state(machine, VIR_DOMAIN_RUNNING, -1);
    drop(machine, "cold", 0);
    assert_listed(machine, "");
}

/* Twice, from different futures: the image itself never changes. */
static void
an_external_one_can_be_returned_to_again_and_again(void)
{
    g_autoptr(Machine) machine = machine_with(2, false);
    g_autofree char *first = NULL;

    take_disks(machine, "one");
    machine_write(machine, 0, 2, 0, BLOCK);
    machine_write(machine, 1, 2, 0, BLOCK);
    first = top(machine, 0, 0);
    revert(machine, "one", 0);
    assert_state(machine, VIR_DOMAIN_SHUTOFF, VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT);
    assert_disk(machine, 0, 1, 0, 2 * BLOCK);
    assert_disk(machine, 1, 1, 0, 2 * BLOCK);
    machine_start_paused(machine);
    machine_write(machine, 0, 3, 0, BLOCK);
    assert_disk(machine, 0, 3, 0, BLOCK);
    revert(machine, "one", VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED);
    assert_state(machine, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_FROM_SNAPSHOT);
    assert_disk(machine, 0, 1, 0, 2 * BLOCK);
    /* What was written first is still where it was. */
    assert_holds(first, 2, 0, BLOCK);
    assert_holds(machine->path[0], 1, 0, 2 * BLOCK);
}

static void
a_disk_outside_the_snapshot_stays_in_the_present(void)
{
    g_autoptr(Machine) machine = machine_with(2, false);

    take(machine,
         "<domainsnapshot><name>one</name><disks>"
         "<disk name='vdb' snapshot='no'/></disks></domainsnapshot>",
         DISK_ONLY);
    take_disks(machine, "both");
    machine_write(machine, 0, 2, 0, BLOCK);
    machine_write(machine, 1, 2, 0, BLOCK);
    revert(machine, "one", 0);
    assert_disk(machine, 0, 1, 0, 2 * BLOCK);
    assert_disk(machine, 1, 2, 0, BLOCK);
}

static void
memory_in_a_file_comes_back_with_the_disks(void)
{
    g_autoptr(Machine) machine = machine_with(2, true);
    g_autofree char *memory = machine_file(machine, "web.mem");
    g_autofree char *xml = g_strdup_printf(
        "<domainsnapshot><name>whole</name>"
        "<memory snapshot='external' file='%s'/></domainsnapshot>",
        memory);

    take(machine, xml, 0);
    assert_state(machine, VIR_DOMAIN_RUNNING, -1);
    machine_write(machine, 0, 2, 0, BLOCK);
    machine_write(machine, 1, 2, 0, BLOCK);
    refuse_take(machine, xml, 0, VIR_ERR_OPERATION_FAILED, "'whole'");
    revert(machine, "whole", 0);
    assert_state(machine, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_FROM_SNAPSHOT);
    assert_disk(machine, 0, 1, 0, 2 * BLOCK);
    assert_disk(machine, 1, 1, 0, 2 * BLOCK);
    machine_write(machine, 0, 4, 0, BLOCK);
    assert_disk(machine, 0, 4, 0, BLOCK);
    require(virDomainSuspend(machine->domain) == 0);
    refuse_take(machine,
                "<domainsnapshot><memory snapshot='external' file='/m'/>"
                "</domainsnapshot>",
                0, VIR_ERR_OPERATION_INVALID, "paused");
}

static void
live_saves_the_memory_while_the_guest_runs(void)
{
    g_autoptr(Machine) machine = machine_with(1, true);
    g_autofree char *memory = machine_file(machine, "web.mem");
    g_autofree char *xml =
        g_strdup_printf("<domainsnapshot><name>whole</name><memory file='%s'/>"
                        "</domainsnapshot>",
                        memory);

    take(machine, xml, VIR_DOMAIN_SNAPSHOT_CREATE_LIVE);
    assert_state(machine, VIR_DOMAIN_RUNNING, -1);
    revert(machine, "whole", VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED);
    assert_state(machine, VIR_DOMAIN_PAUSED, -1);
    assert_disk(machine, 0, 1, 0, 2 * BLOCK);
}

static void
checkpoints_keep_a_machine_where_it_is(void)
{
    g_autoptr(Machine) machine = machine_with(1, true);
    virDomainCheckpointPtr checkpoint = NULL;

    take_whole(machine, "one");
    checkpoint = virDomainCheckpointCreateXML(
        machine->domain,
        "<domaincheckpoint><name>monday</name></domaincheckpoint>", 0);
    require(checkpoint != NULL);
    (void)virDomainCheckpointFree(checkpoint);
    refuse_revert(machine, "one", 0, VIR_ERR_OPERATION_INVALID, "'monday'");
    refuse_drop(machine, "one", 0, VIR_ERR_OPERATION_INVALID, "'monday'");
    assert_state(machine, VIR_DOMAIN_RUNNING, -1);
    drop(machine, "one", VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY);
}

#define add(test) g_test_add_func("/snapshot/revert/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add(a_machine_returns_with_its_memory_and_its_disks);
    add(a_paused_machine_returns_paused_unless_asked);
    add(a_machine_that_was_off_is_off_again);
    add(internal_ones_leave_their_images);
    add(a_snapshot_without_its_machine_returns_by_force);
    add(a_name_that_could_be_a_number_is_refused);
    add(an_internal_one_under_an_overlay_is_out_of_reach);
    add(what_is_gone_from_the_images_is_told_before_anything);
    add(an_external_one_can_be_returned_to_again_and_again);
    add(a_disk_outside_the_snapshot_stays_in_the_present);
    add(memory_in_a_file_comes_back_with_the_disks);
    add(live_saves_the_memory_while_the_guest_runs);
    add(checkpoints_keep_a_machine_where_it_is);
    return g_test_run();
}
