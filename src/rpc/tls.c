/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rpc/tls.h"

#include "base/error.h"
#include "base/globs.h"
#include "base/lock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <string.h>
#include <unistd.h>

enum {
    /* The byte that says that the server has accepted the client. */
    ACCEPTED = 1,
    NAME_MAX_SIZE = 1024,
    /* A chain that is longer is no chain. */
    CERTIFICATES_MAX = 16,
    /* No warning on the way, but an end: a client that begins anew in the
     * middle of its stream could keep a server busy for nothing. */
    TRIES_AT_ONCE = 32,
};

/* Of libvirt as Debian builds it. */
#define USUAL_PRIORITY "NORMAL"

struct TlsCredentials {
    gint refs;
    bool is_server;
    bool is_anybody_fine;
    Globs *allowed; /* NULL: any name */
    gnutls_certificate_credentials_t keys;
    gnutls_priority_t priority;
};

typedef enum {
    PHASE_HANDSHAKE,
    PHASE_CONFIRM, /* the byte is on its way */
    PHASE_OPEN,
    PHASE_OVER,
} Phase;

struct TlsSession {
    TlsCredentials *credentials;
    char *host; /* NULL: we are the server */
    char *peer; /* its name, once it is verified */
    Phase phase;

    /* Of @tls: GnuTLS allows a reader beside a writer, but for what TLS 1.3
     * sends in between.  Nobody waits under it. */
    Lock lock;
    gnutls_session_t tls;
};

/* ---- what is ours ---- */

/* The file is opened by GnuTLS, whose messages do not name it. */
static bool
can_read(const char *what, const char *path, GError **error)
{
    return access(path, R_OK) == 0 ||
           fail_errno(error, errno, "cannot read %s '%s'", what, path);
}

/* GnuTLS counts the certificates that it took; a file without any would leave a
 * server that trusts nobody, and looks like one whose clients are all wrong. */
static bool
use_trust(TlsCredentials *credentials, const TlsOptions *options,
          GError **error)
{
    int count = 0;

    if (!options->ca_file)
        return true;
    if (!can_read("the CA's certificate", options->ca_file, error))
        return false;
    count = gnutls_certificate_set_x509_trust_file(
        credentials->keys, options->ca_file, GNUTLS_X509_FMT_PEM);
    if (count > 0)
        return true;
    return fail(error, VIR_ERR_SYSTEM_ERROR,
                "the CA's certificate '%s' is none: %s", options->ca_file,
                count < 0 ? gnutls_strerror(count) : "the file has none in it");
}

/* An empty list is one: a CA that has revoked nothing yet may publish it. */
static bool
use_revoked(TlsCredentials *credentials, const TlsOptions *options,
            GError **error)
{
    int count = 0;

    if (!options->crl_file)
        return true;
    if (!can_read("the list of revoked certificates", options->crl_file, error))
        return false;
    count = gnutls_certificate_set_x509_crl_file(
        credentials->keys, options->crl_file, GNUTLS_X509_FMT_PEM);
    if (count >= 0)
        return true;
    return fail(error, VIR_ERR_SYSTEM_ERROR,
                "the list of revoked certificates '%s' is none: %s",
                options->crl_file, gnutls_strerror(count));
}

/* GnuTLS holds the key against the certificate, so a pair of two different days
 * is refused here. */
static bool
use_key(TlsCredentials *credentials, const TlsOptions *options, GError **error)
{
    int result = 0;

    if (!options->cert_file)
        return true;
    if (!can_read("the certificate", options->cert_file, error) ||
        !can_read("the key", options->key_file, error))
        return false;
    result = gnutls_certificate_set_x509_key_file(
        credentials->keys, options->cert_file, options->key_file,
        GNUTLS_X509_FMT_PEM);
    if (result >= 0)
        return true;
    return fail(error, VIR_ERR_SYSTEM_ERROR,
                "the certificate '%s' cannot be used with the key '%s': %s",
                options->cert_file, options->key_file, gnutls_strerror(result));
}

/* The text may come from a settings file or a URI; GnuTLS says where it stopped
 * to understand, and that is what helps. */
static bool
use_priority(TlsCredentials *credentials, const TlsOptions *options,
             GError **error)
{
    const char *text = options->priority ? options->priority : USUAL_PRIORITY;
    const char *place = "";
    int result = gnutls_priority_init(&credentials->priority, text, &place);

    if (result >= 0)
        return true;
    return fail(error, VIR_ERR_INVALID_ARG,
                "the cipher priority '%s' is not understood at '%s'", text,
                place ? place : text);
}

/* Certificates of a file, which somebody has to deinit. */
typedef struct {
    gnutls_x509_crt_t *all;
    unsigned count;
} Chain;

static void
chain_clear(Chain *chain)
{
    for (unsigned i = 0; i < chain->count; i++)
        gnutls_x509_crt_deinit(chain->all[i]);
    gnutls_free(chain->all);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Chain, chain_clear)

/* A second time, since GnuTLS does not hand out what it took into credentials;
 * once for each start or reload. */
static bool
load_chain(Chain *chain, const char *path, GError **error)
{
    gnutls_datum_t text = {NULL, 0};
    int result = gnutls_load_file(path, &text);

    if (result >= 0) {
        result = gnutls_x509_crt_list_import2(&chain->all, &chain->count, &text,
                                              GNUTLS_X509_FMT_PEM, 0);
        gnutls_free(text.data);
    }
    return result >= 0 ||
           fail(error, VIR_ERR_SYSTEM_ERROR, "cannot read '%s': %s", path,
                gnutls_strerror(result));
}

/* GnuTLS says it in whole sentences; NULL if there is nothing wrong. */
static char *
describe(unsigned status)
{
    gnutls_datum_t text = {NULL, 0};
    char *copy = NULL;

    if (status == 0)
        return NULL;
    if (gnutls_certificate_verification_status_print(status, GNUTLS_CRT_X509,
                                                     &text, 0) < 0)
        return g_strdup("it is not valid");
    copy = g_strstrip(g_strndup((const char *)text.data, text.size));
    gnutls_free(text.data);
    return copy;
}

/* What a peer will do with it, done before: a certificate that has run out is
 * found when the daemon starts, and not by each of its clients. */
static bool
check_ours(const TlsOptions *options, GError **error)
{
    g_auto(Chain) ca = {NULL, 0};
    g_auto(Chain) ours = {NULL, 0};
    const char *purpose = options->is_server ? GNUTLS_KP_TLS_WWW_SERVER
                                             : GNUTLS_KP_TLS_WWW_CLIENT;
    gnutls_typed_vdata_st use = {.type = GNUTLS_DT_KEY_PURPOSE_OID,
                                 .data = (unsigned char *)(void *)purpose};
    gnutls_x509_trust_list_t trusted = NULL;
    unsigned status = 0;
    g_autofree char *problem = NULL;

    if (options->is_ours_unchecked || !options->cert_file || !options->ca_file)
        return true;
    if (!load_chain(&ca, options->ca_file, error) ||
        !load_chain(&ours, options->cert_file, error))
        return false;
    if (ours.count == 0 || ours.count > CERTIFICATES_MAX ||
        gnutls_x509_crt_get_ca_status(ours.all[0], NULL) > 0) {
        return fail(error, VIR_ERR_AUTH_FAILED,
                    "the certificate '%s' is a CA's, and not a %s's",
                    options->cert_file,
                    options->is_server ? "server" : "client");
    }
    g_assert(gnutls_x509_trust_list_init(&trusted, 0) == 0);
    (void)gnutls_x509_trust_list_add_cas(trusted, ca.all, ca.count, 0);
    (void)gnutls_x509_trust_list_verify_crt2(trusted, ours.all, ours.count,
                                             &use, 1, 0, &status, NULL);
    gnutls_x509_trust_list_deinit(trusted, 0);
    problem = describe(status);
    return !problem ||
           fail(error, VIR_ERR_AUTH_FAILED,
                "no peer would accept the certificate '%s' of the CA '%s': %s",
                options->cert_file, options->ca_file, problem);
}

/* Everything that can be wrong with the files is found here, before anybody has
 * come: the caller keeps what it had when this fails, so that a reload with half
 * written files does no harm. */
TlsCredentials *
tls_credentials_new(const TlsOptions *options, GError **error)
{
    g_autoptr(TlsCredentials) credentials = g_new0(TlsCredentials, 1);

    g_assert(options->ca_file || options->is_anybody_fine);
    g_assert(options->cert_file || !options->is_server);
    credentials->refs = 1;
    credentials->is_server = options->is_server;
    credentials->is_anybody_fine = options->is_anybody_fine;
    credentials->allowed = globs_new(options->allowed_names);
    g_assert(gnutls_certificate_allocate_credentials(&credentials->keys) == 0);
    if (!use_trust(credentials, options, error) ||
        !use_revoked(credentials, options, error) ||
        !use_key(credentials, options, error) ||
        !use_priority(credentials, options, error) ||
        !check_ours(options, error))
        return NULL;
    /* For clients that know no elliptic curves. */
    (void)gnutls_certificate_set_known_dh_params(credentials->keys,
                                                 GNUTLS_SEC_PARAM_MEDIUM);
    return g_steal_pointer(&credentials);
}

TlsCredentials *
tls_credentials_ref(TlsCredentials *credentials)
{
    g_atomic_int_inc(&credentials->refs);
    return credentials;
}

void
tls_credentials_unref(TlsCredentials *credentials)
{
    if (!credentials || !g_atomic_int_dec_and_test(&credentials->refs))
        return;
    gnutls_certificate_free_credentials(credentials->keys);
    if (credentials->priority)
        gnutls_priority_deinit(credentials->priority);
    globs_free(credentials->allowed);
    g_free(credentials);
}

/* ---- who is there ---- */

/* The name as GnuTLS writes it, which is what an administrator finds in the log
 * and puts into the list. */
static char *
name_of(const gnutls_datum_t *certificate)
{
    gnutls_x509_crt_t parsed = NULL;
    char name[NAME_MAX_SIZE] = "";
    size_t size = sizeof(name);
    bool is_read = false;

    if (gnutls_x509_crt_init(&parsed) < 0)
        return NULL;
    is_read =
        gnutls_x509_crt_import(parsed, certificate, GNUTLS_X509_FMT_DER) >= 0 &&
        gnutls_x509_crt_get_dn(parsed, name, &size) >= 0;
    gnutls_x509_crt_deinit(parsed);
    return is_read ? g_strdup(name) : NULL;
}

/* Signed by the CA, not run out and not revoked, made for what it is used for,
 * and, of a server, for the host that we wanted. */
static bool
check_peer(const TlsSession *session, GError **error)
{
    const char *purpose = session->credentials->is_server
                              ? GNUTLS_KP_TLS_WWW_CLIENT
                              : GNUTLS_KP_TLS_WWW_SERVER;
    gnutls_typed_vdata_st wanted[] = {
        {.type = GNUTLS_DT_KEY_PURPOSE_OID,
         .data = (unsigned char *)(void *)purpose},
        {.type = GNUTLS_DT_DNS_HOSTNAME,
         .data = (unsigned char *)(void *)session->host},
    };
    unsigned count = session->host ? 2 : 1;
    unsigned status = 0;
    g_autofree char *problem = NULL;
    int result =
        gnutls_certificate_verify_peers(session->tls, wanted, count, &status);

    problem = result < 0 ? g_strdup(gnutls_strerror(result)) : describe(status);
    return !problem || fail(error, VIR_ERR_AUTH_FAILED,
                            "authentication failed: the %s's certificate is "
                            "not accepted: %s",
                            session->host ? "server" : "client", problem);
}

/* The name is kept only behind all other checks: whoever reads it later may take
 * it for the truth. */
static bool
accept_peer(TlsSession *session, GError **error)
{
    unsigned count = 0;
    const gnutls_datum_t *certificates = NULL;

    if (session->credentials->is_anybody_fine)
        return true;
    certificates = gnutls_certificate_get_peers(session->tls, &count);
    if (!certificates || count == 0) {
        return fail(error, VIR_ERR_AUTH_FAILED,
                    "authentication failed: the peer showed no certificate");
    }
    if (!check_peer(session, error))
        return false;
    session->peer = name_of(&certificates[0]);
    if (session->peer &&
        globs_match(session->credentials->allowed, session->peer))
        return true;
    return fail(error, VIR_ERR_AUTH_FAILED,
                "authentication failed: the certificate's name '%s' is not "
                "one of those that are allowed",
                session->peer ? session->peer : "");
}

/* ---- a session ---- */

/* A name that is an address must not go into the server's name: RFC 6066. */
static bool
is_address(const char *host)
{
    unsigned char address[sizeof(struct in6_addr)];

    return inet_pton(AF_INET, host, address) == 1 ||
           inet_pton(AF_INET6, host, address) == 1;
}

/* Nothing is sent yet, so all that can fail here is memory, or a priority that
 * leaves no cipher. */
TlsSession *
tls_session_new(TlsCredentials *credentials, int fd, const char *host,
                GError **error)
{
    unsigned flags = GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL |
                     (credentials->is_server ? GNUTLS_SERVER : GNUTLS_CLIENT);
    g_autoptr(TlsSession) session = g_new0(TlsSession, 1);
    int result = 0;

    g_assert(credentials->is_server == !host);
    session->credentials = tls_credentials_ref(credentials);
    session->host = g_strdup(host);
    lock_init(&session->lock);
    result = gnutls_init(&session->tls, flags);
    if (result >= 0)
        result = gnutls_priority_set(session->tls, credentials->priority);
    if (result >= 0) {
        result = gnutls_credentials_set(session->tls, GNUTLS_CRD_CERTIFICATE,
                                        credentials->keys);
    }
    /* A server with several names shows the right one. */
    if (result >= 0 && host && !is_address(host)) {
        result = gnutls_server_name_set(session->tls, GNUTLS_NAME_DNS, host,
                                        strlen(host));
    }
    if (result < 0) {
        fail(error, VIR_ERR_SYSTEM_ERROR, "cannot prepare TLS: %s",
             gnutls_strerror(result));
        return NULL;
    }
    /* Asked for and not demanded: who has none is told as who has a wrong one,
     * after the handshake, with the reason in the log. */
    if (credentials->is_server && !credentials->is_anybody_fine) {
        gnutls_certificate_server_set_request(session->tls,
                                              GNUTLS_CERT_REQUEST);
    }
    gnutls_transport_set_int(session->tls, fd);
    return g_steal_pointer(&session);
}

/* The goodbye is tried once: whether it went out is the peer's interest alone,
 * and the socket is closed behind it. */
void
tls_session_free(TlsSession *session)
{
    if (!session)
        return;
    if (session->phase == PHASE_OPEN)
        (void)gnutls_bye(session->tls, GNUTLS_SHUT_WR);
    if (session->tls)
        gnutls_deinit(session->tls);
    tls_credentials_unref(session->credentials);
    lock_clear(&session->lock);
    g_free(session->host);
    g_free(session->peer);
    g_free(session);
}

static bool
is_later(ssize_t result)
{
    return result == GNUTLS_E_AGAIN || result == GNUTLS_E_INTERRUPTED;
}

/* Either way may be the one that a handshake waits for, whatever we did last. */
static TlsProgress
later(const TlsSession *session)
{
    return gnutls_record_get_direction(session->tls) ? TLS_WAITS_OUTPUT
                                                     : TLS_WAITS_INPUT;
}

/* An alert says more than that there was one. */
static TlsProgress
broken(TlsSession *session, ssize_t result, GError **error)
{
    const char *alert = NULL;

    if (result == GNUTLS_E_FATAL_ALERT_RECEIVED)
        alert = gnutls_alert_get_name(gnutls_alert_get(session->tls));
    session->phase = PHASE_OVER;
    fail(error, VIR_ERR_RPC, "the TLS handshake failed: %s%s%s",
         gnutls_strerror((int)result), alert ? " " : "", alert ? alert : "");
    return TLS_FAILED;
}

/* Warnings are no end; so many of them are. */
static TlsProgress
shake_hands(TlsSession *session, GError **error)
{
    int result = GNUTLS_E_WARNING_ALERT_RECEIVED;

    for (int i = 0; i < TRIES_AT_ONCE && result < 0; i++) {
        result = gnutls_handshake(session->tls);
        if (is_later(result))
            return later(session);
        if (result < 0 && gnutls_error_is_fatal(result))
            break;
    }
    if (result < 0)
        return broken(session, result, error);
    if (!accept_peer(session, error)) {
        session->phase = PHASE_OVER;
        /* The stream ends properly, so that nobody takes it for an accident. */
        (void)gnutls_bye(session->tls, GNUTLS_SHUT_WR);
        return TLS_FAILED;
    }
    session->phase = PHASE_CONFIRM;
    return TLS_OPEN;
}

/* The client reads nothing else before it; nothing of ours may overtake it, so a
 * session is open only when it is written. */
static TlsProgress
give_confirmation(TlsSession *session, GError **error)
{
    const guint8 byte = ACCEPTED;
    ssize_t result = gnutls_record_send(session->tls, &byte, sizeof(byte));

    if (is_later(result))
        return later(session);
    if (result < 0)
        return broken(session, result, error);
    session->phase = PHASE_OPEN;
    return TLS_OPEN;
}

/* A server that refuses closes its end without a word, since TLS has none for
 * an address or a name that it does not like. */
static TlsProgress
await_confirmation(TlsSession *session, GError **error)
{
    guint8 byte = 0;
    ssize_t result = gnutls_record_recv(session->tls, &byte, sizeof(byte));

    if (is_later(result))
        return later(session);
    if (result == 1 && byte == ACCEPTED) {
        session->phase = PHASE_OPEN;
        return TLS_OPEN;
    }
    if (result < 0 && result != GNUTLS_E_PREMATURE_TERMINATION)
        return broken(session, result, error);
    session->phase = PHASE_OVER;
    fail(error, VIR_ERR_AUTH_FAILED,
         "authentication failed: the server does not accept our certificate, "
         "or our address; its log says why");
    return TLS_FAILED;
}

/* Called again and again by whoever waits for the socket; each phase goes on
 * where it was, and the two that follow each other at once need no new event. */
TlsProgress
tls_session_open(TlsSession *session, GError **error)
{
    TlsProgress progress = TLS_OPEN;
    LOCK_SCOPE(&session->lock);

    g_assert(session->phase != PHASE_OVER);
    if (session->phase == PHASE_HANDSHAKE)
        progress = shake_hands(session, error);
    if (progress == TLS_OPEN && session->phase == PHASE_CONFIRM) {
        progress = session->credentials->is_server
                       ? give_confirmation(session, error)
                       : await_confirmation(session, error);
    }
    return progress;
}

/* A stream that was cut is an end like another: packets have a length, so half
 * of one is never taken for a whole. */
static ssize_t
as_errno(ssize_t result)
{
    if (result >= 0)
        return result;
    if (result == GNUTLS_E_PREMATURE_TERMINATION)
        return 0;
    errno = EPROTO;
    if (is_later(result))
        errno = EAGAIN;
    if (result == GNUTLS_E_PUSH_ERROR || result == GNUTLS_E_PULL_ERROR)
        errno = ECONNRESET;
    return -1;
}

/* GnuTLS has encrypted what it could not write, and sends that first when it is
 * called again: hence the same bytes, or the peer would get them twice. */
ssize_t
tls_session_send(TlsSession *session, const void *bytes, gsize size)
{
    LOCK_SCOPE(&session->lock);

    g_assert(session->phase == PHASE_OPEN);
    return as_errno(gnutls_record_send(session->tls, bytes, size));
}

/* A peer that wants to shake hands again ends here: nobody needs to, and it
 * would cost us more than the peer. */
ssize_t
tls_session_receive(TlsSession *session, void *place, gsize room)
{
    ssize_t result = GNUTLS_E_WARNING_ALERT_RECEIVED;
    LOCK_SCOPE(&session->lock);

    g_assert(session->phase == PHASE_OPEN);
    for (int i = 0; i < TRIES_AT_ONCE; i++) {
        if (result != GNUTLS_E_WARNING_ALERT_RECEIVED)
            break;
        result = gnutls_record_recv(session->tls, place, room);
    }
    return as_errno(result);
}

/* Only what was decrypted counts: a record of which a part has come is in GnuTLS
 * too, but for the rest of that one poll() will tell. */
bool
tls_session_has_input(TlsSession *session)
{
    LOCK_SCOPE(&session->lock);

    return gnutls_record_check_pending(session->tls) > 0;
}

unsigned
tls_session_bits(const TlsSession *session)
{
    return 8 * (unsigned)gnutls_cipher_get_key_size(
                   gnutls_cipher_get(session->tls));
}

const char *
tls_session_peer(const TlsSession *session)
{
    return session->peer;
}
