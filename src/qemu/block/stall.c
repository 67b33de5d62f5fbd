/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/block/stall.h"

#include "base/error.h"

#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* A disk that has to spin up answers within this; and it is short enough for
 * those who wait for the root's lock meanwhile. */
enum { PATIENCE_MS = 3 * 1000, US_PER_MS = 1000 };

/* A thread of ours could not be ended while it hangs, and would keep the whole
 * process.  Where the cache cannot be passed by (tmpfs), the read fails at
 * once.  0: it could not be started, which says nothing. */
static GPid
start_read(const char *path)
{
    g_autofree char *input = g_strconcat("if=", path, NULL);
    char *words[] = {(char *)"dd",
                     input,
                     (char *)"of=/dev/null",
                     (char *)"bs=4096",
                     (char *)"count=1",
                     (char *)"iflag=direct",
                     NULL};
    GPid pid = 0;

    if (!g_spawn_async(NULL, words, NULL,
                       G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD |
                           G_SPAWN_STDOUT_TO_DEV_NULL |
                           G_SPAWN_STDERR_TO_DEV_NULL,
                       NULL, NULL, &pid, NULL))
        return 0;
    return pid;
}

/* Whether @pid ended before @deadline_us; then it is reaped. */
static bool
has_ended(GPid pid, gint64 deadline_us)
{
    gint64 left_ms = (deadline_us - g_get_monotonic_time()) / US_PER_MS;
    struct pollfd end = {.events = POLLIN};
    bool is_over = false;

    end.fd = (int)syscall(SYS_pidfd_open, pid, 0);
    /* Somebody else reaped it, or this kernel cannot tell. */
    if (end.fd < 0)
        return true;
    is_over = poll(&end, 1, (int)MAX(left_ms, 0)) != 0;
    close(end.fd);
    if (!is_over)
        (void)kill(pid, SIGKILL);
    /* One that hangs in the kernel is left to whoever reaps after us. */
    (void)waitpid(pid, NULL, is_over ? 0 : WNOHANG);
    return is_over;
}

bool
stall_check(const GPtrArray *paths, GError **error)
{
    gint64 deadline_us =
        g_get_monotonic_time() + (gint64)PATIENCE_MS * US_PER_MS;
    g_autoptr(GArray) pids = g_array_new(FALSE, FALSE, sizeof(GPid));
    const char *stalled = NULL;

    for (guint i = 0; i < paths->len; i++) {
        GPid pid = start_read(g_ptr_array_index(paths, i));

        g_array_append_val(pids, pid);
    }
    for (guint i = 0; i < pids->len; i++) {
        GPid pid = g_array_index(pids, GPid, i);

        if (pid > 0 && !has_ended(pid, deadline_us))
            stalled = g_ptr_array_index(paths, i);
    }
    if (!stalled)
        return true;
    return fail(error, VIR_ERR_OPERATION_TIMEOUT,
                "the storage of '%s' does not answer; the guest would wait for "
                "it, so try again when it does",
                stalled);
}
