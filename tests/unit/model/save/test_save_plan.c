/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a save or a dump is, and what stands against it. */
#include "model/save/save_plan.h"

#include "base/error.h"

#include <string.h>

static void
expect_invalid(GError **error, const char *word)
{
    g_assert_error(*error, STRANDLINE_ERROR, VIR_ERR_OPERATION_INVALID);
    g_assert_nonnull(strstr((*error)->message, word));
    g_clear_error(error);
}

static Job *
add_live(JobTable *jobs, int operation)
{
    Job *job = job_table_add(jobs, operation, NULL);

    g_assert_nonnull(job);
    job->state = JOB_RUNNING;
    return job;
}

static void
a_dump_says_what_comes_after_it(void)
{
    SavePlan plan;
    g_autoptr(GError) error = NULL;

    g_assert_true(save_plan_dump(&plan, "/f", 0, VIR_DUMP_CRASH, &error));
    g_assert_cmpint(plan.then, ==, MEMORY_THEN_CRASH);
    g_assert_cmpint(plan.kind, ==, MEMORY_JOB_STREAM);
    g_assert_true(save_plan_dump(&plan, "/f",
                                 VIR_DOMAIN_CORE_DUMP_FORMAT_KDUMP_LZO,
                                 VIR_DUMP_MEMORY_ONLY, &error));
    g_assert_cmpint(plan.then, ==, MEMORY_THEN_GO_ON);
    g_assert_cmpint(plan.kind, ==, MEMORY_JOB_CORE);
    g_assert_cmpstr(plan.format, ==, "kdump-lzo");
    g_assert_false(save_plan_dump(
        &plan, "/f", VIR_DOMAIN_CORE_DUMP_FORMAT_KDUMP_LZO, 0, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_UNSUPPORTED);
    g_clear_error(&error);
    g_assert_false(save_plan_save(&plan, "/f", NULL, 1u << 30, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
}

static void
states_that_have_nothing_to_save_are_refused(void)
{
    g_autoptr(JobTable) jobs = job_table_new();
    SavePlan plan;
    g_autoptr(GError) error = NULL;

    g_assert_true(save_plan_save(&plan, "/f", NULL, 0, &error));
    g_assert_false(
        save_plan_check(&plan, "web", VIR_DOMAIN_SHUTOFF, jobs, &error));
    expect_invalid(&error, "does not run");
    g_assert_false(
        save_plan_check(&plan, "web", VIR_DOMAIN_SHUTDOWN, jobs, &error));
    expect_invalid(&error, "switched itself off");
    g_assert_true(
        save_plan_check(&plan, "web", VIR_DOMAIN_PAUSED, jobs, &error));
    g_assert_true(save_plan_dump(&plan, "/f", 0, 0, &error));
    g_assert_false(
        save_plan_check(&plan, "web", VIR_DOMAIN_PAUSED, jobs, &error));
    expect_invalid(&error, "is paused");
    g_assert_false(save_plan_check_managed("web", false, &error));
    expect_invalid(&error, "transient");
}

static void
other_jobs_stand_against_it(void)
{
    g_autoptr(JobTable) jobs = job_table_new();
    Job *backup = add_live(jobs, VIR_DOMAIN_JOB_OPERATION_BACKUP);
    Job *save = NULL;
    SavePlan plan;
    g_autoptr(GError) error = NULL;

    g_assert_true(save_plan_save(&plan, "/f", NULL, 0, &error));
    g_assert_false(
        save_plan_check(&plan, "web", VIR_DOMAIN_RUNNING, jobs, &error));
    expect_invalid(&error, "backup 1");
    g_assert_true(save_plan_dump(&plan, "/f", 0, VIR_DUMP_MEMORY_ONLY, &error));
    g_assert_true(
        save_plan_check(&plan, "web", VIR_DOMAIN_RUNNING, jobs, &error));
    job_table_remove(jobs, backup);
    g_assert_true(save_plan_refuse("web", jobs, "begin a backup", &error));
    save = add_live(jobs, VIR_DOMAIN_JOB_OPERATION_SAVE);
    save->memory = memory_job_new(MEMORY_JOB_IMAGE, MEMORY_THEN_SAVED, "/g");
    g_assert_false(save_plan_refuse("web", jobs, "begin a backup", &error));
    expect_invalid(&error, "'/g'");
    g_assert_false(
        save_plan_check(&plan, "web", VIR_DOMAIN_RUNNING, jobs, &error));
    expect_invalid(&error, "job 2");
}

static void
a_snapshots_memory_needs_a_guest_that_runs_and_a_new_file(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(save_plan_check_snapshot("web", VIR_DOMAIN_RUNNING,
                                           "/nonexistent", &error));
    g_assert_false(save_plan_check_snapshot("web", VIR_DOMAIN_PAUSED,
                                            "/nonexistent", &error));
    expect_invalid(&error, "is paused");
    g_assert_false(
        save_plan_check_snapshot("web", VIR_DOMAIN_RUNNING, "/", &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_CONFIG_UNSUPPORTED);
    g_assert_cmpint(save_plan_pause_reason(VIR_DOMAIN_JOB_OPERATION_SNAPSHOT),
                    ==, VIR_DOMAIN_PAUSED_SNAPSHOT);
    g_assert_cmpint(save_plan_pause_reason(VIR_DOMAIN_JOB_OPERATION_SAVE), ==,
                    VIR_DOMAIN_PAUSED_SAVE);
}

static void
a_record_says_what_follows_and_whether_it_ran(void)
{
    g_autoptr(Job) job = job_new(1, VIR_DOMAIN_JOB_OPERATION_SNAPSHOT);
    g_autoptr(Job) note = job_new(2, VIR_DOMAIN_JOB_OPERATION_RESTORE);
    const SavePlan plan = {.kind = MEMORY_JOB_STREAM,
                           .then = MEMORY_THEN_HALT,
                           .path = "/f",
                           .snapshot = "s1",
                           .checkpoint = "c1"};

    save_plan_record(&plan, VIR_DOMAIN_RUNNING, job);
    g_assert_true(job->holds_guest);
    g_assert_cmpint(job->memory->then, ==, MEMORY_THEN_HALT);
    g_assert_cmpstr(job->memory->path, ==, "/f");
    g_assert_cmpstr(job->memory->snapshot, ==, "s1");
    g_assert_cmpstr(job->checkpoint, ==, "c1");
    g_assert_cmpint(job->started_ms, >, 0);
    save_plan_note(note, 7, 4096);
    g_assert_cmpint(note->outcome, ==, JOB_COMPLETED);
    g_assert_cmpuint(note->memory->processed, ==, 4096);
    g_assert_null(note->memory->path);
}

static void
its_end_is_told_by_its_outcome(void)
{
    g_autoptr(JobTable) jobs = job_table_new();
    Job *job = add_live(jobs, VIR_DOMAIN_JOB_OPERATION_SAVE);
    g_autoptr(GError) error = NULL;

    job->memory = memory_job_new(MEMORY_JOB_IMAGE, MEMORY_THEN_SAVED, NULL);
    job->state = JOB_ENDED;
    job->outcome = JOB_COMPLETED;
    g_assert_true(save_plan_judge("web", 1, job, &error));
    job->outcome = JOB_CANCELLED;
    g_assert_false(save_plan_judge("web", 1, job, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_ABORTED);
    g_clear_error(&error);
    job->outcome = JOB_FAILED;
    job->error = g_strdup("no room");
    g_assert_false(save_plan_judge("web", 1, job, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_FAILED);
    g_assert_nonnull(strstr(error->message, "no room"));
    g_clear_error(&error);
    g_assert_false(save_plan_judge("web", 1, NULL, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_FAILED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/model/save_plan/" #test, test)
    ADD(a_dump_says_what_comes_after_it);
    ADD(states_that_have_nothing_to_save_are_refused);
    ADD(other_jobs_stand_against_it);
    ADD(a_snapshots_memory_needs_a_guest_that_runs_and_a_new_file);
    ADD(a_record_says_what_follows_and_whether_it_ran);
    ADD(its_end_is_told_by_its_outcome);
#undef ADD
    return g_test_run();
}
