/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "console.h"

#include "api/init.h"
#include "driver/registry.h"

#include <string.h>

/* In the place of src/api/init.c. */
void
add_builtin_drivers(void)
{
    registry_add(&fake_driver);
    registry_add(&bare_driver);
}

Said *
console_run_with(const char *uri, bool is_quiet, const char *line)
{
    Said *said = g_new0(Said, 1);
    char *arguments[] = {(char *)line, NULL};
    g_auto(Tool) tool = {.uri = g_strdup(uri)};

    tool_watch_errors();
    said->line = g_strdup(line);
    said->capture = capture_new();
    tool.output = said->capture->output;
    tool.output.is_quiet = is_quiet;
    g_clear_pointer(&fake.last_call, g_free);
    said->result = command_run(&tool, arguments);
    said->last_call = g_strdup(fake.last_call);
    return said;
}

Said *
console_run(const char *line)
{
    return console_run_with("fake:///", false, line);
}

void
said_free(Said *said)
{
    if (!said)
        return;
    g_free(said->line);
    capture_free(said->capture);
    g_free(said->last_call);
    g_free(said);
}

void
said_done(Said *said, const char *call)
{
    g_test_message("%s: %s", said->line, capture_err(said->capture));
    g_assert_cmpint(said->result, ==, RESULT_DONE);
    g_assert_cmpstr(capture_err(said->capture), ==, "");
    g_assert_cmpstr(said->last_call, ==, call);
}

void
said_out(Said *said, const char *text)
{
    g_assert_cmpstr(capture_out(said->capture), ==, text);
}

void
said_refused(Said *said, CommandResult result, const char *text)
{
    const char *errors = capture_err(said->capture);

    g_test_message("%s: %s", said->line, errors);
    g_assert_cmpint(said->result, ==, result);
    g_assert_true(g_str_has_prefix(errors, "error: "));
    g_assert_nonnull(strstr(errors, text));
}

void
console_check(const ConsoleCase *cases)
{
    for (; cases->line; cases++) {
        g_autoptr(Said) said = console_run(cases->line);

        said_done(said, cases->call);
        if (cases->out)
            said_out(said, cases->out);
    }
}

void
console_check_misuse(const char *const *lines)
{
    for (; *lines; lines++) {
        g_autoptr(Said) said = console_run(*lines);

        said_refused(said, RESULT_USAGE, "");
        g_assert_null(said->last_call);
    }
}
