/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looking at a disk's job, limiting and ending it; thresholds. */
#include "console.h"

#include <string.h>

static void
each_command_makes_its_call(void)
{
    static const ConsoleCase cases[] = {
        {"domblkthreshold web vda 4096", "block_threshold vda 4096", "\n"},
        {"domblkthreshold web vda[1] 2GiB", "block_threshold vda[1] 2147483648",
         "\n"},
        {"blockresize web vda 4", "block_resize vda 4096 flags=0x0",
         "Block device 'vda' is resized\n"},
        {"blockresize web vda --size 1G",
         "block_resize vda 1073741824 flags=0x0",
         "Block device 'vda' is resized\n"},
        {"blockresize web vda 1025B", "block_resize vda 1025 flags=0x0",
         "Block device 'vda' is resized\n"},
        {"blockjob web vda --abort", "block_job_abort vda flags=0x0", "\n"},
        {"blockjob web vda --async", "block_job_abort vda flags=0x1", "\n"},
        {"blockjob web vda --pivot", "block_job_abort vda flags=0x2", "\n"},
        {"blockjob web vda --abort --async --pivot",
         "block_job_abort vda flags=0x3", "\n"},
        {"blockjob web vda --bandwidth 5", "block_job_set_speed vda 5242880",
         "\n"},
        {"blockjob web vda 5 --bytes", "block_job_set_speed vda 5", "\n"},
        {"blockjob web vda --bandwidth 1k --bytes",
         "block_job_set_speed vda 1024", "\n"},
        {"blockjob web vda --raw --bytes", "block_job_info vda",
         " type=Block Copy\n bandwidth=1048577\n cur=0\n end=0\n\n"},
        {"blockjob web vda --bytes", "block_job_info vda",
         "Block Copy: [100 %]    Bandwidth limit: 1048577 bytes/s "
         "(1.000 MiB/s)\n\n"},
        /* MiB/s, rounded up */
        {"blockjob web vda --info", "block_job_info vda",
         "Block Copy: [100 %]    Bandwidth limit: 2097152 bytes/s "
         "(2.000 MiB/s)\n\n"},
        {NULL},
    };

    fake_reset();
    console_check(cases);
}

static void
misuse_is_refused(void)
{
    static const char *const lines[] = {
        "blockjob web",
        "blockjob web vda --abort --info",
        "blockjob web vda --pivot --raw",
        "blockjob web vda 5 --raw",
        "blockjob web vda --abort --bytes",
        "blockresize web vda",
        "blockresize web vda large",
        "blockresize web vda 18446744073709551615",
        "domblkthreshold web vda",
        "domblkthreshold web vda much",
        NULL,
    };
    g_autoptr(Said) said = NULL;

    fake_reset();
    console_check_misuse(lines);
    said = console_run("blockjob web vda --bandwidth 1k");
    said_refused(said, RESULT_USAGE, "--bytes allows others");
}

static void
a_failure_names_the_disk(void)
{
    g_autoptr(Said) said = NULL;

    fake_reset();
    fake.result = -1;
    said = console_run("blockjob web vda --abort");
    said_refused(said, RESULT_FAILED, "Failed to end the job of disk 'vda'");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/cmd_block/each_command_makes_its_call",
                    each_command_makes_its_call);
    g_test_add_func("/cli/cmd_block/misuse_is_refused", misuse_is_refused);
    g_test_add_func("/cli/cmd_block/a_failure_names_the_disk",
                    a_failure_names_the_disk);
    return g_test_run();
}
