/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "child_call.h"

#include <signal.h>
#include <sys/wait.h>

static const char *self; /* how to run this program again */

bool
child_is_asked(int argc, char **argv)
{
    self = argv[0];
    return argc == 4 && g_str_has_prefix(argv[1], "--") &&
           g_str_has_prefix(argv[2], "qemu:");
}

pid_t
child_start_at(const char *uri, const char *what, const char *name,
               const char *fault)
{
    char *argv[] = {(char *)self, (char *)what, (char *)uri, (char *)name,
                    NULL};
    g_auto(GStrv) environment = g_get_environ();
    g_autoptr(GError) error = NULL;
    GPid pid = 0;

    if (*fault) {
        environment =
            g_environ_setenv(environment, "STRANDLINE_FAULT", fault, TRUE);
    }
    g_spawn_async(NULL, argv, environment,
                  G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_STDERR_TO_DEV_NULL |
                      G_SPAWN_STDOUT_TO_DEV_NULL,
                  NULL, NULL, &pid, &error);
    g_assert_no_error(error);
    return pid;
}

pid_t
child_start(const Machine *machine, const char *what, const char *name,
            const char *fault)
{
    return child_start_at(machine->uri, what, name, fault);
}

int
child_await(pid_t pid)
{
    int status = 0;

    g_assert_cmpint(waitpid(pid, &status, 0), ==, pid);
    if (WIFSIGNALED(status))
        g_assert_cmpint(WTERMSIG(status), ==, SIGKILL);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int
child_point_of(const Machine *machine, const char *what, const char *name,
               const char *point)
{
    g_autofree char *file = machine_file(machine, "points");
    g_autofree char *fault = g_strdup_printf("count:%s", file);
    g_autofree char *text = NULL;
    g_auto(GStrv) names = NULL;
    int number = 0;

    g_assert_cmpint(child_await(child_start(machine, what, name, fault)), ==,
                    0);
    g_assert_true(g_file_get_contents(file, &text, NULL, NULL));
    names = g_strsplit(text, "\n", -1);
    while (names[number] && !g_str_equal(names[number], point))
        number++;
    g_assert_nonnull(names[number]);
    return number + 1;
}

pid_t
child_stop_at(const Machine *machine, const char *what, const char *name,
              int point)
{
    g_autofree char *fault = g_strdup_printf("stop:%d", point);
    pid_t pid = child_start(machine, what, name, fault);
    int status = 0;

    g_assert_cmpint(waitpid(pid, &status, WUNTRACED), ==, pid);
    g_assert_true(WIFSTOPPED(status));
    return pid;
}
