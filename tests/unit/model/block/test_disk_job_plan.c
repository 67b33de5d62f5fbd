/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which images a job on a disk is about, and what stands in its way. */
#include "model/block/disk_job_plan.h"

#include "base/error.h"
#include "disk_fixture.h"

#include <libvirt/libvirt.h>
#include <string.h>

static char *
leaving(const DiskJob *job)
{
    GString *text = g_string_new(NULL);

    for (guint i = 0; i < job->leaving->len; i++) {
        const ImageLayer *layer = g_ptr_array_index(job->leaving, i);

        g_string_append_printf(text, "%s%s", i ? " " : "", layer->path);
    }
    return g_string_free(text, FALSE);
}

static void
require_refused(const DiskJob *job, GError **error, int code, const char *words)
{
    g_assert_null(job);
    g_assert_true(error_is(*error, code));
    g_assert_nonnull(strstr((*error)->message, words));
    g_clear_error(error);
}

static void
a_pull_takes_out_what_is_above_its_base(void)
{
    g_autoptr(DiskDef) disk = fixture_disk_chain(DISK_SOURCE_FILE);
    g_autoptr(DiskJob) all = NULL;
    g_autoptr(DiskJob) some = NULL;
    g_autofree char *gone = NULL;
    g_autofree char *fewer = NULL;
    unsigned base = 0;
    GError *error = NULL;

    all = disk_job_plan_pull(disk, NULL, &base, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(base, ==, 3);
    gone = leaving(all);
    g_assert_cmpstr(gone, ==, "/middle /base");
    some = disk_job_plan_pull(disk, "vda[3]", &base, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(base, ==, 2);
    fewer = leaving(some);
    g_assert_cmpstr(fewer, ==, "/middle");
    require_refused(disk_job_plan_pull(disk, "/top", &base, &error), &error,
                    VIR_ERR_INVALID_ARG, "below it");
}

static void
a_commit_of_the_top_ends_on_its_base(void)
{
    g_autoptr(DiskDef) disk = fixture_disk_chain(DISK_SOURCE_FILE);
    const DiskJobCommit active = {NULL, NULL, VIR_DOMAIN_BLOCK_COMMIT_ACTIVE};
    const DiskJobCommit unsaid = {NULL, NULL, 0};
    DiskJobRange range = {0};
    GError *error = NULL;
    g_autoptr(DiskJob) job =
        disk_job_plan_commit(disk, &active, &range, &error);
    g_autofree char *gone = NULL;

    g_assert_no_error(error);
    gone = leaving(job);
    g_assert_cmpstr(gone, ==, "/top /middle");
    g_assert_cmpuint(range.base, ==, 2);
    disk_chain_settle(disk, job);
    g_assert_cmpstr(disk->path, ==, "/base");
    g_assert_cmpuint(disk_chain_length(disk), ==, 1);
    /* What a death between two steps repeats changes nothing more. */
    disk_chain_settle(disk, job);
    g_assert_cmpuint(disk_chain_length(disk), ==, 1);
    require_refused(disk_job_plan_commit(disk, &unsaid, &range, &error), &error,
                    VIR_ERR_INVALID_ARG, "no image below");
}

static void
a_copy_goes_nowhere_that_the_machine_is(void)
{
    g_autoptr(DomainDef) domain = domain_def_new();
    DiskDef *disk = fixture_disk_chain(DISK_SOURCE_FILE);
    g_autoptr(DiskJob) full = NULL;
    g_autoptr(DiskJob) shallow = NULL;
    g_autofree char *gone = NULL;
    GError *error = NULL;

    g_ptr_array_add(domain->disks, disk);
    full = disk_job_plan_copy(
        domain, disk,
        image_layer_new(DISK_SOURCE_FILE, "/copy", IMAGE_FORMAT_RAW), 0,
        &error);
    g_assert_no_error(error);
    g_assert_cmpuint(full->target->node, ==, 3);
    g_assert_true(full->is_created);
    gone = leaving(full);
    g_assert_cmpstr(gone, ==, "/top /middle /base");
    shallow = disk_job_plan_copy(
        domain, disk,
        image_layer_new(DISK_SOURCE_FILE, "/copy", IMAGE_FORMAT_QCOW2),
        VIR_DOMAIN_BLOCK_COPY_SHALLOW | VIR_DOMAIN_BLOCK_COPY_REUSE_EXT,
        &error);
    g_assert_no_error(error);
    g_assert_cmpuint(shallow->leaving->len, ==, 1);
    g_assert_false(shallow->is_created);
    require_refused(
        disk_job_plan_copy(
            domain, disk,
            image_layer_new(DISK_SOURCE_FILE, "/base", IMAGE_FORMAT_RAW), 0,
            &error),
        &error, VIR_ERR_INVALID_ARG, "copy to another");
    require_refused(
        disk_job_plan_copy(
            domain, disk,
            image_layer_new(DISK_SOURCE_FILE, "/copy", IMAGE_FORMAT_RAW),
            VIR_DOMAIN_BLOCK_COPY_SHALLOW, &error),
        &error, VIR_ERR_INVALID_ARG, "cannot be raw");
}

static void
what_is_in_the_way_is_named(void)
{
    g_autoptr(DiskDef) disk = fixture_disk_chain(DISK_SOURCE_FILE);
    g_autoptr(JobTable) jobs = job_table_new();
    g_autoptr(CheckpointTree) tree = checkpoint_tree_new();
    GError *error = NULL;
    Job *job = NULL;

    g_assert_true(disk_job_check("web", disk, jobs, tree, &error));
    job = job_table_add(jobs, VIR_DOMAIN_JOB_OPERATION_UNKNOWN, &error);
    job->disk_job = disk_job_new(VIR_DOMAIN_BLOCK_JOB_TYPE_COPY, disk);
    g_assert_false(disk_job_check("web", disk, jobs, tree, &error));
    g_assert_true(error_is(error, VIR_ERR_OPERATION_INVALID));
    g_assert_nonnull(strstr(error->message, "copy, job 1"));
    g_clear_error(&error);
    g_assert_false(disk_job_check_pivot("web", job, &error));
    g_assert_true(error_is(error, VIR_ERR_BLOCK_COPY_ACTIVE));
    g_clear_error(&error);
    job->disk_job->is_ready = true;
    g_assert_true(disk_job_check_pivot("web", job, &error));
    job_table_remove(jobs, job);
    disk->is_readonly = true;
    g_assert_false(disk_job_check("web", disk, jobs, tree, &error));
    g_assert_true(error_is(error, VIR_ERR_OPERATION_INVALID));
    g_clear_error(&error);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/disk_job_plan/"
                    "a_pull_takes_out_what_is_above_its_base",
                    a_pull_takes_out_what_is_above_its_base);
    g_test_add_func("/model/disk_job_plan/a_commit_of_the_top_ends_on_its_base",
                    a_commit_of_the_top_ends_on_its_base);
    g_test_add_func("/model/disk_job_plan/"
                    "a_copy_goes_nowhere_that_the_machine_is",
                    a_copy_goes_nowhere_that_the_machine_is);
    g_test_add_func("/model/disk_job_plan/what_is_in_the_way_is_named",
                    what_is_in_the_way_is_named);
    return g_test_run();
}
