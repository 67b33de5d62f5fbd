/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Deleting checkpoints of a real machine: whatever goes, an incremental from
 * what stays holds all that was written since, or is refused with 109. */
#include "checkpoint_steps.h"

#include <libvirt/libvirt-strandline.h>
#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

#define DISK_SIZE (16 * MIB)
#define BLOCK     (64 * KIB)

enum {
    CHILDREN = VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN,
    CHILDREN_ONLY = VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN_ONLY,
    METADATA_ONLY = VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY,
};

/* c1 ── c2 ── c3, and one block written on both disks after each; c2 has the
 * disks of @middle only. */
static Machine *
three_checkpoints(const char *middle)
{
    Machine *machine = machine_new("web", 2, DISK_SIZE);

    machine_start_paused(machine);
    for (unsigned i = 0; i < 3; i++) {
        g_autofree char *name = g_strdup_printf("c%u", i + 1);

        make_checkpoint(machine, name, i == 1 ? middle : NULL);
        machine_write(machine, 0, 1, i * MIB, BLOCK);
        machine_write(machine, 1, 1, i * MIB, BLOCK);
    }
    return machine;
}

static void
middle_one_is_merged_into_its_parent(void)
{
    g_autoptr(Machine) machine = three_checkpoints(NULL);

    delete_checkpoint(machine, "c2", 0);
    assert_names(machine, "c1 c3");
    assert_text(parent(machine, "c3"), "c1", __FILE__, __LINE__);
    assert_bitmaps(machine, 0, "c1 c3*");
    g_assert_cmpint(size_since(machine, "c1", 0), ==, 3 * BLOCK);
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, 3 * BLOCK);
    g_assert_cmpuint(dirty_since(machine, "c3", 1), ==, BLOCK);
}

static void
root_is_simply_removed(void)
{
    g_autoptr(Machine) machine = three_checkpoints(NULL);

    delete_checkpoint(machine, "c1", 0);
    assert_text(parent(machine, "c2"), "-", __FILE__, __LINE__);
    assert_bitmaps(machine, 0, "c2 c3*");
    g_assert_cmpuint(dirty_since(machine, "c2", 0), ==, 2 * BLOCK);
}

/* The parent takes over recording in the same transaction. */
static void
newest_hands_recording_to_its_parent(void)
{
    g_autoptr(Machine) machine = three_checkpoints("vda");

    delete_checkpoint(machine, "c3", 0);
    assert_bitmaps(machine, 0, "c1 c2*");
    assert_bitmaps(machine, 1, "c1*");
    machine_write(machine, 0, 1, 8 * MIB, BLOCK);
    g_assert_cmpuint(dirty_since(machine, "c2", 0), ==, 3 * BLOCK);
    g_assert_cmpuint(dirty_since(machine, "c1", 1), ==, 3 * BLOCK);
    delete_checkpoint(machine, "c1", 0);
    delete_checkpoint(machine, "c2", 0);
    assert_bitmaps(machine, 0, "");
    assert_bitmaps(machine, 1, "");
    make_checkpoint(machine, "c1", NULL);
}

static void
children_go_with_it_or_alone(void)
{
    g_autoptr(Machine) machine = three_checkpoints(NULL);

    refuse_delete(machine, "c1", CHILDREN | CHILDREN_ONLY, VIR_ERR_INVALID_ARG,
                  NULL);
    refuse_delete(machine, "c1", 1u << 9, VIR_ERR_INVALID_ARG, NULL);
    delete_checkpoint(machine, "c1", CHILDREN_ONLY);
    assert_names(machine, "c1");
    assert_bitmaps(machine, 0, "c1*");
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, 3 * BLOCK);
    make_checkpoint(machine, "c2", NULL);
    delete_checkpoint(machine, "c1", CHILDREN);
    assert_names(machine, "");
    assert_bitmaps(machine, 0, "");
    assert_bitmaps(machine, 1, "");
}

static void
lost_bitmap_of_the_middle_one_breaks_older_ones_only(void)
{
    g_autoptr(Machine) machine = three_checkpoints(NULL);

    remove_bitmap(machine, 0, "c2");
    delete_checkpoint(machine, "c2", 0);
    assert_names(machine, "c1 c3");
    refuse_base(machine, "c1", 0, VIR_ERR_CHECKPOINT_INCONSISTENT);
    g_assert_nonnull(strstr(virGetLastErrorMessage(), "'c1'"));
    g_assert_nonnull(strstr(virGetLastErrorMessage(), "'vda'"));
    g_assert_cmpint(size_since(machine, "c1", 0), ==, -1);
    g_assert_cmpuint(dirty_since(machine, "c1", 1), ==, 3 * BLOCK);
    g_assert_cmpuint(dirty_since(machine, "c3", 0), ==, BLOCK);
}

/* The mark outlives the record that caused it, and later repairs. */
static void
broken_one_never_looks_sound_again(void)
{
    g_autoptr(Machine) machine = three_checkpoints(NULL);

    remove_bitmap(machine, 0, "c2");
    delete_checkpoint(machine, "c2", 0);
    delete_checkpoint(machine, "c3", 0);
    assert_bitmaps(machine, 0, "c1*");
    refuse_base(machine, "c1", 0, VIR_ERR_CHECKPOINT_INCONSISTENT);
    machine_stop(machine);
    machine_start_paused(machine);
    refuse_base(machine, "c1", 0, VIR_ERR_CHECKPOINT_INCONSISTENT);
    make_checkpoint(machine, "c4", NULL);
    refuse_base(machine, "c1", 0, VIR_ERR_CHECKPOINT_INCONSISTENT);
    g_assert_cmpuint(dirty_since(machine, "c4", 0), ==, 0);
}

static void
metadata_only_keeps_the_interval_in_its_line(void)
{
    g_autoptr(Machine) machine = three_checkpoints(NULL);

    delete_checkpoint(machine, "c2", METADATA_ONLY);
    assert_names(machine, "c1 c3");
    assert_text(parent(machine, "c3"), "c1", __FILE__, __LINE__);
    assert_bitmaps(machine, 0, "c1 c2 c3*");
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, 3 * BLOCK);
    g_assert_cmpint(size_since(machine, "c1", 1), ==, 3 * BLOCK);
    refuse_base(machine, "c2", 0, VIR_ERR_NO_DOMAIN_CHECKPOINT);
    delete_checkpoint(machine, "c3", 0);
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, 3 * BLOCK);
}

static void
metadata_only_leaves_a_bitmap_that_is_named_and_adopted(void)
{
    g_autoptr(Machine) machine = three_checkpoints(NULL);
    char *xml = xml_of(machine, "c2", 0);
    virDomainCheckpointPtr adopted;

    delete_checkpoint(machine, "c2", METADATA_ONLY);
    refuse_checkpoint(machine,
                      "<domaincheckpoint><name>c2</name></domaincheckpoint>", 0,
                      VIR_ERR_OPERATION_FAILED);
    g_assert_nonnull(strstr(virGetLastErrorMessage(), "bitmap 'c2'"));
    adopted = virDomainCheckpointCreateXML(
        machine->domain, xml,
        VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE |
            VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE_VALIDATE);
    require(adopted != NULL);
    require(virDomainCheckpointFree(adopted) == 0);
    free(xml);
    assert_names(machine, "c1 c2 c3");
    g_assert_cmpuint(dirty_since(machine, "c2", 0), ==, 2 * BLOCK);
}

static void
metadata_only_works_on_a_machine_that_is_off(void)
{
    g_autoptr(Machine) machine = three_checkpoints(NULL);

    machine_stop(machine);
    refuse_delete(machine, "c2", 0, VIR_ERR_OPERATION_UNSUPPORTED, NULL);
    delete_checkpoint(machine, "c2", METADATA_ONLY | CHILDREN);
    assert_names(machine, "c1");
    assert_text(stored_bitmaps(machine, 0), "c1 c2 c3*", __FILE__, __LINE__);
    machine_start_paused(machine);
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, 3 * BLOCK);
}

static void
predecessor_skips_a_parent_without_the_disk(void)
{
    g_autoptr(Machine) machine = three_checkpoints("vda");

    /* c3 covers vdb, its parent c2 does not: c1 takes the bits. */
    delete_checkpoint(machine, "c3", 0);
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, 3 * BLOCK);
    g_assert_cmpuint(dirty_since(machine, "c1", 1), ==, 3 * BLOCK);
    refuse_base(machine, "c2", 1, VIR_ERR_CHECKPOINT_INCONSISTENT);
    assert_bitmaps(machine, 1, "c1*");
}

/* Lost bitmap, nameless interval and uncovered disk in one line. */
static void
all_three_at_once_are_never_short(void)
{
    g_autoptr(Machine) machine = three_checkpoints("vda");

    delete_checkpoint(machine, "c2", METADATA_ONLY);
    make_checkpoint(machine, "c4", "vdb");
    machine_write(machine, 1, 1, 9 * MIB, BLOCK);
    remove_bitmap(machine, 0, "c3");
    delete_checkpoint(machine, "c3", 0);
    refuse_base(machine, "c1", 0, VIR_ERR_CHECKPOINT_INCONSISTENT);
    g_assert_cmpuint(dirty_since(machine, "c1", 1), ==, 4 * BLOCK);
    delete_checkpoint(machine, "c4", 0);
    g_assert_cmpuint(dirty_since(machine, "c1", 1), ==, 4 * BLOCK);
    refuse_base(machine, "c1", 0, VIR_ERR_CHECKPOINT_INCONSISTENT);
}

static char *
pull_document(const Machine *machine)
{
    return g_strdup_printf("<domainbackup mode='pull'>"
                           "<incremental>c1</incremental>"
                           "<server transport='unix' socket='%s/p.sock'/>"
                           "</domainbackup>",
                           machine->folder);
}

static void
one_that_a_running_job_makes_is_refused(void)
{
    g_autoptr(Machine) machine = three_checkpoints(NULL);
    g_autofree char *pull = pull_document(machine);
    int job = virDomainBackupBegin(
        machine->domain, pull,
        "<domaincheckpoint><name>c4</name></domaincheckpoint>", 0);
    g_autofree char *id = g_strdup_printf("job %d", job);

    require(job > 0);
    assert_names(machine, "c1 c2 c3 c4");
    refuse_delete(machine, "c4", 0, VIR_ERR_OPERATION_INVALID, id);
    refuse_delete(machine, "c4", METADATA_ONLY, VIR_ERR_OPERATION_INVALID, id);
    refuse_delete(machine, "c2", CHILDREN, VIR_ERR_OPERATION_INVALID, id);
    refuse_base(machine, "c4", 0, VIR_ERR_OPERATION_INVALID);
    g_assert_cmpint(size_since(machine, "c4", 0), ==, 0);
    require(virDomainBackupEnd(machine->domain, job, 0) == 1);
    delete_checkpoint(machine, "c4", 0);
}

/* The job has a copy of the union. */
static void
base_of_a_running_job_may_go(void)
{
    g_autoptr(Machine) machine = three_checkpoints(NULL);
    g_autofree char *pull = pull_document(machine);
    int job = virDomainBackupBegin(
        machine->domain, pull,
        "<domaincheckpoint><name>c4</name></domaincheckpoint>", 0);
    virDomainJobPtr handle;

    require(job > 0);
    machine_write(machine, 0, 1, 9 * MIB, BLOCK);
    delete_checkpoint(machine, "c3", 0);
    delete_checkpoint(machine, "c1", 0);
    machine_write(machine, 0, 1, 10 * MIB, BLOCK);
    handle = virDomainJobLookupByID(machine->domain, job, 0);
    require(handle != NULL);
    require(virDomainJobAbort(handle, 0) == 0);
    require(virDomainJobFree(handle) == 0);
    /* c4 is rolled back into c2, the predecessor that is left. */
    assert_names(machine, "c2");
    assert_bitmaps(machine, 0, "c2*");
    g_assert_cmpuint(dirty_since(machine, "c2", 0), ==, 4 * BLOCK);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/checkpoint/delete/" #test, test)
    ADD(middle_one_is_merged_into_its_parent);
    ADD(root_is_simply_removed);
    ADD(newest_hands_recording_to_its_parent);
    ADD(children_go_with_it_or_alone);
    ADD(lost_bitmap_of_the_middle_one_breaks_older_ones_only);
    ADD(broken_one_never_looks_sound_again);
    ADD(metadata_only_keeps_the_interval_in_its_line);
    ADD(metadata_only_leaves_a_bitmap_that_is_named_and_adopted);
    ADD(metadata_only_works_on_a_machine_that_is_off);
    ADD(predecessor_skips_a_parent_without_the_disk);
    ADD(all_three_at_once_are_never_short);
    ADD(one_that_a_running_job_makes_is_refused);
    ADD(base_of_a_running_job_may_go);
#undef ADD
    return g_test_run();
}
