/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Push backups of a real machine: what the targets hold, what they are called,
 * and that nothing else is left. */
#include "backup_steps.h"

#include <libvirt/virterror.h>
#include <string.h>

static Machine *
paused_machine(void)
{
    Machine *machine = machine_new("push", 2, 4 * MIB);

    machine_start_paused(machine);
    machine_write(machine, 0, 0x5d, MIB, 256 * KIB);
    machine_write(machine, 1, 0x6e, 0, 64 * KIB);
    return machine;
}

static void
full_push_holds_the_disks_at_its_start(void)
{
    g_autoptr(Machine) machine = paused_machine();
    g_autofree char *target0 = machine_file(machine, "target0");
    g_autofree char *target1 = machine_file(machine, "target1");
    g_autofree char *xml =
        document(machine, "push",
                 "<disks><disk name='vda'><target file='%s'/></disk>"
                 "<disk name='vdb'><target file='%s'/></disk></disks>",
                 target0, target1);
    int job = begin(machine, g_steal_pointer(&xml), NULL, 0);

    machine_write(machine, 0, 0x11, MIB, 256 * KIB);
    machine_io(machine, 1, "discard 0 64k");
    g_assert_cmpint(wait_until_done(machine, job), ==,
                    VIR_DOMAIN_JOB_COMPLETED);
    end(machine, job, 0, 1);
    require_nothing_left(machine, "target?");
    require_pattern(target0, "qcow2", 0x5d, MIB, 256 * KIB);
    require_pattern(target0, "qcow2", 0, 0, MIB);
    require_pattern(target1, "qcow2", 0x6e, 0, 64 * KIB);
    require_pattern(target1, "qcow2", 0, 64 * KIB, 4 * MIB - 64 * KIB);
}

static void
without_a_document_all_disks_go_beside_themselves(void)
{
    g_autoptr(Machine) machine = paused_machine();
    g_autofree char *named = machine_file(machine, "disk1.qcow2.monday");
    g_autofree char *xml = NULL;
    int job = begin(machine, NULL, NULL, 0);
    const char *epoch = NULL;

    wait_until_done(machine, job);
    xml = shown(machine, job);
    epoch = strstr(xml, "disk0.qcow2.");
    g_assert_nonnull(epoch);
    g_assert_cmpint(g_ascii_strtoll(epoch + strlen("disk0.qcow2."), NULL, 10),
                    >, 1000000000);
    end(machine, job, 0, 1);

    job = begin(machine, NULL, "monday", 0);
    wait_until_done(machine, job);
    end(machine, job, 0, 1);
    require_pattern(named, "qcow2", 0x6e, 0, 64 * KIB);
    require_nothing_left(machine, "disk?.qcow2.*");
    require_checkpoints(machine, 1);
}

static void
incremental_holds_dirty_clusters_and_no_others(void)
{
    g_autoptr(Machine) machine = paused_machine();
    g_autofree char *full = machine_file(machine, "target0");
    g_autofree char *delta = machine_file(machine, "delta");
    g_autofree char *restored = machine_file(machine, "restored");
    g_autofree char *map = NULL;
    int job = 0;

    push_all(machine, "monday");
    machine_write(machine, 0, 0x77, 2 * MIB, 64 * KIB);
    machine_io(machine, 0, "discard 1M 64k");
    job = begin(machine,
                document(machine, "push",
                         "<incremental>monday</incremental><disks>"
                         "<disk name='vda'><target file='%s'/></disk></disks>",
                         delta),
                NULL, 0);
    /* Written after the cut: not in it, although in QEMU's hands. */
    machine_write(machine, 0, 0x12, 3 * MIB, 64 * KIB);
    g_assert_cmpint(wait_until_done(machine, job), ==,
                    VIR_DOMAIN_JOB_COMPLETED);
    g_assert_cmpint(stat_of(machine, job, VIR_DOMAIN_JOB_DISK_TOTAL), ==,
                    128 * KIB);
    end(machine, job, 0, 1);

    /* Zeroes are present as zeroes, not absent. */
    map = run_command("qemu-img", "map", "-f", "qcow2", "--output=json", delta,
                      NULL);
    g_assert_nonnull(strstr(map, "\"start\": 1048576, \"length\": 65536, "
                                 "\"depth\": 0, \"present\": true, "
                                 "\"zero\": true"));
    g_assert_nonnull(strstr(map, "\"start\": 2097152, \"length\": 65536, "
                                 "\"depth\": 0, \"present\": true, "
                                 "\"zero\": false"));
    g_assert_nonnull(strstr(map, "\"start\": 2162688, \"length\": 2031616, "
                                 "\"depth\": 0, \"present\": false"));
    g_free(run_command("qemu-img", "rebase", "-u", "-f", "qcow2", "-F", "qcow2",
                       "-b", full, delta, NULL));
    g_free(run_command("qemu-img", "convert", "-f", "qcow2", "-O", "raw", delta,
                       restored, NULL));
    require_pattern(restored, "raw", 0, MIB, 64 * KIB);
    require_pattern(restored, "raw", 0x5d, MIB + 64 * KIB, 192 * KIB);
    require_pattern(restored, "raw", 0x77, 2 * MIB, 64 * KIB);
    require_pattern(restored, "raw", 0, 3 * MIB, 64 * KIB);
}

static void
raw_target_is_the_disk_itself(void)
{
    g_autoptr(Machine) machine = paused_machine();
    g_autofree char *target = machine_file(machine, "target.raw");
    int job = begin(machine,
                    document(machine, "push",
                             "<disks><disk name='vda'><driver type='raw'/>"
                             "<target file='%s'/></disk></disks>",
                             target),
                    NULL, 0);

    wait_until_done(machine, job);
    end(machine, job, 0, 1);
    require_pattern(target, "raw", 0x5d, MIB, 256 * KIB);
    require_pattern(target, "raw", 0, 0, MIB);
    require_nothing_left(machine, "target.raw");
    push_all(machine, "monday");
    refuse_begin(machine,
                 document(machine, "push",
                          "<incremental>monday</incremental><disks>"
                          "<disk name='vda'><driver type='raw'/>"
                          "<target file='%s.new'/></disk></disks>",
                          target),
                 NULL, 0, VIR_ERR_CONFIG_UNSUPPORTED, "raw");
}

static char *
into(const Machine *machine, const char *file, const char *type)
{
    return document(machine, "push",
                    "<disks><disk name='vda'><driver type='%s'/>"
                    "<target file='%s'/></disk></disks>",
                    type, file);
}

static void
own_images_are_checked_used_and_kept(void)
{
    g_autoptr(Machine) machine = paused_machine();
    g_autofree char *target = machine_file(machine, "target0");
    const unsigned reuse = VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL;
    int job = 0;

    refuse_begin(machine, into(machine, target, "qcow2"), "c", reuse,
                 VIR_ERR_SYSTEM_ERROR, target);
    g_free(run_command("qemu-img", "create", "-q", "-f", "qcow2", target, "8M",
                       NULL));
    refuse_begin(machine, into(machine, target, "qcow2"), "c", reuse,
                 VIR_ERR_CONFIG_UNSUPPORTED, "one size");
    g_free(run_command("qemu-img", "create", "-q", "-f", "raw", target, "4M",
                       NULL));
    refuse_begin(machine, into(machine, target, "qcow2"), "c", reuse,
                 VIR_ERR_OPERATION_FAILED, target);
    g_free(run_command("qemu-img", "create", "-q", "-f", "qcow2", "-o",
                       "cluster_size=1M", target, "4M", NULL));
    refuse_begin(machine, into(machine, target, "qcow2"), "c", reuse,
                 VIR_ERR_CONFIG_UNSUPPORTED, "clusters");
    g_free(run_command("qemu-img", "create", "-q", "-f", "qcow2", target, "4M",
                       NULL));
    job = begin(machine, into(machine, target, "qcow2"), NULL, reuse);
    wait_until_done(machine, job);
    end(machine, job, 0, 1);
    require_pattern(target, "qcow2", 0x5d, MIB, 256 * KIB);

    /* Also what did not come to its end leaves the caller's file alone. */
    job = begin(machine, into(machine, target, "qcow2"), NULL, reuse);
    machine_stop(machine);
    g_assert_true(g_file_test(target, G_FILE_TEST_EXISTS));
}

static void
refuses_a_device_that_is_no_block_device(void)
{
    g_autoptr(Machine) machine = paused_machine();

    refuse_begin(machine,
                 document(machine, "push",
                          "<disks><disk name='vda' type='block'>"
                          "<driver type='raw'/><target dev='/dev/full'/>"
                          "</disk></disks>"),
                 "c", 0, VIR_ERR_INVALID_ARG, "/dev/full");
    require_nothing_left(machine, NULL);
}

static void
a_finished_push_outlives_its_machine(void)
{
    g_autoptr(Machine) machine = paused_machine();
    g_autofree char *target = machine_file(machine, "target0");
    int job = begin(machine, into(machine, target, "qcow2"), "c", 0);

    wait_until_done(machine, job);
    machine_stop(machine);
    /* It had come to its end, so its target and checkpoint stand. */
    g_assert_true(g_file_test(target, G_FILE_TEST_EXISTS));
    require_checkpoints(machine, 1);
    end(machine, job, 0, 1);
    require_nothing_left(machine, "target0");
}

/* The record of a job whose last write never came, as a death leaves it: all is
 * done and it says "ending". */
static void
set_back_to_ending(const Machine *machine)
{
    char uuid[VIR_UUID_STRING_BUFLEN] = "";
    g_autofree char *path = NULL;
    g_autofree char *text = NULL;
    g_auto(GStrv) parts = NULL;
    g_autofree char *earlier = NULL;

    require(virDomainGetUUIDString(machine->domain, uuid) == 0);
    path = machine_file(machine, "root/domains/%s/jobs.xml", uuid);
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    parts = g_strsplit(text, "state='done'", -1);
    g_assert_cmpuint(g_strv_length(parts), ==, 2);
    earlier = g_strjoinv("state='ending'", parts);
    g_assert_true(g_file_set_contents(path, earlier, -1, NULL));
}

static void
a_sealed_push_stays_one_when_its_end_and_qemu_die(void)
{
    g_autoptr(Machine) machine = paused_machine();
    g_autofree char *target = machine_file(machine, "target0");
    int job = begin(machine, into(machine, target, "qcow2"), "c", 0);
    virConnectPtr other = NULL;

    wait_until_done(machine, job);
    machine_kill(machine);
    set_back_to_ending(machine);
    /* A process that has not seen the job yet. */
    virDomainFree(machine->domain);
    other = virConnectOpen(machine->uri);
    require(other != NULL);
    virConnectClose(machine->conn);
    machine->conn = other;
    machine->domain = virDomainLookupByName(machine->conn, machine->name);
    require(machine->domain != NULL);
    require_checkpoints(machine, 1);
    g_assert_true(g_file_test(target, G_FILE_TEST_EXISTS));
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/integration/full_push_holds_the_disks_at_its_start",
                    full_push_holds_the_disks_at_its_start);
    g_test_add_func(
        "/integration/without_a_document_all_disks_go_beside_themselves",
        without_a_document_all_disks_go_beside_themselves);
    g_test_add_func(
        "/integration/incremental_holds_dirty_clusters_and_no_others",
        incremental_holds_dirty_clusters_and_no_others);
    g_test_add_func("/integration/raw_target_is_the_disk_itself",
                    raw_target_is_the_disk_itself);
    g_test_add_func("/integration/own_images_are_checked_used_and_kept",
                    own_images_are_checked_used_and_kept);
    g_test_add_func("/integration/refuses_a_device_that_is_no_block_device",
                    refuses_a_device_that_is_no_block_device);
    g_test_add_func("/integration/a_finished_push_outlives_its_machine",
                    a_finished_push_outlives_its_machine);
    g_test_add_func(
        "/integration/a_sealed_push_stays_one_when_its_end_and_qemu_die",
        a_sealed_push_stays_one_when_its_end_and_qemu_die);
    return g_test_run();
}
