/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Scripts: lines from what is no terminal. */
#include "cli/shell/shell.h"

#include "console.h"

#include <libvirt/virterror.h>
#include <string.h>
#include <unistd.h>

/* Runs @length bytes of @text as a script on the fake driver. */
static CommandResult
run_bytes(Capture *capture, const char *text, size_t length)
{
    g_auto(Tool)
        tool = {.output = capture->output, .uri = g_strdup("fake:///")};
    FILE *input = fmemopen((char *)text, length, "r");
    CommandResult result = RESULT_DONE;

    g_assert_nonnull(input);
    fake_reset();
    tool_watch_errors();
    result = shell_run(&tool, input);
    fclose(input);
    return result;
}

static void
assert_script(const char *text, CommandResult result, const char *out,
              const char *err)
{
    g_autoptr(Capture) capture = capture_new();

    g_assert_cmpint(run_bytes(capture, text, strlen(text)), ==, result);
    g_assert_cmpstr(capture_out(capture), ==, out);
    if (err) {
        g_assert_nonnull(strstr(capture_err(capture), err));
    } else {
        g_assert_cmpstr(capture_err(capture), ==, "");
    }
}

static void
lines_run_one_after_the_other(void)
{
    assert_script("domname 7\n\n# a remark\n  ; \ndomid 8; domname 9\n",
                  RESULT_DONE, "web\n\n8\n\nweb\n\n", NULL);
    assert_script("domname 7", RESULT_DONE, "web\n\n", NULL);
    assert_script("#\n", RESULT_DONE, "", NULL);
}

static void
a_failure_does_not_end_the_script(void)
{
    assert_script("nosuch\ndomname 7\n", RESULT_DONE, "web\n\n", "'nosuch'");
    assert_script("domname 7\ndefine /nonexistent/x\n\n", RESULT_FAILED,
                  "web\n\n", "/nonexistent/x");
    assert_script("domname 7\nlist '\n", RESULT_USAGE, "web\n\n", "not closed");
}

static void
quit_ends_it(void)
{
    assert_script("domname 7; quit; domname 8\ndomname 9\n", RESULT_DONE,
                  "web\n\n", NULL);
    assert_script("exit\nnosuch\n", RESULT_DONE, "", NULL);
}

static void
what_is_no_text_is_refused(void)
{
    static const char text[] = "domname\0 7\ndomname 8\n";
    g_autoptr(Capture) capture = capture_new();
    g_autofree char *many = g_strnfill(3 * 1024 * 1024, 'x');
    g_autofree char *script = g_strconcat(many, "\n", NULL);

    g_assert_cmpint(run_bytes(capture, text, sizeof(text) - 1), ==,
                    RESULT_DONE);
    g_assert_cmpstr(capture_out(capture), ==, "web\n\n");
    g_assert_nonnull(strstr(capture_err(capture), "NUL"));
    assert_script(script, RESULT_USAGE, "", "it is no command");
}

/* One connection serves all lines, until another is asked for. */
static void
the_connection_stays(void)
{
    static const char text[] = "uri\nuri\nconnect fake:///other\nuri\n";
    g_autoptr(Capture) capture = capture_new();

    g_assert_cmpint(run_bytes(capture, text, strlen(text)), ==, RESULT_DONE);
    g_assert_cmpint(fake.closes, ==, 2);
    g_assert_cmpstr(fake.opened, ==, "fake:///other");
}

static void
cd_goes_where_pwd_says(void)
{
    g_autofree char *here = g_get_current_dir();
    g_autofree char *home = g_strdup_printf("%s\n\n", g_get_home_dir());
    g_autoptr(Said) outside = NULL;

    assert_script("cd /\npwd\n", RESULT_DONE, "\n/\n\n", NULL);
    assert_script("cd /nonexistent\npwd\n", RESULT_DONE, "/\n\n",
                  "Failed to go to folder '/nonexistent'");
    if (g_file_test(g_get_home_dir(), G_FILE_TEST_IS_DIR)) {
        g_autofree char *expected = g_strconcat("\n", home, NULL);

        assert_script("cd\npwd\n", RESULT_DONE, expected, NULL);
    }
    g_assert_cmpint(chdir(here), ==, 0);
    outside = console_run("cd /");
    said_refused(outside, RESULT_USAGE, "in the shell alone");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/shell/lines_run_one_after_the_other",
                    lines_run_one_after_the_other);
    g_test_add_func("/cli/shell/a_failure_does_not_end_the_script",
                    a_failure_does_not_end_the_script);
    g_test_add_func("/cli/shell/quit_ends_it", quit_ends_it);
    g_test_add_func("/cli/shell/what_is_no_text_is_refused",
                    what_is_no_text_is_refused);
    g_test_add_func("/cli/shell/the_connection_stays", the_connection_stays);
    g_test_add_func("/cli/shell/cd_goes_where_pwd_says",
                    cd_goes_where_pwd_says);
    return g_test_run();
}
