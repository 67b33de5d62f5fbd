/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands about the connection and the tool itself. */
#include "console.h"

#include <string.h>

static void
the_connection_is_described(void)
{
    static const ConsoleCase cases[] = {
        {"uri", "open", "fake:///canonical\n\n"},
        {"connect fake:///other; uri", "open", NULL},
        {NULL},
    };

    fake_reset();
    console_check(cases);
    g_assert_cmpstr(fake.opened, ==, "fake:///other");
}

static void
the_daemons_limits_are_told(void)
{
    static const ConsoleCase cases[] = {
        {"daemon-status", "connect_daemon_status flags=0x0",
         "Release:        0.1.0\n"
         "Process:        7\n"
         "Uptime:         93784 s\n"
         "Clients:        3 of 5000\n"
         "Strangers:      1 of 20\n"
         "From network:   0 of 20\n"
         "Calls:          2 of 1000\n"
         "Message bytes:  512 of 268435456\n\n"},
        {NULL},
    };

    fake_reset();
    console_check(cases);
}

static void
version_tells_of_library_and_hypervisor(void)
{
    g_autoptr(Said) said = NULL;

    fake_reset();
    said = console_run("version");
    said_done(said, "connect_version");
    g_assert_nonnull(strstr(capture_out(said->capture),
                            "\nRunning hypervisor: FAKE 7.2.0\n"));
}

static void
help_needs_no_connection(void)
{
    g_autoptr(Said) all = console_run_with("nosuch:///", false, "help");
    g_autoptr(Said) one =
        console_run_with("nosuch:///", false, "help backup-end");
    g_autoptr(Said) group =
        console_run_with("nosuch:///", true, "help checkpoint");

    said_done(all, NULL);
    g_assert_nonnull(strstr(capture_out(all->capture), "\n    backup-begin "));
    said_done(one, NULL);
    g_assert_nonnull(strstr(capture_out(one->capture),
                            "    backup-end <domain> [[--id] <number>] "
                            "[--abort]\n"));
    said_done(group, NULL);
    g_assert_true(g_str_has_prefix(
        capture_out(group->capture),
        " Checkpoints (help keyword 'checkpoint'):\n    checkpoint-create "));
}

static void
help_on_nothing_is_refused(void)
{
    static const char *const lines[] = {"help nosuch", "help list more", NULL};

    fake_reset();
    console_check_misuse(lines);
}

static void
a_connection_that_fails_is_named(void)
{
    g_autoptr(Said) said = console_run_with("nosuch:///", false, "uri");

    said_refused(said, RESULT_FAILED, "Failed to connect to 'nosuch:///'");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cmd_host/the_daemons_limits_are_told",
                    the_daemons_limits_are_told);
    g_test_add_func("/cli/cmd_host/the_connection_is_described",
                    the_connection_is_described);
    g_test_add_func("/cli/cmd_host/version_tells_of_library_and_hypervisor",
                    version_tells_of_library_and_hypervisor);
    g_test_add_func("/cli/cmd_host/help_needs_no_connection",
                    help_needs_no_connection);
    g_test_add_func("/cli/cmd_host/help_on_nothing_is_refused",
                    help_on_nothing_is_refused);
    g_test_add_func("/cli/cmd_host/a_connection_that_fails_is_named",
                    a_connection_that_fails_is_named);
    return g_test_run();
}
