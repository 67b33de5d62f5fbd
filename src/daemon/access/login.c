/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/access/login.h"

#include "base/error.h"
#include "base/globs.h"
#include "base/lock.h"
#include "daemon/access/polkit.h"
#include "daemon/log.h"

#include <string.h>

enum {
    LEAST_BITS = 56, /* over a transport that anybody can read */
    FAILURES_MAX = 3,
};

struct LoginRules {
    LoginKind kinds[CLIENT_ORIGINS];
    Lock lock;      /* protects the next */
    Globs *allowed; /* NULL: all */
};

struct Login {
    Client *client; /* holds us, so no reference */
    LoginRules *rules;

    /* Held while a mechanism works, which may ask another program; who calls
     * meanwhile is refused, and does not take a worker to wait in. */
    Lock busy;
    SaslSession *sasl; /* NULL: not begun, or over */
    bool is_started;   /* a mechanism was chosen */
    int failures;      /* atomic */
};

/* By origin: what is enough on a socket of this host is not enough on the
 * network. */
LoginRules *
login_rules_new(const LoginKind kinds[CLIENT_ORIGINS],
                const char *const *allowed)
{
    LoginRules *rules = g_new0(LoginRules, 1);

    memcpy(rules->kinds, kinds, sizeof(rules->kinds));
    rules->allowed = globs_new(allowed);
    lock_init(&rules->lock);
    return rules;
}

void
login_rules_free(LoginRules *rules)
{
    if (!rules)
        return;
    g_clear_pointer(&rules->allowed, globs_free);
    lock_clear(&rules->lock);
    g_free(rules);
}

/* Who is in stays in: what a client may do is the policy's, which is asked at
 * each call. */
void
login_rules_set_allowed(LoginRules *rules, const char *const *allowed)
{
    LOCK_SCOPE(&rules->lock);

    g_clear_pointer(&rules->allowed, globs_free);
    rules->allowed = globs_new(allowed);
}

/* Under the lock, since SIGHUP may bring another list meanwhile. */
static bool
is_allowed(LoginRules *rules, const char *name)
{
    LOCK_SCOPE(&rules->lock);

    return globs_match(rules->allowed, name);
}

Login *
login_new(Client *client, LoginRules *rules)
{
    Login *login = g_new0(Login, 1);

    login->client = client;
    login->rules = rules;
    lock_init(&login->busy);
    return login;
}

void
login_free(Login *login)
{
    if (!login)
        return;
    sasl_session_unref(login->sasl);
    lock_clear(&login->busy);
    g_free(login);
}

/* Without rules (a test's server) a client is in when it asks. */
static LoginKind
kind_of(const Login *login)
{
    return login->rules ? login->rules->kinds[client_origin(login->client)]
                        : LOGIN_NONE;
}

/* Always one: a client takes the first, and would not try another. */
void
login_list(Login *login, WireAuthTypes *ret_types)
{
    LoginKind kind = kind_of(login);

    /* Whom polkit would let in whatever its rules say. */
    if (kind == LOGIN_POLKIT && client_peer(login->client)->uid == 0)
        kind = LOGIN_NONE;
    if (client_is_authenticated(login->client))
        kind = LOGIN_NONE;
    ret_types->types.types_val = g_new0(int, 1);
    ret_types->types.types_val[0] = (int)kind;
    ret_types->types.types_len = 1;
    if (kind == LOGIN_NONE)
        client_set_authenticated(login->client);
}

/* The client learns that it failed, and nothing of why: whether there is such a
 * user is not for strangers. */
static bool
refuse(Login *login, const GError *reason, GError **error)
{
    log_refused(client_peer(login->client), reason);
    g_clear_pointer(&login->sasl, sasl_session_unref);
    login->is_started = false;
    g_atomic_int_inc(&login->failures);
    return fail(error, VIR_ERR_AUTH_FAILED, "authentication failed");
}

/* What is out of order is no attempt. */
static bool
refuse_call(GError **error)
{
    return fail(error, VIR_ERR_AUTH_FAILED,
                "authentication failed: this is not the next step of it");
}

/* A cipher below, or a socket of this host: nobody else hears. */
static bool
is_private(const Login *login)
{
    return client_origin(login->client) != CLIENT_TCP;
}

/* A session for each attempt: what a failed one has learned is gone with it. */
static bool
begin(Login *login, char **ret_list, GError **error)
{
    const ClientPeer *peer = client_peer(login->client);
    g_autoptr(GError) reason = NULL;

    if (kind_of(login) != LOGIN_SASL || login->sasl ||
        client_is_authenticated(login->client))
        return refuse_call(error);
    login->sasl =
        sasl_session_new(peer->sasl_local, peer->sasl_remote, is_private(login),
                         client_bits(login->client), &reason);
    if (login->sasl)
        *ret_list = sasl_session_mechanisms(login->sasl, &reason);
    return *ret_list || refuse(login, reason, error);
}

/* One call of a client's at a time. */
static bool
enter(Login *login, GError **error)
{
    return pthread_mutex_trylock(&login->busy) == 0 || refuse_call(error);
}

static void
leave(Login *login)
{
    g_assert(pthread_mutex_unlock(&login->busy) == 0);
}

/* Readers' socket has an action of its own, as with libvirt: looking can be
 * everybody's while managing is asked for a password. */
static bool
ask_polkit(Login *login, GError **error)
{
    const ClientPeer *peer = client_peer(login->client);
    const char *action =
        client_is_readonly(login->client) ? POLKIT_MONITOR : POLKIT_MANAGE;
    g_autoptr(GError) reason = NULL;
    bool may = false;

    if (kind_of(login) != LOGIN_POLKIT ||
        client_is_authenticated(login->client))
        return refuse_call(error);
    if (polkit_allows(peer, action, NULL, true, &may, &reason) && !may)
        fail(&reason, VIR_ERR_AUTH_FAILED, "polkit denies '%s'", action);
    if (reason)
        return refuse(login, reason, error);
    client_set_authenticated(login->client);
    return true;
}

/* A user who types keeps one worker at most. */
bool
login_polkit(Login *login, GError **error)
{
    bool is_well = false;

    if (!enter(login, error))
        return false;
    is_well = ask_polkit(login, error);
    leave(login);
    return is_well;
}

/* Guessing has an end. */
bool
login_is_over(const Login *login)
{
    return g_atomic_int_get(&login->failures) >= FAILURES_MAX;
}

bool
login_sasl_begin(Login *login, char **ret_list, GError **error)
{
    bool is_well = false;

    if (!enter(login, error))
        return false;
    is_well = begin(login, ret_list, error);
    leave(login);
    return is_well;
}

/* Who it is, and whether that is enough. */
static bool
let_in(Login *login, GError **error)
{
    const char *user = sasl_session_user(login->sasl);
    unsigned bits = sasl_session_bits(login->sasl);
    g_autoptr(GError) reason = NULL;

    if (!is_private(login) && bits < LEAST_BITS) {
        fail(&reason, VIR_ERR_AUTH_FAILED,
             "'%s' has come with a layer of %u bits, and TCP needs %d", user,
             bits, LEAST_BITS);
        return refuse(login, reason, error);
    }
    if (!is_allowed(login->rules, user)) {
        fail(&reason, VIR_ERR_AUTH_FAILED,
             "'%s' is none of sasl_allowed_username_list", user);
        return refuse(login, reason, error);
    }
    client_set_user(login->client, user);
    if (bits > 0)
        client_protect(login->client, login->sasl);
    client_set_authenticated(login->client);
    return true;
}

/* With the last answer the client is in: the reply tells it so, and what is
 * behind the reply may be protected. */
static bool
step(Login *login, const char *mechanism, GBytes *sent,
     WireSaslAnswer *ret_answer, GError **error)
{
    g_autoptr(GBytes) answer = NULL;
    g_autoptr(GError) reason = NULL;
    SaslProgress progress = SASL_SESSION_FAILED;
    gsize size = 0;

    if (!login->sasl || login->is_started == !!mechanism ||
        client_is_authenticated(login->client))
        return refuse_call(error);
    login->is_started = true;
    progress =
        sasl_session_step(login->sasl, mechanism, sent, &answer, &reason);
    if (answer && g_bytes_get_size(answer) > WIRE_SASL_MAX) {
        fail(&reason, VIR_ERR_AUTH_FAILED, "SASL answers too much");
        progress = SASL_SESSION_FAILED;
    }
    if (progress == SASL_SESSION_FAILED)
        return refuse(login, reason, error);
    if (progress == SASL_SESSION_DONE && !let_in(login, error))
        return false;
    ret_answer->is_complete = progress == SASL_SESSION_DONE;
    ret_answer->is_absent = !answer;
    ret_answer->data.data_val = g_bytes_unref_to_data(
        answer ? g_steal_pointer(&answer) : g_bytes_new_static("", 0), &size);
    ret_answer->data.data_len = (u_int)size;
    return true;
}

/* What is nothing in the protocol has a flag of its own: no bytes are an answer,
 * too. */
static bool
step_alone(Login *login, const char *mechanism, GBytes *sent,
           WireSaslAnswer *ret_answer, GError **error)
{
    bool is_well = false;

    if (!enter(login, error))
        return false;
    is_well = step(login, mechanism, sent, ret_answer, error);
    leave(login);
    return is_well;
}

bool
login_sasl_start(Login *login, const WireSaslStart *sent,
                 WireSaslAnswer *ret_answer, GError **error)
{
    g_autoptr(GBytes) bytes =
        g_bytes_new(sent->data.data_val, sent->data.data_len);

    return step_alone(login, sent->mechanism, sent->is_absent ? NULL : bytes,
                      ret_answer, error);
}

bool
login_sasl_step(Login *login, const WireSaslStep *sent,
                WireSaslAnswer *ret_answer, GError **error)
{
    g_autoptr(GBytes) bytes =
        g_bytes_new(sent->data.data_val, sent->data.data_len);

    return step_alone(login, NULL, sent->is_absent ? NULL : bytes, ret_answer,
                      error);
}
