/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "list" asks with the right filter and prints running domains first. */
#include "console.h"

#include <string.h>

/* The flags that @options make, as the driver got them; --name asks nothing
 * more. */
static void
assert_filter(const char *options, const char *call)
{
    g_autofree char *line = g_strdup_printf("list --name %s", options);
    g_autoptr(Said) said = NULL;

    fake_reset();
    said = console_run(line);
    said_done(said, call);
}

static void
filters_are_the_librarys(void)
{
    assert_filter("", "connect_list_domains flags=0x1");
    assert_filter("--inactive", "connect_list_domains flags=0x2");
    assert_filter("--all", "connect_list_domains flags=0x3");
    assert_filter("--all --persistent --transient",
                  "connect_list_domains flags=0xf");
    assert_filter("--all --state-running --state-paused --state-shutoff "
                  "--state-other",
                  "connect_list_domains flags=0xf3");
    assert_filter("--with-managed-save --without-managed-save",
                  "connect_list_domains flags=0x301");
    assert_filter("--autostart --no-autostart",
                  "connect_list_domains flags=0xc01");
    assert_filter("--with-snapshot --without-snapshot",
                  "connect_list_domains flags=0x3001");
    assert_filter("--with-backup-job --without-backup-job",
                  "connect_list_domains flags=0x3000001");
    assert_filter("--with-checkpoint --without-checkpoint",
                  "connect_list_domains flags=0xc001");
}

static void
running_domains_come_first(void)
{
    g_autoptr(Said) said = NULL;

    fake_reset();
    fake.active_id = 7;
    said = console_run("list --all");
    said_out(said, " Id   Name   State\n"
                   "---------------------\n"
                   " 7    web    paused\n"
                   " -    db     paused\n"
                   "\n");
}

static void
plain_lists_join_what_was_asked(void)
{
    g_autoptr(Said) names = NULL;
    g_autoptr(Said) all = NULL;

    fake_reset();
    fake.active_id = 7;
    names = console_run_with("fake:///", true, "list --all --name");
    said_out(names, "web\ndb\n");
    all = console_run_with("fake:///", true, "list --all --name --id --uuid");
    said_out(all, "5a1d0001-0203-4405-8607-08090a0b0c0d 7 web\n"
                  "5a1d0001-0203-4405-8607-08090a0b0c0d - db\n");
}

static void
a_table_excludes_plain_lists(void)
{
    static const char *const lines[] = {"list --table --name",
                                        "list --table --uuid",
                                        "list --table --id", "list web", NULL};

    fake_reset();
    console_check_misuse(lines);
}

static void
a_failure_is_reported(void)
{
    g_autoptr(Said) said = NULL;

    said = console_run_with("bare:///", false, "list");
    said_refused(said, RESULT_FAILED, "Failed to list domains");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/cmd_list/filters_are_the_librarys",
                    filters_are_the_librarys);
    g_test_add_func("/cli/cmd_list/running_domains_come_first",
                    running_domains_come_first);
    g_test_add_func("/cli/cmd_list/plain_lists_join_what_was_asked",
                    plain_lists_join_what_was_asked);
    g_test_add_func("/cli/cmd_list/a_table_excludes_plain_lists",
                    a_table_excludes_plain_lists);
    g_test_add_func("/cli/cmd_list/a_failure_is_reported",
                    a_failure_is_reported);
    return g_test_run();
}
