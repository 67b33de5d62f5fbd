/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rpc/transport.h"

#include <errno.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Of one read behind a layer. */
enum { RAW_SIZE = 8192 };

struct Transport {
    int fd;
    TlsSession *tls; /* NULL: bytes as they are */

    /* NULL: no layer, or not yet.  Set by one thread while another may look. */
    SaslSession *input;
    SaslSession *output;
    /* Of the receiver: decoded, and not received yet; the session's bytes. */
    const guint8 *decoded;
    gsize decoded_size; /* others may look whether there is any */
    /* Of the sender: encoded, and not sent yet; the session's bytes, for
     * @encoded_for bytes of the sender's. */
    const guint8 *encoded;
    gsize encoded_size;
    gsize encoded_for;
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
    sasl_session_unref(transport->input);
    sasl_session_unref(transport->output);
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

/* Below a layer, if there is one: what goes out here is what travels, or what TLS
 * makes of it. */
static ssize_t
send_raw(Transport *transport, const void *bytes, gsize size)
{
    return transport->tls
               ? tls_session_send(transport->tls, bytes, size)
               : send(transport->fd, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static ssize_t
receive_raw(Transport *transport, void *place, gsize room)
{
    return transport->tls ? tls_session_receive(transport->tls, place, room)
                          : recv(transport->fd, place, room, MSG_DONTWAIT);
}

/* A part is encoded once and sent until it is gone; only then are the bytes that
 * it stands for the sender's past. */
static ssize_t
send_encoded(Transport *transport, const void *bytes, gsize size)
{
    if (transport->encoded_size == 0) {
        transport->encoded = sasl_session_encode(transport->output, bytes, size,
                                                 &transport->encoded_for,
                                                 &transport->encoded_size);
        if (!transport->encoded) {
            errno = EPROTO;
            return -1;
        }
    }
    while (transport->encoded_size > 0) {
        ssize_t done =
            send_raw(transport, transport->encoded, transport->encoded_size);

        if (done < 0)
            return -1;
        transport->encoded += done;
        transport->encoded_size -= (gsize)done;
    }
    return (ssize_t)transport->encoded_for;
}

ssize_t
transport_send(Transport *transport, const void *bytes, gsize size)
{
    return g_atomic_pointer_get(&transport->output)
               ? send_encoded(transport, bytes, size)
               : send_raw(transport, bytes, size);
}

/* One read; what it decodes to may be nothing yet, and then the next is tried. */
static ssize_t
decode_some(Transport *transport)
{
    guint8 raw[RAW_SIZE];
    ssize_t got = receive_raw(transport, raw, sizeof(raw));
    const void *decoded = NULL;
    gsize size = 0;

    if (got <= 0)
        return got;
    if (!sasl_session_decode(transport->input, raw, (gsize)got, &decoded,
                             &size)) {
        errno = EPROTO;
        return -1;
    }
    transport->decoded = decoded;
    g_atomic_pointer_set(&transport->decoded_size, size);
    return got;
}

static ssize_t
receive_decoded(Transport *transport, void *place, gsize room)
{
    gsize size = 0;

    while (transport->decoded_size == 0) {
        ssize_t got = decode_some(transport);

        if (got <= 0)
            return got;
    }
    size = MIN(room, transport->decoded_size);
    memcpy(place, transport->decoded, size);
    transport->decoded += size;
    g_atomic_pointer_set(&transport->decoded_size,
                         transport->decoded_size - size);
    return (ssize_t)size;
}

/* The layer is asked for anew at each call: it may have come between two. */
ssize_t
transport_receive(Transport *transport, void *place, gsize room)
{
    return g_atomic_pointer_get(&transport->input)
               ? receive_decoded(transport, place, room)
               : receive_raw(transport, place, room);
}

/* What lies in a plain socket is seen by poll(); TLS takes whole records out of
 * it, of which somebody may have received a part. */
bool
transport_has_input(Transport *transport)
{
    return g_atomic_pointer_get(&transport->decoded_size) ||
           (transport->tls && tls_session_has_input(transport->tls));
}

/* The reference is set once and given up with the transport, so whoever sees it
 * may use it without a lock. */
void
transport_protect_input(Transport *transport, SaslSession *session)
{
    g_assert(!transport->input);
    g_atomic_pointer_set(&transport->input, sasl_session_ref(session));
}

void
transport_protect_output(Transport *transport, SaslSession *session)
{
    g_assert(!transport->output);
    g_atomic_pointer_set(&transport->output, sasl_session_ref(session));
}

/* A Unix socket alone has them, but who asks a TCP socket for one gets none,
 * and is told so there. */
bool
transport_carries_fds(Transport *transport)
{
    return !transport->tls && !g_atomic_pointer_get(&transport->input);
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
