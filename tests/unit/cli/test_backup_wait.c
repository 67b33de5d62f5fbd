/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever becomes of a job that is waited for is noticed and said. */
#include "cli/backup_wait.h"

#include "api/init.h"
#include "base/error.h"
#include "base/typed_params.h"
#include "capture.h"
#include "driver/registry.h"
#include "script_driver.h"

#include <signal.h>
#include <string.h>

enum { JOB_ID = 3 };

/* What one question about the job is answered with. */
typedef struct {
    int type;  /* virDomainJobType */
    int error; /* the virErrorNumber of a refusal; 0: none */
    unsigned long long done;
    const char *message;
    bool is_interrupting; /* Ctrl-C comes at this moment */
} Answer;

/* The script of one test, and what was asked of it. */
typedef struct {
    const Answer *answers;
    unsigned asked; /* the last answer is repeated */
    unsigned count;
    int end_result; /* of backup_end; -1 with end_error */
    int end_error;
    int busy_ends; /* calls of backup_end that are too early */
    int ends;
    unsigned end_flags;
} Script;

static Script script;
static int busy_ends; /* for the next script */

static virDomainJobPtr
job_lookup(virDomainPtr domain, int id, GError **error G_GNUC_UNUSED)
{
    return job_object_new(domain, id, VIR_DOMAIN_JOB_UNBOUNDED,
                          VIR_DOMAIN_JOB_OPERATION_BACKUP);
}

static int
job_stats(virDomainPtr domain G_GNUC_UNUSED, int id,
          unsigned flags G_GNUC_UNUSED, JobStats *ret_stats, GError **error)
{
    const Answer *answer = &script.answers[script.asked];

    g_assert_cmpint(id, ==, JOB_ID);
    if (script.asked + 1 < script.count)
        script.asked++;
    if (answer->is_interrupting)
        raise(SIGINT);
    if (answer->error != 0) {
        fail(error, answer->error, "the script says so");
        return -1;
    }
    ret_stats->type = answer->type;
    typed_params_add_ullong(&ret_stats->params, &ret_stats->nparams,
                            VIR_DOMAIN_JOB_DISK_TOTAL, 100);
    typed_params_add_ullong(&ret_stats->params, &ret_stats->nparams,
                            VIR_DOMAIN_JOB_DISK_PROCESSED, answer->done);
    if (answer->message) {
        typed_params_add_string(&ret_stats->params, &ret_stats->nparams,
                                VIR_DOMAIN_JOB_ERRMSG, answer->message);
    }
    return 0;
}

static int
backup_end(virDomainPtr domain G_GNUC_UNUSED, int id, unsigned flags,
           GError **error)
{
    g_assert_cmpint(id, ==, JOB_ID);
    if (script.busy_ends > 0) {
        script.busy_ends--;
        fail(error, VIR_ERR_OPERATION_TIMEOUT, "somebody holds the root");
        return -1;
    }
    script.ends++;
    script.end_flags = flags;
    if (script.end_result < 0)
        fail(error, script.end_error, "the script says so");
    return script.end_result;
}

static const Driver script_driver = {
    SCRIPT_DRIVER,
    .job_lookup = job_lookup,
    .job_stats = job_stats,
    .backup_end = backup_end,
};

/* In the place of src/api/init.c. */
void
add_builtin_drivers(void)
{
    registry_add(&script_driver);
}

/* Waits for the job that @answers describe; @end_result and @end_error are of
 * the call that ends it. */
static CommandResult
wait_for_job(Capture *capture, const Answer *answers, unsigned count,
             int end_result, int end_error)
{
    virConnectPtr connection = NULL;
    g_auto(Tool) tool = {.output = capture->output};
    g_autoptr(virDomain) domain = NULL;

    script = (Script){.answers = answers,
                      .count = count,
                      .busy_ends = busy_ends,
                      .end_result = end_result,
                      .end_error = end_error};
    tool_watch_errors();
    connection = virConnectOpen("script:///");
    g_assert_nonnull(connection);
    tool.connection = connection;
    domain = virDomainLookupByName(connection, "web");
    return backup_wait(&tool, domain, JOB_ID);
}

#define WAIT(capture, answers, end_result, end_error) \
    wait_for_job(capture, answers, G_N_ELEMENTS(answers), end_result, end_error)

static const Answer running = {VIR_DOMAIN_JOB_UNBOUNDED, 0, 40};

static void
a_completed_job_is_ended(void)
{
    const Answer answers[] = {
        running, running, {VIR_DOMAIN_JOB_COMPLETED, 0, 100}};
    g_autoptr(Capture) capture = capture_new();

    g_assert_cmpint(WAIT(capture, answers, 1, 0), ==, RESULT_DONE);
    g_assert_cmpint(script.ends, ==, 1);
    g_assert_cmpuint(script.end_flags, ==, 0);
    g_assert_cmpstr(capture_out(capture), ==, "Backup completed (job 3)\n");
    g_assert_nonnull(strstr(capture_err(capture), "Backup: 40 %"));
    g_assert_nonnull(strstr(capture_err(capture), "Backup: 100 %"));
}

static void
an_abort_by_another_is_said(void)
{
    const Answer answers[] = {running,
                              {VIR_DOMAIN_JOB_CANCELLED, 0, 40, "aborted"}};
    g_autoptr(Capture) capture = capture_new();

    g_assert_cmpint(WAIT(capture, answers, -1, VIR_ERR_NO_DOMAIN_BACKUP), ==,
                    RESULT_FAILED);
    g_assert_nonnull(strstr(capture_err(capture),
                            "error: Backup job 3 of domain 'web' was aborted "
                            "by another process\n"));
    g_assert_cmpstr(capture_out(capture), ==, "");
}

static void
a_job_that_is_forgotten_was_ended_by_another(void)
{
    const Answer answers[] = {running, {.error = VIR_ERR_NO_DOMAIN_BACKUP}};
    g_autoptr(Capture) capture = capture_new();

    g_assert_cmpint(WAIT(capture, answers, 1, 0), ==, RESULT_FAILED);
    g_assert_cmpint(script.ends, ==, 0);
    g_assert_nonnull(
        strstr(capture_err(capture), "was ended by another process\n"));
}

static void
a_whole_backup_that_another_ended_is_whole(void)
{
    const Answer answers[] = {{VIR_DOMAIN_JOB_COMPLETED, 0, 100}};
    g_autoptr(Capture) capture = capture_new();

    g_assert_cmpint(WAIT(capture, answers, -1, VIR_ERR_NO_DOMAIN_BACKUP), ==,
                    RESULT_DONE);
    g_assert_cmpstr(capture_out(capture), ==,
                    "Backup completed (job 3, ended by another process)\n");
}

static void
a_failure_is_said_and_its_job_ended(void)
{
    const Answer answers[] = {running,
                              {VIR_DOMAIN_JOB_FAILED, 0, 40, "no space left"}};
    g_autoptr(Capture) capture = capture_new();

    g_assert_cmpint(WAIT(capture, answers, 0, 0), ==, RESULT_FAILED);
    g_assert_cmpint(script.ends, ==, 1);
    g_assert_cmpuint(script.end_flags, ==, VIR_DOMAIN_BACKUP_END_ABORT);
    g_assert_nonnull(strstr(capture_err(capture),
                            "error: Backup job 3 of domain 'web' failed\n"
                            "error: no space left\n"));
}

static void
ctrl_c_aborts_the_job(void)
{
    const Answer answers[] = {
        running, {VIR_DOMAIN_JOB_UNBOUNDED, 0, 50, NULL, true}, running};
    g_autoptr(Capture) capture = capture_new();

    g_assert_cmpint(WAIT(capture, answers, 0, 0), ==, RESULT_INTERRUPTED);
    g_assert_cmpint(script.ends, ==, 1);
    g_assert_cmpuint(script.end_flags, ==, VIR_DOMAIN_BACKUP_END_ABORT);
    g_assert_nonnull(
        strstr(capture_err(capture), "error: Backup aborted (job 3)\n"));
}

static void
ctrl_c_too_late_finds_a_whole_backup(void)
{
    const Answer answers[] = {{VIR_DOMAIN_JOB_UNBOUNDED, 0, 50, NULL, true}};
    g_autoptr(Capture) capture = capture_new();

    g_assert_cmpint(WAIT(capture, answers, 1, 0), ==, RESULT_DONE);
    g_assert_cmpstr(capture_out(capture), ==, "Backup completed (job 3)\n");
}

static void
a_library_that_cannot_tell_ends_the_wait(void)
{
    const Answer answers[] = {running, {.error = VIR_ERR_SYSTEM_ERROR}};
    g_autoptr(Capture) capture = capture_new();

    g_assert_cmpint(WAIT(capture, answers, 1, 0), ==, RESULT_FAILED);
    g_assert_cmpint(script.ends, ==, 0);
    g_assert_nonnull(strstr(capture_err(capture),
                            "error: Failed to ask about backup job 3 of domain "
                            "'web'\nerror: the script says so\n"));
}

/* How often @word is in @text. */
static unsigned
count_words(const char *text, const char *word)
{
    unsigned count = 0;

    for (text = strstr(text, word); text; text = strstr(text + 1, word))
        count++;
    return count;
}

static void
a_root_that_is_held_long_is_waited_for(void)
{
    const Answer answers[] = {running,
                              {.error = VIR_ERR_OPERATION_TIMEOUT},
                              {.error = VIR_ERR_OPERATION_TIMEOUT},
                              {VIR_DOMAIN_JOB_COMPLETED, 0, 100}};
    g_autoptr(Capture) capture = capture_new();

    busy_ends = 2;
    g_assert_cmpint(WAIT(capture, answers, 1, 0), ==, RESULT_DONE);
    busy_ends = 0;
    g_assert_cmpint(script.ends, ==, 1);
    g_assert_cmpuint(count_words(capture_err(capture), "Still trying"), ==, 1);
    g_assert_cmpstr(capture_out(capture), ==, "Backup completed (job 3)\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(virEventRegisterDefaultImpl(), ==, 0);
    g_test_add_func("/cli/backup_wait/a_completed_job_is_ended",
                    a_completed_job_is_ended);
    g_test_add_func("/cli/backup_wait/an_abort_by_another_is_said",
                    an_abort_by_another_is_said);
    g_test_add_func(
        "/cli/backup_wait/a_job_that_is_forgotten_was_ended_by_another",
        a_job_that_is_forgotten_was_ended_by_another);
    g_test_add_func(
        "/cli/backup_wait/a_whole_backup_that_another_ended_is_whole",
        a_whole_backup_that_another_ended_is_whole);
    g_test_add_func("/cli/backup_wait/a_failure_is_said_and_its_job_ended",
                    a_failure_is_said_and_its_job_ended);
    g_test_add_func("/cli/backup_wait/ctrl_c_aborts_the_job",
                    ctrl_c_aborts_the_job);
    g_test_add_func("/cli/backup_wait/ctrl_c_too_late_finds_a_whole_backup",
                    ctrl_c_too_late_finds_a_whole_backup);
    g_test_add_func("/cli/backup_wait/a_library_that_cannot_tell_ends_the_wait",
                    a_library_that_cannot_tell_ends_the_wait);
    g_test_add_func("/cli/backup_wait/a_root_that_is_held_long_is_waited_for",
                    a_root_that_is_held_long_is_waited_for);
    return g_test_run();
}
