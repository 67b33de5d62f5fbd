/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pushes to where something is already: an NBD server, a device, an image of the
 * caller's own.  What was changed to zeroes is zeroes there, too. */
#include "../integration/backup_steps.h"
#include "../integration/nbd_target.h"
#include "stage.h"

#include <string.h>
#include <unistd.h>

#define DISK_SIZE (8 * MIB)
#define REUSE     VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL

/* Takes @xml over. */
static void
push(Stage *stage, char *xml, const char *checkpoint, unsigned flags)
{
    int job = begin(stage->machine, xml, checkpoint, flags);

    /* Later than the cut, so it must not be there. */
    stage_write(stage, 0, 0x99, 7 * MIB, 64 * KIB);
    g_assert_cmpint(wait_until_done(stage->machine, job), ==,
                    VIR_DOMAIN_JOB_COMPLETED);
    end(stage->machine, job, 0, 1);
    stage_zero(stage, 0, 7 * MIB, 64 * KIB);
}

static void
fill(Stage *stage)
{
    stage_write(stage, 0, 0x21, 0, 4 * MIB);
}

/* Of what fill() wrote. */
static void
change(Stage *stage)
{
    stage_write(stage, 0, 0x22, 3 * MIB, 128 * KIB);
    stage_zero(stage, 0, MIB, MIB);
}

static void
require_filled(const char *file)
{
    require_pattern(file, "raw", 0x21, 0, 4 * MIB);
    require_pattern(file, "raw", 0, 4 * MIB, 4 * MIB);
}

static void
require_changed(const char *file)
{
    require_pattern(file, "raw", 0x21, 0, MIB);
    require_pattern(file, "raw", 0, MIB, MIB);
    require_pattern(file, "raw", 0x21, 2 * MIB, MIB);
    require_pattern(file, "raw", 0x22, 3 * MIB, 128 * KIB);
    require_pattern(file, "raw", 0x21, 3 * MIB + 128 * KIB, 896 * KIB);
    require_pattern(file, "raw", 0, 4 * MIB, 4 * MIB);
}

static char *
to_server(const Stage *stage, const NbdTarget *target, const char *attributes)
{
    return document(stage->machine, "push",
                    "<disks><disk name='vda' type='network' %s>"
                    "<target protocol='nbd' name=''>%s</target></disk></disks>",
                    attributes, target->xml);
}

static void
an_nbd_server_holds_the_disk_and_then_what_changed(void)
{
    g_autoptr(Stage) stage = stage_new(1, DISK_SIZE);
    g_autoptr(NbdTarget) target =
        nbd_target_start(stage->machine, false, "memory 8M");
    g_autofree char *copy = machine_file(stage->machine, "copy.img");

    fill(stage);
    push(stage, to_server(stage, target, ""), "c1", 0);
    g_free(run_command("nbdcopy", target->uri, copy, NULL));
    require_filled(copy);
    change(stage);
    push(stage, to_server(stage, target, "incremental='c1'"), "c2", REUSE);
    g_free(run_command("nbdcopy", target->uri, copy, NULL));
    require_changed(copy);
}

static void
a_server_that_fails_fails_the_backup_alone(void)
{
    g_autoptr(Stage) stage = stage_new(2, DISK_SIZE);
    g_autoptr(NbdTarget) target =
        nbd_target_start(stage->machine, false,
                         "--filter=error memory 8M error-pwrite-rate=100%");
    g_autofree char *file = machine_file(stage->machine, "whole");
    int job = 0;

    fill(stage);
    stage_write(stage, 1, 0x23, 0, MIB);
    job = begin(stage->machine,
                document(stage->machine, "push",
                         "<disks><disk name='vda'><target file='%s'/></disk>"
                         "<disk name='vdb' type='network'>"
                         "<target protocol='nbd' name=''>%s</target></disk>"
                         "</disks>",
                         file, target->xml),
                "c1", 0);
    g_assert_cmpint(wait_until_done(stage->machine, job), ==,
                    VIR_DOMAIN_JOB_FAILED);
    require_failed_disk(stage->machine, job, "vdb");
    end(stage->machine, job, 0, -1);
    require_error(VIR_ERR_OPERATION_FAILED);
    g_assert_nonnull(strstr(virGetLastErrorMessage(), "'vdb'"));
    require_checkpoints(stage->machine, 0);
    g_assert_false(g_file_test(file, G_FILE_TEST_EXISTS));
}

static void
an_image_of_the_callers_is_brought_up_to_date(void)
{
    g_autoptr(Stage) stage = stage_new(1, DISK_SIZE);
    g_autofree char *file = machine_file(stage->machine, "mine.raw");

    g_free(run_command("truncate", "-s", "8M", file, NULL));
    fill(stage);
    push(stage,
         document(stage->machine, "push",
                  "<disks><disk name='vda'><driver type='raw'/>"
                  "<target file='%s'/></disk></disks>",
                  file),
         "c1", REUSE);
    require_filled(file);
    change(stage);
    push(stage,
         document(stage->machine, "push",
                  "<disks><disk name='vda' incremental='c1'>"
                  "<driver type='raw'/><target file='%s'/></disk></disks>",
                  file),
         NULL, REUSE);
    require_changed(file);
}

/* What was on the device before is gone. */
static void
a_device_holds_the_disk(void)
{
    g_autoptr(Stage) stage = NULL;
    g_autofree char *file = NULL;
    g_autofree char *device = NULL;

    if (geteuid() != 0) {
        g_test_skip("loop devices need root");
        return;
    }
    stage = stage_new(1, DISK_SIZE);
    file = machine_file(stage->machine, "device.raw");
    g_free(run_command("truncate", "-s", "8M", file, NULL));
    g_free(run_command("qemu-io", "-f", "raw", "-c", "write -P 0x55 0 8M", file,
                       NULL));
    device = run_command("losetup", "--find", "--show", file, NULL);
    g_strstrip(device);
    fill(stage);
    push(stage,
         document(stage->machine, "push",
                  "<disks><disk name='vda' type='block'><driver type='raw'/>"
                  "<target dev='%s'/></disk></disks>",
                  device),
         NULL, 0);
    g_free(run_command("losetup", "--detach", device, NULL));
    require_filled(file);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "push_targets");
    STAGE_TEST(an_nbd_server_holds_the_disk_and_then_what_changed);
    STAGE_TEST(a_server_that_fails_fails_the_backup_alone);
    STAGE_TEST(an_image_of_the_callers_is_brought_up_to_date);
    STAGE_TEST(a_device_holds_the_disk);
    return g_test_run();
}
