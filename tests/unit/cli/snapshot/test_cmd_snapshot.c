/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands on snapshots: their calls, and virsh's sentences. */
#include "console.h"

#include <string.h>

static void
each_command_makes_its_call(void)
{
    static const ConsoleCase cases[] = {
        {"snapshot-dumpxml web s1 --security-info", "snapshot_xml flags=0x1",
         "<domainsnapshot/>\n\n"},
        {"snapshot-parent web s1", "snapshot_parent", "root\n"},
        {"snapshot-delete web s1", "snapshot_delete flags=0x0",
         "Domain snapshot s1 deleted\n\n"},
        {"snapshot-delete web s1 --children --metadata",
         "snapshot_delete flags=0x3", "Domain snapshot s1 deleted\n\n"},
        {"snapshot-delete web --snapshotname s1 --children-only",
         "snapshot_delete flags=0x4",
         "Domain snapshot s1 children deleted\n\n"},
        {"snapshot-revert web s1", "snapshot_revert flags=0x0",
         "Domain snapshot s1 reverted\n\n"},
        {"snapshot-revert web s1 --running --reset-nvram",
         "snapshot_revert flags=0x9", NULL},
        {"snapshot-revert web s1 --paused", "snapshot_revert flags=0x2", NULL},
        {"snapshot-current web --snapshotname s1",
         "snapshot_create <domainsnapshot/> - flags=0x3",
         "Snapshot s1 set as current\n"},
        {NULL},
    };

    fake_reset();
    console_check(cases);
}

static void
the_current_one_needs_no_name(void)
{
    static const ConsoleCase cases[] = {
        {"snapshot-current web --name", "snapshot_current", "now\n"},
        {"snapshot-current web", "snapshot_xml flags=0x0",
         "<domainsnapshot/>\n\n"},
        {"snapshot-delete web --current", "snapshot_delete flags=0x0",
         "Domain snapshot now deleted\n\n"},
        {"snapshot-info web --current", "snapshot_list from=now flags=0x1",
         "Name:           now\n"
         "Domain:         web\n"
         "Current:        yes\n"
         "State:          -\n"
         "Location:       internal\n"
         "Parent:         root\n"
         "Children:       2\n"
         "Descendants:    2\n"
         "Metadata:       no\n\n"},
        {NULL},
    };
    g_autoptr(Said) none = NULL;
    g_autoptr(Said) nothing = NULL;

    fake_reset();
    fake.current_snapshot = "now";
    console_check(cases);
    fake_reset();
    none = console_run("snapshot-current web");
    said_refused(none, RESULT_FAILED, "domain 'web' has no current snapshot");
    nothing = console_run("snapshot-info web --current");
    said_refused(nothing, RESULT_FAILED,
                 "Failed to find the current snapshot of domain 'web'");
}

static void
misuse_is_refused(void)
{
    static const char *const lines[] = {
        "snapshot-info",
        "snapshot-info web s1 --current",
        "snapshot-current web --name --snapshotname s1",
        "snapshot-revert web s1 --running --paused",
        "snapshot-delete web s1 --children --children-only",
        "snapshot-dumpxml web s1 --wrap",
        NULL,
    };
    g_autoptr(Said) said = NULL;

    fake_reset();
    console_check_misuse(lines);
    said = console_run("snapshot-parent web");
    said_refused(said, RESULT_USAGE,
                 "Which snapshot: --snapshotname or --current");
}

static void
a_failure_names_the_snapshot(void)
{
    g_autoptr(Said) delete = NULL;
    g_autoptr(Said) revert = NULL;

    fake_reset();
    fake.result = -1;
    delete = console_run("snapshot-delete web s1");
    said_refused(delete, RESULT_FAILED, "Failed to delete snapshot s1");
    revert = console_run("snapshot-revert web s1 --force");
    said_refused(revert, RESULT_FAILED, "Failed to revert snapshot s1");
    g_assert_cmpstr(revert->last_call, ==, "snapshot_revert flags=0x0");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/cmd_snapshot/each_command_makes_its_call",
                    each_command_makes_its_call);
    g_test_add_func("/cli/cmd_snapshot/the_current_one_needs_no_name",
                    the_current_one_needs_no_name);
    g_test_add_func("/cli/cmd_snapshot/misuse_is_refused", misuse_is_refused);
    g_test_add_func("/cli/cmd_snapshot/a_failure_names_the_snapshot",
                    a_failure_names_the_snapshot);
    return g_test_run();
}
