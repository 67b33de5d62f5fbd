/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "remote/login.h"

#include "base/error.h"
#include "remote/auth_file.h"
#include "rpc/procedures.h"

#include <stdlib.h>
#include <string.h>

#define PROCEDURE(name) procedure_find(RPC_PROGRAM_REMOTE, REMOTE_##name)

/* libvirt's numbers. */
enum { WAY_NONE = 0, WAY_SASL = 1, WAY_POLKIT = 2 };

enum {
    STEPS_MAX = 32,  /* no mechanism has a fourth of it */
    LEAST_BITS = 56, /* of a layer that is to hide anything */
};

/* ---- what we know ---- */

typedef struct {
    const virConnectAuth *auth; /* nullable */
    AuthFile *file;
} Knowledge;

/* As bits: what the program's callback answers, or the file. */
static unsigned
kinds_of(const Knowledge *knowledge)
{
    const virConnectAuth *auth = knowledge->auth;
    unsigned kinds = 0;

    for (unsigned i = 0; auth && auth->cb && i < auth->ncredtype; i++) {
        if (auth->credtype[i] > 0 && auth->credtype[i] <= VIR_CRED_EXTERNAL)
            kinds |= 1U << auth->credtype[i];
    }
    for (int kind = 1; kind <= VIR_CRED_EXTERNAL; kind++) {
        g_autofree char *answer = auth_file_answer(knowledge->file, kind);

        if (answer)
            kinds |= 1U << kind;
    }
    return kinds;
}

/* As a person would name it. */
static const char *
name_of(int kind)
{
    switch (kind) {
    case VIR_CRED_PASSPHRASE:
        return "a password";
    case VIR_CRED_REALM:
        return "a realm";
    case VIR_CRED_AUTHNAME:
    case VIR_CRED_USERNAME:
        return "a name";
    default:
        return "an answer";
    }
}

/* What the file does not say the program is asked, in one call. */
static bool
ask_program(const virConnectAuth *auth, virConnectCredential *questions,
            unsigned count, GError **error)
{
    if (count == 0)
        return true;
    if (!auth || !auth->cb) {
        return fail(error, VIR_ERR_AUTH_FAILED,
                    "the peer wants %s, and there is nobody to ask: open the "
                    "connection with a callback for credentials "
                    "(virConnectOpenAuth()), or write them into auth.conf",
                    name_of(questions[0].type));
    }
    if (auth->cb(questions, count, auth->cbdata) >= 0)
        return true;
    return fail(error, VIR_ERR_AUTH_CANCELLED,
                "the peer wants %s, and whoever was asked gave none; it may "
                "stand in auth.conf, too",
                name_of(questions[0].type));
}

/* SaslAsker.ask. */
static bool
answer(virConnectCredential *questions, unsigned count, void *opaque,
       GError **error)
{
    const Knowledge *knowledge = opaque;
    g_autofree virConnectCredential *open =
        g_new0(virConnectCredential, count + 1);
    unsigned n_open = 0;
    bool is_answered = false;

    for (unsigned i = 0; i < count; i++) {
        questions[i].result =
            auth_file_answer(knowledge->file, questions[i].type);
        if (!questions[i].result)
            open[n_open++] = questions[i];
    }
    is_answered = ask_program(knowledge->auth, open, n_open, error);
    /* In the same order; also what came before it gave up. */
    for (unsigned i = 0, j = 0; i < count; i++) {
        if (!questions[i].result)
            questions[i].result = open[j++].result;
    }
    return is_answered;
}

/* ---- SASL ---- */

/* One word of ours, and the peer's answer to it: the first with the mechanism
 * that was chosen.  *@ret_said (NULL: nothing). */
static bool
exchange(Channel *channel, const char *mechanism, GBytes *sent,
         bool *ret_is_over, GBytes **ret_said, GError **error)
{
    gsize size = 0;
    char *bytes = sent ? (char *)g_bytes_get_data(sent, &size) : NULL;
    const WireSaslStart start = {
        .mechanism = (char *)mechanism,
        .is_absent = !sent,
        .data = {.data_len = (u_int)size, .data_val = bytes}};
    const WireSaslStep step = {
        .is_absent = !sent,
        .data = {.data_len = (u_int)size, .data_val = bytes}};
    WireSaslAnswer said = {0};
    bool is_well = mechanism ? channel_call(channel, PROCEDURE(AUTH_SASL_START),
                                            &start, &said, error)
                             : channel_call(channel, PROCEDURE(AUTH_SASL_STEP),
                                            &step, &said, error);

    if (!is_well)
        return false;
    *ret_is_over = said.is_complete;
    *ret_said = said.is_absent
                    ? NULL
                    : g_bytes_new(said.data.data_val, said.data.data_len);
    xdr_free((xdrproc_t)xdr_WireSaslAnswer, (char *)&said);
    return true;
}

/* Over when both say so: a peer that lets us in before our mechanism has seen
 * who it is may be anybody. */
static bool
converse(Channel *channel, SaslSession *session, const char *mechanisms,
         GError **error)
{
    g_autofree char *mechanism = NULL;
    g_autoptr(GBytes) sent = NULL;
    SaslProgress progress =
        sasl_session_begin(session, mechanisms, &mechanism, &sent, error);

    for (int i = 0; i < STEPS_MAX && progress != SASL_SESSION_FAILED; i++) {
        g_autoptr(GBytes) said = NULL;
        bool is_over = false;

        if (!exchange(channel, i == 0 ? mechanism : NULL, sent, &is_over, &said,
                      error))
            return false;
        g_clear_pointer(&sent, g_bytes_unref);
        if (!is_over || progress != SASL_SESSION_DONE || said)
            progress = sasl_session_answer(session, said, &sent, error);
        if (is_over && progress == SASL_SESSION_DONE)
            return true;
        if (is_over && progress == SASL_SESSION_GOES_ON) {
            return fail(error, VIR_ERR_AUTH_FAILED,
                        "the peer ended SASL before it had shown who it is");
        }
    }
    if (progress != SASL_SESSION_FAILED)
        fail(error, VIR_ERR_AUTH_FAILED, "SASL with the peer comes to no end");
    return false;
}

/* On this host, over ssh and within TLS nobody listens. */
static SaslSession *
new_session(const Channel *channel, const RemotePlace *place,
            const SaslAsker *asker, GError **error)
{
    bool is_far = place->way == REMOTE_TCP || place->way == REMOTE_TLS;
    bool is_private = place->way != REMOTE_TCP && place->way != REMOTE_PROGRAM;

    return sasl_session_new_client(is_far ? place->host : "localhost",
                                   is_private, channel_bits(channel), asker,
                                   error);
}

static bool
login_by_sasl(Channel *channel, const RemotePlace *place, unsigned *ret_bits,
              GError **error)
{
    g_autoptr(AuthFile) file = auth_file_load(place, error);
    Knowledge knowledge = {place->auth, file};
    SaslAsker asker = {.ask = answer, .opaque = &knowledge};
    g_autoptr(SaslSession) session = NULL;
    g_autofree char *mechanisms = NULL;

    if (!file)
        return false;
    asker.kinds = kinds_of(&knowledge);
    session = new_session(channel, place, &asker, error);
    if (!session || !channel_call(channel, PROCEDURE(AUTH_SASL_INIT), NULL,
                                  &mechanisms, error))
        return false;
    if (!converse(channel, session, mechanisms, error)) {
        g_prefix_error(error, "cannot log in by SASL (%s): ", mechanisms);
        return false;
    }
    *ret_bits = sasl_session_bits(session);
    if (place->way == REMOTE_TCP && *ret_bits < LEAST_BITS) {
        return fail(error, VIR_ERR_AUTH_FAILED,
                    "SASL has agreed on a layer of %u bits, and TCP needs %d",
                    *ret_bits, LEAST_BITS);
    }
    if (*ret_bits > 0)
        channel_protect(channel, session);
    return true;
}

/* ---- the ways ---- */

/* The peer asks its own polkit about us: an answer, whatever it says, is yes. */
static bool
login_by_polkit(Channel *channel, GError **error)
{
    int complete = 0;

    return channel_call(channel, PROCEDURE(AUTH_POLKIT), NULL, &complete,
                        error);
}

/* The first that the peer offers is the one it wants.  Asking is what
 * authenticates a peer that wants none, so it is never left out. */
bool
remote_login(Channel *channel, const RemotePlace *place, unsigned *ret_bits,
             GError **error)
{
    WireAuthTypes ways = {0};
    int way = WAY_NONE;

    *ret_bits = 0;
    if (!channel_call(channel, PROCEDURE(AUTH_LIST), NULL, &ways, error))
        return false;
    if (ways.types.types_len > 0)
        way = ways.types.types_val[0];
    xdr_free((xdrproc_t)xdr_WireAuthTypes, (char *)&ways);
    switch (way) {
    case WAY_NONE:
        return true;
    case WAY_POLKIT:
        return login_by_polkit(channel, error);
    case WAY_SASL:
        return login_by_sasl(channel, place, ret_bits, error);
    default:
        return fail(error, VIR_ERR_AUTH_FAILED,
                    "the peer asks for authentication by a way that is unknown "
                    "(%d); connect another way, as over ssh or TLS",
                    way);
    }
}
