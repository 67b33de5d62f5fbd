/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/nbd_server.h"

#include "base/error.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/* The call that waits for it holds the root's lock. */
enum { CONNECT_TIMEOUT_MS = 5 * 1000 };

/* How a connection that was under way came out: 0 or an errno. */
static int
await_connection(int fd)
{
    struct pollfd ready = {.fd = fd, .events = POLLOUT};
    int problem = 0;
    socklen_t length = sizeof(problem);

    if (poll(&ready, 1, CONNECT_TIMEOUT_MS) <= 0)
        return ETIMEDOUT;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &problem, &length) < 0)
        return errno;
    return problem;
}

/* -1 with errno.  The socket blocks again afterwards: who gets it decides. */
static int
connect_address(const struct addrinfo *address)
{
    int type = address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK;
    g_auto(AutoFd) fd = socket(address->ai_family, type, 0);
    int problem = 0;

    if (fd < 0)
        return -1;
    if (connect(fd, address->ai_addr, address->ai_addrlen) < 0)
        problem = errno == EINPROGRESS ? await_connection(fd) : errno;
    if (problem == 0 && fcntl(fd, F_SETFL, 0) == 0)
        return fd_steal(&fd);
    auto_fd_close(fd_steal(&fd));
    errno = problem;
    return -1;
}

static int
tcp_connect(const char *host, unsigned port_number, GError **error)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    g_autofree char *port = g_strdup_printf("%u", port_number);
    int result = getaddrinfo(host, port, &hints, &found);
    int problem = EADDRNOTAVAIL;
    int fd = -1;

    if (result != 0) {
        fail(error, VIR_ERR_OPERATION_FAILED, "cannot find host '%s': %s", host,
             gai_strerror(result));
        return -1;
    }
    for (const struct addrinfo *address = found; address && fd < 0;
         address = address->ai_next) {
        fd = connect_address(address);
        if (fd < 0)
            problem = errno;
    }
    freeaddrinfo(found);
    if (fd < 0) {
        fail_errno(error, problem,
                   "cannot connect to the NBD server on '%s' port %u", host,
                   port_number);
    }
    return fd;
}

int
nbd_server_connect(const BackupServer *server, GError **error)
{
    g_autofree char *folder = NULL;
    g_autofree char *name = NULL;

    if (server->transport != BACKUP_TRANSPORT_UNIX)
        return tcp_connect(server->name, server->port, error);
    folder = g_path_get_dirname(server->socket);
    name = g_path_get_basename(server->socket);
    return unix_connect(folder, name, error);
}

json_t *
nbd_server_address(const BackupServer *server)
{
    g_autofree char *port = NULL;

    if (server->transport == BACKUP_TRANSPORT_UNIX) {
        return json_pack("{s:s, s:s}", "type", "unix", "path", server->socket);
    }
    port = g_strdup_printf("%u", server->port);
    return json_pack("{s:s, s:s, s:s}", "type", "inet", "host", server->name,
                     "port", port);
}
