/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rpc/sasl.h"

#include "base/error.h"
#include "base/lock.h"

#include <sasl/sasl.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* What libvirt's clients ask of a layer, and servers of them. */
    LEAST_BITS = 56,
    MOST_BITS = 100000,
    /* Of what is decoded at once. */
    BUFFER_SIZE = 64 * 1024,
};

/* The name that keytabs, files and DIGEST-MD5's service know. */
#define SERVICE "libvirt"

/* What a mechanism may ask a client, and libvirt's kinds of it. */
static const struct {
    unsigned long id;
    int kind;
} known_questions[] = {
    {SASL_CB_USER, VIR_CRED_USERNAME},
    {SASL_CB_AUTHNAME, VIR_CRED_AUTHNAME},
    {SASL_CB_PASS, VIR_CRED_PASSPHRASE},
    {SASL_CB_ECHOPROMPT, VIR_CRED_ECHOPROMPT},
    {SASL_CB_NOECHOPROMPT, VIR_CRED_NOECHOPROMPT},
    {SASL_CB_GETREALM, VIR_CRED_REALM},
};
enum { QUESTIONS_MAX = 16 };

struct SaslSession {
    gint refs;
    Lock lock; /* of @conn: a reader and a writer may be at work */
    sasl_conn_t *conn;
    char *user;
    unsigned bits;
    bool is_done;

    /* Of a client. */
    SaslAsker asker;
    sasl_callback_t callbacks[G_N_ELEMENTS(known_questions) + 1];
    GPtrArray *answers; /* passwords among them; @conn has pointers to them */
};

/* ---- the library, once ---- */

static int
take_log(void *context, int level, const char *message)
{
    (void)context;
    (void)level;
    /* A stranger's failures: who decides whether they are told is our caller,
     * who gets the same as an error. */
    g_debug("SASL: %s", message);
    return SASL_OK;
}

/* pthread's, as everywhere here: the thread sanitizer sees them. */
static void *
mutex_new(void)
{
    Lock *lock = g_new(Lock, 1);

    lock_init(lock);
    return lock;
}

static int
mutex_lock(void *lock)
{
    return pthread_mutex_lock(lock) == 0 ? SASL_OK : SASL_FAIL;
}

static int
mutex_unlock(void *lock)
{
    return pthread_mutex_unlock(lock) == 0 ? SASL_OK : SASL_FAIL;
}

static void
mutex_free(void *lock)
{
    lock_clear(lock);
    g_free(lock);
}

/* Both halves of libsasl keep them for as long as the process runs. */
static const sasl_callback_t log_callbacks[] = {
    {SASL_CB_LOG, (int (*)(void))(void (*)(void))take_log, NULL},
    {SASL_CB_LIST_END, NULL, NULL},
};

/* Plugins are loaded here; libsasl is given locks before, since sessions of
 * several threads share what the plugins keep. */
static int
start_library(void)
{
    static gsize once;
    static int result;

    if (g_once_init_enter(&once)) {
        sasl_set_mutex(mutex_new, mutex_lock, mutex_unlock, mutex_free);
        result = sasl_server_init(log_callbacks, SERVICE);
        g_once_init_leave(&once, 1);
    }
    return result;
}

/* ---- a session ---- */

/* Without privacy a mechanism has to bring it along, and none may send the
 * password; anonymous ones would prove nothing at all. */
static int
set_properties(const SaslSession *session, bool is_private, unsigned bits)
{
    sasl_security_properties_t wanted = {
        .maxbufsize = BUFFER_SIZE,
        .security_flags = SASL_SEC_NOANONYMOUS,
    };
    sasl_ssf_t outside = bits;
    int result = SASL_OK;

    if (!is_private) {
        wanted.min_ssf = LEAST_BITS;
        wanted.max_ssf = MOST_BITS;
        wanted.security_flags |= SASL_SEC_NOPLAINTEXT;
    }
    if (bits > 0)
        result = sasl_setprop(session->conn, SASL_SSF_EXTERNAL, &outside);
    if (result == SASL_OK)
        result = sasl_setprop(session->conn, SASL_SEC_PROPS, &wanted);
    return result;
}

/* No realm and no name of this host are given: libsasl takes the host's, which is
 * what saslpasswd2 takes, too. */
SaslSession *
sasl_session_new(const char *local, const char *remote, bool is_private,
                 unsigned bits, GError **error)
{
    g_autoptr(SaslSession) session = g_new0(SaslSession, 1);
    int result = start_library();

    session->refs = 1;
    lock_init(&session->lock);
    if (result == SASL_OK) {
        result = sasl_server_new(SERVICE, NULL, NULL, local, remote, NULL,
                                 SASL_SUCCESS_DATA, &session->conn);
    }
    if (result == SASL_OK)
        result = set_properties(session, is_private, bits);
    if (result == SASL_OK)
        return g_steal_pointer(&session);
    fail(error, VIR_ERR_AUTH_UNAVAILABLE, "cannot prepare SASL: %s",
         sasl_errstring(result, NULL, NULL));
    return NULL;
}

SaslSession *
sasl_session_ref(SaslSession *session)
{
    g_atomic_int_inc(&session->refs);
    return session;
}

void
sasl_session_unref(SaslSession *session)
{
    if (!session || !g_atomic_int_dec_and_test(&session->refs))
        return;
    if (session->conn)
        sasl_dispose(&session->conn);
    lock_clear(&session->lock);
    if (session->answers)
        g_ptr_array_unref(session->answers);
    g_free(session->user);
    g_free(session);
}

/* An administrator who allowed none that is strong enough finds out here, by the
 * first client: which there are depends on how that one came. */
char *
sasl_session_mechanisms(SaslSession *session, GError **error)
{
    const char *list = NULL;
    LOCK_SCOPE(&session->lock);

    if (sasl_listmech(session->conn, NULL, "", ",", "", &list, NULL, NULL) ==
            SASL_OK &&
        *list)
        return g_strdup(list);
    fail(error, VIR_ERR_AUTH_UNAVAILABLE,
         "SASL has no mechanism that would do here: %s; see mech_list in "
         "sasl2/" SERVICE ".conf",
         sasl_errdetail(session->conn));
    return NULL;
}

/* What it has come to: who the peer is, and how strong the layer is. */
static SaslProgress
finish(SaslSession *session, GError **error)
{
    const void *user = NULL;
    const void *bits = NULL;

    if (sasl_getprop(session->conn, SASL_USERNAME, &user) != SASL_OK || !user ||
        sasl_getprop(session->conn, SASL_SSF, &bits) != SASL_OK) {
        fail(error, VIR_ERR_AUTH_FAILED, "SASL does not say who it is");
        return SASL_SESSION_FAILED;
    }
    g_free(session->user);
    session->user = g_strdup(user);
    session->bits = *(const sasl_ssf_t *)bits;
    session->is_done = true;
    return SASL_SESSION_DONE;
}

/* The mechanism decides how many steps there are; what it has to say goes to the
 * peer also with the last, in the reply that lets it in. */
SaslProgress
sasl_session_step(SaslSession *session, const char *mechanism, GBytes *sent,
                  GBytes **ret_answer, GError **error)
{
    gsize size = 0;
    const char *bytes = sent ? g_bytes_get_data(sent, &size) : NULL;
    const char *answer = NULL;
    unsigned answer_size = 0;
    int result = SASL_FAIL;
    LOCK_SCOPE(&session->lock);

    g_assert(!session->is_done);
    /* No bytes are not nothing: some mechanisms tell them apart. */
    if (sent && !bytes)
        bytes = "";
    result = mechanism
                 ? sasl_server_start(session->conn, mechanism, bytes,
                                     (unsigned)size, &answer, &answer_size)
                 : sasl_server_step(session->conn, bytes, (unsigned)size,
                                    &answer, &answer_size);
    if (result != SASL_OK && result != SASL_CONTINUE) {
        fail(error, VIR_ERR_AUTH_FAILED, "%s", sasl_errdetail(session->conn));
        return SASL_SESSION_FAILED;
    }
    *ret_answer = answer ? g_bytes_new(answer, answer_size) : NULL;
    return result == SASL_OK ? finish(session, error) : SASL_SESSION_GOES_ON;
}

/* ---- the client's end ---- */

/* Of another library than the server's half of libsasl, which has locks by
 * then. */
static int
start_client(void)
{
    static gsize once;
    static int result;

    if (g_once_init_enter(&once)) {
        (void)start_library();
        result = sasl_client_init(log_callbacks);
        g_once_init_leave(&once, 1);
    }
    return result;
}

/* Nothing of a password stays in memory that is given back. */
static void
forget_answer(gpointer answer)
{
    explicit_bzero(answer, strlen(answer));
    free(answer);
}

/* A question that has no place in the list is one that no mechanism asks: those
 * that cannot do without it are passed over.  A name and a password always have
 * one, so that who can give neither hears what was wanted. */
static void
list_questions(SaslSession *session)
{
    const unsigned always = 1U << VIR_CRED_AUTHNAME | 1U << VIR_CRED_PASSPHRASE;
    unsigned count = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(known_questions); i++) {
        if ((session->asker.kinds | always) & 1U << known_questions[i].kind)
            session->callbacks[count++].id = known_questions[i].id;
    }
    session->callbacks[count].id = SASL_CB_LIST_END;
}

/* The host is a part of what some mechanisms sign; no address is given, since
 * none that a server offers for passwords looks at it. */
SaslSession *
sasl_session_new_client(const char *host, bool is_private, unsigned bits,
                        const SaslAsker *asker, GError **error)
{
    g_autoptr(SaslSession) session = g_new0(SaslSession, 1);
    int result = start_client();

    session->refs = 1;
    lock_init(&session->lock);
    session->asker = *asker;
    session->answers = g_ptr_array_new_with_free_func(forget_answer);
    list_questions(session);
    if (result == SASL_OK) {
        result = sasl_client_new(SERVICE, host, NULL, NULL, session->callbacks,
                                 SASL_SUCCESS_DATA, &session->conn);
    }
    if (result == SASL_OK)
        result = set_properties(session, is_private, bits);
    if (result == SASL_OK)
        return g_steal_pointer(&session);
    fail(error, VIR_ERR_AUTH_UNAVAILABLE, "cannot prepare SASL: %s",
         sasl_errstring(result, NULL, NULL));
    return NULL;
}

static int
kind_of(unsigned long id)
{
    for (gsize i = 0; i < G_N_ELEMENTS(known_questions); i++) {
        if (known_questions[i].id == id)
            return known_questions[i].kind;
    }
    return 0;
}

/* A result that is absent is the default's, if there is one. */
static void
take_answers(SaslSession *session, sasl_interact_t *asked,
             virConnectCredential *questions, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        const char *answer = questions[i].result;

        if (answer) {
            g_ptr_array_add(session->answers, questions[i].result);
        } else {
            answer = questions[i].defresult ? questions[i].defresult : "";
        }
        asked[i].result = answer;
        asked[i].len = (unsigned)strlen(answer);
    }
}

/* All questions of a step at once, as libvirt's callbacks have them. */
static bool
ask(SaslSession *session, sasl_interact_t *asked, GError **error)
{
    g_autofree virConnectCredential *questions =
        g_new0(virConnectCredential, QUESTIONS_MAX);
    unsigned count = 0;
    bool is_answered = false;

    for (; count < QUESTIONS_MAX && asked[count].id != SASL_CB_LIST_END;
         count++) {
        questions[count].type = kind_of(asked[count].id);
        questions[count].prompt = asked[count].prompt;
        questions[count].challenge = asked[count].challenge;
        questions[count].defresult = asked[count].defresult;
    }
    is_answered =
        session->asker.ask(questions, count, session->asker.opaque, error);
    /* Also what was answered before it failed is ours to forget. */
    take_answers(session, asked, questions, count);
    return is_answered;
}

/* What libsasl's word comes to.  Its details are for people: they name the
 * mechanism that failed, and never an answer. */
static SaslProgress
judge(SaslSession *session, int result, GError **error)
{
    if (result == SASL_CONTINUE)
        return SASL_SESSION_GOES_ON;
    if (result == SASL_OK)
        return finish(session, error);
    fail(error,
         result == SASL_NOMECH ? VIR_ERR_AUTH_UNAVAILABLE : VIR_ERR_AUTH_FAILED,
         "%s", sasl_errdetail(session->conn));
    return SASL_SESSION_FAILED;
}

/* The best of them is libsasl's to choose, by the properties that were set: the
 * peer's order says nothing.  A step is taken again with the answers that it
 * wanted, and may want more. */
SaslProgress
sasl_session_begin(SaslSession *session, const char *mechanisms,
                   char **ret_mechanism, GBytes **ret_sent, GError **error)
{
    sasl_interact_t *asked = NULL;
    const char *sent = NULL;
    const char *mechanism = NULL;
    unsigned size = 0;
    int result = SASL_FAIL;
    LOCK_SCOPE(&session->lock);

    do {
        result = sasl_client_start(session->conn, mechanisms, &asked, &sent,
                                   &size, &mechanism);
        if (result == SASL_INTERACT && !ask(session, asked, error))
            return SASL_SESSION_FAILED;
    } while (result == SASL_INTERACT);
    *ret_sent = sent ? g_bytes_new(sent, size) : NULL;
    *ret_mechanism = g_strdup(mechanism);
    return judge(session, result, error);
}

/* A server may have a last word for a client that is done: nothing more is asked
 * of the mechanism then. */
SaslProgress
sasl_session_answer(SaslSession *session, GBytes *said, GBytes **ret_sent,
                    GError **error)
{
    gsize length = 0;
    const char *bytes = said ? g_bytes_get_data(said, &length) : NULL;
    sasl_interact_t *asked = NULL;
    const char *sent = NULL;
    unsigned size = 0;
    int result = SASL_FAIL;
    LOCK_SCOPE(&session->lock);

    *ret_sent = NULL;
    if (session->is_done && length == 0)
        return SASL_SESSION_DONE;
    if (said && !bytes)
        bytes = "";
    do {
        result = sasl_client_step(session->conn, bytes, (unsigned)length,
                                  &asked, &sent, &size);
        if (result == SASL_INTERACT && !ask(session, asked, error))
            return SASL_SESSION_FAILED;
    } while (result == SASL_INTERACT);
    *ret_sent = sent ? g_bytes_new(sent, size) : NULL;
    return judge(session, result, error);
}

const char *
sasl_session_user(SaslSession *session)
{
    return session->user;
}

unsigned
sasl_session_bits(const SaslSession *session)
{
    return session->bits;
}

/* The peer said how much it decodes at once; the rest is for the next call. */
const void *
sasl_session_encode(SaslSession *session, const void *bytes, gsize size,
                    gsize *ret_used, gsize *ret_size)
{
    const void *most = NULL;
    const char *encoded = NULL;
    unsigned encoded_size = 0;
    LOCK_SCOPE(&session->lock);

    if (sasl_getprop(session->conn, SASL_MAXOUTBUF, &most) != SASL_OK)
        return NULL;
    *ret_used = MIN(size, (gsize) * (const unsigned *)most);
    if (*ret_used == 0 || sasl_encode(session->conn, bytes, (unsigned)*ret_used,
                                      &encoded, &encoded_size) != SASL_OK)
        return NULL;
    *ret_size = encoded_size;
    return encoded;
}

/* Half a packet is kept by libsasl until the rest comes; its length was agreed
 * on, so no peer makes it keep more. */
bool
sasl_session_decode(SaslSession *session, const void *bytes, gsize size,
                    const void **ret_bytes, gsize *ret_size)
{
    const char *decoded = NULL;
    unsigned decoded_size = 0;
    LOCK_SCOPE(&session->lock);

    if (sasl_decode(session->conn, bytes, (unsigned)size, &decoded,
                    &decoded_size) != SASL_OK)
        return false;
    *ret_bytes = decoded;
    *ret_size = decoded_size;
    return true;
}
