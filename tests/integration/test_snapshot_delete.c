/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Deleting external snapshots with their data: a layer goes, and neither the
 * machine nor any other snapshot notices. */
#include "snapshot_steps.h"

#include <libvirt/virterror.h>

#define DISK_SIZE (16 * MIB)
#define BLOCK     (64 * KIB)

/* Block 0 holds 1, then 'one'; block 1 holds 2, then 'two'; block 2 holds 3. */
static Machine *
machine_with_two(void)
{
    Machine *machine = machine_new("web", 2, DISK_SIZE);

    machine_start_paused(machine);
    for (unsigned i = 0; i < 2; i++)
        machine_write(machine, i, 1, 0, 3 * BLOCK);
    take_disks(machine, "one");
    for (unsigned i = 0; i < 2; i++)
        machine_write(machine, i, 2, BLOCK, BLOCK);
    take_disks(machine, "two");
    for (unsigned i = 0; i < 2; i++)
        machine_write(machine, i, 3, 2 * BLOCK, BLOCK);
    return machine;
}

static void
assert_present(Machine *machine)
{
    for (unsigned i = 0; i < 2; i++) {
        assert_disk(machine, i, 1, 0, BLOCK);
        assert_disk(machine, i, 2, BLOCK, BLOCK);
        assert_disk(machine, i, 3, 2 * BLOCK, BLOCK);
    }
}

static void
the_newest_layer_goes_while_the_machine_runs(void)
{
    g_autoptr(Machine) machine = machine_with_two();
    g_autofree char *newest = top(machine, 0, 0);

    drop(machine, "two", 0);
    assert_listed(machine, "one");
    assert_current(machine, "one");
    g_assert_false(g_file_test(newest, G_FILE_TEST_EXISTS));
    assert_present(machine);
    machine_stop(machine);
    machine_start_paused(machine);
    assert_present(machine);
    drop(machine, "one", 0);
    assert_top(machine, 0, 0, machine->path[0]);
    assert_top(machine, 1, VIR_DOMAIN_XML_INACTIVE, machine->path[1]);
    assert_present(machine);
}

/* What was taken above it is still a state to return to. */
static void
a_layer_in_between_goes_and_those_above_it_stay(void)
{
    g_autoptr(Machine) machine = machine_with_two();
    g_autofree char *newest = top(machine, 0, 0);

    drop(machine, "one", 0);
    assert_listed(machine, "two");
    assert_top(machine, 0, 0, newest);
    assert_present(machine);
    revert(machine, "two", VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED);
    assert_disk(machine, 0, 2, BLOCK, BLOCK);
    assert_disk(machine, 0, 1, 2 * BLOCK, BLOCK);
}

static void
a_machine_that_is_off_merges_too(void)
{
    g_autoptr(Machine) machine = machine_with_two();

    machine_stop(machine);
    drop(machine, "one", 0);
    assert_present(machine);
    drop(machine, "two", 0);
    assert_listed(machine, "");
    assert_top(machine, 0, 0, machine->path[0]);
    assert_present(machine);
    machine_start_paused(machine);
    assert_present(machine);
}

static void
children_go_with_their_parent(void)
{
    g_autoptr(Machine) machine = machine_with_two();

    drop(machine, "one", VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN);
    assert_listed(machine, "");
    assert_top(machine, 1, 0, machine->path[1]);
    assert_present(machine);
}

/* The image of 'one' is below two branches: what is written into it for one of
 * them would be seen by the other. */
static void
an_image_below_two_branches_is_left_alone(void)
{
    g_autoptr(Machine) machine = machine_with_two();

    revert(machine, "one", VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED);
    refuse_drop(machine, "one", 0, VIR_ERR_OPERATION_INVALID, "vda");
    take_disks(machine, "other");
    revert(machine, "two", VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED);
    refuse_drop(machine, "one", 0, VIR_ERR_OPERATION_INVALID, "'other'");
    assert_disk(machine, 0, 2, BLOCK, BLOCK);
    assert_listed(machine, "one two other");
    revert(machine, "other", VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED);
    assert_disk(machine, 0, 1, 0, 3 * BLOCK);
}

#define add(test) g_test_add_func("/snapshot/delete/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add(the_newest_layer_goes_while_the_machine_runs);
    add(a_layer_in_between_goes_and_those_above_it_stay);
    add(a_machine_that_is_off_merges_too);
    add(children_go_with_their_parent);
    add(an_image_below_two_branches_is_left_alone);
    return g_test_run();
}
