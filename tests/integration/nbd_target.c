/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nbd_target.h"

#include <glib/gstdio.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LISTENER_FD = 3, BACKLOG = 4 };

/* In the child: a test that fails leaves no server behind. */
static void
die_with_test(gpointer data G_GNUC_UNUSED)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
}

static int
listen_tcp(NbdTarget *target)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, length), ==, 0);
    g_assert_cmpint(getsockname(fd, (struct sockaddr *)&address, &length), ==,
                    0);
    target->xml = g_strdup_printf("<host name='127.0.0.1' port='%u'/>",
                                  ntohs(address.sin_port));
    target->uri =
        g_strdup_printf("nbd://127.0.0.1:%u/", ntohs(address.sin_port));
    return fd;
}

static int
listen_unix(NbdTarget *target, const Machine *machine)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    target->socket = machine_file(machine, "target.sock");
    (void)g_unlink(target->socket);
    g_strlcpy(address.sun_path, target->socket, sizeof(address.sun_path));
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof(address)), ==,
                    0);
    target->xml =
        g_strdup_printf("<host transport='unix' socket='%s'/>", target->socket);
    target->uri = g_strdup_printf("nbd+unix:///?socket=%s", target->socket);
    return fd;
}

/* The socket listens before the server runs, so that nobody has to wait for
 * it: nbdkit takes it over as a service manager's. */
NbdTarget *
nbd_target_start(const Machine *machine, bool is_tcp, const char *arguments)
{
    NbdTarget *target = g_new0(NbdTarget, 1);
    int listener = is_tcp ? listen_tcp(target) : listen_unix(target, machine);
    g_autofree char *command = g_strdup_printf(
        "LISTEN_PID=$$ LISTEN_FDS=1 exec nbdkit -f %s", arguments);
    const char *const argv[] = {"sh", "-c", command, NULL};
    const int there = LISTENER_FD;
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(listen(listener, BACKLOG), ==, 0);
    g_spawn_async_with_pipes_and_fds(
        machine->folder, argv, NULL,
        G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD |
            G_SPAWN_STDERR_TO_DEV_NULL,
        die_with_test, NULL, -1, -1, -1, &listener, &there, 1, &target->pid,
        NULL, NULL, NULL, &error);
    g_assert_no_error(error);
    close(listener);
    return target;
}

void
nbd_target_stop(NbdTarget *target)
{
    if (!target)
        return;
    /* At SIGTERM it would wait for requests that it holds back. */
    kill(target->pid, SIGKILL);
    (void)waitpid(target->pid, NULL, 0);
    if (target->socket)
        (void)g_unlink(target->socket);
    g_free(target->socket);
    g_free(target->xml);
    g_free(target->uri);
    g_free(target);
}
