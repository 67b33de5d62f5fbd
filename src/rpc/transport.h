/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bytes of a connected socket, as they are, within TLS, or behind a layer of
 * SASL.
 *
 * Nothing here waits.  One thread may receive while another sends.  What has
 * been taken from the socket and not been received is unknown to poll():
 * whoever stops receiving in the middle asks transport_has_input() before he
 * waits.
 */
#pragma once

#include "rpc/sasl.h"
#include "rpc/tls.h"

typedef struct Transport Transport;

/** transport_new: takes @fd over, a connected stream socket. */
Transport *transport_new(int fd);
/** transport_new_tls: takes @fd over, also on failure; @host as
 * tls_session_new().  Nothing is sent before transport_open(). */
Transport *transport_new_tls(int fd, TlsCredentials *credentials,
                             const char *host, GError **error);
/** transport_free: closes the socket.  Accepts NULL. */
void transport_free(Transport *transport);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Transport, transport_free)

/** transport_fd: to wait for. */
int transport_fd(const Transport *transport);

/** transport_open: as tls_session_open(); TLS_OPEN at once without TLS.  Before
 * it has succeeded nothing is sent or received. */
TlsProgress transport_open(Transport *transport, GError **error);

/** transport_send, transport_receive: as send() and recv(): -1 with errno,
 * EAGAIN if it would have to wait (the same bytes have to be sent again). */
ssize_t transport_send(Transport *transport, const void *bytes, gsize size);
ssize_t transport_receive(Transport *transport, void *place, gsize room);
bool transport_has_input(Transport *transport);

/** transport_protect_input, transport_protect_output: from now on what comes,
 * or goes, is behind @session's layer.  Two calls, since the last words before it
 * go as they are, and the peer's first answer to them does not.  Once; from any
 * thread, but while nobody sends (or the peer has nothing to say). */
void transport_protect_input(Transport *transport, SaslSession *session);
void transport_protect_output(Transport *transport, SaslSession *session);

/** transport_carries_fds: whether descriptors can come beside the bytes. */
bool transport_carries_fds(Transport *transport);
/** transport_bits: the strength of TLS's cipher; 0: there is none. */
unsigned transport_bits(const Transport *transport);
/** transport_peer: as tls_session_peer(). */
const char *transport_peer(const Transport *transport);
