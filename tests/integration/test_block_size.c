/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A disk's size changes while its guest runs, and what it holds can be looked
 * at, running or not. */
#include "machine.h"

#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

#define DISK_SIZE (8 * MIB)
#define BYTES     VIR_DOMAIN_BLOCK_RESIZE_BYTES

static Machine *
machine_paused(void)
{
    Machine *machine = machine_new("web", 1, DISK_SIZE);

    machine_start_paused(machine);
    return machine;
}

static unsigned long long
capacity(Machine *machine)
{
    virDomainBlockInfo info = {0};

    require(virDomainGetBlockInfo(machine->domain, "vda", &info, 0) == 0);
    return info.capacity;
}

static void
refused(int result, int code, const char *words)
{
    g_assert_cmpint(result, ==, -1);
    require_error(code);
    if (!strstr(virGetLastErrorMessage(), words))
        g_error("without \"%s\": %s", words, virGetLastErrorMessage());
}

static void
assert_peek(Machine *machine, uint64_t offset, int pattern, size_t size)
{
    g_autofree unsigned char *read = g_malloc0(size);

    require(virDomainBlockPeek(machine->domain, "vda", offset, size, read, 0) ==
            0);
    for (size_t i = 0; i < size; i++)
        g_assert_cmpint(read[i], ==, pattern);
}

static void
a_disk_grows_and_its_guest_writes_there(void)
{
    g_autoptr(Machine) machine = machine_paused();

    require(virDomainBlockResize(machine->domain, "vda", 16 * 1024, 0) == 0);
    g_assert_cmpuint(capacity(machine), ==, 16 * MIB);
    machine_write(machine, 0, 0x31, 12 * MIB, 64 * KIB);
    assert_peek(machine, 12 * MIB, 0x31, 64 * KIB);
    /* What is no whole sector is rounded up to one. */
    require(virDomainBlockResize(machine->domain, "vda", 17 * MIB - 5, BYTES) ==
            0);
    g_assert_cmpuint(capacity(machine), ==, 17 * MIB);
    machine_stop(machine);
    g_assert_cmpuint(capacity(machine), ==, 17 * MIB);
    machine_start_paused(machine);
    assert_peek(machine, 12 * MIB + 3, 0x31, 100);
}

static virDomainCheckpointPtr
new_checkpoint(Machine *machine, const char *name)
{
    g_autofree char *xml = g_strdup_printf(
        "<domaincheckpoint><name>%s</name></domaincheckpoint>", name);
    virDomainCheckpointPtr made =
        virDomainCheckpointCreateXML(machine->domain, xml, 0);

    require(made != NULL);
    return made;
}

static void
push(Machine *machine, const char *path, const char *base)
{
    g_autofree char *since =
        base ? g_strdup_printf("<incremental>%s</incremental>", base)
             : g_strdup("");
    g_autofree char *xml = g_strdup_printf(
        "<domainbackup mode='push'>%s<disks><disk name='vda' type='file'>"
        "<driver type='qcow2'/><target file='%s'/></disk></disks>"
        "</domainbackup>",
        since, path);
    int job = virDomainBackupBegin(machine->domain, xml, NULL, 0);
    int result = 0;

    require(job > 0);
    do {
        virDomainJobInfo info = {0};

        g_usleep(2000);
        require(virDomainGetJobInfo(machine->domain, &info) == 0);
        result = info.type;
    } while (result == VIR_DOMAIN_JOB_BOUNDED ||
             result == VIR_DOMAIN_JOB_UNBOUNDED);
    require(virDomainBackupEnd(machine->domain, job, 0) >= 0);
}

/* The increment has the new size, and what was written in the new part. */
static void
an_increment_over_a_growth_restores(void)
{
    g_autoptr(Machine) machine = machine_paused();
    g_autofree char *full = machine_file(machine, "full.qcow2");
    g_autofree char *increment = machine_file(machine, "increment.qcow2");
    virDomainCheckpointPtr first = NULL;

    machine_write(machine, 0, 1, 0, MIB);
    machine_write(machine, 0, 2, DISK_SIZE - MIB, MIB);
    first = new_checkpoint(machine, "first");
    push(machine, full, NULL);
    virDomainCheckpointFree(new_checkpoint(machine, "second"));
    require(virDomainBlockResize(machine->domain, "vda", 16 * MIB, BYTES) == 0);
    machine_write(machine, 0, 3, DISK_SIZE - 64 * KIB, 256 * KIB);
    machine_write(machine, 0, 4, 16 * MIB - 64 * KIB, 64 * KIB);
    push(machine, increment, "first");
    refused(virDomainBlockResize(machine->domain, "vda", 8 * MIB, BYTES),
            VIR_ERR_OPERATION_INVALID, "'first'");
    virDomainCheckpointFree(first);
    machine_stop(machine);
    g_free(run_command("qemu-img", "rebase", "-u", "-f", "qcow2", "-F", "qcow2",
                       "-b", full, increment, NULL));
    g_free(run_command("qemu-img", "compare", "-q", "-f", "qcow2", "-F",
                       "qcow2", machine->path[0], increment, NULL));
}

static void
a_disk_in_a_backup_or_a_job_keeps_its_size(void)
{
    g_autoptr(Machine) machine = machine_paused();
    virDomainPtr domain = machine->domain;
    g_autofree char *xml =
        g_strdup_printf("<domainbackup mode='pull'><server transport='unix' "
                        "socket='%s/nbd.sock'/></domainbackup>",
                        machine->folder);
    g_autofree char *copy = g_strdup_printf(
        "<disk type='file'><source file='%s/copy'/></disk>", machine->folder);
    int job = virDomainBackupBegin(domain, xml, NULL, 0);
    char byte = 0;

    require(job > 0);
    refused(virDomainBlockResize(domain, "vda", 16 * MIB, BYTES),
            VIR_ERR_OPERATION_INVALID, "backup 1");
    refused(virDomainBlockPeek(domain, "vda", 0, 1, &byte, 0),
            VIR_ERR_OPERATION_INVALID, "backup 1");
    require(virDomainBackupEnd(domain, job, 0) >= 0);
    require(virDomainBlockCopy(domain, "vda", copy, NULL, 0, 0) == 0);
    refused(virDomainBlockResize(domain, "vda", 16 * MIB, BYTES),
            VIR_ERR_OPERATION_INVALID, "block job");
    require(virDomainBlockJobAbort(domain, "vda", 0) == 0);
    g_assert_cmpuint(capacity(machine), ==, DISK_SIZE);
}

/* Written by the guest and not flushed: QEMU has the tables in memory. */
static void
what_a_disk_holds_is_seen_running_or_not(void)
{
    g_autoptr(Machine) machine = machine_paused();
    g_autofree char *stray = machine_file(machine, "stray.sock");
    g_autofree char *command = g_strdup_printf(
        "{\"execute\": \"nbd-server-start\", \"arguments\": {\"addr\": "
        "{\"type\": \"unix\", \"data\": {\"path\": \"%s\"}}}}",
        stray);
    char byte = 0;

    machine_write(machine, 0, 0x55, MIB, 64 * KIB);
    assert_peek(machine, MIB, 0x55, 64 * KIB);
    assert_peek(machine, MIB + 64 * KIB - 1, 0x55, 1);
    assert_peek(machine, MIB + 64 * KIB, 0, 7);
    /* As a peek leaves it whose caller died. */
    g_free(machine_monitor(machine, command));
    assert_peek(machine, MIB + 511, 0x55, 3);
    refused(
        virDomainBlockPeek(machine->domain, "vda", DISK_SIZE - 1, 2, &byte, 0),
        VIR_ERR_INVALID_ARG, "within");
    refused(virDomainBlockPeek(machine->domain, "vdz", 0, 1, &byte, 0),
            VIR_ERR_INVALID_ARG, "vdz");
    machine_stop(machine);
    assert_peek(machine, MIB - 3, 0, 3);
    assert_peek(machine, MIB + 1, 0x55, 1000);
    refused(
        virDomainBlockPeek(machine->domain, "vda", DISK_SIZE - 1, 2, &byte, 0),
        VIR_ERR_INVALID_ARG, "within");
}

#define add(test) g_test_add_func("/block/size/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add(a_disk_grows_and_its_guest_writes_there);
    add(an_increment_over_a_growth_restores);
    add(a_disk_in_a_backup_or_a_job_keeps_its_size);
    add(what_a_disk_holds_is_seen_running_or_not);
    return g_test_run();
}
