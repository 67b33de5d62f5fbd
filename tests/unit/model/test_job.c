/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/job.h"

#include "base/error.h"

#include <libvirt/libvirt.h>

static Job *
add_job(JobTable *table, JobState state, int64_t ended_ms)
{
    Job *job = job_table_add(table, VIR_DOMAIN_JOB_OPERATION_BACKUP, NULL);

    job->state = state;
    job->ended_ms = ended_ms;
    return job;
}

static void
gives_no_id_twice(void)
{
    g_autoptr(JobTable) table = job_table_new();
    Job *first = add_job(table, JOB_STARTING, 0);

    g_assert_cmpint(first->id, ==, 1);
    job_table_remove(table, first);
    g_assert_cmpint(add_job(table, JOB_STARTING, 0)->id, ==, 2);
}

static void
refuses_a_job_past_the_last_id(void)
{
    g_autoptr(JobTable) table = job_table_new();
    g_autoptr(GError) error = NULL;

    table->next_id = G_MAXINT;
    g_assert_null(job_table_add(table, 9, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_FAILED);
}

static void
history_is_bounded_and_spares_what_is_listed(void)
{
    g_autoptr(JobTable) table = job_table_new();
    Job *done = add_job(table, JOB_DONE, 1);

    for (int i = 0; i < JOB_HISTORY_MAX + 5; i++)
        add_job(table, JOB_ENDED, 10 + i);
    job_table_trim(table);
    g_assert_cmpuint(table->jobs->len, ==, JOB_HISTORY_MAX + 1);
    g_assert_true(job_table_find(table, done->id) == done);
    g_assert_null(job_table_find(table, done->id + 5));
    g_assert_nonnull(job_table_find(table, done->id + 6));
}

/* A long one that short ones on other disks have outnumbered: it must still be
 * there for whoever ends it, and for whoever asks how it went. */
static void
the_last_to_end_is_spared_however_old_its_id(void)
{
    g_autoptr(JobTable) table = job_table_new();
    Job *first = add_job(table, JOB_RUNNING, 0);

    for (int i = 0; i < JOB_HISTORY_MAX; i++)
        add_job(table, JOB_ENDED, 10 + i);
    first->state = JOB_ENDED;
    first->ended_ms = 10 + JOB_HISTORY_MAX;
    add_job(table, JOB_RUNNING, 0);
    g_assert_true(job_table_find(table, first->id) == first);
    g_assert_null(job_table_find(table, first->id + 1));
}

/* A script that never ends its backups. */
static void
the_oldest_that_wait_become_history(void)
{
    g_autoptr(JobTable) table = job_table_new();
    Job *first = add_job(table, JOB_DONE, 1);
    Job *second = add_job(table, JOB_DONE, 2);

    for (int i = 1; i < JOB_WAITING_MAX; i++)
        add_job(table, JOB_DONE, 10 + i);
    job_table_trim(table);
    g_assert_cmpint(first->state, ==, JOB_ENDED);
    g_assert_cmpint(second->state, ==, JOB_DONE);
    g_assert_true(job_table_find(table, first->id) == first);
}

static void
a_read_record_is_told_once(void)
{
    g_autoptr(JobTable) table = job_table_new();
    Job *ended = add_job(table, JOB_ENDED, 10);
    Job *done = add_job(table, JOB_DONE, 20);

    add_job(table, JOB_RUNNING, 0);
    g_assert_true(job_table_unread(table) == done);
    job_table_mark_read(table, done);
    g_assert_true(job_table_unread(table) == ended);
    job_table_mark_read(table, ended);
    g_assert_null(job_table_unread(table));

    /* It was listed for its end alone. */
    job_table_close(table, done);
    g_assert_null(job_table_find(table, 2));
}

/* Other processes have yet to tell of their end. */
static void
the_newest_forgotten_jobs_stay_where_no_call_finds_them(void)
{
    g_autoptr(JobTable) table = job_table_new();
    Job *kept = add_job(table, JOB_ENDED, 1);

    for (int i = 0; i < JOB_HISTORY_MAX + 5; i++) {
        Job *job = add_job(table, JOB_ENDED, 10 + i);

        g_assert_false(job_is_forgotten(job));
        job_table_mark_read(table, job);
        g_assert_null(job_table_find(table, job->id));
    }
    g_assert_cmpuint(table->jobs->len, ==, JOB_HISTORY_MAX + 1);
    g_assert_true(g_ptr_array_index(table->jobs, 0) == kept);
    g_assert_true(job_table_unread(table) == kept);
    g_assert_true(job_is_forgotten(g_ptr_array_index(table->jobs, 1)));
}

static void
an_unread_job_becomes_history_when_closed(void)
{
    g_autoptr(JobTable) table = job_table_new();
    Job *done = add_job(table, JOB_DONE, 20);

    job_table_close(table, done);
    g_assert_true(job_table_unread(table) == done);
    g_assert_null(job_table_listed(table));
}

static void
a_live_job_comes_before_one_that_waits(void)
{
    g_autoptr(JobTable) table = job_table_new();
    Job *running = add_job(table, JOB_RUNNING, 0);
    Job *done = add_job(table, JOB_DONE, 20);

    g_assert_true(job_table_listed(table) == running);
    running->state = JOB_ENDED;
    g_assert_null(job_table_live(table));
    g_assert_true(job_table_listed(table) == done);
}

static void
type_follows_outcome(void)
{
    g_autoptr(JobTable) table = job_table_new();
    Job *job = add_job(table, JOB_ENDING, 0);

    job->outcome = JOB_COMPLETED;
    g_assert_cmpint(job_type(job), ==, VIR_DOMAIN_JOB_UNBOUNDED);
    job->state = JOB_DONE;
    g_assert_cmpint(job_type(job), ==, VIR_DOMAIN_JOB_COMPLETED);
    job->outcome = JOB_CANCELLED;
    g_assert_cmpint(job_type(job), ==, VIR_DOMAIN_JOB_CANCELLED);
    job->outcome = JOB_FAILED;
    g_assert_cmpint(job_type(job), ==, VIR_DOMAIN_JOB_FAILED);
}

static void
a_backup_begins_when_none_is_live(void)
{
    g_autoptr(JobTable) table = job_table_new();
    g_autoptr(GError) error = NULL;

    add_job(table, JOB_DONE, 1);
    g_assert_true(job_table_check_idle(table, "web", &error));
    add_job(table, JOB_RUNNING, 0);
    g_assert_false(job_table_check_idle(table, "web", &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_INVALID);
    g_assert_cmpstr(error->message, ==,
                    "cannot begin a backup of domain 'web': its job 2 is "
                    "running; end that with 'backup-end web --id 2' first");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/job/gives_no_id_twice", gives_no_id_twice);
    g_test_add_func("/model/job/refuses_a_job_past_the_last_id",
                    refuses_a_job_past_the_last_id);
    g_test_add_func("/model/job/history_is_bounded_and_spares_what_is_listed",
                    history_is_bounded_and_spares_what_is_listed);
    g_test_add_func("/model/job/the_last_to_end_is_spared_however_old_its_id",
                    the_last_to_end_is_spared_however_old_its_id);
    g_test_add_func("/model/job/the_oldest_that_wait_become_history",
                    the_oldest_that_wait_become_history);
    g_test_add_func("/model/job/a_read_record_is_told_once",
                    a_read_record_is_told_once);
    g_test_add_func("/model/job/the_newest_forgotten_jobs_stay",
                    the_newest_forgotten_jobs_stay_where_no_call_finds_them);
    g_test_add_func("/model/job/an_unread_job_becomes_history_when_closed",
                    an_unread_job_becomes_history_when_closed);
    g_test_add_func("/model/job/a_live_job_comes_before_one_that_waits",
                    a_live_job_comes_before_one_that_waits);
    g_test_add_func("/model/job/type_follows_outcome", type_follows_outcome);
    g_test_add_func("/model/job/a_backup_begins_when_none_is_live",
                    a_backup_begins_when_none_is_live);
    return g_test_run();
}
