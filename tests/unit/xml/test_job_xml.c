/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "xml/job_xml.h"

#include "base/error.h"

#include <libvirt/libvirt.h>
#include <string.h>

/* A pull of vda, running, with a checkpoint; and the place of an ended job. */
static JobTable *
table_of_two(void)
{
    JobTable *table = job_table_new();

    for (int i = 0; i < 2; i++) {
        Job *job = job_table_add(table, VIR_DOMAIN_JOB_OPERATION_BACKUP, NULL);
        BackupDisk *disk = backup_disk_new("vda");
        JobDisk *progress = job_disk_new("vda");

        job->started_ms = 1000 + i;
        job->backup = backup_def_new();
        job->backup->id = job->id;
        job->backup->mode = BACKUP_MODE_PULL;
        job->backup->server = g_new0(BackupServer, 1);
        job->backup->server->name = g_strdup("h");
        job->backup->disks =
            g_ptr_array_new_with_free_func((GDestroyNotify)backup_disk_free);
        g_ptr_array_add(job->backup->disks, disk);
        disk->mode = BACKUP_DISK_FULL;
        disk->store = g_strdup("/s");
        disk->type = DISK_SOURCE_FILE;
        disk->is_generated = true;
        disk->exportname = g_strdup("vda");
        progress->temp_total = 77;
        progress->is_created = true;
        progress->hidden_scratch = g_strdup("/h");
        g_ptr_array_add(job->disks, progress);
    }
    return table;
}

static void
reads_back_all_it_wrote(void)
{
    g_autoptr(JobTable) table = table_of_two();
    g_autoptr(JobTable) again = NULL;
    g_autofree char *text = NULL;
    g_autofree char *second = NULL;
    g_autoptr(GError) error = NULL;
    Job *ended = g_ptr_array_index(table->jobs, 0);
    Job *running = g_ptr_array_index(table->jobs, 1);
    const JobDisk *disk = NULL;

    ended->state = JOB_ENDED;
    ended->outcome = JOB_FAILED;
    ended->ended_ms = 5000;
    ended->error = g_strdup("it's <gone> & \"over\"");
    ended->is_read = true;
    ended->ends_itself = true;
    running->state = JOB_RUNNING;
    running->checkpoint = g_strdup("monday");
    running->keeps_files = true;
    running->holds_guest = true;
    text = job_xml_format(table);
    again = job_xml_parse(text, &error);
    g_assert_no_error(error);
    second = job_xml_format(again);
    g_assert_cmpstr(second, ==, text);

    g_assert_cmpint(again->next_id, ==, 3);
    ended = g_ptr_array_index(again->jobs, 0); /* forgotten */
    running = job_table_find(again, 2);
    g_assert_cmpstr(ended->error, ==, "it's <gone> & \"over\"");
    g_assert_true(ended->is_read);
    g_assert_true(ended->ends_itself);
    g_assert_cmpint(ended->outcome, ==, JOB_FAILED);
    g_assert_cmpstr(running->checkpoint, ==, "monday");
    g_assert_true(running->keeps_files);
    g_assert_true(running->holds_guest);
    disk = job_find_disk(running, "vda");
    g_assert_cmpint(disk->temp_total, ==, 77);
    g_assert_true(disk->is_created);
    g_assert_cmpstr(disk->hidden_scratch, ==, "/h");
    g_assert_true(backup_def_find_disk(running->backup, "vda")->is_generated);
}

/* A record says "next='3'" and holds jobs 1 and 2. */
static void
refuses_changed(const char *from, const char *to)
{
    g_autoptr(JobTable) table = table_of_two();
    g_autoptr(JobTable) again = NULL;
    g_autofree char *text = job_xml_format(table);
    g_autoptr(GString) changed = g_string_new(text);
    g_autoptr(GError) error = NULL;

    g_assert_cmpuint(g_string_replace(changed, from, to, 1), ==, 1);
    again = job_xml_parse(changed->str, &error);
    g_assert_null(again);
    g_assert_nonnull(error);
    g_assert_nonnull(strstr(error->message, "record of jobs"));
}

static void
refuses_damaged_records(void)
{
    refuses_changed("version='1'", "version='2'");
    refuses_changed("version='1'", "");
    refuses_changed("next='3'", "next='0'");
    refuses_changed("next='3'", "next='2'");
    refuses_changed("<job id='2'", "<job id='1'");
    refuses_changed("state='starting'", "state='flying'");
    refuses_changed("<progress target='vda'", "<progress target='vdb'");
    refuses_changed("<scratch file='/s'/>", "");
    refuses_changed("</jobs>", "");
    refuses_changed("<jobs", "<nonsense");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/xml/job_xml/reads_back_all_it_wrote",
                    reads_back_all_it_wrote);
    g_test_add_func("/xml/job_xml/refuses_damaged_records",
                    refuses_damaged_records);
    return g_test_run();
}
