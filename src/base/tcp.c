/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/tcp.h"

#include "base/error.h"
#include "base/fd.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LISTEN_BACKLOG = 16 };

/* A socket bound to one of the host's addresses; -1 with errno. */
static int
bind_address(const struct addrinfo *address)
{
    int yes = 1;
    int problem = 0;
    g_auto(AutoFd) fd =
        socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC,
               address->ai_protocol);

    if (fd < 0)
        return -1;
    /* A port whose last connection still lingers can be bound again. */
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
    if (bind(fd, address->ai_addr, address->ai_addrlen) < 0 ||
        listen(fd, LISTEN_BACKLOG) < 0) {
        /* close() may change it. */
        problem = errno;
        close(fd_steal(&fd));
        errno = problem;
        return -1;
    }
    return fd_steal(&fd);
}

/* The port that a socket got.  IPv4 and IPv6 keep it in the same place. */
static unsigned
socket_port(int fd)
{
    struct sockaddr_in6 address = {.sin6_port = 0};
    socklen_t length = sizeof(address);

    if (getsockname(fd, (struct sockaddr *)&address, &length) < 0)
        return 0;
    return ntohs(address.sin6_port);
}

int
tcp_listen(const char *host, unsigned port, unsigned *ret_port, GError **error)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    g_autofree char *text = g_strdup_printf("%u", port);
    int result = getaddrinfo(host, text, &hints, &found);
    int problem = EADDRNOTAVAIL;
    int fd = -1;

    if (result != 0) {
        fail(error, VIR_ERR_OPERATION_FAILED, "cannot find host '%s': %s", host,
             gai_strerror(result));
        return -1;
    }
    for (const struct addrinfo *address = found; address && fd < 0;
         address = address->ai_next) {
        fd = bind_address(address);
        if (fd < 0)
            problem = errno;
    }
    freeaddrinfo(found);
    if (fd < 0) {
        fail_errno(error, problem, "cannot listen on '%s' port %u", host, port);
        return -1;
    }
    *ret_port = socket_port(fd);
    return fd;
}
