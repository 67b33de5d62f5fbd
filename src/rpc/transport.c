/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rpc/transport.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/socket.h>
#include <unistd.h>

struct Transport {
    int fd;
    TlsSession *tls; /* NULL: bytes as they are */
};

/* Without TLS there is no state but the descriptor: the calls below are send()
 * and recv(), and cost no lock. */
Transport *
transport_new(int fd)
{
    Transport *transport = g_new0(Transport, 1);

    transport->fd = fd;
    return transport;
}

/* GnuTLS reads and writes by itself, and knows no MSG_DONTWAIT. */
Transport *
transport_new_tls(int fd, TlsCredentials *credentials, const char *host,
                  GError **error)
{
    g_autoptr(Transport) transport = transport_new(fd);

    g_assert(g_unix_set_fd_nonblocking(fd, TRUE, NULL));
    transport->tls = tls_session_new(credentials, fd, host, error);
    return transport->tls ? g_steal_pointer(&transport) : NULL;
}

/* In this order: a session says goodbye over the socket. */
void
transport_free(Transport *transport)
{
    if (!transport)
        return;
    tls_session_free(transport->tls);
    close(transport->fd);
    g_free(transport);
}

int
transport_fd(const Transport *transport)
{
    return transport->fd;
}

TlsProgress
transport_open(Transport *transport, GError **error)
{
    return transport->tls ? tls_session_open(transport->tls, error) : TLS_OPEN;
}

ssize_t
transport_send(Transport *transport, const void *bytes, gsize size)
{
    return transport->tls
               ? tls_session_send(transport->tls, bytes, size)
               : send(transport->fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
}

ssize_t
transport_receive(Transport *transport, void *place, gsize room)
{
    return transport->tls ? tls_session_receive(transport->tls, place, room)
                          : recv(transport->fd, place, room, MSG_DONTWAIT);
}

/* What lies in a plain socket is seen by poll(); TLS takes whole records out of
 * it, of which somebody may have received a part. */
bool
transport_has_input(Transport *transport)
{
    return transport->tls && tls_session_has_input(transport->tls);
}

/* A Unix socket alone has them, but who asks a TCP socket for one gets none,
 * and is told so there. */
bool
transport_carries_fds(const Transport *transport)
{
    return !transport->tls;
}

unsigned
transport_bits(const Transport *transport)
{
    return transport->tls ? tls_session_bits(transport->tls) : 0;
}

const char *
transport_peer(const Transport *transport)
{
    return transport->tls ? tls_session_peer(transport->tls) : NULL;
}
