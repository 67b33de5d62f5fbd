/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* "checkpoint-list": filters and shapes. */
#include "console.h"

/* What the first listing call was; the ones after it are about the entries. */
static void
filters_are_the_librarys(void)
{
    /* --tree asks for nothing but the list and each parent. */
    static const ConsoleCase cases[] = {
        {"checkpoint-list web", "checkpoint_xml flags=0x2",
         " Name   Creation Time\n"
         "-----------------------\n"
         " chk    \n\n"},
        {"checkpoint-list web --parent", "checkpoint_xml flags=0x2",
         " Name   Creation Time   Parent\n"
         "--------------------------------\n"
         " chk                    root\n\n"},
        {"checkpoint-list web --name --leaves", "checkpoint_parent", "chk\n\n"},
        {"checkpoint-list web --tree", "checkpoint_parent", "chk\n\n\n"},
        {NULL},
    };

    fake_reset();
    console_check(cases);
}

static void
misuse_is_refused_before_anything_runs(void)
{
    static const char *const lines[] = {
        "checkpoint-list web --tree --name",
        "checkpoint-list web --tree --parent",
        "checkpoint-list web --tree --roots",
        "checkpoint-list web --from c1 --roots",
        "checkpoint-list web --descendants",
        "checkpoint-list",
        NULL,
    };

    fake_reset();
    console_check_misuse(lines);
}

static void
a_failure_is_reported(void)
{
    g_autoptr(Said) said = NULL;

    fake_reset();
    said = console_run_with("bare:///", false, "checkpoint-list web");
    said_refused(said, RESULT_FAILED, "Failed to find domain 'web'");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/cmd_checkpoint_list/filters_are_the_librarys",
                    filters_are_the_librarys);
    g_test_add_func(
        "/cli/cmd_checkpoint_list/misuse_is_refused_before_anything_runs",
        misuse_is_refused_before_anything_runs);
    g_test_add_func("/cli/cmd_checkpoint_list/a_failure_is_reported",
                    a_failure_is_reported);
    return g_test_run();
}
