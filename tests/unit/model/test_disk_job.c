/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/disk_job.h"

#include <libvirt/libvirt.h>

static void
types_have_words_that_are_read_again(void)
{
    for (int type = VIR_DOMAIN_BLOCK_JOB_TYPE_PULL;
         type <= VIR_DOMAIN_BLOCK_JOB_TYPE_ACTIVE_COMMIT; type++) {
        g_assert_cmpint(disk_job_type_parse(disk_job_type_name(type)), ==,
                        type);
    }
    g_assert_cmpint(disk_job_type_parse("backup"), ==, -1);
    g_assert_cmpint(disk_job_type_parse(NULL), ==, -1);
}

static void
only_what_gets_in_step_waits_to_be_ended(void)
{
    static const struct {
        int type;
        bool is_stepping;
    } cases[] = {{VIR_DOMAIN_BLOCK_JOB_TYPE_PULL, false},
                 {VIR_DOMAIN_BLOCK_JOB_TYPE_COMMIT, false},
                 {VIR_DOMAIN_BLOCK_JOB_TYPE_COPY, true},
                 {VIR_DOMAIN_BLOCK_JOB_TYPE_ACTIVE_COMMIT, true}};

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(DiskJob) job = disk_job_new(cases[i].type, NULL);

        g_assert_cmpint(disk_job_is_stepping(job), ==, cases[i].is_stepping);
    }
}

static void
images_that_leave_are_copies(void)
{
    g_autoptr(DiskDef) disk = disk_def_new();
    g_autoptr(DiskJob) job = NULL;
    ImageLayer *layer =
        image_layer_new(DISK_SOURCE_FILE, "/image", IMAGE_FORMAT_QCOW2);
    const ImageLayer *kept = NULL;

    disk->target = g_strdup("vda");
    disk->path = g_strdup("/top");
    layer->node = 7;
    job = disk_job_new(VIR_DOMAIN_BLOCK_JOB_TYPE_PULL, disk);
    disk_job_add_leaving(job, layer);
    image_layer_free(layer);
    kept = g_ptr_array_index(job->leaving, 0);
    g_assert_cmpstr(kept->path, ==, "/image");
    g_assert_cmpuint(kept->node, ==, 7);
    g_assert_cmpstr(job->disk, ==, "vda");
    g_assert_cmpstr(job->source, ==, "/top");
}

static void
a_pivot_is_told_by_the_image_it_went_to(void)
{
    g_autoptr(DiskDef) disk = disk_def_new();
    g_autoptr(DiskJob) job = NULL;

    disk->target = g_strdup("vda");
    disk->path = g_strdup("/top");
    job = disk_job_new(VIR_DOMAIN_BLOCK_JOB_TYPE_ACTIVE_COMMIT, disk);
    g_assert_cmpstr(disk_job_told_path(job, VIR_DOMAIN_BLOCK_JOB_COMPLETED), ==,
                    "/top");
    job->target =
        image_layer_new(DISK_SOURCE_FILE, "/base", IMAGE_FORMAT_QCOW2);
    g_assert_cmpstr(disk_job_told_path(job, VIR_DOMAIN_BLOCK_JOB_READY), ==,
                    "/top");
    job->wish = DISK_JOB_PIVOT;
    g_assert_cmpstr(disk_job_told_path(job, VIR_DOMAIN_BLOCK_JOB_FAILED), ==,
                    "/top");
    g_assert_cmpstr(disk_job_told_path(job, VIR_DOMAIN_BLOCK_JOB_COMPLETED), ==,
                    "/base");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/disk_job/a_pivot_is_told_by_the_image_it_went_to",
                    a_pivot_is_told_by_the_image_it_went_to);
    g_test_add_func("/model/disk_job/types_have_words_that_are_read_again",
                    types_have_words_that_are_read_again);
    g_test_add_func("/model/disk_job/only_what_gets_in_step_waits_to_be_ended",
                    only_what_gets_in_step_waits_to_be_ended);
    g_test_add_func("/model/disk_job/images_that_leave_are_copies",
                    images_that_leave_are_copies);
    return g_test_run();
}
