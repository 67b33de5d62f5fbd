/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Events are printed as virsh prints them, and as many as were asked for. */
#include "api/init.h"
#include "base/typed_params.h"
#include "capture.h"
#include "cli/command.h"
#include "driver/event_queue.h"
#include "driver/registry.h"
#include "script_driver.h"

#include <string.h>

static const unsigned char uuid[VIR_UUID_BUFLEN] = {1};

/* Two lifecycle events and a job's end happen as soon as somebody listens.
 * Those of a kind that is registered later are not for us. */
static void
queue_disk_events(EventQueue *queue)
{
    const EventDomain domain = {.name = "web", .uuid = uuid, .id = 1};
    const EventIoError failure = {.path = "/a",
                                  .alias = "virtio-disk0",
                                  .action = VIR_DOMAIN_EVENT_IO_ERROR_PAUSE,
                                  .reason = "enospc"};
    const EventBlockJob job = {.path = "/a",
                               .target = "vda",
                               .type = VIR_DOMAIN_BLOCK_JOB_TYPE_COMMIT,
                               .status = VIR_DOMAIN_BLOCK_JOB_READY};
    const EventBlockThreshold crossed = {
        .device = "vda", .threshold = 4096, .excess = 7};

    event_queue_io_error(queue, &domain, &failure);
    event_queue_block_job(queue, &domain, &job);
    event_queue_agent_lifecycle(
        queue, &domain,
        VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_CONNECTED,
        VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_CHANNEL);
    event_queue_block_threshold(queue, &domain, &crossed);
    event_queue_metadata(queue, &domain, VIR_DOMAIN_METADATA_TITLE, NULL);
}

static void
events_wanted(virConnectPtr conn, bool is_wanted)
{
    virTypedParameterPtr params = NULL;
    int count = 0;

    if (!is_wanted)
        return;
    event_queue_lifecycle(conn->events, "web", uuid, 1,
                          VIR_DOMAIN_EVENT_STARTED,
                          VIR_DOMAIN_EVENT_STARTED_BOOTED);
    event_queue_lifecycle(conn->events, "web", uuid, 1,
                          VIR_DOMAIN_EVENT_SUSPENDED,
                          VIR_DOMAIN_EVENT_SUSPENDED_PAUSED);
    typed_params_add_int(&params, &count, VIR_DOMAIN_JOB_OPERATION, 9);
    typed_params_add_boolean(&params, &count, VIR_DOMAIN_JOB_SUCCESS, true);
    typed_params_add_string(&params, &count, VIR_DOMAIN_JOB_ERRMSG, "none");
    event_queue_job_completed(conn->events, "web", uuid, 1, params, count);
    virTypedParamsFree(params, count);
    queue_disk_events(conn->events);
}

static const Driver script_driver = {
    SCRIPT_DRIVER,
    .events_wanted = events_wanted,
};

/* In the place of src/api/init.c. */
void
add_builtin_drivers(void)
{
    registry_add(&script_driver);
}

static CommandResult
run(Capture *capture, const char *line)
{
    char *arguments[] = {(char *)line, NULL};
    g_auto(Tool)
        tool = {.output = capture->output, .uri = g_strdup("script:///")};

    tool_watch_errors();
    return command_run(&tool, arguments);
}

static void
one_event_is_enough(void)
{
    g_autoptr(Capture) capture = capture_new();

    g_assert_cmpint(run(capture, "event --event lifecycle"), ==, RESULT_DONE);
    g_assert_cmpstr(capture_out(capture), ==,
                    "event 'lifecycle' for domain 'web': Started Booted\n"
                    "events received: 1\n\n");
}

static void
a_loop_takes_all_until_its_time_is_over(void)
{
    g_autoptr(Capture) capture = capture_new();

    g_assert_cmpint(run(capture, "event --event lifecycle --loop --timeout 1"),
                    ==, RESULT_DONE);
    g_assert_cmpstr(capture_out(capture), ==,
                    "event 'lifecycle' for domain 'web': Started Booted\n"
                    "event 'lifecycle' for domain 'web': Suspended Paused\n"
                    "event loop timed out\n"
                    "events received: 2\n\n");
}

static void
the_figures_of_a_job_follow_its_end(void)
{
    g_autoptr(Capture) capture = capture_new();

    g_assert_cmpint(run(capture, "event --event job-completed"), ==,
                    RESULT_DONE);
    g_assert_cmpstr(capture_out(capture), ==,
                    "event 'job-completed' for domain 'web':\n"
                    "\toperation: 9\n"
                    "\tsuccess: yes\n"
                    "\terrmsg: none\n"
                    "events received: 1\n\n");
}

/* Each as virsh prints it. */
static void
disks_and_agents_tell_what_happened(void)
{
    static const struct {
        const char *kind;
        const char *line;
    } cases[] = {
        {"io-error", "/a (virtio-disk0) pause"},
        {"io-error-reason", "/a (virtio-disk0) pause due to enospc"},
        {"block-job", "Block Commit for /a ready"},
        {"block-job-2", "Block Commit for vda ready"},
        {"agent-lifecycle", "state: 'connected' reason: 'channel event'"},
        {"block-threshold", "dev: vda() 4096 7"},
        {"metadata-change", "type title, uri <null>"},
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Capture) capture = capture_new();
        g_autofree char *line =
            g_strdup_printf("event --event %s", cases[i].kind);
        g_autofree char *expected = g_strdup_printf(
            "event '%s' for domain 'web': %s\nevents received: 1\n\n",
            cases[i].kind, cases[i].line);

        g_assert_cmpint(run(capture, line), ==, RESULT_DONE);
        g_assert_cmpstr(capture_out(capture), ==, expected);
    }
}

static void
a_timestamp_stands_before_the_event(void)
{
    g_autoptr(Capture) capture = capture_new();

    g_assert_cmpint(run(capture, "event --event lifecycle --timestamp"), ==,
                    RESULT_DONE);
    g_assert_true(g_regex_match_simple(
        "^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{3}\\+0000: event 'li",
        capture_out(capture), 0, 0));
}

static void
no_event_is_a_failure(void)
{
    g_autoptr(Capture) capture = capture_new();

    g_assert_cmpint(run(capture, "event --event reboot --timeout 1"), ==,
                    RESULT_FAILED);
    g_assert_cmpstr(capture_out(capture), ==,
                    "event loop timed out\nevents received: 0\n");
}

static void
the_types_are_listed_without_waiting(void)
{
    g_autoptr(Capture) capture = capture_new();

    g_assert_cmpint(run(capture, "event --list"), ==, RESULT_DONE);
    g_assert_nonnull(strstr(capture_out(capture), "job-completed\n"));
}

static void
misuse_is_refused(void)
{
    static const char *const lines[] = {
        "event",
        "event --event nosuch",
        "event --all --event lifecycle",
        "event --all --timeout 0",
        "event --all --timeout 2147483647",
        NULL,
    };

    for (const char *const *line = lines; *line; line++) {
        g_autoptr(Capture) capture = capture_new();

        g_assert_cmpint(run(capture, *line), ==, RESULT_USAGE);
        g_assert_true(g_str_has_prefix(capture_err(capture), "error: "));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(virEventRegisterDefaultImpl(), ==, 0);
    g_test_add_func("/cli/cmd_event/one_event_is_enough", one_event_is_enough);
    g_test_add_func("/cli/cmd_event/a_loop_takes_all_until_its_time_is_over",
                    a_loop_takes_all_until_its_time_is_over);
    g_test_add_func("/cli/cmd_event/the_figures_of_a_job_follow_its_end",
                    the_figures_of_a_job_follow_its_end);
    g_test_add_func("/cli/cmd_event/disks_and_agents_tell_what_happened",
                    disks_and_agents_tell_what_happened);
    g_test_add_func("/cli/cmd_event/a_timestamp_stands_before_the_event",
                    a_timestamp_stands_before_the_event);
    g_test_add_func("/cli/cmd_event/no_event_is_a_failure",
                    no_event_is_a_failure);
    g_test_add_func("/cli/cmd_event/the_types_are_listed_without_waiting",
                    the_types_are_listed_without_waiting);
    g_test_add_func("/cli/cmd_event/misuse_is_refused", misuse_is_refused);
    return g_test_run();
}
