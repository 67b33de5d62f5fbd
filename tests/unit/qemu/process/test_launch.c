/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/process/launch.h"

#include <signal.h>
#include <string.h>

/* The name of the program that @pid runs. */
static char *
program_of(pid_t pid)
{
    g_autofree char *path = g_strdup_printf("/proc/%d/comm", (int)pid);
    char *name = NULL;

    (void)g_file_get_contents(path, &name, NULL, NULL);
    return name ? g_strchomp(name) : g_strdup("");
}

/* The pid that @shell tells when it starts a program that goes on. */
static pid_t
start_with(const char *shell)
{
    const char *argv[] = {shell,   "-c", LAUNCH_SCRIPT, "qemu",
                          "sleep", "60", NULL};
    g_autofree char *output = NULL;
    g_autoptr(GError) error = NULL;
    guint64 pid = 0;

    g_spawn_sync(NULL, (char **)argv, NULL,
                 G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                 &output, NULL, NULL, &error);
    g_assert_no_error(error);
    g_assert_true(g_ascii_string_to_unsigned(g_strchomp(output), 10, 1,
                                             G_MAXINT, &pid, NULL));
    return (pid_t)pid;
}

static void
the_pid_is_the_programs_under(gconstpointer shell)
{
    gint64 deadline = g_get_monotonic_time() + 30 * G_USEC_PER_SEC;
    g_autofree char *found = NULL;
    g_autofree char *path = g_find_program_in_path(shell);
    pid_t pid = 0;

    if (!path) {
        g_test_skip("there is no such shell here");
        return;
    }
    pid = start_with(path);
    /* Until it has become the program, it is the shell. */
    do {
        g_free(found);
        found = program_of(pid);
        g_usleep(1000);
    } while (strcmp(found, "sleep") != 0 && g_get_monotonic_time() < deadline);
    (void)kill(pid, SIGKILL);
    g_assert_cmpstr(found, ==, "sleep");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/qemu/launch/the_pid_is_the_programs_under/sh", "sh",
                         the_pid_is_the_programs_under);
    g_test_add_data_func("/qemu/launch/the_pid_is_the_programs_under/bash",
                         "bash", the_pid_is_the_programs_under);
    return g_test_run();
}
