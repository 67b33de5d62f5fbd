/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "kit.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static void
die_with_test(gpointer data G_GNUC_UNUSED)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

int
kit_start(const char *arguments, GPid *ret_pid)
{
    g_autofree char *command = g_strdup_printf("exec nbdkit -s %s", arguments);
    const char *const argv[] = {"sh", "-c", command, NULL};
    g_autoptr(GError) error = NULL;
    int ends[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
                    ==, 0);
    g_spawn_async_with_pipes_and_fds(
        NULL, argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
        die_with_test, NULL, ends[1], ends[1], -1, NULL, NULL, 0, ret_pid, NULL,
        NULL, NULL, &error);
    g_assert_no_error(error);
    close(ends[1]);
    return ends[0];
}

void
kit_stop(GPid pid)
{
    /* At SIGTERM it would wait for its client, which may be waiting for us. */
    kill(pid, SIGKILL);
    (void)waitpid(pid, NULL, 0);
}
