/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Progress: lines in a log, one line on a terminal, nothing when quiet. */
#include "cli/progress_bar.h"

#include "capture.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define MIB (1024ULL * 1024)

static unsigned
count_lines(const char *text)
{
    unsigned lines = 0;

    for (; *text; text++)
        lines += *text == '\n' ? 1 : 0;
    return lines;
}

static void
a_log_gets_a_line_each_tenth(void)
{
    g_autoptr(Capture) capture = capture_new();
    g_autoptr(ProgressBar) bar = progress_bar_new("Backup", &capture->output);

    for (unsigned i = 0; i <= 1000; i++)
        progress_bar_update(bar, i * MIB, 1000 * MIB);
    progress_bar_update(bar, 1000 * MIB, 1000 * MIB);
    g_assert_cmpuint(count_lines(capture_err(capture)), ==, 11);
    g_assert_true(g_str_has_prefix(capture_err(capture),
                                   "Backup: 0 %, 0.0 of 1000.0 MiB"));
    g_assert_nonnull(
        strstr(capture_err(capture), "\nBackup: 100 %, 1000.0 of 1000.0 MiB"));
    g_assert_cmpstr(capture_out(capture), ==, "");
}

static void
an_unknown_total_shows_nothing(void)
{
    g_autoptr(Capture) capture = capture_new();
    g_autoptr(ProgressBar) bar = progress_bar_new("Backup", &capture->output);

    progress_bar_update(bar, 5, 0);
    g_assert_cmpstr(capture_err(capture), ==, "");
}

static void
quiet_shows_nothing(void)
{
    g_autoptr(Capture) capture = capture_new();
    g_autoptr(ProgressBar) bar = NULL;

    capture->output.is_quiet = true;
    bar = progress_bar_new("Backup", &capture->output);
    progress_bar_update(bar, 5, 10);
    g_assert_cmpstr(capture_err(capture), ==, "");
}

static void
more_than_all_is_all(void)
{
    g_autoptr(Capture) capture = capture_new();
    g_autoptr(ProgressBar) bar = progress_bar_new("Backup", &capture->output);

    progress_bar_update(bar, 20 * MIB, 10 * MIB);
    g_assert_true(g_str_has_prefix(capture_err(capture),
                                   "Backup: 100 %, 10.0 of 10.0 MiB"));
}

static void
a_terminal_has_one_line_with_a_bar(void)
{
    int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    g_autoptr(ProgressBar) bar = NULL;
    char shown[4096] = "";
    ssize_t size = 0;
    Output output = {.out = stdout};

    if (terminal < 0 || grantpt(terminal) < 0 || unlockpt(terminal) < 0) {
        g_test_skip("no pseudo-terminals here");
        return;
    }
    output.err = fopen(ptsname(terminal), "we");
    g_assert_nonnull(output.err);
    bar = progress_bar_new("Backup", &output);
    progress_bar_update(bar, 5 * MIB, 10 * MIB);
    size = read(terminal, shown, sizeof(shown) - 1);
    g_assert_cmpint(size, >, 0);
    g_assert_true(g_str_has_prefix(shown, "\rBackup: [###"));
    g_assert_nonnull(strstr(shown, "...]  50 %, 5.0 of 10.0 MiB"));
    g_assert_null(strchr(shown, '\n'));
    progress_bar_end(bar);
    progress_bar_end(bar);
    size = read(terminal, shown, sizeof(shown) - 1);
    g_assert_cmpint(size, ==, 2);
    g_assert_cmpmem(shown, 2, "\r\n", 2);
    g_clear_pointer(&bar, progress_bar_free);
    fclose(output.err);
    close(terminal);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/progress_bar/a_log_gets_a_line_each_tenth",
                    a_log_gets_a_line_each_tenth);
    g_test_add_func("/cli/progress_bar/an_unknown_total_shows_nothing",
                    an_unknown_total_shows_nothing);
    g_test_add_func("/cli/progress_bar/quiet_shows_nothing",
                    quiet_shows_nothing);
    g_test_add_func("/cli/progress_bar/more_than_all_is_all",
                    more_than_all_is_all);
    g_test_add_func("/cli/progress_bar/a_terminal_has_one_line_with_a_bar",
                    a_terminal_has_one_line_with_a_bar);
    return g_test_run();
}
