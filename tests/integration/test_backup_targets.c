/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pushes to where the proposal's documents may send them: an NBD server, and
 * an image that holds the top of a chain alone. */
#include "backup_steps.h"
#include "nbd_target.h"

#include <glib/gstdio.h>
#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

#define DISK_SIZE (8 * MIB)

static char *
network_document(const Machine *machine, const NbdTarget *target,
                 const char *export_name, const char *attributes)
{
    return document(machine, "push",
                    "<disks><disk name='vda' type='network' %s>"
                    "<target protocol='nbd' name='%s'>%s</target>"
                    "</disk></disks>",
                    attributes, export_name, target->xml);
}

static void
push(Machine *machine, char *xml, const char *checkpoint, unsigned flags,
     int type)
{
    int job = begin(machine, xml, checkpoint, flags);

    g_assert_cmpint(wait_until_done(machine, job), ==, type);
    end(machine, job, 0, type == VIR_DOMAIN_JOB_COMPLETED ? 1 : -1);
    require_nothing_left(machine, "*");
}

/* The first disk as it is now, by a push of the kind that has been there from
 * the beginning; @file holds the same bytes. */
static void
require_disk_now(Machine *machine, const char *file)
{
    g_autofree char *now = machine_file(machine, "now.img");

    push(machine,
         document(machine, "push",
                  "<disks><disk name='vda'><driver type='raw'/>"
                  "<target file='%s'/></disk></disks>",
                  now),
         NULL, 0, VIR_DOMAIN_JOB_COMPLETED);
    g_free(run_command("cmp", now, file, NULL));
    g_assert_cmpint(g_unlink(now), ==, 0);
}

static void
a_full_push_to_tcp_holds_the_disk_at_the_cut(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, DISK_SIZE);
    g_autoptr(NbdTarget) target = NULL;
    g_autofree char *copy = machine_file(machine, "copy.img");
    char *xml = NULL;
    int job = 0;

    machine_start_paused(machine);
    machine_write(machine, 0, 0x11, 0, DISK_SIZE / 2);
    machine_write(machine, 0, 0x12, DISK_SIZE - 64 * KIB, 64 * KIB);
    target = nbd_target_start(machine, true, "memory 8M");
    job = begin(machine, network_document(machine, target, "", ""), "c1", 0);
    machine_write(machine, 0, 0x99, MIB, MIB); /* later than the cut */
    xml = shown(machine, job);
    g_assert_nonnull(strstr(xml, "<driver type='raw'/>"));
    g_assert_nonnull(strstr(xml, "<target protocol='nbd' name=''>"));
    free(xml);
    g_assert_cmpint(wait_until_done(machine, job), ==,
                    VIR_DOMAIN_JOB_COMPLETED);
    end(machine, job, 0, 1);
    require_nothing_left(machine, NULL);

    g_free(run_command("nbdcopy", target->uri, copy, NULL));
    require_pattern(copy, "raw", 0x11, 0, DISK_SIZE / 2);
    require_pattern(copy, "raw", 0, DISK_SIZE / 2, DISK_SIZE / 2 - 64 * KIB);
    require_pattern(copy, "raw", 0x12, DISK_SIZE - 64 * KIB, 64 * KIB);
}

/* What was written, zeroed and discarded since goes over the former backup. */
static void
an_increment_brings_an_export_up_to_date(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, DISK_SIZE);
    g_autoptr(NbdTarget) target = NULL;
    g_autofree char *folder = machine_file(machine, "exports");
    g_autofree char *file = g_build_filename(folder, "a disk", NULL);

    g_assert_cmpint(g_mkdir(folder, 0700), ==, 0);
    g_free(run_command("truncate", "-s", "8M", file, NULL));
    machine_start_paused(machine);
    machine_write(machine, 0, 0x21, 0, DISK_SIZE);
    target = nbd_target_start(machine, false, "file dir=exports");
    push(machine, network_document(machine, target, "a disk", ""), "c1", 0,
         VIR_DOMAIN_JOB_COMPLETED);
    require_disk_now(machine, file);

    machine_write(machine, 0, 0x22, 3 * MIB, 128 * KIB);
    machine_io(machine, 0, "write -z 4M 1M");
    machine_io(machine, 0, "discard 6M 1M");
    push(machine,
         network_document(machine, target, "a disk", "incremental='c1'"), "c2",
         VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL, VIR_DOMAIN_JOB_COMPLETED);
    require_disk_now(machine, file);
    require_checkpoints(machine, 2);
}

static void
a_server_that_fails_fails_the_backup_alone(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, DISK_SIZE);
    g_autoptr(NbdTarget) target = NULL;

    machine_start_paused(machine);
    machine_write(machine, 0, 0x31, 0, DISK_SIZE);
    target = nbd_target_start(
        machine, false, "--filter=error memory 8M error-pwrite-rate=100%");
    push(machine, network_document(machine, target, "", ""), "c1", 0,
         VIR_DOMAIN_JOB_FAILED);
    require_checkpoints(machine, 0);
    machine_write(machine, 0, 0x32, 0, MIB);
}

/* The other disk's copy is good, and half a backup is none. */
static void
one_disk_that_fails_fails_the_others_and_is_named(void)
{
    g_autoptr(Machine) machine = machine_new("web", 2, DISK_SIZE);
    g_autoptr(NbdTarget) target = NULL;
    g_autofree char *file = machine_file(machine, "second.qcow2");
    int job = 0;

    machine_start_paused(machine);
    machine_write(machine, 0, 0x31, 0, DISK_SIZE);
    machine_write(machine, 1, 0x31, 0, DISK_SIZE);
    target = nbd_target_start(
        machine, false, "--filter=error memory 8M error-pwrite-rate=100%");
    job = begin(machine,
                document(machine, "push",
                         "<disks><disk name='vda' type='network'>"
                         "<target protocol='nbd' name=''>%s</target></disk>"
                         "<disk name='vdb'><target file='%s'/></disk></disks>",
                         target->xml, file),
                "c1", 0);
    g_assert_cmpint(wait_until_done(machine, job), ==, VIR_DOMAIN_JOB_FAILED);
    require_failed_disk(machine, job, "vda");
    end(machine, job, 0, -1);
    g_assert_nonnull(strstr(virGetLastErrorMessage(), "'vda'"));
    g_assert_false(g_file_test(file, G_FILE_TEST_EXISTS));
    require_checkpoints(machine, 0);
    require_nothing_left(machine, "target.sock");
}

/* The server takes a quarter of an hour for each write. */
static void
an_abort_does_not_wait_for_a_silent_server(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, DISK_SIZE);
    g_autoptr(NbdTarget) target = NULL;
    int job = 0;

    machine_start_paused(machine);
    machine_write(machine, 0, 0x61, 0, DISK_SIZE);
    target =
        nbd_target_start(machine, false, "--filter=delay memory 8M wdelay=900");
    job = begin(machine, network_document(machine, target, "", ""), "c1", 0);
    machine_write(machine, 0, 0x62, 0, MIB);
    end(machine, job, VIR_DOMAIN_BACKUP_END_ABORT, 0);
    require_nothing_left(machine, "*");
    require_checkpoints(machine, 0);
    machine_write(machine, 0, 0x63, 0, MIB);
}

static void
what_no_push_can_use_is_refused_before_anything_changed(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, DISK_SIZE);
    NbdTarget *target = NULL;

    machine_start_paused(machine);
    target = nbd_target_start(machine, false, "memory 4M");
    refuse_begin(machine, network_document(machine, target, "", ""), "c1", 0,
                 VIR_ERR_CONFIG_UNSUPPORTED, "4194304 bytes");
    nbd_target_stop(target);

    target = nbd_target_start(machine, false, "-r memory 8M");
    refuse_begin(machine, network_document(machine, target, "", ""), "c1", 0,
                 VIR_ERR_CONFIG_UNSUPPORTED, "read-only");
    nbd_target_stop(target);

    target = nbd_target_start(machine, false, "memory 8M");
    refuse_begin(machine,
                 network_document(machine, target, "", "incremental='c1'"),
                 NULL, 0, VIR_ERR_CONFIG_UNSUPPORTED, "unchanged blocks");
    kill(target->pid, SIGKILL);
    nbd_target_stop(target);

    target = nbd_target_start(machine, true, "memory 8M");
    refuse_begin(machine,
                 document(machine, "push",
                          "<disks><disk name='vda' type='network'>"
                          "<target protocol='nbd'><host transport='unix' "
                          "socket='%s/nobody'/></target></disk></disks>",
                          machine->folder),
                 "c1", 0, VIR_ERR_SYSTEM_ERROR, "nobody");
    nbd_target_stop(target);
    require_nothing_left(machine, NULL);
}

/* Puts an overlay on the machine's first disk, which becomes its base. */
static char *
put_on_base(Machine *machine, const char *command)
{
    char *base = machine_file(machine, "base.qcow2");

    g_free(run_command("qemu-io", "-f", "qcow2", "-c", command,
                       machine->path[0], NULL));
    g_assert_cmpint(g_rename(machine->path[0], base), ==, 0);
    g_free(run_command("qemu-img", "create", "-q", "-f", "qcow2", "-b", base,
                       "-F", "qcow2", machine->path[0], NULL));
    return base;
}

static void
append_range(GString *text, uint64_t start, uint64_t end_of_range)
{
    g_string_append_printf(text,
                           "%" G_GINT64_MODIFIER "x+%" G_GINT64_MODIFIER "x ",
                           start, end_of_range - start);
}

/* The data that `qemu-img map` finds in the image itself, neighbours as one:
 * "0+10000 ". */
static char *
own_ranges(const char *image)
{
    g_autofree char *map =
        run_command("qemu-img", "map", "-f", "qcow2", image, NULL);
    g_auto(GStrv) lines = g_strsplit(map, "\n", -1);
    GString *own = g_string_new(NULL);
    uint64_t start = 0;
    uint64_t end_of_range = 0;

    for (char **line = lines; *line; line++) {
        char *rest = NULL;
        uint64_t offset = g_ascii_strtoull(*line, &rest, 16);
        uint64_t length = g_ascii_strtoull(rest, NULL, 16);

        if (!g_str_has_suffix(*line, image) || length == 0)
            continue;
        if (end_of_range > 0 && offset != end_of_range) {
            append_range(own, start, end_of_range);
        }
        if (offset != end_of_range)
            start = offset;
        end_of_range = offset + length;
    }
    append_range(own, start, end_of_range);
    return g_string_free(own, FALSE);
}

static void
a_shallow_push_holds_the_top_image_alone(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, DISK_SIZE);
    g_autofree char *base = put_on_base(machine, "write -P 0x41 0 2M");
    g_autofree char *top = machine_file(machine, "top.qcow2");
    g_autofree char *info = NULL;
    g_autofree char *own = NULL;
    int job = 0;

    machine_start_paused(machine);
    machine_write(machine, 0, 0x42, MIB, 128 * KIB);
    machine_write(machine, 0, 0x43, 5 * MIB, 64 * KIB);
    machine_io(machine, 0, "write -z 1536k 64k");
    machine_io(machine, 0, "discard 1792k 64k");
    job = begin(machine,
                document(machine, "push",
                         "<disks><disk name='vda'><target file='%s' "
                         "shallow='on'/></disk></disks>",
                         top),
                NULL, 0);
    /* Neither what changed in the top since, nor what went. */
    machine_write(machine, 0, 0x99, MIB, 64 * KIB);
    machine_io(machine, 0, "write -z 5M 64k");
    g_assert_cmpint(wait_until_done(machine, job), ==,
                    VIR_DOMAIN_JOB_COMPLETED);
    end(machine, job, 0, 1);
    require_nothing_left(machine, "*");

    info = run_command("qemu-img", "info", "-f", "qcow2", top, NULL);
    g_assert_nonnull(strstr(info, base));
    g_assert_nonnull(strstr(info, "backing file format: qcow2"));
    require_pattern(top, "qcow2", 0x41, 0, MIB);
    require_pattern(top, "qcow2", 0x42, MIB, 128 * KIB);
    require_pattern(top, "qcow2", 0x41, MIB + 128 * KIB, 384 * KIB);
    require_pattern(top, "qcow2", 0, 1536 * KIB, 64 * KIB);
    require_pattern(top, "qcow2", 0x41, 1600 * KIB, 192 * KIB);
    require_pattern(top, "qcow2", 0, 1792 * KIB, 64 * KIB);
    require_pattern(top, "qcow2", 0x43, 5 * MIB, 64 * KIB);
    own = own_ranges(top);
    g_assert_cmpstr(own, ==, "100000+20000 500000+10000 ");
}

/* Without a chain the top image is the whole disk. */
static void
a_shallow_push_of_a_single_image_is_a_full_one(void)
{
    g_autoptr(Machine) machine = machine_new("web", 1, DISK_SIZE);
    g_autofree char *top = machine_file(machine, "top.qcow2");
    g_autofree char *info = NULL;

    machine_start_paused(machine);
    machine_write(machine, 0, 0x51, MIB, MIB);
    push(machine,
         document(machine, "push",
                  "<disks><disk name='vda'><target file='%s' shallow='on'/>"
                  "</disk></disks>",
                  top),
         NULL, 0, VIR_DOMAIN_JOB_COMPLETED);
    info = run_command("qemu-img", "info", "-f", "qcow2", top, NULL);
    g_assert_null(strstr(info, "backing file"));
    require_pattern(top, "qcow2", 0, 0, MIB);
    require_pattern(top, "qcow2", 0x51, MIB, MIB);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/backup/targets/" #test, test)
    ADD(a_full_push_to_tcp_holds_the_disk_at_the_cut);
    ADD(an_increment_brings_an_export_up_to_date);
    ADD(a_server_that_fails_fails_the_backup_alone);
    ADD(one_disk_that_fails_fails_the_others_and_is_named);
    ADD(an_abort_does_not_wait_for_a_silent_server);
    ADD(what_no_push_can_use_is_refused_before_anything_changed);
    ADD(a_shallow_push_holds_the_top_image_alone);
    ADD(a_shallow_push_of_a_single_image_is_a_full_one);
#undef ADD
    return g_test_run();
}
