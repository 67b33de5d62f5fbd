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

typedef struct {
    char *path;
    GPid pid; /* 0: reaped, or never there */
} Read;

struct Stall {
    GArray *reads; /* of Read */
    gint64 deadline_us;
};

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

/* Whether @read ended before @deadline_us; then it is reaped. */
static bool
has_ended(Read *read, gint64 deadline_us)
{
    gint64 left_ms = (deadline_us - g_get_monotonic_time()) / US_PER_MS;
    struct pollfd end = {.events = POLLIN};
    bool is_over = true;

    end.fd = (int)syscall(SYS_pidfd_open, read->pid, 0);
    /* Somebody else reaped it, or this kernel cannot tell. */
    if (end.fd >= 0) {
        is_over = poll(&end, 1, (int)MAX(left_ms, 0)) != 0;
        close(end.fd);
        if (is_over)
            (void)waitpid(read->pid, NULL, 0);
    }
    if (is_over)
        read->pid = 0;
    return is_over;
}

Stall *
stall_ask(const GPtrArray *paths)
{
    Stall *stall = g_new0(Stall, 1);

    stall->deadline_us =
        g_get_monotonic_time() + (gint64)PATIENCE_MS * US_PER_MS;
    stall->reads = g_array_new(FALSE, FALSE, sizeof(Read));
    for (guint i = 0; i < paths->len; i++) {
        const char *path = g_ptr_array_index(paths, i);
        Read read = {g_strdup(path), start_read(path)};

        g_array_append_val(stall->reads, read);
    }
    return stall;
}

/* One that hangs in the kernel is left to whoever reaps after us. */
void
stall_free(Stall *stall)
{
    if (!stall)
        return;
    for (guint i = 0; i < stall->reads->len; i++) {
        Read *read = &g_array_index(stall->reads, Read, i);

        if (read->pid > 0 && !has_ended(read, 0)) {
            (void)kill(read->pid, SIGKILL);
            (void)waitpid(read->pid, NULL, WNOHANG);
        }
        g_free(read->path);
    }
    g_array_unref(stall->reads);
    g_free(stall);
}

bool
stall_is_answered(Stall *stall, GError **error)
{
    const char *stalled = NULL;

    for (guint i = 0; i < stall->reads->len; i++) {
        Read *read = &g_array_index(stall->reads, Read, i);

        if (read->pid > 0 && !has_ended(read, stall->deadline_us))
            stalled = read->path;
    }
    if (!stalled)
        return true;
    return fail(error, VIR_ERR_OPERATION_TIMEOUT,
                "the storage of '%s' does not answer; the guest would wait for "
                "it, so try again when it does",
                stalled);
}
