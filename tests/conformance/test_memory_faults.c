/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a test can plan to go wrong on the memory driver, and what a program
 * then sees. */
#include "../integration/backup_steps.h"
#include "../integration/blockjob_steps.h"
#include "../integration/checkpoint_steps.h"
#include "stage.h"

#include <libvirt/libvirt-strandline.h>
#include <stdlib.h>
#include <string.h>

enum { LAST_CODE = VIR_ERR_AGENT_COMMAND_FAILED };

static void
plan(Stage *stage, const char *xml)
{
    require(virDomainTestFault(stage->machine->domain, xml, 0) == 0);
}

static int
begin_push(Stage *stage, const char *checkpoint)
{
    return begin(stage->machine,
                 document(stage->machine, "push",
                          "<disks><disk name='vda'><target file='%s/target'/>"
                          "</disk></disks>",
                          stage->machine->folder),
                 checkpoint, 0);
}

static void
a_push_that_stands_still_is_not_done(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    int job = 0;

    stage_write(stage, 0, 1, 0, 256 * KIB);
    plan(stage, "<fault type='backup-hold' bytes='65536'/>");
    job = begin_push(stage, "c1");
    end(machine, job, 0, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    /* A pending checkpoint is no base. */
    refuse_base(machine, "c1", 0, VIR_ERR_OPERATION_INVALID);
    plan(stage, "<fault type='backup-release'/>");
    g_assert_cmpint(wait_until_done(machine, job), ==,
                    VIR_DOMAIN_JOB_COMPLETED);
    end(machine, job, 0, 1);
    assert_names(machine, "c1");
}

static void /* NOLINTNEXTLINE(readability-function-size): libvirt's type */
on_threshold(virConnectPtr conn, virDomainPtr domain, const char *device,
             const char *path, unsigned long long threshold,
             unsigned long long excess, void *opaque)
{
    (void)conn;
    (void)domain;
    g_string_append_printf(opaque, "%s %s %llu+%llu", device,
                           strrchr(path, '/'), threshold, excess);
}

/* With the block that passes it, and not when somebody looks at the job. */
static void
a_target_that_grows_is_told_as_it_grows(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    g_autoptr(GString) heard = g_string_new(NULL);
    int job = 0;

    stage_write(stage, 0, 1, 0, 512 * KIB);
    plan(stage, "<fault type='backup-hold' bytes='0'/>");
    job = begin_push(stage, NULL);
    require(virConnectDomainEventRegisterAny(
                machine->conn, NULL, VIR_DOMAIN_EVENT_ID_BLOCK_THRESHOLD,
                VIR_DOMAIN_EVENT_CALLBACK(on_threshold), heard, NULL) >= 0);
    require(virDomainSetBlockThreshold(machine->domain, "vda[2]", 128 * KIB,
                                       0) == 0);
    plan(stage, "<fault type='backup-release'/>");
    while (heard->len == 0)
        require(virEventRunDefaultImpl() == 0);
    g_assert_cmpstr(heard->str, ==, "vda[2] /target 131072+65536");
    g_assert_cmpint(wait_until_done(machine, job), ==,
                    VIR_DOMAIN_JOB_COMPLETED);
    end(machine, job, 0, 1);
}

static void
an_aborted_push_leaves_nothing(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    g_autofree char *target = machine_file(machine, "target");

    stage_write(stage, 0, 1, 0, 256 * KIB);
    plan(stage, "<fault type='backup-hold' bytes='0'/>");
    end(machine, begin_push(stage, "c1"), VIR_DOMAIN_BACKUP_END_ABORT, 0);
    assert_names(machine, "");
    g_assert_false(g_file_test(target, G_FILE_TEST_EXISTS));
}

static void
a_push_that_fails_says_why_and_rolls_back(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    g_autofree char *target = machine_file(machine, "target");
    int job = 0;

    make_checkpoint(machine, "c1", NULL);
    stage_write(stage, 0, 1, 0, 256 * KIB);
    plan(stage, "<fault type='backup-fail' bytes='65536'/>");
    job = begin_push(stage, "c2");
    g_assert_cmpint(wait_until_done(machine, job), ==, VIR_DOMAIN_JOB_FAILED);
    end(machine, job, 0, -1);
    require_error(VIR_ERR_OPERATION_FAILED);
    g_assert_nonnull(strstr(virGetLastErrorMessage(), "as planned"));
    assert_names(machine, "c1");
    g_assert_cmpint(size_since(machine, "c1", 0), ==, 256 * KIB);
    g_assert_false(g_file_test(target, G_FILE_TEST_EXISTS));
}

static void
a_lost_bitmap_breaks_what_is_older_and_no_more(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;

    make_checkpoint(machine, "c1", NULL);
    make_checkpoint(machine, "c2", NULL);
    make_checkpoint(machine, "c3", NULL);
    plan(stage, "<fault type='bitmap-missing' disk='vda' bitmap='c2'/>");
    refuse_base(machine, "c1", 0, VIR_ERR_CHECKPOINT_INCONSISTENT);
    refuse_base(machine, "c2", 0, VIR_ERR_CHECKPOINT_INCONSISTENT);
    g_assert_cmpuint(dirty_since(machine, "c3", 0), ==, 0);
    g_assert_cmpint(size_since(machine, "c1", 0), ==, -1);
    /* One whose bitmap is gone can still be deleted. */
    delete_checkpoint(machine, "c2", 0);
    refuse_base(machine, "c1", 0, VIR_ERR_CHECKPOINT_INCONSISTENT);
    assert_names(machine, "c1 c3");
    g_assert_cmpint(virDomainTestFault(machine->domain,
                                       "<fault type='bitmap-missing' "
                                       "disk='vda' bitmap='c2'/>",
                                       0),
                    ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
}

static void
after_a_crash_a_full_backup_starts_anew(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;

    make_checkpoint(machine, "c1", NULL);
    (void)begin(machine, document(machine, "pull", "%s", ""), "c2", 0);
    plan(stage, "<fault type='crash'/>");
    g_assert_cmpint(virDomainIsActive(machine->domain), ==, 0);
    assert_names(machine, "c1");
    machine_start_paused(machine);
    refuse_base(machine, "c1", 0, VIR_ERR_CHECKPOINT_INCONSISTENT);
    end(machine, begin(machine, document(machine, "pull", "%s", ""), "c3", 0),
        0, 1);
    stage_write(stage, 0, 1, 0, 64 * KIB);
    g_assert_cmpuint(dirty_since(machine, "c3", 0), ==, 64 * KIB);
}

static void
any_call_can_fail_with_any_code(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;

    for (int code = 1; code <= LAST_CODE; code++) {
        g_autofree char *xml = g_strdup_printf(
            "<fault type='call' name='checkpoint_list' code='%d' "
            "message='number %d'/>",
            code, code);

        plan(stage, xml);
        g_assert_cmpint(virDomainListAllCheckpoints(domain, NULL, 0), ==, -1);
        require_error(code);
        g_assert_cmpint(virDomainListAllCheckpoints(domain, NULL, 0), ==, 0);
    }
    plan(stage, "<fault type='call' name='backup_begin' code='29'/>");
    g_assert_cmpint(virDomainBackupBegin(domain, NULL, NULL, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_DENIED);
}

static void
a_block_job_that_fails_says_why_and_changes_nothing(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *path = machine_file(stage->machine, "copy");
    virTypedParameterPtr params = NULL;
    virDomainJobPtr job = NULL;
    const char *why = NULL;
    int n_params = 0;
    int type = 0;

    stage_write(stage, 0, 1, 0, 256 * KIB);
    plan(stage, "<fault type='block-job-fail' bytes='65536'/>");
    require(virDomainBlockRebase(domain, "vda", path, 1,
                                 VIR_DOMAIN_BLOCK_REBASE_COPY |
                                     VIR_DOMAIN_BLOCK_REBASE_BANDWIDTH_BYTES) ==
            0);
    job = virDomainJobLookupByID(domain, only_job(domain), 0);
    require(job != NULL);
    require(virDomainBlockJobSetSpeed(domain, "vda", 0, 0) == 0);
    wait_job_over(domain);
    require(virDomainJobGetStats(job, &type, &params, &n_params,
                                 VIR_DOMAIN_JOB_STATS_COMPLETED) == 0);
    g_assert_cmpint(type, ==, VIR_DOMAIN_JOB_FAILED);
    require(virTypedParamsGetString(params, n_params, VIR_DOMAIN_JOB_ERRMSG,
                                    &why) == 1);
    g_assert_nonnull(strstr(why, "planned"));
    virTypedParamsFree(params, n_params);
    require(virDomainJobFree(job) == 0);
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    /* The plan was for that one. */
    require(virDomainBlockPull(domain, "vda", 0, 0) == 0);
    wait_job_over(domain);
}

static void
a_disk_that_fails_stops_the_guest_if_so_planned(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    virDomainBlockStatsStruct stats = {0};
    int state = 0;
    int reason = 0;

    require(virDomainResume(domain) == 0);
    plan(stage, "<fault type='io-error' disk='vda' action='report'/>");
    require(virDomainGetState(domain, &state, &reason, 0) == 0);
    g_assert_cmpint(state, ==, VIR_DOMAIN_RUNNING);
    plan(stage, "<fault type='io-error' disk='vda' action='pause' "
                "reason='enospc'/>");
    require(virDomainGetState(domain, &state, &reason, 0) == 0);
    g_assert_cmpint(state, ==, VIR_DOMAIN_PAUSED);
    g_assert_cmpint(reason, ==, VIR_DOMAIN_PAUSED_IOERROR);
    require(virDomainBlockStats(domain, "vda", &stats, sizeof(stats)) == 0);
    g_assert_cmpint(stats.errs, ==, 2);
    require(virDomainResume(domain) == 0);
}

static void
an_agent_that_is_gone_answers_nobody(void)
{
    g_autoptr(Stage) stage = stage_new_off(2, MIB);
    virDomainPtr domain = stage->machine->domain;
    const char *root = "/";
    virDomainFSInfoPtr *list = NULL;

    stage_add_devices(stage, "<channel type='unix'><target type='virtio' "
                             "name='org.qemu.guest_agent.0'/></channel>");
    require(virDomainCreate(domain) == 0);
    g_assert_cmpint(virDomainGetFSInfo(domain, &list, 0), ==, 2);
    g_assert_cmpstr(list[0]->mountpoint, ==, "/");
    g_assert_cmpstr(list[1]->devAlias[0], ==, "vdb");
    virDomainFSInfoFree(list[0]);
    virDomainFSInfoFree(list[1]);
    free(list);
    g_assert_cmpint(virDomainFSFreeze(domain, &root, 1, 0), ==, 1);
    g_assert_cmpint(virDomainFSFreeze(domain, NULL, 0, 0), ==, -1);
    require_error(VIR_ERR_INTERNAL_ERROR);
    plan(stage, "<fault type='agent' state='disconnected'/>");
    g_assert_cmpint(virDomainFSThaw(domain, NULL, 0, 0), ==, -1);
    require_error(VIR_ERR_AGENT_UNRESPONSIVE);
    plan(stage, "<fault type='agent' state='connected'/>");
    g_assert_cmpint(virDomainFSThaw(domain, NULL, 0, 0), ==, 1);
    g_assert_cmpint(virDomainFSFreeze(domain, NULL, 0, 0), ==, 2);
    g_assert_cmpint(virDomainFSThaw(domain, NULL, 0, 0), ==, 2);
}

/* Made of the definition, so it is the same wherever it is asked for. */
static void
a_guest_that_is_not_there_tells_of_itself(void)
{
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    virDomainInterfacePtr *list = NULL;
    virTypedParameterPtr params = NULL;
    const char *text = NULL;
    unsigned count = 0;
    long long seconds = 0;
    char *name = NULL;
    int n = 0;

    stage_add_devices(stage, "<channel type='unix'><target type='virtio' "
                             "name='org.qemu.guest_agent.0'/></channel>");
    require(virDomainCreate(domain) == 0);
    name = virDomainGetHostname(domain, VIR_DOMAIN_GET_HOSTNAME_AGENT);
    g_assert_cmpstr(name, ==, "web");
    free(name);
    require(virDomainSetTime(domain, 1000, 0, 0) == 0);
    require(virDomainGetTime(domain, &seconds, NULL, 0) == 0);
    g_assert_cmpint(seconds, >=, 1000);
    g_assert_cmpint(seconds, <, 1000000);
    g_assert_cmpint(virDomainInterfaceAddresses(domain, &list, 1, 0), ==, 1);
    g_assert_cmpstr(list[0]->name, ==, "lo");
    g_assert_cmpstr(list[0]->addrs[0].addr, ==, "127.0.0.1");
    virDomainInterfaceFree(list[0]);
    free(list);
    require(virDomainGetGuestInfo(domain, 0, &params, &n, 0) == 0);
    require(virTypedParamsGetString(params, n, "fs.0.disk.0.alias", &text) ==
            1);
    g_assert_cmpstr(text, ==, "vda");
    require(virTypedParamsGetUInt(params, n, "disk.count", &count) == 1);
    g_assert_cmpuint(count, ==, 1);
    virTypedParamsFree(params, n);
    require(virDomainFSTrim(domain, NULL, 0, 0) == 0);
    require(virDomainSetUserPassword(domain, "root", "x", 0) == 0);
    require(virDomainFSFreeze(domain, NULL, 0, 0) == 1);
    g_assert_cmpint(virDomainGetTime(domain, NULL, NULL, 0), ==, -1);
    require_error(VIR_ERR_INTERNAL_ERROR);
}

static void
faults_that_cannot_be_are_refused(void)
{
    static const char *const wrong[] = {
        "<fault/>",
        "<fault type='earthquake'/>",
        "<fault type='crash' bytes='1'/>",
        "<fault type='bitmap-missing' disk='vda'/>",
        "<fault type='call' name='job_info'/>",
        "<fault type='io-error'/>",
        "<fault type='io-error' disk='vda' action='explode'/>",
        "<fault type='agent' state='asleep'/>",
        "<fault type='memory-release' bytes='1'/>",
        "<backup/>",
    };
    g_autoptr(Stage) stage = stage_new_off(1, MIB);
    virDomainPtr domain = stage->machine->domain;

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_assert_cmpint(virDomainTestFault(domain, wrong[i], 0), ==, -1);
        require_error(VIR_ERR_XML_ERROR);
    }
    g_assert_cmpint(virDomainTestFault(domain, "<fault type='crash'/>", 0), ==,
                    -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    g_assert_cmpint(
        virDomainTestFault(domain, "<fault type='backup-release'/>", 0), ==,
        -1);
    require_error(VIR_ERR_OPERATION_INVALID);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "faults");
    require(virEventRegisterDefaultImpl() == 0);
    STAGE_TEST(a_push_that_stands_still_is_not_done);
    STAGE_TEST(a_target_that_grows_is_told_as_it_grows);
    STAGE_TEST(an_aborted_push_leaves_nothing);
    STAGE_TEST(a_push_that_fails_says_why_and_rolls_back);
    STAGE_TEST(a_lost_bitmap_breaks_what_is_older_and_no_more);
    STAGE_TEST(after_a_crash_a_full_backup_starts_anew);
    STAGE_TEST(any_call_can_fail_with_any_code);
    STAGE_TEST(a_block_job_that_fails_says_why_and_changes_nothing);
    STAGE_TEST(a_disk_that_fails_stops_the_guest_if_so_planned);
    STAGE_TEST(an_agent_that_is_gone_answers_nobody);
    STAGE_TEST(a_guest_that_is_not_there_tells_of_itself);
    STAGE_TEST(faults_that_cannot_be_are_refused);
    return g_test_run();
}
