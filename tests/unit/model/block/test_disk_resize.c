/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sizes that a disk may have; the jobs and checkpoints in the way are met by
 * the conformance tests. */
#include "model/block/disk_resize.h"

#include "base/error.h"

static bool
check(DiskDef *disk, uint64_t *wanted, GError **error)
{
    g_autoptr(JobTable) jobs = job_table_new();
    g_autoptr(CheckpointTree) tree = checkpoint_tree_new();
    const DiskResize resize = {"web", disk, jobs, tree, 8192};

    return disk_resize_check(&resize, wanted, error);
}

static DiskDef *
new_disk(void)
{
    DiskDef *disk = disk_def_new();

    disk->target = g_strdup("vda");
    disk->source_type = DISK_SOURCE_FILE;
    disk->path = g_strdup("/top");
    return disk;
}

static void
sizes_are_rounded_up_to_sectors(void)
{
    g_autoptr(DiskDef) disk = new_disk();
    g_autoptr(GError) error = NULL;
    uint64_t wanted = 8193;

    g_assert_true(check(disk, &wanted, &error));
    g_assert_cmpuint(wanted, ==, 8704);
    g_assert_true(check(disk, &wanted, &error));
    g_assert_cmpuint(wanted, ==, 8704);
    wanted = 1;
    g_assert_true(check(disk, &wanted, &error));
    g_assert_cmpuint(wanted, ==, 512);
}

static void
refuses(DiskDef *disk, uint64_t wanted, int code)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(check(disk, &wanted, &error));
    g_assert_error(error, STRANDLINE_ERROR, code);
}

static void
sizes_and_disks_that_cannot_be_are_refused(void)
{
    g_autoptr(DiskDef) disk = new_disk();
    g_autoptr(DiskDef) empty = disk_def_new();

    empty->target = g_strdup("sda");
    refuses(disk, 0, VIR_ERR_INVALID_ARG);
    refuses(disk, G_MAXUINT64, VIR_ERR_INVALID_ARG);
    refuses(empty, 512, VIR_ERR_OPERATION_INVALID);
    disk->is_readonly = true;
    refuses(disk, 512, VIR_ERR_OPERATION_INVALID);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/disk_resize/sizes_are_rounded_up_to_sectors",
                    sizes_are_rounded_up_to_sectors);
    g_test_add_func(
        "/model/disk_resize/sizes_and_disks_that_cannot_be_are_refused",
        sizes_and_disks_that_cannot_be_are_refused);
    return g_test_run();
}
