/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is seen of a save while its call has not returned, and that Ctrl-C gives
 * it up.  The test plays the call: it waits for what the watch does. */
#include "cli/save/save_watch.h"

#include "api/init.h"
#include "base/error.h"
#include "capture.h"
#include "driver/registry.h"
#include "script_driver.h"

#include <signal.h>
#include <string.h>

static gint asked;           /* atomic: how often the job was asked for */
static gint aborts;          /* atomic */
static bool is_never_ending; /* an abort is refused */

/* 100 bytes, 60 of them zeroes that nobody writes; the first ask is before the
 * job was begun. */
static int
job_info(virDomainPtr domain G_GNUC_UNUSED, virDomainJobInfoPtr ret_info,
         GError **error G_GNUC_UNUSED)
{
    memset(ret_info, 0, sizeof(*ret_info));
    if (g_atomic_int_add(&asked, 1) > 0) {
        ret_info->type = VIR_DOMAIN_JOB_UNBOUNDED;
        ret_info->dataTotal = 100;
        ret_info->dataRemaining = 40;
    }
    return 0;
}

static int
job_abort(virDomainPtr domain G_GNUC_UNUSED, int id G_GNUC_UNUSED,
          GError **error)
{
    g_atomic_int_inc(&aborts);
    if (is_never_ending)
        fail(error, VIR_ERR_OPERATION_INVALID, "it cannot be given up");
    return is_never_ending ? -1 : 0;
}

static const Driver script_driver = {
    SCRIPT_DRIVER,
    .job_info = job_info,
    .job_abort = job_abort,
};

/* In the place of src/api/init.c. */
void
add_builtin_drivers(void)
{
    registry_add(&script_driver);
}

/* A call that returns how @is_done says: after Ctrl-C, or after the job was seen
 * at work. */
static CommandResult
save(Capture *capture, bool is_interrupted, bool is_done)
{
    g_auto(Tool) tool = {.output = capture->output};
    g_autoptr(virDomain) domain = NULL;
    SaveWatch *watch = NULL;

    g_atomic_int_set(&asked, 0);
    g_atomic_int_set(&aborts, 0);
    tool_watch_errors();
    tool.connection = virConnectOpen("script:///");
    g_assert_nonnull(tool.connection);
    domain = virDomainLookupByName(tool.connection, "web");
    watch = save_watch_begin(&tool, domain, "Save");
    while (g_atomic_int_get(&asked) < 3)
        g_thread_yield();
    if (is_interrupted) {
        raise(SIGINT);
        while (g_atomic_int_get(&aborts) == 0)
            g_thread_yield();
    }
    return save_watch_end(watch, is_done);
}

static void
how_far_it_is_is_shown_and_that_it_is_done(void)
{
    g_autoptr(Capture) capture = capture_new();

    g_assert_cmpint(save(capture, false, true), ==, RESULT_DONE);
    g_assert_nonnull(strstr(capture_err(capture), "Save: 60 %"));
    g_assert_nonnull(strstr(capture_err(capture), "Save: 100 %"));
    g_assert_cmpint(aborts, ==, 0);
}

static void
what_failed_by_itself_is_no_interruption(void)
{
    g_autoptr(Capture) capture = capture_new();

    g_assert_cmpint(save(capture, false, false), ==, RESULT_FAILED);
    g_assert_null(strstr(capture_err(capture), "100 %"));
}

static void
ctrl_c_gives_it_up_once(void)
{
    g_autoptr(Capture) capture = capture_new();

    g_assert_cmpint(save(capture, true, false), ==, RESULT_INTERRUPTED);
    g_assert_cmpint(aborts, ==, 1);
    /* The call's own words are its caller's to say. */
    g_assert_null(strstr(capture_err(capture), "error:"));
}

static void
what_cannot_be_given_up_says_so_and_is_waited_for(void)
{
    g_autoptr(Capture) capture = capture_new();

    is_never_ending = true;
    g_assert_cmpint(save(capture, true, true), ==, RESULT_DONE);
    is_never_ending = false;
    g_assert_nonnull(strstr(capture_err(capture), "it cannot be given up"));
}

static void
without_a_watch_there_is_a_result(void)
{
    g_assert_cmpint(save_watch_end(NULL, true), ==, RESULT_DONE);
    g_assert_cmpint(save_watch_end(NULL, false), ==, RESULT_FAILED);
}

#define ADD(test) g_test_add_func("/cli/save_watch/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(virEventRegisterDefaultImpl(), ==, 0);
    ADD(how_far_it_is_is_shown_and_that_it_is_done);
    ADD(what_failed_by_itself_is_no_interruption);
    ADD(ctrl_c_gives_it_up_once);
    ADD(what_cannot_be_given_up_says_so_and_is_waited_for);
    ADD(without_a_watch_there_is_a_result);
    return g_test_run();
}
