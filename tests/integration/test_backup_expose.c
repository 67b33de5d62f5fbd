/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A pull that exposes the differential alone. */
#include "backup_steps.h"

#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

#define DISK_SIZE (16 * MIB)

static char *
pull_of(const Machine *machine, const char *expose)
{
    return document(machine, "pull",
                    "<disks><disk name='vda' incremental='c1' expose='%s'/>"
                    "</disks>",
                    expose);
}

/* All that a client can read of @disk, in a file. */
static char *
read_export(const Machine *machine, const char *disk)
{
    char *copy = machine_file(machine, "%s.copy", disk);
    g_autofree char *uri = g_strdup_printf("nbd+unix:///%s?socket=%s/nbd.sock",
                                           disk, machine->folder);

    g_free(run_command("nbdcopy", uri, copy, NULL));
    return copy;
}

/* Pattern 1 everywhere, then since checkpoint c1: 2 at 2 MiB, zeroes at 4 MiB
 * and a discard at 6 MiB, 64 KiB each. */
static Machine *
machine_with_changes(unsigned disks)
{
    Machine *machine = machine_new("web", disks, DISK_SIZE);
    virDomainCheckpointPtr base = NULL;

    machine_start_paused(machine);
    machine_write(machine, 0, 1, 0, DISK_SIZE);
    base = virDomainCheckpointCreateXML(
        machine->domain, "<domaincheckpoint><name>c1</name></domaincheckpoint>",
        0);
    require(base != NULL);
    (void)virDomainCheckpointFree(base);
    machine_write(machine, 0, 2, 2 * MIB, 64 * KIB);
    machine_io(machine, 0, "write -z 4M 64k");
    machine_io(machine, 0, "discard 6M 64k");
    return machine;
}

static void
require_the_differential(const char *copy)
{
    require_pattern(copy, "raw", 0, 0, 2 * MIB);
    require_pattern(copy, "raw", 2, 2 * MIB, 64 * KIB);
    require_pattern(copy, "raw", 0, 2 * MIB + 64 * KIB,
                    DISK_SIZE - 2 * MIB - 64 * KIB);
}

static void
clean_ranges_read_as_zeroes(void)
{
    g_autoptr(Machine) machine = machine_with_changes(1);
    int job = begin(machine, pull_of(machine, "dirty"), "c2", 0);
    g_autofree char *first = read_export(machine, "vda");
    g_autofree char *second = NULL;
    char *xml = shown(machine, job);

    require_the_differential(first);
    g_assert_nonnull(strstr(xml, "expose='dirty'"));
    free(xml);
    /* What the guest writes afterwards, where it changed the disk before and
     * where it did not, shows neither as it was nor as it is. */
    machine_write(machine, 0, 0x99, 2 * MIB, 64 * KIB);
    machine_write(machine, 0, 0x99, 8 * MIB, MIB);
    machine_io(machine, 0, "write -z 0 64k");
    second = read_export(machine, "vda");
    require_the_differential(second);
    end(machine, job, 0, 1);
    require_nothing_left(machine, "*.copy");
    require_checkpoints(machine, 2);
}

/* What the map says of an export is the same either way, and so are the bytes
 * that it says changed. */
static void
the_dirty_map_says_the_same_as_without(void)
{
    static const char *const kinds[] = {"all", "dirty"};
    g_autofree char *maps[G_N_ELEMENTS(kinds)] = {NULL};
    g_autoptr(Machine) machine = machine_with_changes(1);
    g_autofree char *uri =
        g_strdup_printf("nbd+unix:///vda?socket=%s/nbd.sock", machine->folder);

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        int job = begin(machine, pull_of(machine, kinds[i]), NULL, 0);

        maps[i] = run_command("nbdinfo", "--map=qemu:dirty-bitmap:backup-vda",
                              uri, NULL);
        end(machine, job, 0, 1);
    }
    g_assert_cmpstr(maps[0], ==, maps[1]);
    g_assert_nonnull(strstr(maps[0], "dirty"));
    g_free(g_steal_pointer(&maps[0]));
    g_free(g_steal_pointer(&maps[1]));
}

static void
disks_of_one_backup_may_differ(void)
{
    g_autoptr(Machine) machine = machine_with_changes(2);
    int job = begin(machine,
                    document(machine, "pull",
                             "<incremental>c1</incremental><disks>"
                             "<disk name='vda'/>"
                             "<disk name='vdb' expose='dirty'/></disks>"),
                    NULL, 0);
    g_autofree char *all = read_export(machine, "vda");
    g_autofree char *none = read_export(machine, "vdb");

    require_pattern(all, "raw", 1, 0, 2 * MIB);
    require_pattern(all, "raw", 2, 2 * MIB, 64 * KIB);
    require_pattern(none, "raw", 0, 0, DISK_SIZE);
    end(machine, job, 0, 1);
}

static void
a_full_backup_has_no_differential(void)
{
    g_autoptr(Machine) machine = machine_with_changes(1);

    refuse_begin(machine,
                 document(machine, "pull",
                          "<disks><disk name='vda' expose='dirty'/></disks>"),
                 "c2", 0, VIR_ERR_CONFIG_UNSUPPORTED, "expose");
    require_nothing_left(machine, NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/backup/expose/" #test, test)
    ADD(clean_ranges_read_as_zeroes);
    ADD(the_dirty_map_says_the_same_as_without);
    ADD(disks_of_one_backup_may_differ);
    ADD(a_full_backup_has_no_differential);
#undef ADD
    return g_test_run();
}
