/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Listing snapshots: which are asked for, and the layouts.  What a row tells is
 * compared with virsh's on real snapshots. */
#include "console.h"

#include <string.h>

static void
each_layout(void)
{
    static const ConsoleCase cases[] = {
        {"snapshot-list web --name", "snapshot_xml flags=0x0",
         "other\nsnap\n\n"},
        {"snapshot-list web --name --topological", "snapshot_xml flags=0x0",
         "snap\nother\n\n"},
        {"snapshot-list web", "snapshot_xml flags=0x0",
         " Name    Creation Time   State\n"
         "--------------------------------\n"
         " other                   \n"
         " snap                    \n\n"},
        {NULL},
    };

    fake_reset();
    console_check(cases);
}

/* Which snapshots are asked for: the children that "snapshot-info" counts. */
static void
a_list_below_one_is_of_its_children(void)
{
    g_autoptr(Said) said = NULL;

    fake_reset();
    said = console_run("snapshot-list web --from s1 --tree");
    said_done(said, "snapshot_xml flags=0x0");
    said_out(said, "s1\n\nother\n\nsnap\n\n\n");
}

static void
misuse_is_refused(void)
{
    static const char *const lines[] = {
        "snapshot-list web --tree --name",
        "snapshot-list web --tree --parent",
        "snapshot-list web --roots --from s1",
        "snapshot-list web --current --from s1",
        NULL,
    };
    g_autoptr(Said) said = NULL;

    fake_reset();
    console_check_misuse(lines);
    said = console_run("snapshot-list web --descendants");
    said_refused(said, RESULT_USAGE, "without --from or --current");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/cmd_snapshot_list/each_layout", each_layout);
    g_test_add_func(
        "/cli/cmd_snapshot_list/a_list_below_one_is_of_its_children",
        a_list_below_one_is_of_its_children);
    g_test_add_func("/cli/cmd_snapshot_list/misuse_is_refused",
                    misuse_is_refused);
    return g_test_run();
}
