/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is told of a table of jobs, with and without an id. */
#include "driver/job_query.h"

#include "base/error.h"
#include "base/typed_params.h"
#include "fake_driver.h"

#include <stdlib.h>

typedef struct {
    virConnectPtr conn;
    virDomainPtr domain;
    JobTable *jobs;
    GError *error;
} Fixture;

static void
set_up(Fixture *fixture, const void *data G_GNUC_UNUSED)
{
    fake_reset();
    fixture->conn = connect_object_new(&fake_driver, &fake, "fake:///", false);
    fixture->domain = domain_object_new(fixture->conn, "web", fake_uuid, 3);
    fixture->jobs = job_table_new();
}

static void
tear_down(Fixture *fixture, const void *data G_GNUC_UNUSED)
{
    job_table_free(fixture->jobs);
    domain_object_unref(fixture->domain);
    connect_object_unref(fixture->conn);
}

static Job *
add_backup(Fixture *fixture, JobState state, BackupMode mode)
{
    Job *job =
        job_table_add(fixture->jobs, VIR_DOMAIN_JOB_OPERATION_BACKUP, NULL);

    job->state = state;
    job->backup = backup_def_new();
    job->backup->mode = mode;
    job->outcome = state == JOB_ENDED || state == JOB_DONE ? JOB_COMPLETED
                                                           : JOB_OUTCOME_NONE;
    return job;
}

static Job *
add_disk_job(Fixture *fixture)
{
    Job *job =
        job_table_add(fixture->jobs, VIR_DOMAIN_JOB_OPERATION_UNKNOWN, NULL);

    job->state = JOB_RUNNING;
    job->disk_job = disk_job_new(VIR_DOMAIN_BLOCK_JOB_TYPE_PULL, NULL);
    return job;
}

static void
assert_refused(Fixture *fixture, bool is_failure, int code, const char *text)
{
    g_assert_true(is_failure);
    g_assert_error(fixture->error, STRANDLINE_ERROR, code);
    g_assert_cmpstr(fixture->error->message, ==, text);
    g_clear_error(&fixture->error);
}

static void
ids_are_those_of_the_default_job_and_of_what_has_not_ended(
    Fixture *fixture, const void *data G_GNUC_UNUSED)
{
    virDomainJobId *ids = NULL;

    add_backup(fixture, JOB_ENDED, BACKUP_MODE_PUSH);
    add_backup(fixture, JOB_DONE, BACKUP_MODE_PUSH);
    add_backup(fixture, JOB_RUNNING, BACKUP_MODE_PULL);
    g_assert_cmpint(job_query_ids(fixture->jobs, NULL), ==, 3);
    g_assert_cmpint(job_query_ids(fixture->jobs, &ids), ==, 3);
    g_assert_cmpint(ids[0].id, ==, 0);
    g_assert_cmpint(ids[0].type, ==, VIR_DOMAIN_JOB_NONE);
    g_assert_cmpint(ids[1].id, ==, 2);
    g_assert_cmpint(ids[2].id, ==, 3);
    g_assert_cmpint(ids[2].type, ==, VIR_DOMAIN_JOB_UNBOUNDED);
    free(ids);
}

static void
assert_listed(Fixture *fixture, unsigned flags, const char *ids)
{
    g_autoptr(GString) text = g_string_new(NULL);
    virDomainJobPtr *list = NULL;
    int count = job_query_list(fixture->domain, fixture->jobs, flags, &list);

    for (int i = 0; i < count; i++) {
        g_string_append_printf(text, "%d ", list[i]->id);
        job_object_unref(list[i]);
    }
    g_assert_null(list[count]);
    g_assert_cmpstr(text->str, ==, ids);
    g_free(list);
}

static void
ended_jobs_are_listed_when_asked_for_until_they_are_forgotten(
    Fixture *fixture, const void *data G_GNUC_UNUSED)
{
    assert_listed(fixture, 0, "0 ");
    add_backup(fixture, JOB_ENDED, BACKUP_MODE_PUSH)->is_read = true;
    add_backup(fixture, JOB_ENDED, BACKUP_MODE_PUSH);
    add_backup(fixture, JOB_DONE, BACKUP_MODE_PUSH);
    assert_listed(fixture, 0, "0 3 ");
    assert_listed(fixture, VIR_DOMAIN_LIST_JOBS_COMPLETED, "0 2 3 ");
}

static void
an_id_finds_its_job_and_0_the_default_one(Fixture *fixture,
                                          const void *data G_GNUC_UNUSED)
{
    const Job *job = add_backup(fixture, JOB_ENDED, BACKUP_MODE_PULL);
    virDomainJobPtr found = job_query_lookup(fixture->domain, fixture->jobs,
                                             job->id, &fixture->error);

    g_assert_cmpint(found->operation, ==, VIR_DOMAIN_JOB_OPERATION_BACKUP);
    job_object_unref(found);
    found =
        job_query_lookup(fixture->domain, fixture->jobs, 0, &fixture->error);
    g_assert_cmpint(found->id, ==, 0);
    g_assert_cmpint(found->type, ==, VIR_DOMAIN_JOB_NONE);
    job_object_unref(found);
    assert_refused(
        fixture,
        !job_query_lookup(fixture->domain, fixture->jobs, 9, &fixture->error),
        VIR_ERR_NO_DOMAIN_BACKUP,
        "domain 'web' has no job 9, or has forgotten it");
}

static void
only_backups_have_a_document(Fixture *fixture, const void *data G_GNUC_UNUSED)
{
    const Job *backup = add_backup(fixture, JOB_ENDED, BACKUP_MODE_PULL);

    add_disk_job(fixture);
    g_assert_true(job_query_document(fixture->domain, fixture->jobs, 1,
                                     &fixture->error) == backup->backup);
    assert_refused(
        fixture,
        !job_query_document(fixture->domain, fixture->jobs, 2, &fixture->error),
        VIR_ERR_OPERATION_UNSUPPORTED,
        "job 2 of domain 'web' has no document: it is no backup");
}

static Job *
backup_of(Fixture *fixture, int id)
{
    return job_query_backup(fixture->domain, fixture->jobs, id,
                            &fixture->error);
}

static void
a_backup_can_be_ended_until_it_has_been(Fixture *fixture,
                                        const void *data G_GNUC_UNUSED)
{
    Job *done = add_backup(fixture, JOB_DONE, BACKUP_MODE_PUSH);

    add_disk_job(fixture);
    g_assert_true(backup_of(fixture, done->id) == done);
    done->state = JOB_ENDED;
    assert_refused(fixture, !backup_of(fixture, 1), VIR_ERR_NO_DOMAIN_BACKUP,
                   "backup 1 of domain 'web' has ended");
    assert_refused(fixture, !backup_of(fixture, 2), VIR_ERR_NO_DOMAIN_BACKUP,
                   "domain 'web' has no backup 2");
}

static void
a_push_that_copies_ends_by_abort_alone(Fixture *fixture,
                                       const void *data G_GNUC_UNUSED)
{
    const Job *push = add_backup(fixture, JOB_RUNNING, BACKUP_MODE_PUSH);
    const Job *pull = add_backup(fixture, JOB_RUNNING, BACKUP_MODE_PULL);

    g_assert_true(
        job_query_check_end(fixture->domain, pull, 0, &fixture->error));
    g_assert_true(job_query_check_end(
        fixture->domain, push, VIR_DOMAIN_BACKUP_END_ABORT, &fixture->error));
    assert_refused(
        fixture,
        !job_query_check_end(fixture->domain, push, 0, &fixture->error),
        VIR_ERR_OPERATION_INVALID,
        "backup 1 of domain 'web' has not copied everything yet; wait for its "
        "completion, or abort it");
}

static void
a_push_that_failed_says_why(Fixture *fixture, const void *data G_GNUC_UNUSED)
{
    g_assert_cmpint(job_query_outcome(fixture->domain, 4, JOB_COMPLETED, NULL,
                                      &fixture->error),
                    ==, 1);
    assert_refused(fixture,
                   job_query_outcome(fixture->domain, 4, JOB_FAILED, "no space",
                                     &fixture->error) == -1,
                   VIR_ERR_OPERATION_FAILED,
                   "backup 4 of domain 'web' failed: no space");
    assert_refused(fixture,
                   job_query_outcome(fixture->domain, 4, JOB_FAILED, NULL,
                                     &fixture->error) == -1,
                   VIR_ERR_OPERATION_FAILED,
                   "backup 4 of domain 'web' failed: unknown reason");
}

/* The type that is told, and whether the table is to be written down. */
static void
assert_stats(Fixture *fixture, int id, unsigned flags, int type,
             bool is_changed)
{
    JobStats stats = {0};

    g_assert_cmpint(job_query_stats(fixture->domain, fixture->jobs, id, flags,
                                    &stats, &fixture->error),
                    ==, is_changed);
    g_assert_no_error(fixture->error);
    g_assert_cmpint(stats.type, ==, type);
    g_assert_cmpint(stats.nparams > 0, ==, type != VIR_DOMAIN_JOB_NONE);
    typed_params_free(stats.params, stats.nparams);
}

static void
completed_figures_are_told_once_unless_kept(Fixture *fixture,
                                            const void *data G_GNUC_UNUSED)
{
    const unsigned completed = VIR_DOMAIN_JOB_STATS_COMPLETED;
    const unsigned kept = completed | VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED;
    JobStats stats = {0};

    add_backup(fixture, JOB_ENDED, BACKUP_MODE_PUSH);
    assert_stats(fixture, JOB_ID_ANY, 0, VIR_DOMAIN_JOB_NONE, false);
    assert_stats(fixture, JOB_ID_DEFAULT, completed, VIR_DOMAIN_JOB_NONE,
                 false);
    assert_stats(fixture, JOB_ID_ANY, kept, VIR_DOMAIN_JOB_COMPLETED, false);
    assert_stats(fixture, 1, completed, VIR_DOMAIN_JOB_COMPLETED, true);
    assert_stats(fixture, JOB_ID_ANY, completed, VIR_DOMAIN_JOB_NONE, false);
    assert_refused(fixture,
                   job_query_stats(fixture->domain, fixture->jobs, 1, 0, &stats,
                                   &fixture->error) == -1,
                   VIR_ERR_NO_DOMAIN_BACKUP,
                   "domain 'web' has no job 1, or has forgotten it");
}

static void
a_job_that_runs_has_no_completed_figures(Fixture *fixture,
                                         const void *data G_GNUC_UNUSED)
{
    virDomainJobInfo info;

    job_query_info(fixture->jobs, &info);
    g_assert_cmpint(info.type, ==, VIR_DOMAIN_JOB_NONE);
    add_backup(fixture, JOB_RUNNING, BACKUP_MODE_PUSH);
    assert_stats(fixture, 1, VIR_DOMAIN_JOB_STATS_COMPLETED,
                 VIR_DOMAIN_JOB_NONE, false);
    assert_stats(fixture, JOB_ID_ANY, 0, VIR_DOMAIN_JOB_UNBOUNDED, false);
    job_query_info(fixture->jobs, &info);
    g_assert_cmpint(info.type, ==, VIR_DOMAIN_JOB_UNBOUNDED);
}

static Job *
victim(Fixture *fixture, int id)
{
    return job_query_victim(fixture->domain, fixture->jobs, id,
                            &fixture->error);
}

static void
only_what_runs_is_aborted(Fixture *fixture, const void *data G_GNUC_UNUSED)
{
    Job *push = NULL;
    Job *disk_job = NULL;

    assert_refused(fixture, !victim(fixture, JOB_ID_ANY),
                   VIR_ERR_OPERATION_INVALID,
                   "no job is running on domain 'web'");
    add_backup(fixture, JOB_DONE, BACKUP_MODE_PUSH);
    assert_refused(fixture, !victim(fixture, 1), VIR_ERR_OPERATION_INVALID,
                   "job 1 of domain 'web' has ended");
    assert_refused(fixture, !victim(fixture, 7), VIR_ERR_NO_DOMAIN_BACKUP,
                   "domain 'web' has no job 7, or has forgotten it");
    push = add_backup(fixture, JOB_RUNNING, BACKUP_MODE_PUSH);
    disk_job = add_disk_job(fixture);
    g_assert_true(victim(fixture, JOB_ID_ANY) == push);
    g_assert_true(victim(fixture, disk_job->id) == disk_job);
    assert_refused(fixture, !victim(fixture, JOB_ID_DEFAULT),
                   VIR_ERR_OPERATION_INVALID,
                   "no job is running on domain 'web'");
}

static void
the_domains_abort_ends_a_pull_in_peace(Fixture *fixture,
                                       const void *data G_GNUC_UNUSED)
{
    const Job *pull = add_backup(fixture, JOB_RUNNING, BACKUP_MODE_PULL);
    const Job *push = add_backup(fixture, JOB_RUNNING, BACKUP_MODE_PUSH);

    g_assert_true(job_query_ends_pull(pull, JOB_ID_ANY));
    g_assert_false(job_query_ends_pull(pull, pull->id));
    g_assert_false(job_query_ends_pull(push, JOB_ID_ANY));
    g_assert_false(job_query_ends_pull(add_disk_job(fixture), JOB_ID_ANY));
}

#define ADD(name)                                                       \
    g_test_add("/driver/job_query/" #name, Fixture, NULL, set_up, name, \
               tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(ids_are_those_of_the_default_job_and_of_what_has_not_ended);
    ADD(ended_jobs_are_listed_when_asked_for_until_they_are_forgotten);
    ADD(an_id_finds_its_job_and_0_the_default_one);
    ADD(only_backups_have_a_document);
    ADD(a_backup_can_be_ended_until_it_has_been);
    ADD(a_push_that_copies_ends_by_abort_alone);
    ADD(a_push_that_failed_says_why);
    ADD(completed_figures_are_told_once_unless_kept);
    ADD(a_job_that_runs_has_no_completed_figures);
    ADD(only_what_runs_is_aborted);
    ADD(the_domains_abort_ends_a_pull_in_peace);
    return g_test_run();
}
