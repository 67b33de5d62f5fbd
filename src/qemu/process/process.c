/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/process/process.h"

#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Fields of /proc/PID/stat after the command's closing parenthesis, which is
 * the last one: a command may hold any character. */
enum { STAT_FIELD_STATE = 0, STAT_FIELD_START = 19, STAT_FIELDS = 20 };

/* The second of the two numbers by which a process is known for ever. */
guint64
process_start_time(pid_t pid)
{
    char path[64];
    char text[4096];
    const char *after = NULL;
    ssize_t length = 0;
    g_auto(AutoFd) fd = -1;
    g_auto(GStrv) fields = NULL;

    (void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    length = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
    if (length <= 0)
        return 0;
    /* One read has all of it: the file is made whole when it is read. */
    text[length] = '\0';
    after = strrchr(text, ')');
    if (!after || after[1] != ' ')
        return 0;
    fields = g_strsplit(after + 2, " ", STAT_FIELDS + 1);
    /* A zombie has ended; somebody has just not waited for it yet. */
    if (g_strv_length(fields) < STAT_FIELDS ||
        strchr("ZX", fields[STAT_FIELD_STATE][0]))
        return 0;
    return g_ascii_strtoull(fields[STAT_FIELD_START], NULL, 10);
}

/* Start time 0 is nobody's: a record without one names no process. */
bool
process_is_alive(pid_t pid, guint64 start)
{
    return pid > 0 && start > 0 && process_start_time(pid) == start;
}

/* Its folder in /proc is its user's. */
bool
process_is_of_another(pid_t pid)
{
    char path[64];
    struct stat status;

    (void)snprintf(path, sizeof(path), "/proc/%d", (int)pid);
    return pid > 0 && stat(path, &status) == 0 && status.st_uid != geteuid();
}

int
process_open(pid_t pid, guint64 start)
{
    g_auto(AutoFd) fd = -1;

    if (pid <= 0)
        return -1;
    /* The order matters: with the descriptor in hand the pid cannot be given to
     * another process unseen, so the start time that is read now belongs to
     * what the descriptor holds. */
    fd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (fd < 0 || !process_is_alive(pid, start))
        return -1;
    return fd_steal(&fd);
}

bool
process_signal(pid_t pid, guint64 start, int signal)
{
    g_auto(AutoFd) fd = process_open(pid, start);

    return fd >= 0 && syscall(SYS_pidfd_send_signal, fd, signal, NULL, 0) == 0;
}

/* Without polling and without being the parent.  A process that is gone already
 * has ended. */
bool
process_wait_end(pid_t pid, guint64 start, int timeout_ms)
{
    gint64 deadline =
        g_get_monotonic_time() + (gint64)timeout_ms * G_TIME_SPAN_MILLISECOND;
    g_auto(AutoFd) fd = process_open(pid, start);
    struct pollfd waited = {.fd = fd, .events = POLLIN};

    while (fd >= 0) {
        gint64 left =
            (deadline - g_get_monotonic_time()) / G_TIME_SPAN_MILLISECOND;
        /* A pidfd becomes readable when its process ends. */
        int ready = poll(&waited, 1, (int)MAX(left, 0));

        if (ready > 0)
            return true;
        if (ready == 0 || errno != EINTR)
            return false;
    }
    return true;
}
