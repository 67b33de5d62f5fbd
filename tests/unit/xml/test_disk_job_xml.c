/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The record of a job on a disk, as part of the record of jobs. */
#include "base/error.h"
#include "xml/job_xml.h"

#include <libvirt/libvirt.h>
#include <string.h>

/* A copy of vda, in step, whose caller asked for the pivot. */
static JobTable *
table_of_a_copy(void)
{
    JobTable *table = job_table_new();
    Job *job = job_table_add(table, VIR_DOMAIN_JOB_OPERATION_UNKNOWN, NULL);
    ImageLayer layer = {DISK_SOURCE_FILE, (char *)"/it's", IMAGE_FORMAT_QCOW2,
                        0};
    DiskJob *disk_job = disk_job_new(VIR_DOMAIN_BLOCK_JOB_TYPE_COPY, NULL);

    job->state = JOB_RUNNING;
    job->disk_job = disk_job;
    g_ptr_array_add(job->disks, job_disk_new("vda"));
    disk_job->disk = g_strdup("vda");
    disk_job->source = g_strdup("/it's");
    disk_job_add_leaving(disk_job, &layer);
    layer.path = (char *)"/base";
    layer.node = 1;
    disk_job_add_leaving(disk_job, &layer);
    disk_job->target =
        image_layer_new(DISK_SOURCE_BLOCK, "/dev/to", IMAGE_FORMAT_RAW);
    disk_job->target->node = 2;
    disk_job->is_ready = true;
    disk_job->deletes = true;
    disk_job->is_created = true;
    disk_job->keeps_target = true;
    disk_job->wish = DISK_JOB_PIVOT;
    disk_job->bandwidth = 77;
    return table;
}

static void
reads_back_all_it_wrote(void)
{
    g_autoptr(JobTable) table = table_of_a_copy();
    g_autofree char *text = job_xml_format(table);
    g_autoptr(GError) error = NULL;
    g_autoptr(JobTable) again = job_xml_parse(text, &error);
    g_autofree char *second = NULL;
    const DiskJob *job = NULL;
    const ImageLayer *layer = NULL;

    g_assert_no_error(error);
    second = job_xml_format(again);
    g_assert_cmpstr(second, ==, text);
    job = job_table_disk_job(again, "vda")->disk_job;
    layer = g_ptr_array_index(job->leaving, 1);
    g_assert_cmpint(job->type, ==, VIR_DOMAIN_BLOCK_JOB_TYPE_COPY);
    g_assert_cmpint(job->wish, ==, DISK_JOB_PIVOT);
    g_assert_cmpuint(job->bandwidth, ==, 77);
    g_assert_true(job->is_ready && job->deletes && job->is_created &&
                  job->keeps_target);
    g_assert_cmpstr(layer->path, ==, "/base");
    g_assert_cmpuint(layer->node, ==, 1);
    g_assert_cmpint(job->target->type, ==, DISK_SOURCE_BLOCK);
    g_assert_cmpint(job->target->format, ==, IMAGE_FORMAT_RAW);
}

/* A commit below the top says what it wrote to; that of an earlier release does
 * not. */
static void
a_commit_names_its_base(void)
{
    g_autoptr(JobTable) table = job_table_new();
    Job *job = job_table_add(table, VIR_DOMAIN_JOB_OPERATION_UNKNOWN, NULL);
    g_autoptr(JobTable) again = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *text = NULL;

    job->state = JOB_RUNNING;
    job->disk_job = disk_job_new(VIR_DOMAIN_BLOCK_JOB_TYPE_COMMIT, NULL);
    g_ptr_array_add(job->disks, job_disk_new("vda"));
    job->disk_job->disk = g_strdup("vda");
    job->disk_job->source = g_strdup("/top");
    job->disk_job->base =
        image_layer_new(DISK_SOURCE_FILE, "/base", IMAGE_FORMAT_RAW);
    text = job_xml_format(table);
    again = job_xml_parse(text, &error);
    g_assert_no_error(error);
    job = job_table_disk_job(again, "vda");
    g_assert_cmpstr(job->disk_job->base->path, ==, "/base");
    g_assert_null(job->disk_job->target);
}

static void
refuses_changed(const char *from, const char *to)
{
    g_autoptr(JobTable) table = table_of_a_copy();
    g_autofree char *text = job_xml_format(table);
    g_autoptr(GString) changed = g_string_new(text);
    g_autoptr(GError) error = NULL;
    g_autoptr(JobTable) again = NULL;

    g_assert_cmpuint(g_string_replace(changed, from, to, 1), ==, 1);
    again = job_xml_parse(changed->str, &error);
    g_assert_null(again);
    g_assert_nonnull(error);
    g_assert_nonnull(strstr(error->message, "record of jobs"));
}

static void
refuses_damaged_records(void)
{
    refuses_changed("type='copy'", "type='none'");
    refuses_changed("type='copy'", "type='pull'");
    refuses_changed("type='copy'", "type='dance'");
    refuses_changed("disk='vda'", "disk='vdb'");
    refuses_changed("disk='vda'", "disk='../a'");
    refuses_changed("wish='pivot'", "wish='peace'");
    refuses_changed("path='/base'", "path='base'");
    refuses_changed("format='raw'", "format='vmdk'");
    refuses_changed("node='2'", "node='many'");
    refuses_changed("ready='yes'", "ready='maybe'");
    refuses_changed("<diskjob ", "<diskjob more='1' ");
    refuses_changed(" source='/it&apos;s'", "");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/disk_job_xml/reads_back_all_it_wrote",
                    reads_back_all_it_wrote);
    g_test_add_func("/xml/disk_job_xml/a_commit_names_its_base",
                    a_commit_names_its_base);
    g_test_add_func("/xml/disk_job_xml/refuses_damaged_records",
                    refuses_damaged_records);
    return g_test_run();
}
