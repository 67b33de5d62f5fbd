/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Each command on a domain asks for what its name says, with its flags. */
#include "console.h"

#include <glib/gstdio.h>

static void
each_command_makes_its_call(void)
{
    static const ConsoleCase cases[] = {
        {"suspend web", "domain_suspend", "Domain 'web' suspended\n\n"},
        {"resume web", "domain_resume", "Domain 'web' resumed\n\n"},
        {"reset web", "domain_reset flags=0x0", "Domain 'web' was reset\n\n"},
        {"start web", "domain_create flags=0x0", "Domain 'web' started\n\n"},
        {"shutdown web", "domain_shutdown flags=0x0",
         "Domain 'web' is being shutdown\n\n"},
        {"reboot web", "domain_reboot flags=0x0",
         "Domain 'web' is being rebooted\n\n"},
        {"destroy web", "domain_destroy flags=0x0",
         "Domain 'web' destroyed\n\n"},
        {"undefine web", "domain_undefine flags=0x0",
         "Domain 'web' has been undefined\n\n"},
        {"autostart web", "domain_set_autostart 1",
         "Domain 'web' marked as autostarted\n\n"},
        {"autostart web --disable", "domain_set_autostart 0",
         "Domain 'web' unmarked as autostarted\n\n"},
        {"domrename web db", "domain_rename db flags=0x0",
         "Domain successfully renamed\n\n"},
        {NULL},
    };

    fake_reset();
    console_check(cases);
}

static void
flags_reach_the_library(void)
{
    static const ConsoleCase cases[] = {
        {"start web --paused", "domain_create flags=0x1", NULL},
        {"start web --bypass-cache --force-boot --reset-nvram",
         "domain_create flags=0x2c", NULL},
        {"undefine web --checkpoints-metadata --nvram",
         "domain_undefine flags=0x14", NULL},
        {"undefine --keep-nvram web --managed-save --snapshots-metadata",
         "domain_undefine flags=0xb", NULL},
        {"destroy web --graceful", "domain_destroy flags=0x1", NULL},
        {"shutdown web --mode acpi,agent", "domain_shutdown flags=0x3", NULL},
        {"reboot web --mode=agent", "domain_reboot flags=0x2", NULL},
        {NULL},
    };

    fake_reset();
    console_check(cases);
}

static void
define_sends_the_file(void)
{
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("strandline-XXXXXX", &path, NULL);
    g_autofree char *line = g_strdup_printf("define '%s' --validate", path);
    g_autoptr(Said) said = NULL;

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(write(fd, "<domain/>", 9), ==, 9);
    close(fd);
    fake_reset();
    said = console_run(line);
    said_done(said, "domain_define <domain/> flags=0x1");
    g_unlink(path);
}

static void
a_file_that_cannot_be_read_is_named(void)
{
    g_autoptr(Said) said = NULL;

    fake_reset();
    said = console_run("define /nonexistent/x.xml");
    said_refused(said, RESULT_FAILED, "'/nonexistent/x.xml'");
}

static void
a_failure_says_what_and_why(void)
{
    g_autoptr(Said) said = NULL;

    said = console_run_with("bare:///", false, "suspend web");
    said_refused(said, RESULT_FAILED,
                 "Failed to find domain 'web'\nerror: the driver BARE");
    said_out(said, "");
}

static void
the_call_that_failed_is_named(void)
{
    g_autoptr(Said) said = NULL;

    fake_reset();
    fake.result = -1;
    said = console_run("suspend web");
    said_refused(said, RESULT_FAILED, "Failed to suspend domain 'web'");
}

static void
misuse_is_refused_before_anything_runs(void)
{
    static const char *const lines[] = {
        "start",
        "start web --nope",
        "start web web2",
        "undefine web --nvram --keep-nvram",
        "undefine web --tpm --keep-tpm",
        "shutdown web --mode acpi,teleport",
        "reboot web --mode ''",
        "domrename web",
        NULL,
    };

    fake_reset();
    console_check_misuse(lines);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/cmd_domain/each_command_makes_its_call",
                    each_command_makes_its_call);
    g_test_add_func("/cli/cmd_domain/flags_reach_the_library",
                    flags_reach_the_library);
    g_test_add_func("/cli/cmd_domain/define_sends_the_file",
                    define_sends_the_file);
    g_test_add_func("/cli/cmd_domain/a_file_that_cannot_be_read_is_named",
                    a_file_that_cannot_be_read_is_named);
    g_test_add_func("/cli/cmd_domain/a_failure_says_what_and_why",
                    a_failure_says_what_and_why);
    g_test_add_func("/cli/cmd_domain/the_call_that_failed_is_named",
                    the_call_that_failed_is_named);
    g_test_add_func("/cli/cmd_domain/misuse_is_refused_before_anything_runs",
                    misuse_is_refused_before_anything_runs);
    return g_test_run();
}
