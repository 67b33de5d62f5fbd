/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands on jobs: which job they mean, and how figures look. */
#include "console.h"

static void
each_command_makes_its_call(void)
{
    static const ConsoleCase cases[] = {
        {"domjobinfo web", "job_stats -1 flags=0x0",
         "Job type:         Unbounded   \nJob id:           -1          \n\n"},
        {"domjobinfo web --id 3", "job_stats 3 flags=0x0", NULL},
        {"domjobinfo web --completed", "job_stats -1 flags=0x1", NULL},
        {"domjobinfo web --keep-completed", "job_stats -1 flags=0x3", NULL},
        {"domjobinfo web --completed --keep-completed",
         "job_stats -1 flags=0x3", NULL},
        {"domjobinfo web --rawstats --id 3", "job_stats 3 flags=0x0",
         "Job type: 2\n\nid: 3\n\n"},
        {"domjobabort web", "job_abort -1", "\n"},
        {"domjobabort web --id 3", "job_abort 3", "\n"},
        {"job-list web", "job_stats 0 flags=0x0",
         " Id   Operation   Type        Progress\n"
         "----------------------------------------\n"
         " 0    -           Unbounded   -\n\n"},
        {NULL},
    };

    fake_reset();
    console_check(cases);
}

static void
an_id_is_never_a_bare_word(void)
{
    static const char *const lines[] = {"domjobinfo web 3", "domjobabort web 3",
                                        "job-list", NULL};

    fake_reset();
    console_check_misuse(lines);
}

static void
a_failure_names_the_job(void)
{
    g_autoptr(Said) said = NULL;

    fake_reset();
    fake.result = -1;
    said = console_run("domjobabort web --id 3");
    said_refused(said, RESULT_FAILED, "Failed to abort job 3 of domain 'web'");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/cmd_job/each_command_makes_its_call",
                    each_command_makes_its_call);
    g_test_add_func("/cli/cmd_job/an_id_is_never_a_bare_word",
                    an_id_is_never_a_bare_word);
    g_test_add_func("/cli/cmd_job/a_failure_names_the_job",
                    a_failure_names_the_job);
    return g_test_run();
}
