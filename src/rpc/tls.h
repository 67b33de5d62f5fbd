/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* TLS on a connected socket, as libvirt's clients and servers speak it.
 *
 * TLS begins with the first byte.  After the handshake the server judges the
 * client's certificate, and says that it is accepted with one byte inside of
 * the TLS stream; whoever is refused sees the stream end instead.  Nothing here
 * waits: the socket does not block, and whoever has it is told which way to
 * wait for.
 *
 * A session may be used by two threads, one that sends and one that receives.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/* What we show, and whom we trust.  Immutable, so that sessions keep those that
 * they began with while new ones get others. */
typedef struct TlsCredentials TlsCredentials;

typedef struct {
    bool is_server;
    const char *ca_file;    /* nullable if nobody is verified */
    const char *crl_file;   /* nullable: nothing is revoked */
    const char *cert_file;  /* nullable for a client: it shows none */
    const char *key_file;   /* as @cert_file */
    const char *priority;   /* of ciphers; NULL: as libvirt, GnuTLS's NORMAL */
    bool is_anybody_fine;   /* the peer's certificate is not asked about */
    bool is_ours_unchecked; /* our own is not looked at before it is used */
    /* Of a server: globs of which the peer's distinguished name has to fit one;
     * NULL: any that the CA signed. */
    const char *const *allowed_names;
} TlsOptions;

/** tls_credentials_new: VIR_ERR_SYSTEM_ERROR for a file that cannot be read or
 * is none of the kind; VIR_ERR_INVALID_ARG for a priority that is none;
 * VIR_ERR_AUTH_FAILED if our own certificate is one that no peer would take
 * (expired, not of this CA, for another use). */
TlsCredentials *tls_credentials_new(const TlsOptions *options, GError **error);
TlsCredentials *tls_credentials_ref(TlsCredentials *credentials);
/** tls_credentials_unref: accepts NULL. */
void tls_credentials_unref(TlsCredentials *credentials);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TlsCredentials, tls_credentials_unref)

typedef struct TlsSession TlsSession;

/** tls_session_new: on @fd, which does not block, and outlives it; @host is
 * whom a client wants to speak to, by name or address; NULL for a server. */
TlsSession *tls_session_new(TlsCredentials *credentials, int fd,
                            const char *host, GError **error);
/** tls_session_free: says goodbye if that needs no waiting.  Accepts NULL. */
void tls_session_free(TlsSession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TlsSession, tls_session_free)

typedef enum {
    TLS_OPEN,         /* both sides have accepted each other */
    TLS_WAITS_INPUT,  /* to be called again when the socket is readable */
    TLS_WAITS_OUTPUT, /* the same, writable */
    TLS_FAILED,
} TlsProgress;

/** tls_session_open: the handshake, as far as it goes without waiting.
 * VIR_ERR_AUTH_FAILED if one side does not accept the other;
 * VIR_ERR_RPC if the peer does not speak TLS as we do, or is gone. */
TlsProgress tls_session_open(TlsSession *session, GError **error);

/* As send() and recv(): -1 with errno, EAGAIN to wait for the socket. */

/** tls_session_send: after EAGAIN the same bytes have to come again. */
ssize_t tls_session_send(TlsSession *session, const void *bytes, gsize size);
ssize_t tls_session_receive(TlsSession *session, void *place, gsize room);
/** tls_session_has_input: bytes have been taken from the socket that nobody
 * has received: poll() does not know of them. */
bool tls_session_has_input(TlsSession *session);

/** tls_session_bits: the strength of the cipher. */
unsigned tls_session_bits(const TlsSession *session);
/** tls_session_peer: the distinguished name in the peer's certificate, once
 * open; NULL if it was not verified. */
const char *tls_session_peer(const TlsSession *session);
