/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands on backups: what they ask for and what they say. */
#include "console.h"

#include <glib/gstdio.h>
#include <string.h>

static void
each_command_makes_its_call(void)
{
    static const ConsoleCase cases[] = {
        {"backup-begin web", "backup_begin - - flags=0x0",
         "Backup started (job 3)\n\n"},
        {"backup-begin web --reuse-external --quiesce",
         "backup_begin - - flags=0x6", NULL},
        {"backup-dumpxml web --id 3", "backup_xml 3", "<domainbackup/>\n\n"},
        {"backup-dumpxml web 3", "backup_xml 3", NULL},
        {NULL},
    };

    fake_reset();
    fake.result = 3;
    console_check(cases);
}

static void
a_quiet_begin_prints_the_id_alone(void)
{
    g_autoptr(Said) said = NULL;

    fake_reset();
    fake.result = 12;
    said = console_run_with("fake:///", true, "backup-begin web");
    said_out(said, "12\n");
}

static void
end_says_how_the_job_ended(void)
{
    static const ConsoleCase whole[] = {
        {"backup-end web --id 3", "backup_end 3 flags=0x0",
         "Backup ended (job 3)\n\n"},
        {"backup-end web --id 3 --abort", "backup_end 3 flags=0x1",
         "Backup ended (job 3)\n\n"},
        {NULL},
    };
    static const ConsoleCase aborted[] = {
        {"backup-end web --id 3 --abort", "backup_end 3 flags=0x1",
         "Backup aborted (job 3)\n\n"},
        {NULL},
    };

    fake_reset();
    fake.result = 1;
    console_check(whole);
    fake.result = 0;
    console_check(aborted);
}

static void
without_an_id_the_only_backup_is_meant(void)
{
    g_autoptr(Said) said = NULL;

    /* The fake lists the default job alone. */
    fake_reset();
    said = console_run("backup-end web");
    said_refused(said, RESULT_FAILED, "Domain 'web' has no backup job");
    g_assert_cmpstr(said->last_call, ==, "job_list flags=0x0");
}

static void
waiting_for_a_pull_is_refused(void)
{
    g_autofree char *path = NULL;
    int fd = g_file_open_tmp("strandline-XXXXXX", &path, NULL);
    g_autofree char *line =
        g_strdup_printf("backup-begin web '%s' --wait", path);
    static const char text[] = "<domainbackup mode='pull'/>";
    g_autoptr(Said) said = NULL;

    g_assert_cmpint(write(fd, text, strlen(text)), ==, strlen(text));
    close(fd);
    fake_reset();
    said = console_run(line);
    said_refused(said, RESULT_USAGE, "--wait");
    g_assert_cmpstr(said->last_call, ==, "domain_lookup_by_name web");
    g_unlink(path);
}

static void
misuse_is_refused_before_anything_runs(void)
{
    static const char *const lines[] = {
        "backup-begin",
        "backup-begin web --no-metadata",
        "backup-end web --id x",
        "backup-end web --id -1",
        "backup-dumpxml web --id 99999999999",
        NULL,
    };

    fake_reset();
    console_check_misuse(lines);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/cmd_backup/each_command_makes_its_call",
                    each_command_makes_its_call);
    g_test_add_func("/cli/cmd_backup/a_quiet_begin_prints_the_id_alone",
                    a_quiet_begin_prints_the_id_alone);
    g_test_add_func("/cli/cmd_backup/end_says_how_the_job_ended",
                    end_says_how_the_job_ended);
    g_test_add_func("/cli/cmd_backup/without_an_id_the_only_backup_is_meant",
                    without_an_id_the_only_backup_is_meant);
    g_test_add_func("/cli/cmd_backup/waiting_for_a_pull_is_refused",
                    waiting_for_a_pull_is_refused);
    g_test_add_func("/cli/cmd_backup/misuse_is_refused_before_anything_runs",
                    misuse_is_refused_before_anything_runs);
    return g_test_run();
}
