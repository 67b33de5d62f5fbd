/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What may follow, of the tables of commands and of the fake driver's domains:
 * "web" and "db". */
#include "cli/shell/complete.h"

#include "console.h"

#include <string.h>

/* The completion of @line's words (parted by one blank), joined by blanks. */
static char *
completion_at(const char *uri, const char *line)
{
    g_autoptr(Capture) capture = capture_new();
    g_auto(Tool) tool = {.output = capture->output, .uri = g_strdup(uri)};
    g_auto(GStrv) words = g_strsplit(line, " ", -1);
    bool is_file = false;
    g_auto(GStrv) found = NULL;

    tool_watch_errors();
    found = complete_words(&tool, (const char *const *)words, &is_file);
    g_assert_cmpstr(capture_err(capture), ==, "");
    g_assert_cmpstr(capture_out(capture), ==, "");
    return is_file ? g_strdup("FILE") : g_strjoinv(" ", found);
}

static void
assert_completion(const char *line, const char *expected)
{
    g_autofree char *got = completion_at("fake:///", line);

    if (g_strcmp0(got, expected) != 0)
        g_error("'%s' gives '%s', not '%s'", line, got, expected);
}

typedef struct {
    const char *line;
    const char *expected;
} Case;

static void
check_cases(const Case *cases)
{
    fake_reset();
    for (; cases->line; cases++)
        assert_completion(cases->line, cases->expected);
}

static void
commands_by_their_beginning(void)
{
    static const Case cases[] = {
        {"backup-e", "backup-end"},
        {"domfs", "domfsfreeze domfsinfo domfsthaw domfstrim"},
        {"nosuch", ""},
        {"nosuch x", ""},
        {"help backup", "backup backup-begin backup-dumpxml backup-end"},
        {NULL},
    };

    check_cases(cases);
}

static void
options_that_were_not_given(void)
{
    static const Case cases[] = {
        {"domstate --", "--domain --reason"},
        {"domstate web --r", "--reason"},
        {"domstate web --", "--reason"},
        {"domstate web --reason --", ""},
        {"domstate --domain web --", "--reason"},
        {"domstate --domain=web -", "--reason"},
        {"domstate -- --", ""}, /* a name that begins so */
        {"uri ", ""},
        {"list --no-a", "--no-autostart"},
        {"checkpoint-create-as web a b --d", "--diskspec"},
        {"version ", "--daemon"},
        {NULL},
    };

    check_cases(cases);
}

static void
values_that_there_are(void)
{
    static const Case cases[] = {
        {"start ", "db web"},
        {"start w", "web"},
        {"start x", ""},
        {"start web w", ""},
        {"start --domain ", "db web"},
        {"start --domain=w", "--domain=web"},
        {"start --paused=w", ""},
        {"start --paused d", "db"},
        {"define ", "FILE"},
        {"define --file ", "FILE"},
        {"backup-begin web ", "FILE"},
        {"event --event job", "job-completed"},
        {"checkpoint-create-as web ", "--description --diskspec --name "
                                      "--print-xml --quiesce"},
        {"checkpoint-delete web ", "chk"},
        {"checkpoint-delete --domain web --checkpointname c", "chk"},
        {"checkpoint-list web --from ", "chk"},
        {"backup-end web ", "0"},
        {"checkpoint-delete --checkpointname ", ""}, /* of which domain? */
        {"domrename web ", ""},
        {"snapshot-revert web ", "other snap"},
        {"snapshot-revert web --snapshotname s", "snap"},
        {NULL},
    };

    check_cases(cases);
}

/* A connection that fails offers nothing, and the failure is not reported: not
 * here, and not with the next one. */
static void
what_fails_is_silent(void)
{
    g_autofree char *nowhere = completion_at("nosuch:///", "start ");
    g_autofree char *bare = completion_at("bare:///", "checkpoint-delete web ");
    g_autofree char *options = completion_at("nosuch:///", "start --pa");

    g_assert_cmpstr(nowhere, ==, "");
    g_assert_cmpstr(bare, ==, "");
    g_assert_cmpstr(options, ==, "--paused");
    fake_reset();
    fake.is_failing = true;
    assert_completion("start ", "");
    assert_completion("checkpoint-delete web ", "");
    g_assert_cmpint(virGetLastErrorCode(), ==, VIR_ERR_OK);
}

static void
the_command_prints_one_a_line(void)
{
    g_autoptr(Said) some = NULL;
    g_autoptr(Said) file = NULL;
    g_autoptr(Said) all = NULL;

    fake_reset();
    some = console_run("complete start ''");
    said_done(some, "connect_list_domains flags=0x0");
    said_out(some, "db\nweb\n");
    file = console_run("complete -- define --file x");
    g_assert_cmpint(file->result, ==, RESULT_FAILED);
    said_out(file, "");
    all = console_run("complete");
    g_assert_nonnull(strstr(capture_out(all->capture), "\nlist\n"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/complete/commands_by_their_beginning",
                    commands_by_their_beginning);
    g_test_add_func("/cli/complete/options_that_were_not_given",
                    options_that_were_not_given);
    g_test_add_func("/cli/complete/values_that_there_are",
                    values_that_there_are);
    g_test_add_func("/cli/complete/what_fails_is_silent", what_fails_is_silent);
    g_test_add_func("/cli/complete/the_command_prints_one_a_line",
                    the_command_prints_one_a_line);
    return g_test_run();
}
