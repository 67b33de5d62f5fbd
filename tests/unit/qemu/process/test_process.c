/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/process/process.h"

#include "base/spawn.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* A child that waits to be killed. */
static pid_t
start_sleeper(void)
{
    const char *argv[] = {"sleep", "1000", NULL};
    int fds[] = {-1, -1, -1};
    SpawnRequest request = {
        .argv = argv, .fds = fds, .nfds = G_N_ELEMENTS(fds)};
    pid_t pid = spawn_process(&request, NULL);

    g_assert_cmpint(pid, >, 0);
    return pid;
}

static void
a_process_is_its_pid_and_its_start(void)
{
    guint64 start = process_start_time(getpid());

    g_assert_cmpuint(start, >, 0);
    g_assert_true(process_is_alive(getpid(), start));
    g_assert_false(process_is_alive(getpid(), start + 1));
    g_assert_false(process_is_alive(0, 0));
    g_assert_cmpuint(process_start_time(-1), ==, 0);
}

static void
another_process_with_the_pid_is_left_alone(void)
{
    pid_t pid = start_sleeper();
    guint64 start = process_start_time(pid);
    int status = 0;

    g_assert_false(process_signal(pid, start + 1, SIGKILL));
    g_assert_true(process_wait_end(pid, start + 1, 0));
    g_assert_true(process_is_alive(pid, start));
    g_assert_false(process_wait_end(pid, start, 0));
    g_assert_true(process_signal(pid, start, SIGKILL));
    g_assert_true(process_wait_end(pid, start, 60 * 1000));
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_cmpint(WTERMSIG(status), ==, SIGKILL);
}

/* One that ended and was not waited for does not run. */
static void
a_zombie_is_not_alive(void)
{
    pid_t pid = start_sleeper();
    guint64 start = process_start_time(pid);

    g_assert_true(process_signal(pid, start, SIGKILL));
    g_assert_true(process_wait_end(pid, start, 60 * 1000));
    g_assert_false(process_is_alive(pid, start));
    g_assert_false(process_signal(pid, start, SIGKILL));
    g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu/process/process/is_its_pid_and_its_start",
                    a_process_is_its_pid_and_its_start);
    g_test_add_func("/qemu/process/process/another_is_left_alone",
                    another_process_with_the_pid_is_left_alone);
    g_test_add_func("/qemu/process/process/a_zombie_is_not_alive",
                    a_zombie_is_not_alive);
    return g_test_run();
}
