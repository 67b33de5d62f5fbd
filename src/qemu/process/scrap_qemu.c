/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/process/scrap_qemu.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/spawn.h"

#include <errno.h>
#include <sys/socket.h>

enum { GREETING_TIMEOUT_MS = 10 * 1000, END_TIMEOUT_MS = 5 * 1000 };

struct ScrapQemu {
    QmpClient *qmp;
    pid_t pid; /* our child */
};

/* Started as any other program of ours, so that a signal meant for the calling
 * program does not reach it. */
static pid_t
run(const char *emulator, const char *accelerator, int monitor, GError **error)
{
    g_autofree char *machine = g_strconcat("none,accel=", accelerator, NULL);
    /* No machine, no devices, no configuration, no display: what is left
     * answers questions and makes block nodes. */
    const char *argv[] = {emulator,
                          "-nodefaults",
                          "-no-user-config",
                          "-display",
                          "none",
                          "-machine",
                          machine,
                          "-chardev",
                          "socket,id=charmonitor,fd=3",
                          "-mon",
                          "chardev=charmonitor,id=monitor,mode=control",
                          NULL};
    int fds[] = {-1, -1, -1, monitor};
    SpawnRequest request = {
        .argv = argv, .fds = fds, .nfds = G_N_ELEMENTS(fds), .is_leader = true};

    return spawn_process(&request, error);
}

/* On failure everything is given back by scrap_qemu_free(), which waits for the
 * child. */
ScrapQemu *
scrap_qemu_new(const char *emulator, const char *accelerator, GError **error)
{
    g_autoptr(ScrapQemu) scrap = g_new0(ScrapQemu, 1);
    int ends[2] = {-1, -1};

    /* A pair and no path: there is nothing to clean up, and nobody else can
     * connect. */
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
        fail_errno(error, errno, "cannot make a monitor for '%s'", emulator);
        return NULL;
    }
    scrap->pid = run(emulator, accelerator, ends[1], error);
    auto_fd_close(ends[1]);
    if (scrap->pid < 0) {
        auto_fd_close(ends[0]);
        return NULL;
    }
    scrap->qmp = qmp_client_open(ends[0], GREETING_TIMEOUT_MS, error);
    if (!scrap->qmp) {
        g_prefix_error(error,
                       "cannot ask emulator '%s' what it can do: ", emulator);
        return NULL;
    }
    return g_steal_pointer(&scrap);
}

/* Bounded: one that does not end is killed by the wait. */
void
scrap_qemu_free(ScrapQemu *scrap)
{
    int status = 0;

    if (!scrap)
        return;
    /* One that aborted already does not answer, and need not. */
    if (scrap->qmp)
        (void)qmp_client_run(scrap->qmp, "quit", NULL, NULL);
    /* Closes the monitor: a QEMU that did not take the "quit" ends by itself or
     * by the wait's deadline. */
    qmp_client_free(scrap->qmp);
    if (scrap->pid > 0)
        (void)spawn_wait(scrap->pid, END_TIMEOUT_MS, &status, NULL);
    g_free(scrap);
}

QmpClient *
scrap_qemu_monitor(ScrapQemu *scrap)
{
    return scrap->qmp;
}
