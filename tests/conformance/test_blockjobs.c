/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Jobs that move the images of a disk about: what they leave of a chain, what
 * is told of them, and what is refused. */
#include "../integration/backup_steps.h"
#include "../integration/blockjob_steps.h"
#include "../integration/checkpoint_steps.h"
#include "../integration/event_ear.h"
#include "stage.h"

#include <libvirt/libvirt-strandline.h>
#include <stdlib.h>
#include <string.h>

enum { CRAWL = 1 };

#define OVERLAY                             \
    (VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY | \
     VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA)

static void
put_overlay(Stage *stage, const char *name)
{
    g_autofree char *xml = g_strdup_printf(
        "<domainsnapshot><name>%s</name><disks>"
        "<disk name='vda' snapshot='external'><source file='%s/%s'/></disk>"
        "</disks></domainsnapshot>",
        name, stage->machine->folder, name);
    virDomainSnapshotPtr snapshot =
        virDomainSnapshotCreateXML(stage->machine->domain, xml, OVERLAY);

    require(snapshot != NULL);
    require(virDomainSnapshotFree(snapshot) == 0);
}

/* top over middle over disk0.qcow2; each with a MiB of its own. */
static Stage *
chain_on_stage(void)
{
    Stage *stage = stage_new(1, 8 * MIB);

    stage_write(stage, 0, 0x11, 0, MIB);
    put_overlay(stage, "middle");
    stage_write(stage, 0, 0x12, MIB, MIB);
    put_overlay(stage, "top");
    stage_write(stage, 0, 0x13, 2 * MIB, MIB);
    return stage;
}

/* The images of vda in the running definition, from the top down, and the one
 * in the stored definition: "top middle disk0.qcow2 | top". */
static void
expect_images(const Stage *stage, const char *expected)
{
    const unsigned kinds[] = {0, VIR_DOMAIN_XML_INACTIVE};
    g_autoptr(GString) list = g_string_new(NULL);

    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        char *xml = virDomainGetXMLDesc(stage->machine->domain, kinds[i]);
        char *place = NULL;

        require(xml != NULL);
        g_assert_nonnull(xml);
        g_assert_nonnull(strstr(xml, "</disk>"));
        *strstr(xml, "</disk>") = '\0';
        if (i > 0)
            g_string_append(list, "| ");
        for (place = strstr(xml, "<source file='"); place;
             place = strstr(place + 1, "<source file='")) {
            g_auto(GStrv) parts = g_strsplit(place, "'", 3);
            g_autofree char *name = g_path_get_basename(parts[1]);

            g_string_append_printf(list, "%s ", name);
        }
        free(xml);
    }
    g_assert_cmpstr(g_strchomp(list->str), ==, expected);
}

/* The last call failed so; other jobs may be under way. */
static void
require_refusal(int code, const char *words)
{
    require_error(code);
    if (!strstr(virGetLastErrorMessage(), words))
        g_error("without '%s': %s", words, virGetLastErrorMessage());
}

/* The last call failed so, and nothing is under way. */
static void
expect_refusal(const Stage *stage, int result, int code, const char *words)
{
    g_assert_cmpint(result, ==, -1);
    require_refusal(code, words);
    g_assert_cmpint(virDomainListJobIds(stage->machine->domain, NULL, 0), ==,
                    1);
}

static void
a_pull_makes_the_image_stand_alone(void)
{
    g_autoptr(Stage) stage = chain_on_stage();
    virDomainPtr domain = stage->machine->domain;

    expect_images(stage, "top middle disk0.qcow2 | top");
    require(virDomainBlockPull(domain, "vda", 0, 0) == 0);
    wait_job_over(domain);
    expect_images(stage, "top | top");
    machine_stop(stage->machine);
    machine_start_paused(stage->machine);
    expect_images(stage, "top | top");
}

static void
a_rebase_keeps_the_base_that_it_names(void)
{
    g_autoptr(Stage) stage = chain_on_stage();
    virDomainPtr domain = stage->machine->domain;

    require(virDomainBlockRebase(domain, "vda", stage->machine->path[0], 0,
                                 0) == 0);
    wait_job_over(domain);
    expect_images(stage, "top disk0.qcow2 | top");
    machine_stop(stage->machine);
    machine_start_paused(stage->machine);
    expect_images(stage, "top disk0.qcow2 | top");
}

static void
a_commit_takes_a_middle_image_out(void)
{
    g_autoptr(Stage) stage = chain_on_stage();
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *middle = machine_file(stage->machine, "middle");

    require(virDomainBlockCommit(domain, "vda", NULL, middle, 0, 0) == 0);
    wait_job_over(domain);
    expect_images(stage, "top disk0.qcow2 | top");
}

static void
a_pivot_goes_over_to_the_base(void)
{
    g_autoptr(Stage) stage = chain_on_stage();
    virDomainPtr domain = stage->machine->domain;
    virDomainBlockJobInfo info;

    require(virDomainBlockCommit(domain, "vda", NULL, NULL, 0,
                                 VIR_DOMAIN_BLOCK_COMMIT_ACTIVE) == 0);
    g_assert_cmpint(only_job(domain), ==, 1);
    wait_job_ready(domain);
    expect_images(stage, "top middle disk0.qcow2 | top");
    require(virDomainGetBlockJobInfo(domain, "vda", &info, 0) == 1);
    g_assert_cmpint(info.type, ==, VIR_DOMAIN_BLOCK_JOB_TYPE_ACTIVE_COMMIT);
    g_assert_cmpuint(info.cur, ==, info.end);
    require(virDomainBlockJobAbort(domain, "vda",
                                   VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT) == 0);
    expect_images(stage, "disk0.qcow2 | disk0.qcow2");
    g_assert_cmpint(virDomainListJobIds(domain, NULL, 0), ==, 1);
    stage_write(stage, 0, 0x14, 3 * MIB, MIB);
    machine_stop(stage->machine);
    machine_start_paused(stage->machine);
    expect_images(stage, "disk0.qcow2 | disk0.qcow2");
}

static void
a_commit_that_is_given_up_changes_nothing(void)
{
    g_autoptr(Stage) stage = chain_on_stage();
    virDomainPtr domain = stage->machine->domain;

    require(virDomainBlockCommit(domain, "vda", NULL, NULL, 0,
                                 VIR_DOMAIN_BLOCK_COMMIT_ACTIVE) == 0);
    wait_job_ready(domain);
    require(virDomainBlockJobAbort(domain, "vda", 0) == 0);
    expect_images(stage, "top middle disk0.qcow2 | top");
}

/* A job has an id, a type and an end of its own, and is found by any
 * connection. */
static void
a_job_is_one_of_the_domains_jobs(void)
{
    g_autoptr(Stage) stage = chain_on_stage();
    virConnectPtr other = stage_connect(stage, false);
    virDomainPtr theirs = virDomainLookupByName(other, "web");
    virTypedParameterPtr params = NULL;
    virDomainJobPtr job = NULL;
    int n_params = 0;
    int type = 0;

    require(theirs != NULL);
    require(virDomainBlockCommit(stage->machine->domain, "vda", NULL, NULL, 0,
                                 VIR_DOMAIN_BLOCK_COMMIT_ACTIVE) == 0);
    wait_job_ready(theirs);
    job = virDomainJobLookupByID(theirs, only_job(theirs), 0);
    require(job != NULL);
    g_assert_cmpint(virDomainJobGetType(job), ==, VIR_DOMAIN_JOB_UNBOUNDED);
    g_assert_null(virDomainJobGetXMLDesc(job, 0));
    require_error(VIR_ERR_OPERATION_UNSUPPORTED);
    g_assert_cmpint(virDomainBackupEnd(theirs, virDomainJobGetID(job), 0), ==,
                    -1);
    require_error(VIR_ERR_NO_DOMAIN_BACKUP);
    g_assert_cmpint(virDomainJobEnd(job, 0), ==, 1);
    expect_images(stage, "disk0.qcow2 | disk0.qcow2");
    require(virDomainJobGetStats(job, &type, &params, &n_params,
                                 VIR_DOMAIN_JOB_STATS_COMPLETED) == 0);
    g_assert_cmpint(type, ==, VIR_DOMAIN_JOB_COMPLETED);
    virTypedParamsFree(params, n_params);
    require(virDomainJobFree(job) == 0);
    require(virDomainFree(theirs) == 0);
    require(virConnectClose(other) >= 0);
}

static void
a_job_that_crawls_can_be_sped_up_and_ended(void)
{
    g_autoptr(Stage) stage = chain_on_stage();
    virDomainPtr domain = stage->machine->domain;
    virDomainBlockJobInfo info;
    virDomainJobPtr job = NULL;

    require(virDomainBlockPull(domain, "vda", CRAWL,
                               VIR_DOMAIN_BLOCK_PULL_BANDWIDTH_BYTES) == 0);
    require(virDomainGetBlockJobInfo(
                domain, "vda", &info,
                VIR_DOMAIN_BLOCK_JOB_INFO_BANDWIDTH_BYTES) == 1);
    g_assert_cmpint(info.type, ==, VIR_DOMAIN_BLOCK_JOB_TYPE_PULL);
    g_assert_cmpuint(info.bandwidth, ==, CRAWL);
    g_assert_cmpuint(info.cur, <, info.end);
    require(virDomainBlockJobSetSpeed(
                domain, "vda", 2 * CRAWL,
                VIR_DOMAIN_BLOCK_JOB_SPEED_BANDWIDTH_BYTES) == 0);
    require(virDomainGetBlockJobInfo(
                domain, "vda", &info,
                VIR_DOMAIN_BLOCK_JOB_INFO_BANDWIDTH_BYTES) == 1);
    g_assert_cmpuint(info.bandwidth, ==, 2 * CRAWL);
    job = virDomainJobLookupByID(domain, only_job(domain), 0);
    require(job != NULL);
    require(virDomainJobAbort(job, 0) == 0);
    require(virDomainJobFree(job) == 0);
    g_assert_cmpint(virDomainGetBlockJobInfo(domain, "vda", &info, 0), ==, 0);
    expect_images(stage, "top middle disk0.qcow2 | top");
    require(virDomainBlockPull(domain, "vda", CRAWL,
                               VIR_DOMAIN_BLOCK_PULL_BANDWIDTH_BYTES) == 0);
    require(virDomainBlockJobSetSpeed(domain, "vda", 0, 0) == 0);
    wait_job_over(domain);
    expect_images(stage, "top | top");
}

/* ---- copies ---- */

static int
copy(const Stage *stage, const char *format, bool is_slow, unsigned flags)
{
    g_autofree char *xml =
        g_strdup_printf("<disk type='file'><source file='%s/copy'/>"
                        "<driver type='%s'/></disk>",
                        stage->machine->folder, format);
    virTypedParameter limit = {.field = VIR_DOMAIN_BLOCK_COPY_BANDWIDTH,
                               .type = VIR_TYPED_PARAM_ULLONG,
                               .value.ul = CRAWL};

    return virDomainBlockCopy(stage->machine->domain, "vda", xml, &limit,
                              is_slow ? 1 : 0, flags);
}

static void
a_copy_is_what_the_disk_goes_over_to(void)
{
    g_autoptr(Stage) stage = chain_on_stage();
    virDomainPtr domain = stage->machine->domain;

    require(copy(stage, "raw", false, 0) == 0);
    wait_job_ready(domain);
    require(virDomainBlockJobAbort(domain, "vda",
                                   VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT) == 0);
    expect_images(stage, "copy | copy");
    stage_write(stage, 0, 0x15, 3 * MIB, MIB);
    machine_stop(stage->machine);
    machine_start_paused(stage->machine);
    expect_images(stage, "copy | copy");
}

static void
a_shallow_copy_stands_on_the_same_images(void)
{
    g_autoptr(Stage) stage = chain_on_stage();
    virDomainPtr domain = stage->machine->domain;

    require(copy(stage, "qcow2", false, VIR_DOMAIN_BLOCK_COPY_SHALLOW) == 0);
    wait_job_ready(domain);
    require(virDomainBlockJobAbort(domain, "vda",
                                   VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT) == 0);
    expect_images(stage, "copy middle disk0.qcow2 | copy");
    machine_stop(stage->machine);
    machine_start_paused(stage->machine);
    expect_images(stage, "copy middle disk0.qcow2 | copy");
}

static void
a_copy_that_is_left_is_the_disk_of_that_moment(void)
{
    g_autoptr(Stage) stage = chain_on_stage();
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *path = machine_file(stage->machine, "copy");

    require(copy(stage, "raw", false, 0) == 0);
    wait_job_ready(domain);
    stage_write(stage, 0, 0x16, 4 * MIB, MIB);
    require(virDomainBlockJobAbort(domain, "vda", 0) == 0);
    stage_write(stage, 0, 0x17, 0, MIB);
    expect_images(stage, "top middle disk0.qcow2 | top");
    require_pattern(path, "raw", 0x11, 0, MIB);
    require_pattern(path, "raw", 0x12, MIB, MIB);
    require_pattern(path, "raw", 0x13, 2 * MIB, MIB);
    require_pattern(path, "raw", 0, 3 * MIB, MIB);
    require_pattern(path, "raw", 0x16, 4 * MIB, MIB);
}

static void
a_copy_that_is_given_up_leaves_no_file(void)
{
    g_autoptr(Stage) stage = chain_on_stage();
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *path = machine_file(stage->machine, "copy");

    require(copy(stage, "qcow2", true, 0) == 0);
    g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
    g_assert_cmpint(
        virDomainBlockJobAbort(domain, "vda", VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT),
        ==, -1);
    require_error(VIR_ERR_BLOCK_COPY_ACTIVE);
    require(virDomainBlockJobAbort(domain, "vda", 0) == 0);
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    g_free(run_command("qemu-img", "create", "-q", "-f", "qcow2", path, "4M",
                       NULL));
    expect_refusal(stage, copy(stage, "qcow2", false, 0), VIR_ERR_INVALID_ARG,
                   "exists");
    expect_refusal(stage,
                   copy(stage, "qcow2", false, VIR_DOMAIN_BLOCK_COPY_REUSE_EXT),
                   VIR_ERR_CONFIG_UNSUPPORTED, "8388608 bytes");
    expect_refusal(stage,
                   copy(stage, "raw", false, VIR_DOMAIN_BLOCK_COPY_SHALLOW),
                   VIR_ERR_INVALID_ARG, "cannot be raw");
    expect_refusal(stage,
                   virDomainBlockRebase(domain, "vda", stage->machine->path[0],
                                        0, VIR_DOMAIN_BLOCK_REBASE_COPY),
                   VIR_ERR_INVALID_ARG, "is an image of disk 'vda'");
}

/* ---- what is refused ---- */

static void
names_that_mean_nothing_are_refused(void)
{
    g_autoptr(Stage) stage = chain_on_stage();
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *middle = machine_file(stage->machine, "middle");
    const char *base = stage->machine->path[0];

    expect_refusal(stage, virDomainBlockPull(domain, "vdz", 0, 0),
                   VIR_ERR_INVALID_ARG, "vdz");
    expect_refusal(stage, virDomainBlockRebase(domain, "vda", "vda[9]", 0, 0),
                   VIR_ERR_INVALID_ARG, "vda[9]");
    expect_refusal(stage, virDomainBlockCommit(domain, "vda", NULL, base, 0, 0),
                   VIR_ERR_INVALID_ARG, "no image below");
    expect_refusal(stage, virDomainBlockCommit(domain, "vda", NULL, NULL, 0, 0),
                   VIR_ERR_INVALID_ARG, "active");
    expect_refusal(stage,
                   virDomainBlockCommit(domain, "vda", NULL, middle, 0,
                                        VIR_DOMAIN_BLOCK_COMMIT_ACTIVE),
                   VIR_ERR_INVALID_ARG, "leave the flag");
    expect_refusal(stage,
                   virDomainBlockCommit(domain, "vda", NULL, NULL, 0, 1 << 20),
                   VIR_ERR_INVALID_ARG, "0x100000");
    expect_refusal(stage, virDomainBlockJobAbort(domain, "vda", 0),
                   VIR_ERR_INVALID_ARG, "no block job");
    expect_refusal(stage, virDomainBlockJobSetSpeed(domain, "vda", 1, 0),
                   VIR_ERR_INVALID_ARG, "no block job");
    machine_stop(stage->machine);
    expect_refusal(stage, virDomainBlockPull(domain, "vda", 0, 0),
                   VIR_ERR_OPERATION_INVALID, "not running");
}

/* Each would move the images from under it; with the others of the machine it
 * has nothing to do. */
static void
a_disk_in_a_backup_is_left_alone(void)
{
    g_autoptr(Stage) stage = stage_new(2, 8 * MIB);
    virDomainPtr domain = stage->machine->domain;
    g_autofree char *path = machine_file(stage->machine, "copy");
    int job = 0;

    put_overlay(stage, "top");
    job = begin(
        stage->machine,
        document(stage->machine, "pull", "<disks><disk name='vda'/></disks>"),
        NULL, 0);
    g_assert_cmpint(virDomainBlockPull(domain, "vda", 0, 0), ==, -1);
    require_refusal(VIR_ERR_OPERATION_INVALID, "backup 1");
    g_assert_cmpint(virDomainBlockCommit(domain, "vda", NULL, NULL, 0,
                                         VIR_DOMAIN_BLOCK_COMMIT_ACTIVE),
                    ==, -1);
    require_refusal(VIR_ERR_OPERATION_INVALID, "backup 1");
    g_assert_cmpint(copy(stage, "raw", false, 0), ==, -1);
    require_refusal(VIR_ERR_OPERATION_INVALID, "backup 1");
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    require(virDomainBlockPull(domain, "vdb", 0, 0) == 0);
    end(stage->machine, job, 0, 1);
    wait_disk_over(domain, "vdb");
    require(virDomainBlockPull(domain, "vda", 0, 0) == 0);
    wait_job_over(domain);
}

static void
a_disk_with_a_job_takes_nothing_else(void)
{
    g_autoptr(Stage) stage = chain_on_stage();
    virDomainPtr domain = stage->machine->domain;

    require(virDomainBlockPull(domain, "vda", CRAWL,
                               VIR_DOMAIN_BLOCK_PULL_BANDWIDTH_BYTES) == 0);
    g_assert_cmpint(virDomainBlockCommit(domain, "vda", NULL, NULL, 0,
                                         VIR_DOMAIN_BLOCK_COMMIT_ACTIVE),
                    ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    g_assert_nonnull(strstr(virGetLastErrorMessage(), "pull, job 1"));
    g_assert_cmpint(virDomainBackupBegin(domain, NULL, NULL, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    g_assert_null(
        virDomainCheckpointCreateXML(domain, "<domaincheckpoint/>", 0));
    require_error(VIR_ERR_OPERATION_INVALID);
    g_assert_cmpint(
        virDomainBlockJobAbort(domain, "vda", VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT),
        ==, -1);
    require_error(VIR_ERR_OPERATION_UNSUPPORTED);
    require(virDomainBlockJobAbort(domain, "vda", 0) == 0);
    make_checkpoint(stage->machine, "monday", NULL);
    expect_refusal(stage, virDomainBlockPull(domain, "vda", 0, 0),
                   VIR_ERR_OPERATION_INVALID, "'monday'");
    delete_checkpoint(stage->machine, "monday", 0);
    end(stage->machine,
        begin(stage->machine, document(stage->machine, "pull", "%s", ""), NULL,
              0),
        0, 1);
    require(virDomainBlockPull(domain, "vda", 0, 0) == 0);
    wait_job_over(domain);
}

static void
a_job_of_a_machine_that_is_destroyed_has_ended(void)
{
    g_autoptr(Stage) stage = chain_on_stage();
    virDomainPtr domain = stage->machine->domain;

    require(virDomainBlockCommit(domain, "vda", NULL, NULL, 0,
                                 VIR_DOMAIN_BLOCK_COMMIT_ACTIVE) == 0);
    wait_job_ready(domain);
    machine_stop(stage->machine);
    g_assert_cmpint(virDomainListJobIds(domain, NULL, 0), ==, 1);
    machine_start_paused(stage->machine);
    expect_images(stage, "top middle disk0.qcow2 | top");
}

/* ---- events ---- */

static void
jobs_are_told_by_path_and_by_disk(void)
{
    g_autoptr(Stage) stage = chain_on_stage();
    virDomainPtr domain = stage->machine->domain;

    ear_keep(stage->machine->conn);
    require(virDomainBlockCommit(domain, "vda", NULL, NULL, 0,
                                 VIR_DOMAIN_BLOCK_COMMIT_ACTIVE) == 0);
    ear_expect("block-job top 4 3\nblock-job-2 vda 4 3\n");
    require(virDomainBlockJobAbort(domain, "vda", 0) == 0);
    ear_expect("block-job top 4 2\nblock-job-2 vda 4 2\n");
    require(virDomainBlockPull(domain, "vda", 0, 0) == 0);
    ear_expect("block-job top 1 0\nblock-job-2 vda 1 0\n");
}

/* A push copies by block jobs, and whoever waits for those hears of it. */
static void
a_push_is_told_as_a_job_of_its_disk(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;
    int job = 0;

    stage_write(stage, 0, 1, 0, 64 * KIB);
    ear_keep(machine->conn);
    job = begin(machine,
                document(machine, "push",
                         "<disks><disk name='vda'><target file='%s/target'/>"
                         "</disk></disks>",
                         machine->folder),
                NULL, 0);
    ear_expect("job 1\nblock-job disk0.qcow2 5 0\nblock-job-2 vda 5 0\n");
    end(machine, job, 0, 1);
}

static void
an_image_that_grows_is_told_once(void)
{
    g_autoptr(Stage) stage = chain_on_stage();
    virDomainPtr domain = stage->machine->domain;

    ear_keep(stage->machine->conn);
    require(virDomainSetBlockThreshold(domain, "vda", 2 * MIB, 0) == 0);
    stage_write(stage, 0, 1, 3 * MIB, 4 * MIB);
    ear_expect("threshold vda top 2097152 passed\n"
               "threshold vda[3] top 2097152 passed\n");
    stage_write(stage, 0, 1, 7 * MIB, MIB);
    /* That of an image below is passed when something is committed into it; one
     * that was taken back is not. */
    require(virDomainSetBlockThreshold(domain, "vda[2]", 2 * MIB, 0) == 0);
    require(virDomainSetBlockThreshold(domain, "vda[2]", 0, 0) == 0);
    require(virDomainSetBlockThreshold(domain, stage->machine->path[0], 2 * MIB,
                                       0) == 0);
    require(virDomainBlockCommit(domain, "vda", NULL, NULL, 0,
                                 VIR_DOMAIN_BLOCK_COMMIT_ACTIVE) == 0);
    wait_job_ready(domain);
    ear_expect("threshold vda[1] disk0.qcow2 2097152 passed\n"
               "block-job top 4 3\nblock-job-2 vda 4 3\n");
    g_assert_cmpint(virDomainSetBlockThreshold(domain, "vda[9]", 1, 0), ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
    machine_stop(stage->machine);
    g_assert_cmpint(virDomainSetBlockThreshold(domain, "vda", 1, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
}

static void
figures_are_those_of_one_run(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    virDomainBlockStatsStruct stats = {-1, -1, -1, -1, -1};

    require(virDomainBlockStats(domain, "vda", &stats, sizeof(stats)) == 0);
    g_assert_cmpint(stats.wr_req, ==, 0);
    g_assert_cmpint(stats.wr_bytes, ==, 0);
    g_assert_cmpint(stats.errs, ==, 0);
    stats.wr_req = -1;
    require(virDomainBlockStats(domain, "", &stats, sizeof(stats)) == 0);
    g_assert_cmpint(stats.wr_req, ==, 0);
    g_assert_cmpint(virDomainBlockStats(domain, "vdz", &stats, sizeof(stats)),
                    ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
    machine_stop(stage->machine);
    g_assert_cmpint(virDomainBlockStats(domain, "vda", &stats, sizeof(stats)),
                    ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "blockjobs");
    require(virEventRegisterDefaultImpl() == 0);
    STAGE_TEST(a_pull_makes_the_image_stand_alone);
    STAGE_TEST(a_rebase_keeps_the_base_that_it_names);
    STAGE_TEST(a_commit_takes_a_middle_image_out);
    STAGE_TEST(a_pivot_goes_over_to_the_base);
    STAGE_TEST(a_commit_that_is_given_up_changes_nothing);
    STAGE_TEST(a_job_is_one_of_the_domains_jobs);
    STAGE_TEST(a_job_that_crawls_can_be_sped_up_and_ended);
    STAGE_TEST(a_copy_is_what_the_disk_goes_over_to);
    STAGE_TEST(a_shallow_copy_stands_on_the_same_images);
    STAGE_TEST(a_copy_that_is_left_is_the_disk_of_that_moment);
    STAGE_TEST(a_copy_that_is_given_up_leaves_no_file);
    STAGE_TEST(names_that_mean_nothing_are_refused);
    STAGE_TEST(a_disk_with_a_job_takes_nothing_else);
    STAGE_TEST(a_disk_in_a_backup_is_left_alone);
    STAGE_TEST(a_job_of_a_machine_that_is_destroyed_has_ended);
    STAGE_TEST(jobs_are_told_by_path_and_by_disk);
    STAGE_TEST(a_push_is_told_as_a_job_of_its_disk);
    STAGE_TEST(an_image_that_grows_is_told_once);
    STAGE_TEST(figures_are_those_of_one_run);
    return g_test_run();
}
