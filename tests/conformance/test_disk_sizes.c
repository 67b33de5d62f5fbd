/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a disk holds and how large it is, on either driver. */
#include "stage.h"

#include <libvirt/virterror.h>
#include <string.h>

#define BYTES VIR_DOMAIN_BLOCK_RESIZE_BYTES

static void
refused(int result, int code)
{
    g_assert_cmpint(result, ==, -1);
    require_error(code);
}

static unsigned long long
capacity(const Stage *stage)
{
    virDomainBlockInfo info = {0};

    require(virDomainGetBlockInfo(stage->machine->domain, "vda", &info, 0) ==
            0);
    return info.capacity;
}

static void
what_was_written_is_seen(void)
{
    g_autoptr(Stage) stage = stage_new(1, 4 * MIB);
    virDomainPtr domain = stage->machine->domain;
    unsigned char bytes[3] = {9, 9, 9};

    stage_write(stage, 0, 0x5d, 64 * KIB, 64 * KIB);
    require(virDomainBlockPeek(domain, "vda", 128 * KIB - 2, 3, bytes, 0) == 0);
    g_assert_cmpmem(bytes, 3, "\x5d\x5d\0", 3);
    refused(virDomainBlockPeek(domain, "vda", 4 * MIB - 2, 3, bytes, 0),
            VIR_ERR_INVALID_ARG);
    refused(virDomainBlockPeek(domain, "vdz", 0, 1, bytes, 0),
            VIR_ERR_INVALID_ARG);
    require(virDomainDestroy(domain) == 0);
    require(virDomainBlockPeek(domain, "vda", 64 * KIB - 1, 2, bytes, 0) == 0);
    g_assert_cmpmem(bytes, 2, "\0\x5d", 2);
}

static void
sizes_change_while_the_guest_runs(void)
{
    g_autoptr(Stage) stage = stage_new(1, 4 * MIB);
    virDomainPtr domain = stage->machine->domain;
    unsigned char byte = 0;

    require(virDomainBlockResize(domain, "vda", 8 * 1024, 0) == 0);
    g_assert_cmpuint(capacity(stage), ==, 8 * MIB);
    stage_write(stage, 0, 7, 6 * MIB, 64 * KIB);
    require(virDomainBlockPeek(domain, "vda", 6 * MIB, 1, &byte, 0) == 0);
    g_assert_cmpint(byte, ==, 7);
    require(virDomainBlockResize(domain, "vda", 5 * MIB - 1, BYTES) == 0);
    g_assert_cmpuint(capacity(stage), ==, 5 * MIB);
    refused(virDomainBlockResize(domain, "vda", 0, 0), VIR_ERR_INVALID_ARG);
    refused(virDomainBlockResize(domain, "vdz", MIB, BYTES),
            VIR_ERR_INVALID_ARG);
    refused(virDomainBlockResize(domain, "vda", MIB, 1 << 9),
            VIR_ERR_INVALID_ARG);
    require(virDomainDestroy(domain) == 0);
    refused(virDomainBlockResize(domain, "vda", MIB, BYTES),
            VIR_ERR_OPERATION_INVALID);
}

static void
a_disk_with_checkpoints_only_grows(void)
{
    g_autoptr(Stage) stage = stage_new(2, 4 * MIB);
    virDomainPtr domain = stage->machine->domain;
    virDomainCheckpointPtr point = virDomainCheckpointCreateXML(
        domain,
        "<domaincheckpoint><name>one</name><disks><disk name='vda'/>"
        "<disk name='vdb' checkpoint='no'/></disks></domaincheckpoint>",
        0);

    require(point != NULL);
    refused(virDomainBlockResize(domain, "vda", MIB, BYTES),
            VIR_ERR_OPERATION_INVALID);
    g_assert_nonnull(strstr(virGetLastErrorMessage(), "'one'"));
    require(virDomainBlockResize(domain, "vdb", MIB, BYTES) == 0);
    require(virDomainBlockResize(domain, "vda", 8 * MIB, BYTES) == 0);
    require(virDomainCheckpointDelete(point, 0) == 0);
    (void)virDomainCheckpointFree(point);
    require(virDomainBlockResize(domain, "vda", MIB, BYTES) == 0);
}

static void
a_disk_in_a_backup_keeps_its_size(void)
{
    g_autoptr(Stage) stage = stage_new(2, 4 * MIB);
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *xml =
        g_strdup_printf("<domainbackup mode='pull'><server transport='unix' "
                        "socket='%s/nbd.sock'/><disks><disk name='vda'/>"
                        "<disk name='vdb' backup='no'/></disks></domainbackup>",
                        stage->machine->folder);
    int job = virDomainBackupBegin(domain, xml, NULL, 0);

    require(job > 0);
    refused(virDomainBlockResize(domain, "vda", 8 * MIB, BYTES),
            VIR_ERR_OPERATION_INVALID);
    require(virDomainBlockResize(domain, "vdb", 8 * MIB, BYTES) == 0);
    require(virDomainBackupEnd(domain, job, 0) >= 0);
    require(virDomainBlockResize(domain, "vda", 8 * MIB, BYTES) == 0);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "disk_sizes");
    STAGE_TEST(what_was_written_is_seen);
    STAGE_TEST(sizes_change_while_the_guest_runs);
    STAGE_TEST(a_disk_with_checkpoints_only_grows);
    STAGE_TEST(a_disk_in_a_backup_keeps_its_size);
    return g_test_run();
}
