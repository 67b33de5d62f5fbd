/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Beginning jobs that move a disk's data.  Waiting for them is tested with real
 * ones. */
#include "console.h"

#include <string.h>

static void
each_command_makes_its_call(void)
{
    static const ConsoleCase cases[] = {
        {"blockcommit web vda", "block_commit vda - - 0 flags=0x0",
         "Block Commit started\n"},
        {"blockcommit web vda 2 /base --top /top --delete --keep-relative",
         "block_commit vda /base /top 2097152 flags=0xa",
         "Block Commit started\n"},
        {"blockcommit web vda --active --shallow",
         "block_commit vda - - 0 flags=0x5", "Active Block Commit started\n"},
        {"blockpull web vda", "block_pull vda - 0 flags=0x0",
         "Block Pull started\n"},
        {"blockpull web vda 1k --bytes", "block_pull vda - 1024 flags=0x0",
         "Block Pull started\n"},
        {"blockpull web vda --base /b --keep-relative --bandwidth 1",
         "block_pull vda /b 1048576 flags=0x10", "Block Pull started\n"},
        {"blockcopy web vda /x --bandwidth 1 --granularity 64k --buf-size 1M "
         "--shallow --transient-job --synchronous-writes",
         "block_copy vda <disk type='file'>\n  <source file='/x'/>\n</disk>\n "
         "1048576 65536 1048576 flags=0xd",
         "Block Copy started\n"},
        {"blockcopy web vda '/a & b' --blockdev --format raw --print-xml", NULL,
         "<disk type='block'>\n  <source dev='/a &amp; b'/>\n"
         "  <driver type='raw'/>\n</disk>\n\n"},
        {NULL},
    };

    fake_reset();
    console_check(cases);
}

static void
misuse_is_refused(void)
{
    static const char *const lines[] = {
        "blockcommit web vda --base /b --shallow",
        "blockcommit web vda --pivot --keep-overlay",
        "blockcommit web vda --verbose",
        "blockcommit web vda --wait --timeout 0",
        "blockcommit web vda x",
        "blockpull web vda --async",
        "blockcopy web vda",
        "blockcopy web vda /x --xml /y",
        "blockcopy web vda /x --pivot --finish",
        "blockcopy web vda --xml /y --format raw",
        "blockcopy web vda /x --granularity 8G",
        "blockcopy web vda /x --buf-size much",
        NULL,
    };

    fake_reset();
    console_check_misuse(lines);
}

/* The fake's job never ends: its time does. */
static void
a_job_is_given_up_when_its_time_is_over(void)
{
    g_autoptr(Said) said = NULL;

    fake_reset();
    said = console_run("blockpull web vda --timeout 1 --async");
    said_refused(said, RESULT_FAILED, "Pull aborted");
    g_assert_cmpstr(said->last_call, ==, "block_job_abort vda flags=0x1");
}

static void
a_failure_names_the_disk(void)
{
    g_autoptr(Said) said = NULL;

    fake_reset();
    fake.result = -1;
    said = console_run("blockcommit web vda --wait");
    said_refused(said, RESULT_FAILED,
                 "Failed to commit disk 'vda' of domain 'web'");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_assert_cmpint(virEventRegisterDefaultImpl(), ==, 0);
    g_test_add_func("/cli/cmd_block_move/each_command_makes_its_call",
                    each_command_makes_its_call);
    g_test_add_func("/cli/cmd_block_move/misuse_is_refused", misuse_is_refused);
    g_test_add_func(
        "/cli/cmd_block_move/a_job_is_given_up_when_its_time_is_over",
        a_job_is_given_up_when_its_time_is_over);
    g_test_add_func("/cli/cmd_block_move/a_failure_names_the_disk",
                    a_failure_names_the_disk);
    return g_test_run();
}
