/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/spawn.h"

#include "base/error.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    STDERR_LIMIT = 64 * 1024,
    KILL_TIMEOUT_MS = 1000,
    SIGNAL_STATUS = 128, /* as a shell says it */
};

/* Copies of the descriptors to pass, numbered above every number they will get,
 * so that no dup2() of the child overwrites one that is still to be copied. */
static void
close_copies(GArray *copies)
{
    for (guint i = 0; i < copies->len; i++)
        auto_fd_close(g_array_index(copies, int, i));
    g_array_unref(copies);
}

typedef GArray FdCopies;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(FdCopies, close_copies)

/* One output of a tool, read to its end. */
typedef struct {
    int fd; /* -1 at its end */
    GString *text;
    gsize limit;
} Stream;

/* The order of what follows in the child is not ours to choose, so the copies
 * are made where no target number is. */
static FdCopies *
copy_fds(const SpawnRequest *request, GError **error)
{
    g_autoptr(FdCopies) copies = g_array_new(FALSE, FALSE, sizeof(int));
    g_auto(AutoFd) null = open("/dev/null", O_RDWR | O_CLOEXEC);

    for (unsigned i = 0; i < request->nfds; i++) {
        /* A descriptor that is not given is /dev/null and not closed: a program
         * that opens its first file as number 2 would write its errors into
         * it. */
        int source = request->fds[i] < 0 ? null : request->fds[i];
        int copy = fcntl(source, F_DUPFD_CLOEXEC, SPAWN_FDS_MAX);

        /* Also when /dev/null could not be opened: then source is -1. */
        if (copy < 0) {
            fail_errno(error, errno, "cannot pass a descriptor to '%s'",
                       request->argv[0]);
            return NULL;
        }
        g_array_append_val(copies, copy);
    }
    return g_steal_pointer(&copies);
}

/* Returns an errno.  Everything that is set up here takes effect in the child
 * alone. */
static int
spawn_with(const SpawnRequest *request, const FdCopies *copies, pid_t *ret_pid)
{
    const char *const *envp =
        request->envp ? request->envp : (const char *const *)environ;
    short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t set;
    int result = 0;

    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    for (guint i = 0; i < copies->len; i++) {
        posix_spawn_file_actions_adddup2(&actions,
                                         g_array_index(copies, int, i), (int)i);
    }
    /* Everything else of the calling program, close-on-exec or not. */
    posix_spawn_file_actions_addclosefrom_np(&actions, (int)copies->len);
    /* Nothing blocked and nothing ignored, whatever this thread has: a QEMU
     * that never sees SIGTERM could not be asked to end. */
    sigemptyset(&set);
    posix_spawnattr_setsigmask(&attributes, &set);
    sigfillset(&set);
    posix_spawnattr_setsigdefault(&attributes, &set);
    if (request->is_leader)
        flags |= POSIX_SPAWN_SETSID;
    posix_spawnattr_setflags(&attributes, flags);
    /* The casts only say that posix_spawn() does not write to the strings. */
    result = posix_spawnp(ret_pid, request->argv[0], &actions, &attributes,
                          (char *const *)request->argv, (char *const *)envp);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return result;
}

/* Nothing of the parent is changed: no signal handler, no mask, no
 * descriptor. */
pid_t
spawn_process(const SpawnRequest *request, GError **error)
{
    g_autoptr(FdCopies) copies = NULL;
    pid_t pid = -1;
    int result = 0;

    /* Stdin, stdout and stderr at least, and numbers below those of the
     * copies. */
    g_assert(request->nfds >= 3 && request->nfds < SPAWN_FDS_MAX);
    copies = copy_fds(request, error);
    if (!copies)
        return -1;
    result = spawn_with(request, copies, &pid);
    /* posix_spawn() returns the error; errno says nothing. */
    if (result != 0) {
        fail_errno(error, result, "cannot run '%s'", request->argv[0]);
        return -1;
    }
    return pid;
}

/* Whether the child ended in time.  Without a pidfd (an old kernel) we rely on
 * the wait that follows. */
static bool
poll_end(pid_t pid, int timeout_ms)
{
    g_auto(AutoFd) fd = (int)syscall(SYS_pidfd_open, pid, 0);
    struct pollfd waited = {.fd = fd, .events = POLLIN};
    int ready = 0;

    if (fd < 0)
        return true;
    do {
        ready = poll(&waited, 1, timeout_ms);
    } while (ready < 0 && errno == EINTR);
    return ready != 0;
}

static pid_t
reap(pid_t pid, int *ret_status)
{
    pid_t waited = 0;

    do {
        waited = waitpid(pid, ret_status, 0);
    } while (waited < 0 && errno == EINTR);
    return waited;
}

static gpointer
reap_later(gpointer data)
{
    int status = 0;

    (void)reap((pid_t)GPOINTER_TO_INT(data), &status);
    return NULL;
}

/* A child that nobody waits for stays as a zombie until the calling program
 * ends.  One that hangs in the kernel does not even hear SIGKILL, for as long as
 * its storage likes: a thread waits for it, and not the caller, who may hold
 * locks.  There is none unless a storage hangs. */
static pid_t
reap_killed(pid_t pid, int *ret_status)
{
    GThread *thread = NULL;

    if (poll_end(pid, KILL_TIMEOUT_MS))
        return reap(pid, ret_status);
    thread = g_thread_try_new("reaper", reap_later, GINT_TO_POINTER(pid), NULL);
    if (thread)
        g_thread_unref(thread);
    return -1;
}

static int
told_status(int status)
{
    return WIFSIGNALED(status) ? SIGNAL_STATUS + WTERMSIG(status)
                               : WEXITSTATUS(status);
}

/* Bounded by @timeout_ms and the time that a kill takes. */
bool
spawn_wait(pid_t pid, int timeout_ms, int *ret_status, GError **error)
{
    bool is_late = !poll_end(pid, timeout_ms);
    int status = 0;
    pid_t waited = 0;

    if (is_late) {
        (void)kill(pid, SIGKILL); /* ours and not waited for: it is there */
        waited = reap_killed(pid, &status);
    } else {
        waited = reap(pid, &status);
    }
    *ret_status = waited == pid ? told_status(status) : -1;
    if (!is_late)
        return true;
    return fail(error, VIR_ERR_OPERATION_TIMEOUT,
                "process %d did not end within %d ms and was killed", (int)pid,
                timeout_ms);
}

/* Once; the stream is closed at its end. */
static void
read_some(Stream *stream)
{
    char buffer[16384];
    ssize_t length = read(stream->fd, buffer, sizeof(buffer));

    /* The caller polls again. */
    if (length < 0 && errno == EINTR)
        return;
    if (length <= 0) {
        auto_fd_close(stream->fd);
        stream->fd = -1;
        return;
    }
    /* Past the limit it is read and dropped, so that the writer can end. */
    length = MIN(length, (ssize_t)(stream->limit - stream->text->len));
    g_string_append_len(stream->text, buffer, length);
}

/* Until both streams end or the time is over. */
static void
read_streams(Stream *streams, int timeout_ms)
{
    gint64 deadline =
        g_get_monotonic_time() + (gint64)timeout_ms * G_TIME_SPAN_MILLISECOND;

    while (streams[0].fd >= 0 || streams[1].fd >= 0) {
        struct pollfd polled[] = {
            {.fd = streams[0].fd, .events = POLLIN},
            {.fd = streams[1].fd, .events = POLLIN},
        };
        gint64 left =
            (deadline - g_get_monotonic_time()) / G_TIME_SPAN_MILLISECOND;

        /* The tool is not killed here: the wait that follows does that. */
        if (left <= 0)
            return;
        if (poll(polled, G_N_ELEMENTS(polled), (int)left) < 0)
            continue;
        for (gsize i = 0; i < G_N_ELEMENTS(polled); i++) {
            if (polled[i].revents)
                read_some(&streams[i]);
        }
    }
}

/* Runs @argv with its two outputs in @streams. */
static bool
run_tool(const char *const *argv, Stream *streams, int timeout_ms,
         int *ret_status, GError **error)
{
    int out[2] = {-1, -1};
    int err[2] = {-1, -1};
    int fds[] = {-1, -1, -1};
    SpawnRequest request = {
        .argv = argv, .fds = fds, .nfds = G_N_ELEMENTS(fds)};
    pid_t pid = -1;

    /* One of the two may have been made; -1 is closed without harm. */
    if (pipe2(out, O_CLOEXEC) < 0 || pipe2(err, O_CLOEXEC) < 0) {
        auto_fd_close(out[0]);
        auto_fd_close(out[1]);
        return fail_errno(error, errno, "cannot run '%s'", argv[0]);
    }
    streams[0].fd = out[0];
    streams[1].fd = err[0];
    fds[1] = out[1];
    fds[2] = err[1];
    pid = spawn_process(&request, error);
    /* Ours go before the reading: the end of the tool is the end of its output
     * only if nobody else can write. */
    auto_fd_close(out[1]);
    auto_fd_close(err[1]);
    if (pid < 0)
        return false;
    read_streams(streams, timeout_ms);
    return spawn_wait(pid, timeout_ms, ret_status, error);
}

/* For tools that answer and end.  What they print is bounded, how long they
 * take as well. */
char *
spawn_tool(const char *const *argv, gsize limit, int timeout_ms, GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autoptr(GString) err = g_string_new(NULL);
    Stream streams[] = {{-1, out, limit}, {-1, err, STDERR_LIMIT}};
    int status = -1;
    bool is_done = run_tool(argv, streams, timeout_ms, &status, error);

    auto_fd_close(streams[0].fd);
    auto_fd_close(streams[1].fd);
    if (!is_done)
        return NULL;
    /* -1 is let through: in a program that ignores SIGCHLD nobody can know a
     * child's status.  What the tool wrote is then judged by itself. */
    if (status > 0) {
        if (err->len == 0)
            g_string_printf(err, "'%s' ended with status %d", argv[0], status);
        fail(error, VIR_ERR_OPERATION_FAILED, "%s", g_strchomp(err->str));
        return NULL;
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}
