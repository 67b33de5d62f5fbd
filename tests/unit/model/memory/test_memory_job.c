/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/job.h"
#include "model/job_stats.h"

#include <libvirt/libvirt.h>

static Job *
add(JobTable *table)
{
    Job *job = job_table_add(table, VIR_DOMAIN_JOB_OPERATION_SAVE, NULL);

    job->state = JOB_RUNNING;
    job->memory = memory_job_new(MEMORY_JOB_IMAGE, MEMORY_THEN_SAVED, "/d/f");
    return job;
}

static void
an_unfinished_file_has_a_name_of_its_job(void)
{
    g_autoptr(JobTable) table = job_table_new();
    const Job *job = add(table);
    g_autofree char *partial = memory_job_partial(job->memory, job->id);

    g_assert_cmpstr(partial, ==, "/d/f.partial-1");
}

/* "The current job" is the save, and not the backup that waits for its end. */
static void
a_save_is_the_default_job(void)
{
    g_autoptr(JobTable) table = job_table_new();
    Job *backup = job_table_add(table, VIR_DOMAIN_JOB_OPERATION_BACKUP, NULL);
    Job *save = NULL;

    backup->backup = backup_def_new();
    backup->state = JOB_DONE;
    g_assert_null(job_table_memory(table));
    g_assert_null(job_table_default(table));
    g_assert_true(job_table_listed(table) == backup);
    save = add(table);
    g_assert_true(job_table_memory(table) == save);
    g_assert_true(job_table_default(table) == save);
    g_assert_true(job_table_listed(table) == save);
    g_assert_null(job_table_live(table));
    save->state = JOB_ENDED;
    save->ended_ms = 2;
    g_assert_null(job_table_default(table));
    g_assert_true(job_table_unread(table) == save);
}

static void
its_figures_are_of_memory(void)
{
    g_autoptr(JobTable) table = job_table_new();
    Job *job = add(table);
    virDomainJobInfo info;

    job->memory->total = 10;
    job->memory->processed = 4;
    job->memory->remaining = 3;
    job_stats_info(job, &info);
    g_assert_cmpuint(info.memTotal, ==, 10);
    g_assert_cmpuint(info.memProcessed, ==, 4);
    g_assert_cmpuint(info.memRemaining, ==, 3);
    g_assert_cmpuint(info.dataTotal, ==, 10);
    g_assert_cmpuint(info.fileTotal, ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func(
        "/model/memory_job/an_unfinished_file_has_a_name_of_its_job",
        an_unfinished_file_has_a_name_of_its_job);
    g_test_add_func("/model/memory_job/a_save_is_the_default_job",
                    a_save_is_the_default_job);
    g_test_add_func("/model/memory_job/its_figures_are_of_memory",
                    its_figures_are_of_memory);
    return g_test_run();
}
