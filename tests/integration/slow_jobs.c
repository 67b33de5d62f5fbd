/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "slow_jobs.h"

/* Only a hang reaches it. */
enum { WAIT_STEPS = 6000, WAIT_STEP_US = 10 * 1000 };

void
slow_jobs_begin(const Machine *machine)
{
    g_autofree char *script =
        g_build_filename(g_getenv("STRANDLINE_TESTS"), "slow_jobs.py", NULL);
    g_autofree char *monitor = machine_file(machine, "watch.sock");
    g_autofree char *ready = machine_file(machine, "slow");
    char *words[] = {script, monitor, ready, NULL};
    g_autoptr(GError) error = NULL;

    g_spawn_async(NULL, words, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, &error);
    g_assert_no_error(error);
    for (int i = 0; i < WAIT_STEPS; i++) {
        if (g_file_test(ready, G_FILE_TEST_EXISTS))
            return;
        g_usleep(WAIT_STEP_US);
    }
    g_error("'%s' does not appear", ready);
}
