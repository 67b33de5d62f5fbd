/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Backups, push and pull: what is in them, and what is left when they end. */
#include "../integration/backup_steps.h"
#include "../integration/checkpoint_steps.h"
#include "../integration/nbd_reader.h"
#include "stage.h"

#include <libvirt/libvirt-strandline.h>
#include <stdlib.h>
#include <string.h>

static void
require_in(const char *text, const char *part)
{
    if (!strstr(text, part))
        g_error("no \"%s\" in:\n%s", part, text);
}

/* The folder has the disks and what matches @kept (nullable), and no more. */
static void
require_clean(Stage *stage, const char *kept)
{
    g_autoptr(GDir) folder = g_dir_open(stage->machine->folder, 0, NULL);
    const char *entry = NULL;

    if (!stage->is_memory) {
        require_nothing_left(stage->machine, kept);
        return;
    }
    g_assert_nonnull(folder);
    for (entry = g_dir_read_name(folder); entry;
         entry = g_dir_read_name(folder)) {
        if (!kept || !g_pattern_match_simple(kept, entry))
            g_error("'%s' is left in the folder", entry);
    }
}

static int
begin_push(Stage *stage, const char *base, const char *file,
           const char *checkpoint)
{
    g_autofree char *since =
        base ? g_strdup_printf("<incremental>%s</incremental>", base)
             : g_strdup("");

    return begin(stage->machine,
                 document(stage->machine, "push",
                          "%s<disks><disk name='vda'><target file='%s/%s'/>"
                          "</disk></disks>",
                          since, stage->machine->folder, file),
                 checkpoint, 0);
}

static void
finish_push(Stage *stage, int job)
{
    g_assert_cmpint(wait_until_done(stage->machine, job), ==,
                    VIR_DOMAIN_JOB_COMPLETED);
    end(stage->machine, job, 0, 1);
}

/* Listed are the default job and what waits for its end. */
static int
count_listed(Stage *stage)
{
    return virDomainListJobIds(stage->machine->domain, NULL, 0);
}

static void
a_push_that_ends_itself_is_told_and_not_listed_when_it_is_done(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virTypedParameterPtr params = NULL;
    int nparams = 0;
    int type = -1;
    int job = 0;

    stage_write(stage, 0, 0x11, 0, 128 * KIB);
    job = begin(stage->machine,
                document(stage->machine, "push",
                         "<disks><disk name='vda'><target file='%s/p'/>"
                         "</disk></disks>",
                         stage->machine->folder),
                NULL, VIR_DOMAIN_BACKUP_BEGIN_END_WHEN_DONE);
    g_assert_cmpint(wait_until_done(stage->machine, job), ==,
                    VIR_DOMAIN_JOB_COMPLETED);
    g_assert_cmpint(count_listed(stage), ==, 1);
    g_assert_cmpint(virDomainGetJobStats(stage->machine->domain, &type, &params,
                                         &nparams,
                                         VIR_DOMAIN_JOB_STATS_COMPLETED),
                    ==, 0);
    g_assert_cmpint(type, ==, VIR_DOMAIN_JOB_COMPLETED);
    virTypedParamsFree(params, nparams);
}

static void
a_full_push_holds_the_disk_as_it_was_at_its_begin(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    g_autofree char *file = machine_file(stage->machine, "full.qcow2");
    int job = 0;

    stage_write(stage, 0, 0x11, 0, 128 * KIB);
    stage_write(stage, 0, 0x12, MIB - 64 * KIB, 64 * KIB);
    job = begin_push(stage, NULL, "full.qcow2", NULL);
    stage_write(stage, 0, 0x22, 0, 64 * KIB);
    finish_push(stage, job);
    require_pattern(file, "qcow2", 0x11, 0, 128 * KIB);
    require_pattern(file, "qcow2", 0, 128 * KIB, 64 * KIB);
    require_pattern(file, "qcow2", 0x12, MIB - 64 * KIB, 64 * KIB);
    g_free(run_command("qemu-img", "check", "-q", file, NULL));
    require_clean(stage, "full.qcow2");
}

static void
an_increment_holds_what_changed_and_zeroes_as_zeroes(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    g_autofree char *full = machine_file(machine, "full.qcow2");
    g_autofree char *increment = machine_file(machine, "inc.qcow2");
    g_autofree char *map = NULL;

    stage_write(stage, 0, 0x11, 0, 256 * KIB);
    finish_push(stage, begin_push(stage, NULL, "full.qcow2", "c1"));
    assert_names(machine, "c1");
    stage_write(stage, 0, 0x22, 64 * KIB, 64 * KIB);
    stage_zero(stage, 0, 128 * KIB, 64 * KIB);
    finish_push(stage, begin_push(stage, "c1", "inc.qcow2", "c2"));
    g_assert_cmpint(size_since(machine, "c2", 0), ==, 0);
    g_assert_cmpint(size_since(machine, "c1", 0), ==, 128 * KIB);
    /* Put upon the full one it gives the disk. */
    g_free(run_command("qemu-img", "rebase", "-u", "-f", "qcow2", "-F", "qcow2",
                       "-b", full, increment, NULL));
    require_pattern(increment, "qcow2", 0x11, 0, 64 * KIB);
    require_pattern(increment, "qcow2", 0x22, 64 * KIB, 64 * KIB);
    require_pattern(increment, "qcow2", 0, 128 * KIB, 64 * KIB);
    require_pattern(increment, "qcow2", 0x11, 192 * KIB, 64 * KIB);
    g_free(run_command("qemu-img", "check", "-q", increment, NULL));
}

static void
a_raw_push_is_the_disk(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    g_autofree char *file = machine_file(stage->machine, "full.raw");
    int job = 0;

    stage_write(stage, 0, 0x11, 64 * KIB, 64 * KIB);
    job = begin(stage->machine,
                document(stage->machine, "push",
                         "<disks><disk name='vda'><driver type='raw'/>"
                         "<target file='%s'/></disk></disks>",
                         file),
                NULL, 0);
    finish_push(stage, job);
    require_pattern(file, "raw", 0x11, 64 * KIB, 64 * KIB);
    require_pattern(file, "raw", 0, 128 * KIB, MIB - 128 * KIB);
}

static void
an_image_of_the_callers_is_written_into(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    g_autofree char *file = machine_file(machine, "own.qcow2");
    int job = 0;

    g_free(run_command("qemu-img", "create", "-q", "-f", "qcow2", file, "1M",
                       NULL));
    g_free(run_command("qemu-io", "-f", "qcow2", "-c", "write -P 9 0 1M", file,
                       NULL));
    stage_write(stage, 0, 0x11, 64 * KIB, 64 * KIB);
    job = begin(machine,
                document(machine, "push",
                         "<disks><disk name='vda'><target file='%s'/></disk>"
                         "</disks>",
                         file),
                NULL, VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL);
    finish_push(stage, job);
    require_pattern(file, "qcow2", 0, 0, 64 * KIB);
    require_pattern(file, "qcow2", 0x11, 64 * KIB, 64 * KIB);
    require_pattern(file, "qcow2", 0, 128 * KIB, MIB - 128 * KIB);
    require_clean(stage, "own.qcow2");
}

static void
without_a_document_every_disk_is_pushed_beside_itself(void)
{
    g_autoptr(Stage) stage = stage_new(2, MIB);
    g_autofree char *first = g_strconcat(stage->machine->path[0], ".c1", NULL);
    g_autofree char *second = g_strconcat(stage->machine->path[1], ".c1", NULL);

    stage_write(stage, 1, 0x11, 0, 64 * KIB);
    finish_push(stage, begin(stage->machine, NULL, "c1", 0));
    require_pattern(first, "qcow2", 0, 0, MIB);
    require_pattern(second, "qcow2", 0x11, 0, 64 * KIB);
    require_clean(stage, "*.c1");
}

static void
a_pull_serves_the_disk_as_it_was_at_its_begin(void)
{
    g_autoptr(Stage) stage = stage_new(2, MIB);
    Machine *machine = stage->machine;
    g_autofree char *socket = machine_file(machine, "nbd.sock");
    g_autofree uint8_t *content = NULL;
    char *xml = NULL;
    int job = 0;

    stage_write(stage, 0, 0x11, 0, 64 * KIB);
    job = begin(machine, document(machine, "pull", "%s", ""), "c1", 0);
    stage_write(stage, 0, 0x22, 0, 128 * KIB);
    content = nbd_read_all(socket, "vda", MIB);
    g_assert_cmpint(content[0], ==, 0x11);
    g_assert_cmpint(content[64 * KIB], ==, 0);
    xml = shown(machine, job);
    require_in(xml, "<domainbackup mode='pull'");
    require_in(xml, "exportname='vda'");
    require_in(xml, "exportname='vdb'");
    free(xml);
    g_assert_cmpint(size_since(machine, "c1", 0), ==, 128 * KIB);
    refuse_delete(machine, "c1", 0, VIR_ERR_OPERATION_INVALID, NULL);
    end(machine, job, 0, 1);
    assert_names(machine, "c1");
    require_clean(stage, NULL);
}

static void
an_incremental_pull_has_the_dirty_map(void)
{
    g_autoptr(Stage) stage = stage_new(2, MIB);
    Machine *machine = stage->machine;
    g_autofree char *socket = machine_file(machine, "nbd.sock");
    g_autofree uint8_t *content = g_malloc0(MIB);
    int job = 0;

    stage_write(stage, 0, 0x11, 0, MIB);
    make_checkpoint(machine, "c1", NULL);
    stage_write(stage, 0, 0x22, 64 * KIB, 64 * KIB);
    make_checkpoint(machine, "c2", NULL);
    stage_discard(stage, 0, 256 * KIB, 64 * KIB);
    g_assert_cmpuint(dirty_since(machine, "c1", 0), ==, 128 * KIB);
    g_assert_cmpuint(dirty_since(machine, "c2", 0), ==, 64 * KIB);
    g_assert_cmpuint(dirty_since(machine, "c1", 1), ==, 0);
    job = begin(machine,
                document(machine, "pull",
                         "<disks><disk name='vda' backupmode='incremental' "
                         "incremental='c1' exportname='first' "
                         "exportbitmap='changed'/>"
                         "<disk name='vdb' backupmode='full'/></disks>"),
                NULL, 0);
    g_assert_cmpuint(nbd_read_dirty(socket, "first", "changed", content, MIB),
                     ==, 128 * KIB);
    g_assert_cmpint(content[64 * KIB], ==, 0x22);
    g_assert_cmpint(content[256 * KIB], ==, 0);
    end(machine, job, VIR_DOMAIN_BACKUP_END_ABORT, 1);
    require_clean(stage, NULL);
}

static void
a_pull_over_tcp_picks_a_port_and_shows_it(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    g_autofree char *uri = NULL;
    g_autofree char *output = NULL;
    char *xml = NULL;
    char *port = NULL;
    int job = begin(machine,
                    g_strdup("<domainbackup mode='pull'>"
                             "<server name='127.0.0.1'/></domainbackup>"),
                    NULL, 0);

    xml = shown(machine, job);
    port = strstr(xml, " port='");
    g_assert_nonnull(port);
    uri = g_strdup_printf("nbd://127.0.0.1:%" G_GINT64_FORMAT "/vda",
                          g_ascii_strtoll(port + strlen(" port='"), NULL, 10));
    output = run_command("nbdinfo", "--size", uri, NULL);
    g_assert_cmpstr(g_strstrip(output), ==, "1048576");
    free(xml);
    end(machine, job, 0, 1);
}

static void
an_abort_rolls_its_checkpoint_back(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    virDomainJobPtr handle = NULL;
    int job = 0;

    make_checkpoint(machine, "c1", NULL);
    stage_write(stage, 0, 1, 0, 64 * KIB);
    job = begin(machine, document(machine, "pull", "%s", ""), "c2", 0);
    stage_write(stage, 0, 1, 64 * KIB, 64 * KIB);
    refuse_begin(machine, document(machine, "pull", "%s", ""), NULL, 0,
                 VIR_ERR_OPERATION_INVALID, "is running");
    handle = virDomainJobLookupByID(machine->domain, job, 0);
    require(handle != NULL);
    require(virDomainJobAbort(handle, 0) == 0);
    g_assert_cmpint(virDomainJobAbort(handle, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    require(virDomainJobFree(handle) == 0);
    assert_names(machine, "c1");
    g_assert_cmpint(size_since(machine, "c1", 0), ==, 128 * KIB);
    require_clean(stage, NULL);
}

static void
without_metadata_only_bitmaps_stay(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    g_autofree char *again = checkpoint_document(machine, "side", NULL);

    make_checkpoint(machine, "c1", NULL);
    end(machine,
        begin(machine, document(machine, "pull", "%s", ""), "side",
              VIR_DOMAIN_BACKUP_BEGIN_NO_METADATA),
        0, 1);
    assert_names(machine, "c1");
    refuse_checkpoint(machine, again, 0, VIR_ERR_OPERATION_FAILED);
    stage_write(stage, 0, 1, 0, 64 * KIB);
    g_assert_cmpint(size_since(machine, "c1", 0), ==, 64 * KIB);
    g_assert_cmpint(virDomainBackupBegin(machine->domain, NULL, NULL,
                                         VIR_DOMAIN_BACKUP_BEGIN_NO_METADATA),
                    ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
}

static void
stopping_the_domain_ends_its_backup(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    int job = begin(machine, document(machine, "pull", "%s", ""), "c1", 0);

    machine_stop(machine);
    assert_names(machine, "");
    g_assert_cmpint(virDomainBackupEnd(machine->domain, job, 0), ==, -1);
    require_error(VIR_ERR_NO_DOMAIN_BACKUP);
    require_clean(stage, NULL);
    machine_start_paused(machine);
    make_checkpoint(machine, "c1", NULL);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "backups");
    STAGE_TEST(a_full_push_holds_the_disk_as_it_was_at_its_begin);
    STAGE_TEST(an_increment_holds_what_changed_and_zeroes_as_zeroes);
    STAGE_TEST(a_push_that_ends_itself_is_told_and_not_listed_when_it_is_done);
    STAGE_TEST(a_raw_push_is_the_disk);
    STAGE_TEST(an_image_of_the_callers_is_written_into);
    STAGE_TEST(without_a_document_every_disk_is_pushed_beside_itself);
    STAGE_TEST(a_pull_serves_the_disk_as_it_was_at_its_begin);
    STAGE_TEST(an_incremental_pull_has_the_dirty_map);
    STAGE_TEST(a_pull_over_tcp_picks_a_port_and_shows_it);
    STAGE_TEST(an_abort_rolls_its_checkpoint_back);
    STAGE_TEST(without_metadata_only_bitmaps_stay);
    STAGE_TEST(stopping_the_domain_ends_its_backup);
    return g_test_run();
}
