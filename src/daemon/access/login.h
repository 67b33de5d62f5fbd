/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a client proves who it is, before anything else is answered: not at all
 * (the socket's mode, or a certificate, has said it), by SASL, or by what polkit
 * knows of its process.
 *
 * Each of the calls of authentication fails with VIR_ERR_AUTH_FAILED and says no
 * more; the reason is in the log.
 */
#pragma once

#include "daemon/client.h"
#include "rpc/procedures.h"

/* libvirt's numbers. */
typedef enum {
    LOGIN_NONE = 0,
    LOGIN_SASL = 1,
    LOGIN_POLKIT = 2,
} LoginKind;

/* What is the same for all clients. */
typedef struct LoginRules LoginRules;

/** login_rules_new: @kinds are by origin; @allowed are globs for the names that
 * SASL finds out; NULL: all. */
LoginRules *login_rules_new(const LoginKind kinds[CLIENT_ORIGINS],
                            const char *const *allowed);
void login_rules_free(LoginRules *rules);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LoginRules, login_rules_free)
/** login_rules_set_allowed: for who logs in from now on; from any thread. */
void login_rules_set_allowed(LoginRules *rules, const char *const *allowed);

typedef struct Login Login;

/** login_new: of @client, which holds it; @rules outlive it; NULL: nobody has to
 * do anything. */
Login *login_new(Client *client, LoginRules *rules);
/** login_free: accepts NULL. */
void login_free(Login *login);

/** login_list: what the client has to do; if that is nothing, it has done it. */
void login_list(Login *login, WireAuthTypes *ret_types);
/** login_polkit: asks polkit whether the client may come in. */
bool login_polkit(Login *login, GError **error);
/** login_is_over: it has failed too often, and the client has to go. */
bool login_is_over(const Login *login);
/** login_sasl_begin: @ret_list (free with g_free()) are the mechanisms. */
bool login_sasl_begin(Login *login, char **ret_list, GError **error);
/** login_sasl_start, login_sasl_step: @ret_answer is for xdr_free(). */
bool login_sasl_start(Login *login, const WireSaslStart *sent,
                      WireSaslAnswer *ret_answer, GError **error);
bool login_sasl_step(Login *login, const WireSaslStep *sent,
                     WireSaslAnswer *ret_answer, GError **error);
