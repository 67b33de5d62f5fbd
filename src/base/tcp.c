/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/tcp.h"

#include "base/error.h"
#include "base/fd.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

/* Who waits for a connection holds locks that others wait for. */
enum { LISTEN_BACKLOG = 16, CONNECT_TIMEOUT_MS = 5 * 1000 };

/* A socket made of one of a host's addresses, by @deadline of the monotonic
 * clock; -1 with errno. */
typedef int (*AddressOpener)(const struct addrinfo *address, gint64 deadline);

static int
bind_address(const struct addrinfo *address, gint64 deadline G_GNUC_UNUSED)
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
    /* Or the one for IPv6 would take the port from the one for IPv4. */
    if (address->ai_family == AF_INET6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes));
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

/* IPv4 and IPv6 keep it in the same place. */
unsigned
tcp_port(int fd)
{
    struct sockaddr_in6 address = {.sin6_port = 0};
    socklen_t length = sizeof(address);

    if (getsockname(fd, (struct sockaddr *)&address, &length) < 0 ||
        (address.sin6_family != AF_INET && address.sin6_family != AF_INET6))
        return 0;
    return ntohs(address.sin6_port);
}

/* How a connection that was under way came out: 0 or an errno. */
static int
await_connection(int fd, gint64 deadline)
{
    struct pollfd ready = {.fd = fd, .events = POLLOUT};
    int problem = 0;
    socklen_t length = sizeof(problem);
    int count = -1;

    do {
        gint64 left = deadline - g_get_monotonic_time();

        count = poll(&ready, 1, (int)MAX((left + 999) / 1000, 0));
    } while (count < 0 && errno == EINTR);
    if (count <= 0)
        return ETIMEDOUT;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &problem, &length) < 0)
        return errno;
    return problem;
}

/* The socket blocks again afterwards: who gets it decides. */
static int
connect_address(const struct addrinfo *address, gint64 deadline)
{
    int type = address->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK;
    g_auto(AutoFd) fd = socket(address->ai_family, type, 0);
    int problem = 0;

    if (fd < 0)
        return -1;
    if (connect(fd, address->ai_addr, address->ai_addrlen) < 0)
        problem = errno == EINPROGRESS ? await_connection(fd, deadline) : errno;
    if (problem == 0 && fcntl(fd, F_SETFL, 0) < 0)
        problem = errno;
    if (problem == 0)
        return fd_steal(&fd);
    auto_fd_close(fd_steal(&fd));
    errno = problem;
    return -1;
}

/* The first of @host's addresses that @open gets a socket of; @doing ("listen
 * on") says in messages what for. */
static int
open_host(const char *doing, const char *host, unsigned port,
          AddressOpener open_address, GError **error)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    g_autofree char *text = g_strdup_printf("%u", port);
    int result = getaddrinfo(host, text, &hints, &found);
    gint64 deadline =
        g_get_monotonic_time() + CONNECT_TIMEOUT_MS * G_TIME_SPAN_MILLISECOND;
    int problem = EADDRNOTAVAIL;
    int fd = -1;

    if (result != 0) {
        fail(error, VIR_ERR_OPERATION_FAILED, "cannot find host '%s': %s", host,
             gai_strerror(result));
        return -1;
    }
    /* Most failures are of one address, such as IPv6 on a host without.  A port
     * in use is none of those: whoever connects to the host may come to the
     * address of the other program first. */
    for (const struct addrinfo *address = found;
         address && fd < 0 && problem != EADDRINUSE;
         address = address->ai_next) {
        fd = open_address(address, deadline);
        if (fd < 0)
            problem = errno;
    }
    freeaddrinfo(found);
    if (fd < 0) {
        fail_errno(error, problem, "cannot %s '%s' port %u", doing, host, port);
    }
    return fd;
}

int
tcp_listen(const char *host, unsigned port, unsigned *ret_port, GError **error)
{
    int fd = open_host("listen on", host, port, bind_address, error);

    if (fd >= 0)
        *ret_port = tcp_port(fd);
    return fd;
}

/* A port on some of a host's addresses is none: what was bound is given back. */
static void
close_all(GArray *fds)
{
    for (guint i = 0; i < fds->len; i++)
        auto_fd_close(g_array_index(fds, int, i));
    g_array_unref(fds);
}

/* Every address or, for want of some (a host without IPv6), those that there are;
 * but a port that somebody else has on one of them is not ours on any. */
GArray *
tcp_listen_all(const char *host, const char *port, GError **error)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_PASSIVE};
    struct addrinfo *found = NULL;
    GArray *fds = g_array_new(FALSE, FALSE, sizeof(int));
    int result = getaddrinfo(host, port, &hints, &found);
    const struct addrinfo *address = NULL;
    int problem = EADDRNOTAVAIL;

    if (result != 0) {
        fail(error, VIR_ERR_OPERATION_FAILED, "cannot find '%s' port '%s': %s",
             host ? host : "*", port, gai_strerror(result));
        close_all(fds);
        return NULL;
    }
    for (address = found; address; address = address->ai_next) {
        int fd = bind_address(address, 0);

        if (fd >= 0) {
            g_array_append_val(fds, fd);
            continue;
        }
        problem = errno;
        if (problem == EADDRINUSE)
            break;
    }
    freeaddrinfo(found);
    if (fds->len > 0 && !address)
        return fds;
    close_all(fds);
    fail_errno(error, problem, "cannot listen on '%s' port %s",
               host ? host : "*", port);
    return NULL;
}

int
tcp_connect(const char *what, const char *host, unsigned port, GError **error)
{
    g_autofree char *doing = g_strdup_printf("connect to %s on", what);

    return open_host(doing, host, port, connect_address, error);
}

/* Both are wishes: a socket that takes neither serves all the same. */
void
tcp_tune(int fd)
{
    int yes = 1;

    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    (void)setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &yes, sizeof(yes));
}
