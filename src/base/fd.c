/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/fd.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    LISTEN_BACKLOG = 16,
    /* How long a listener may have no room for another that waits. */
    CONNECT_SECONDS = 5,
};

/* close() is not repeated after EINTR: on Linux the descriptor is gone then,
 * and its number may belong to another thread already. */
void
auto_fd_close(AutoFd fd)
{
    if (fd >= 0)
        close(fd);
}

/* Inside an expression that returns: g_auto() then finds -1, and does
 * nothing. */
int
fd_steal(int *fd)
{
    int stolen = *fd;

    *fd = -1;
    return stolen;
}

/* A short write is no error yet: the rest is tried, and that says why. */
bool
fd_write_at(int fd, const void *data, size_t length, guint64 offset)
{
    const char *bytes = data;

    while (length > 0) {
        ssize_t written = pwrite(fd, bytes, length, (off_t)offset);

        if (written < 0 && errno == EINTR)
            continue;
        if (written == 0)
            errno = ENOSPC;
        if (written <= 0)
            return false;
        bytes += written;
        length -= (size_t)written;
        offset += (size_t)written;
    }
    return true;
}

/* A file that ends before is no error of the system: errno says so by 0. */
bool
fd_read_at(int fd, void *ret_data, size_t length, guint64 offset)
{
    char *bytes = ret_data;

    while (length > 0) {
        ssize_t found = pread(fd, bytes, length, (off_t)offset);

        if (found < 0 && errno == EINTR)
            continue;
        if (found == 0)
            errno = 0;
        if (found <= 0)
            return false;
        bytes += found;
        length -= (size_t)found;
        offset += (size_t)found;
    }
    return true;
}

/* MSG_NOSIGNAL: we are a library in a program that may not expect to be ended
 * because somebody else was. */
bool
fd_send(int fd, const void *data, size_t length)
{
    const char *bytes = data;

    while (length > 0) {
        ssize_t sent = send(fd, bytes, length, MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent < 0)
            return false;
        bytes += sent;
        length -= (size_t)sent;
    }
    return true;
}

/* As fd_read_at(): a peer that closed is no error of the system. */
bool
fd_receive(int fd, void *ret_data, size_t length)
{
    char *bytes = ret_data;

    while (length > 0) {
        ssize_t found = recv(fd, bytes, length, 0);

        if (found < 0 && errno == EINTR)
            continue;
        if (found == 0)
            errno = 0;
        if (found <= 0)
            return false;
        bytes += found;
        length -= (size_t)found;
    }
    return true;
}

/* O_DIRECTORY: a path that a stranger exchanged for a file or a pipe is refused
 * here, and not somewhere later. */
int
fd_open_folder(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd < 0)
        fail_errno(error, errno, "cannot open folder '%s'", path);
    return fd;
}

/* Makes a socket and the short address of @name below the open @folder_fd.
 *
 * /proc/self/fd rather than chdir(): the working folder belongs to the whole
 * process, and we are a library in somebody else's. */
static int
socket_below(int folder_fd, const char *name, struct sockaddr_un *ret_address,
             GError **error)
{
    int fd = -1;
    int length = 0;

    /* Zero behind the path as well: the whole structure is passed, and the path
     * ends at its NUL. */
    memset(ret_address, 0, sizeof(*ret_address));
    ret_address->sun_family = AF_UNIX;
    length = snprintf(ret_address->sun_path, sizeof(ret_address->sun_path),
                      "/proc/self/fd/%d/%s", folder_fd, name);
    if (length < 0 || (size_t)length >= sizeof(ret_address->sun_path)) {
        fail(error, VIR_ERR_INVALID_ARG, "socket name '%s' is too long", name);
        return -1;
    }
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        fail_errno(error, errno, "cannot create a Unix socket");
    return fd;
}

/* Bounds connect(), which waits for room in the listener's queue: QEMU keeps
 * one that waits besides the one it serves.  0: no bound. */
static bool
bound_connect(int fd, int seconds, GError **error)
{
    /* SO_SNDTIMEO is what Linux takes as the limit of connect() on a Unix
     * socket; a non-blocking connect() would fail with EAGAIN at once instead
     * of waiting for room, and cannot be polled for it. */
    struct timeval limit = {.tv_sec = seconds};

    if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) < 0)
        return fail_errno(error, errno, "cannot bound a connection's time");
    return true;
}

/* Removes @name when it is a socket on which nobody listens.
 *
 * QEMU's own server would unlink whatever is there, be it a disk image; so we
 * make the socket ourselves and hand over the descriptor.  Whether somebody
 * listens is asked by connecting: ECONNREFUSED is the one answer that says no;
 * any other trouble is taken for a yes. */
static bool
remove_dead_socket(int folder_fd, const char *folder, const char *name,
                   GError **error)
{
    struct sockaddr_un address;
    struct stat status;
    g_auto(AutoFd) probe = -1;

    /* No following: a link in the place of a socket is not a socket of ours,
     * wherever it leads. */
    if (fstatat(folder_fd, name, &status, AT_SYMLINK_NOFOLLOW) < 0) {
        if (errno == ENOENT)
            return true;
        return fail_errno(error, errno, "cannot look at '%s/%s'", folder, name);
    }
    if (!S_ISSOCK(status.st_mode)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "'%s/%s' exists and is not a socket; choose another path",
                    folder, name);
    }
    /* Between this question and unlinkat() somebody may begin to listen, and
     * loses the name.  Nothing but a lock that both honour would close that
     * gap; for a path in the state folder the root's lock is one. */
    probe = socket_below(folder_fd, name, &address, error);
    if (probe < 0 || !bound_connect(probe, CONNECT_SECONDS, error))
        return false;
    if (connect(probe, (struct sockaddr *)&address, sizeof(address)) == 0 ||
        errno != ECONNREFUSED) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "socket '%s/%s' is in use by another process; "
                    "choose another path",
                    folder, name);
    }
    if (unlinkat(folder_fd, name, 0) < 0 && errno != ENOENT) {
        return fail_errno(error, errno, "cannot remove dead socket '%s/%s'",
                          folder, name);
    }
    return true;
}

int
unix_listen(const char *folder, const char *name, GError **error)
{
    g_auto(AutoFd) folder_fd = fd_open_folder(folder, error);

    return folder_fd < 0 ? -1 : unix_listen_at(folder_fd, folder, name, error);
}

int
unix_listen_at(int folder_fd, const char *folder, const char *name,
               GError **error)
{
    struct sockaddr_un address;
    g_auto(AutoFd) fd = -1;

    if (!remove_dead_socket(folder_fd, folder, name, error))
        return -1;
    fd = socket_below(folder_fd, name, &address, error);
    if (fd < 0)
        return -1;
    /* bind() fails on an existing name (EADDRINUSE), so of two that pass the
     * check above at once only one gets the socket. */
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        listen(fd, LISTEN_BACKLOG) < 0) {
        fail_errno(error, errno, "cannot listen on '%s/%s'", folder, name);
        return -1;
    }
    return fd_steal(&fd);
}

int
unix_connect(const char *folder, const char *name, GError **error)
{
    struct sockaddr_un address;
    g_auto(AutoFd) folder_fd = fd_open_folder(folder, error);
    g_auto(AutoFd) fd = -1;

    if (folder_fd < 0)
        return -1;
    fd = socket_below(folder_fd, name, &address, error);
    if (fd < 0 || !bound_connect(fd, CONNECT_SECONDS, error))
        return -1;
    if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
        /* What the time limit turns into.  strerror() would say "Resource
         * temporarily unavailable" of it. */
        if (errno == EAGAIN) {
            fail(error, VIR_ERR_SYSTEM_ERROR,
                 "cannot connect to '%s/%s' within %d s: other programs are "
                 "connected and wait; end them",
                 folder, name, CONNECT_SECONDS);
        } else {
            fail_errno(error, errno, "cannot connect to '%s/%s'", folder, name);
        }
        return -1;
    }
    /* The limit was for connect() alone; left in place it would cut off a long
     * write to a monitor that is busy. */
    return bound_connect(fd, 0, error) ? fd_steal(&fd) : -1;
}
