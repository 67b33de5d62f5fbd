/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A push that has not come to its end: it can be looked at and aborted, not
 * ended, and the checkpoint that it carries is visible and of no use yet. */
#include "checkpoint_steps.h"
#include "event_ear.h"
#include "slow_jobs.h"

#include <libvirt/libvirt-strandline.h>
#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

#define DISK_SIZE (256 * MIB)
#define DATA_SIZE (200 * MIB)

static Machine *
slow_machine(void)
{
    Machine *machine = machine_new("slow", 1, DISK_SIZE);

    machine_start_paused(machine);
    machine_write(machine, 0, 0x5d, 0, DATA_SIZE);
    make_checkpoint(machine, "c1", NULL);
    slow_jobs_begin(machine);
    return machine;
}

static int
begin_with_c2(Machine *machine)
{
    int job = virDomainBackupBegin(
        machine->domain, NULL,
        "<domaincheckpoint><name>c2</name></domaincheckpoint>", 0);

    require(job > 0);
    return job;
}

static void
require_undone(Machine *machine)
{
    g_autofree char *copy = machine_file(machine, "disk0.qcow2.c2");

    g_assert_false(g_file_test(copy, G_FILE_TEST_EXISTS));
    assert_names(machine, "c1");
    assert_bitmaps(machine, 0, "c1*");
    g_assert_cmpint(virDomainListJobIds(machine->domain, NULL, 0), ==, 1);
    /* What was written before and after the cut. */
    g_assert_cmpint(size_since(machine, "c1", 0), ==, 2 * 64 * KIB);
}

static void
it_is_aborted_and_not_ended(void)
{
    g_autoptr(Machine) machine = slow_machine();
    int job = 0;

    machine_write(machine, 0, 0x11, 0, 64 * KIB);
    job = begin_with_c2(machine);
    machine_write(machine, 0, 0x12, MIB, 64 * KIB);
    g_assert_cmpint(virDomainBackupEnd(machine->domain, job, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    g_assert_cmpint(virDomainListJobIds(machine->domain, NULL, 0), ==, 2);
    g_assert_cmpint(
        virDomainBackupEnd(machine->domain, job, VIR_DOMAIN_BACKUP_END_ABORT),
        ==, 0);
    require_undone(machine);
    g_assert_cmpint(
        virDomainBackupEnd(machine->domain, job, VIR_DOMAIN_BACKUP_END_ABORT),
        ==, -1);
    require_error(VIR_ERR_NO_DOMAIN_BACKUP);
    g_assert_cmpint(begin_with_c2(machine), >, job);
}

static unsigned long long
number(virTypedParameterPtr params, int count, const char *field)
{
    unsigned long long value = 0;

    require(virTypedParamsGetULLong(params, count, field, &value) == 1);
    return value;
}

static void
require_figures(Machine *machine)
{
    virTypedParameterPtr params = NULL;
    virDomainJobInfo info;
    unsigned long long total = 0;
    int count = 0;
    int type = 0;

    require(virDomainGetJobStats(machine->domain, &type, &params, &count, 0) ==
            0);
    g_assert_cmpint(type, ==, VIR_DOMAIN_JOB_UNBOUNDED);
    total = number(params, count, VIR_DOMAIN_JOB_DISK_TOTAL);
    g_assert_cmpuint(total, ==, DISK_SIZE);
    g_assert_cmpuint(number(params, count, VIR_DOMAIN_JOB_DISK_REMAINING), >,
                     0);
    g_assert_cmpuint(number(params, count, VIR_DOMAIN_JOB_DISK_PROCESSED) +
                         number(params, count, VIR_DOMAIN_JOB_DISK_REMAINING),
                     ==, total);
    virTypedParamsFree(params, count);
    require(virDomainGetJobInfo(machine->domain, &info) == 0);
    g_assert_cmpint(info.type, ==, VIR_DOMAIN_JOB_UNBOUNDED);
    g_assert_cmpuint(info.fileProcessed + info.fileRemaining, ==,
                     info.fileTotal);
}

static void
it_is_seen_and_its_checkpoint_left_alone(void)
{
    g_autoptr(Machine) machine = slow_machine();
    char *xml = NULL;

    machine_write(machine, 0, 0x11, 0, 64 * KIB);
    (void)begin_with_c2(machine);
    machine_write(machine, 0, 0x12, MIB, 64 * KIB);
    require_figures(machine);
    /* Until it is sealed, nobody may build on it or take it away. */
    assert_names(machine, "c1 c2");
    xml = xml_of(machine, "c2", VIR_DOMAIN_CHECKPOINT_XML_SIZE);
    g_assert_nonnull(strstr(xml, "<name>c1</name>"));
    free(xml);
    refuse_delete(machine, "c2", 0, VIR_ERR_OPERATION_INVALID, "c2");
    refuse_base(machine, "c2", 0, VIR_ERR_OPERATION_INVALID);
    /* libvirt's way to abort. */
    require(virDomainAbortJob(machine->domain) == 0);
    require_undone(machine);
    g_assert_cmpint(virDomainAbortJob(machine->domain), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
}

/* Still far too slow to come to its end.  Once the helper of slow_jobs.h has done
 * its work, which it does only once. */
static void
let_it_walk(Machine *machine)
{
    const char *crawls = "\"speed\":1,";
    bool is_slow = false;

    while (!is_slow) {
        g_autofree char *jobs =
            machine_monitor(machine, "{\"execute\": \"query-block-jobs\"}");
        g_auto(GStrv) words = g_strsplit(jobs, " ", -1);
        g_autofree char *packed = g_strjoinv("", words);

        is_slow = strstr(packed, crawls) != NULL;
    }
    g_free(machine_monitor(
        machine, "{\"execute\": \"block-job-set-speed\", \"arguments\": "
                 "{\"device\": \"sl-j1-vda-copy\", \"speed\": 262144}}"));
}

/* By its number in the document: its copy crawls until that was set. */
static void
its_target_is_told_when_it_grows(void)
{
    g_autoptr(Machine) machine = slow_machine();
    g_autofree char *document = g_strdup_printf(
        "<domainbackup><disks><disk name='vda' type='file'>"
        "<target file='%s/target'/></disk></disks></domainbackup>",
        machine->folder);
    int job = 0;
    char *xml = NULL;

    ear_keep(machine->conn);
    job = virDomainBackupBegin(machine->domain, document, NULL, 0);
    require(job > 0);
    xml = virDomainBackupGetXMLDesc(machine->domain, job, 0);
    if (!xml || !strstr(xml, "index='2'"))
        g_error("its document: %s", xml ? xml : virGetLastErrorMessage());
    free(xml);
    require(virDomainSetBlockThreshold(machine->domain, "vda[2]", 256 * KIB,
                                       0) == 0);
    let_it_walk(machine);
    ear_expect("threshold vda[2] target 262144 passed\n");
    require(virDomainBackupEnd(machine->domain, job,
                               VIR_DOMAIN_BACKUP_END_ABORT) == 0);
}

static void
a_destroyed_machine_undoes_it(void)
{
    g_autoptr(Machine) machine = slow_machine();
    int job = 0;

    machine_write(machine, 0, 0x11, 0, 64 * KIB);
    job = begin_with_c2(machine);
    machine_write(machine, 0, 0x12, MIB, 64 * KIB);
    machine_stop(machine);
    machine_start_paused(machine);
    require_undone(machine);
    g_assert_cmpint(virDomainBackupEnd(machine->domain, job, 0), ==, -1);
    require_error(VIR_ERR_NO_DOMAIN_BACKUP);
}

#define ADD(test) g_test_add_func("/backup/unfinished/" #test, test)

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    require(virEventRegisterDefaultImpl() == 0);
    ADD(it_is_aborted_and_not_ended);
    ADD(it_is_seen_and_its_checkpoint_left_alone);
    ADD(its_target_is_told_when_it_grows);
    ADD(a_destroyed_machine_undoes_it);
    return g_test_run();
}
