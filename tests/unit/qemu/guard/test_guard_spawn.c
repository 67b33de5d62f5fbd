/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guard that is to end a process with its caller, who is played here by the end
 * of the pair; and one that cannot be started. */
#include "qemu/guard/guard_spawn.h"

#include "base/error.h"
#include "qemu/process/process.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATIENCE_MS = 20 * 1000, MOMENT_MS = 50 };

/* What it guards: it ends by nothing but a signal. */
static pid_t
start_victim(void)
{
    const char *const argv[] = {"sleep", "600", NULL};
    g_autoptr(GError) error = NULL;
    GPid pid = 0;

    g_spawn_async(NULL, (char **)argv, NULL,
                  G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                  &pid, &error);
    g_assert_no_error(error);
    return pid;
}

static int
guard(pid_t pid, guint64 start)
{
    g_autofree char *pid_text = g_strdup_printf("%d", (int)pid);
    g_autofree char *start_text = g_strdup_printf("%" PRIu64, start);
    const char *const args[] = {"--end", pid_text, start_text, NULL};
    g_autoptr(GError) error = NULL;
    int end = guard_spawn(args, -1, &error);

    g_assert_no_error(error);
    return end;
}

static void
a_process_ends_when_its_guards_caller_is_gone(void)
{
    pid_t pid = start_victim();
    guint64 start = process_start_time(pid);
    int end = guard(pid, start);
    int status = 0;

    g_assert_false(process_wait_end(pid, start, MOMENT_MS));
    close(end);
    g_assert_true(process_wait_end(pid, start, PATIENCE_MS));
    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    g_assert_cmpint(WTERMSIG(status), ==, SIGTERM);
}

/* A number that has been given to another process since. */
static void
another_process_of_that_number_is_left_alone(void)
{
    pid_t pid = start_victim();
    guint64 start = process_start_time(pid);
    int end = guard(pid, start + 1);
    char byte = 0;

    /* It has nothing to guard, and ends. */
    g_assert_cmpint(read(end, &byte, 1), ==, 0);
    close(end);
    g_assert_true(process_is_alive(pid, start));
    g_assert_cmpint(kill(pid, SIGKILL), ==, 0);
    g_assert_cmpint(waitpid(pid, NULL, 0), ==, pid);
}

static void
a_guard_that_is_not_there_is_an_error(void)
{
    const char *const args[] = {"--end", "1", "1", NULL};
    g_autofree char *path = g_strdup(g_getenv("STRANDLINE_GUARD"));
    g_autoptr(GError) error = NULL;

    g_setenv("STRANDLINE_GUARD", "/nonexistent/guard", true);
    g_assert_cmpint(guard_spawn(args, -1, &error), ==, -1);
    g_setenv("STRANDLINE_GUARD", path, true);
    g_assert_cmpint(error->code, ==, VIR_ERR_OPERATION_FAILED);
    g_assert_nonnull(strstr(error->message, "/nonexistent/guard"));
}

#define ADD(name) g_test_add_func("/qemu/guard_spawn/" #name, name)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(a_process_ends_when_its_guards_caller_is_gone);
    ADD(another_process_of_that_number_is_left_alone);
    ADD(a_guard_that_is_not_there_is_an_error);
    return g_test_run();
}
