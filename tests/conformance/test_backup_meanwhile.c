/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* While a backup runs: what goes on as if there were none, and what is refused
 * at once, naming the job. */
#include "../integration/backup_steps.h"
#include "../integration/checkpoint_steps.h"
#include "../integration/event_ear.h"
#include "../integration/nbd_reader.h"
#include "../integration/snapshot_steps.h"
#include "stage.h"

#include <libvirt/libvirt-strandline.h>
#include <stdlib.h>
#include <string.h>

/* A pull of vda since c1, when c2 is the newest. */
static int
begin_pull(Stage *stage)
{
    make_checkpoint(stage->machine, "c1", NULL);
    stage_write(stage, 0, 1, 0, 64 * KIB);
    make_checkpoint(stage->machine, "c2", NULL);
    return begin(stage->machine,
                 document(stage->machine, "pull",
                          "<incremental>c1</incremental>"
                          "<disks><disk name='vda'/></disks>"),
                 NULL, 0);
}

static void
require_busy(int result)
{
    g_assert_cmpint(result, ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    if (!strstr(virGetLastErrorMessage(), "1"))
        g_error("no job is named: %s", virGetLastErrorMessage());
}

static void
checkpoints_come_and_go_even_its_base(void)
{
    g_autoptr(Stage) stage = stage_new(2, MIB);
    Machine *machine = stage->machine;
    int job = begin_pull(stage);

    make_checkpoint(machine, "c3", NULL);
    g_assert_cmpint(size_since(machine, "c1", 0), ==, 64 * KIB);
    delete_checkpoint(machine, "c1", 0);
    delete_checkpoint(machine, "c3", 0);
    assert_names(machine, "c2");
    end(machine, job, 0, 1);
    stage_write(stage, 0, 1, 0, 64 * KIB);
    g_assert_cmpint(size_since(machine, "c2", 0), ==, 64 * KIB);
}

static void
the_machine_is_paused_and_reset_as_ever(void)
{
    g_autoptr(Stage) stage = stage_new(2, MIB);
    virDomainPtr domain = stage->machine->domain;
    int job = begin_pull(stage);

    require(virDomainResume(domain) == 0);
    require(virDomainSuspend(domain) == 0);
    require(virDomainReset(domain, 0) == 0);
    g_assert_cmpint(virDomainRename(domain, "other", 0), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    end(stage->machine, job, 0, 1);
}

static void
what_would_move_its_disks_is_refused_at_once(void)
{
    g_autoptr(Stage) stage = stage_new(2, MIB);
    virDomainPtr domain = stage->machine->domain;
    int job = 0;

    job = begin(
        stage->machine,
        document(stage->machine, "pull", "<disks><disk name='vda'/></disks>"),
        NULL, 0);
    refuse_take(stage->machine, "<domainsnapshot/>", 0,
                VIR_ERR_OPERATION_INVALID, "1");
    refuse_take(stage->machine, "<domainsnapshot/>",
                VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY, VIR_ERR_OPERATION_INVALID,
                "1");
    require_busy(virDomainBackupBegin(domain, NULL, NULL, 0));
    end(stage->machine, job, 0, 1);
    take(stage->machine, "<domainsnapshot/>", 0);
}

/* What gives the images up would take them from under the backup; a dump of
 * memory alone leaves them where they are, and stops the guest for as long. */
static void
a_save_is_refused_and_a_dump_of_memory_spoils_nothing(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    virDomainPtr domain = machine->domain;
    g_autofree char *socket = machine_file(machine, "nbd.sock");
    g_autofree char *file = machine_file(machine, "web.save");
    g_autofree uint8_t *content = NULL;
    int job = begin_pull(stage);

    require_busy(virDomainSave(domain, file));
    require_busy(virDomainManagedSave(domain, 0));
    /* Of a guest that stands still no other dump can be, backup or not. */
    require(virDomainResume(domain) == 0);
    require_busy(virDomainCoreDump(domain, file, 0));
    require_busy(virDomainCoreDump(domain, file, VIR_DUMP_LIVE));
    require(virDomainSuspend(domain) == 0);
    g_assert_false(g_file_test(file, G_FILE_TEST_EXISTS));
    g_assert_cmpint(virDomainHasManagedSaveImage(domain, 0), ==, 0);
    stage_write(stage, 0, 2, 0, 32 * KIB);
    require(virDomainCoreDump(domain, file, VIR_DUMP_MEMORY_ONLY) == 0);
    g_assert_true(g_file_test(file, G_FILE_TEST_EXISTS));
    stage_write(stage, 0, 3, 32 * KIB, 64 * KIB);
    content = nbd_read_all(socket, "vda", MIB);
    for (uint64_t i = 0; i < MIB; i++)
        g_assert_cmpuint(content[i], ==, i < 64 * KIB ? 1 : 0);
    end(machine, job, 0, 1);
    /* And nothing that was written meanwhile is forgotten. */
    g_assert_cmpint(size_since(machine, "c2", 0), ==, 128 * KIB);
    require(virDomainSave(domain, file) == 0);
}

/* Of the only disk in the backup's document. */
static char *
shown_device(Machine *machine, int job)
{
    char *xml = shown(machine, job);
    const char *index = strstr(xml, " index='");
    g_autofree char *number = NULL;

    if (!index)
        g_error("it shows no index: %s", xml);
    index += strlen(" index='");
    number = g_strndup(index, strspn(index, "0123456789"));
    free(xml);
    return g_strdup_printf("vda[%s]", number);
}

static void
what_it_writes_to_has_a_number_as_long_as_it_runs(void)
{
    g_autoptr(Stage) stage = stage_new(1, 8 * MIB);
    Machine *machine = stage->machine;
    virDomainPtr domain = machine->domain;
    g_autofree char *device = NULL;
    g_autofree char *expected = NULL;
    int job = 0;

    /* Zeroes would take no room in the scratch. */
    stage_write(stage, 0, 2, 0, 4 * MIB);
    job = begin(machine,
                document(machine, "pull",
                         "<disks><disk name='vda' type='file'>"
                         "<scratch file='%s/scratch'/></disk></disks>",
                         machine->folder),
                NULL, 0);
    device = shown_device(machine, job);
    g_assert_cmpint(virDomainSetBlockThreshold(domain, "vda[99]", MIB, 0), ==,
                    -1);
    require_error(VIR_ERR_INVALID_ARG);
    ear_keep(machine->conn);
    require(virDomainSetBlockThreshold(domain, device, MIB, 0) == 0);
    stage_write(stage, 0, 1, 0, 4 * MIB);
    expected = g_strdup_printf("threshold %s scratch 1048576 passed\n", device);
    ear_expect(expected);
    end(machine, job, 0, 1);
    g_assert_cmpint(virDomainSetBlockThreshold(domain, device, MIB, 0), ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
}

/* A domain that has lost its definition takes its checkpoints along; the
 * bitmaps stay, and their names are taken. */
static void
a_definition_that_goes_takes_checkpoints_at_the_stop(void)
{
    g_autoptr(Stage) stage = stage_new(2, MIB);
    Machine *machine = stage->machine;
    char *xml = NULL;
    int job = 0;

    job = begin_pull(stage);
    xml = virDomainGetXMLDesc(machine->domain, VIR_DOMAIN_XML_INACTIVE);
    require(xml != NULL);
    require(virDomainUndefineFlags(machine->domain,
                                   VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA) ==
            0);
    g_assert_cmpint(virDomainIsPersistent(machine->domain), ==, 0);
    end(machine, job, 0, 1);
    machine_stop(machine);
    g_assert_cmpint(virDomainIsActive(machine->domain), ==, -1);
    require_error(VIR_ERR_NO_DOMAIN);
    require(virDomainFree(virDomainDefineXML(machine->conn, xml)) == 0);
    free(xml);
    assert_names(machine, "");
}

static void
the_end_of_the_machine_is_the_end_of_the_job(void)
{
    g_autoptr(Stage) stage = stage_new(2, MIB);
    Machine *machine = stage->machine;
    g_autofree char *socket = machine_file(machine, "nbd.sock");
    int job = begin_pull(stage);

    machine_stop(machine);
    g_assert_false(g_file_test(socket, G_FILE_TEST_EXISTS));
    g_assert_cmpint(virDomainListAllJobs(machine->domain, NULL, 0), ==, 1);
    g_assert_cmpint(virDomainBackupEnd(machine->domain, job, 0), ==, -1);
    require_error(VIR_ERR_NO_DOMAIN_BACKUP);
    assert_names(machine, "c1 c2");
    machine_start_paused(machine);
    g_assert_cmpint(size_since(machine, "c1", 0), ==, 64 * KIB);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "backup_meanwhile");
    require(virEventRegisterDefaultImpl() == 0);
    STAGE_TEST(checkpoints_come_and_go_even_its_base);
    STAGE_TEST(the_machine_is_paused_and_reset_as_ever);
    STAGE_TEST(what_would_move_its_disks_is_refused_at_once);
    STAGE_TEST(a_save_is_refused_and_a_dump_of_memory_spoils_nothing);
    STAGE_TEST(what_it_writes_to_has_a_number_as_long_as_it_runs);
    STAGE_TEST(a_definition_that_goes_takes_checkpoints_at_the_stop);
    STAGE_TEST(the_end_of_the_machine_is_the_end_of_the_job);
    return g_test_run();
}
