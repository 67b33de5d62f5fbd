/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a client has to do before it is known, by where it came in. */
#include "daemon/access/login.h"

#include "base/error.h"
#include "passwords.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const ClientLimits limits = {.max_requests = 5, .max_output = 100000};

/* A client, its login, and the other end of its socket. */
typedef struct {
    LoginRules *rules;
    Client *client;
    Login *login;
    int peer;
} Stranger;

static Stranger *
stranger_new(ClientOrigin origin, LoginKind kind, const char *const *allowed)
{
    Stranger *stranger = g_new0(Stranger, 1);
    LoginKind kinds[CLIENT_ORIGINS] = {LOGIN_NONE};
    int ends[2] = {-1, -1};

    kinds[origin] = kind;
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
                    ==, 0);
    stranger->peer = ends[1];
    stranger->rules = login_rules_new(kinds, allowed);
    stranger->client = client_new(transport_new(ends[0]), origin, &limits);
    stranger->login = login_new(stranger->client, stranger->rules);
    return stranger;
}

static void
stranger_free(Stranger *stranger)
{
    login_free(stranger->login);
    client_unref(stranger->client);
    login_rules_free(stranger->rules);
    close(stranger->peer);
    g_free(stranger);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stranger, stranger_free)

static LoginKind
asked(const Stranger *stranger)
{
    WireAuthTypes types = {0};
    LoginKind kind = LOGIN_NONE;

    login_list(stranger->login, &types);
    g_assert_cmpuint(types.types.types_len, ==, 1);
    kind = types.types.types_val[0];
    xdr_free((xdrproc_t)xdr_WireAuthTypes, (char *)&types);
    return kind;
}

/* PLAIN: everything in one step. */
static bool
say_password(const Stranger *stranger, const char *name, const char *password,
             GError **error)
{
    g_autofree char *list = NULL;
    g_autoptr(GByteArray) text = g_byte_array_new();
    WireSaslStart sent = {.mechanism = (char *)"PLAIN"};
    WireSaslAnswer answer = {0};

    if (!login_sasl_begin(stranger->login, &list, error))
        return false;
    g_byte_array_append(text, (const guint8 *)"", 1);
    g_byte_array_append(text, (const guint8 *)name, strlen(name) + 1);
    g_byte_array_append(text, (const guint8 *)password, strlen(password));
    sent.data.data_val = (char *)text->data;
    sent.data.data_len = text->len;
    if (!login_sasl_start(stranger->login, &sent, &answer, error))
        return false;
    g_assert_true(answer.is_complete);
    xdr_free((xdrproc_t)xdr_WireSaslAnswer, (char *)&answer);
    return true;
}

static void
who_is_asked_nothing_is_in(void)
{
    g_autoptr(Stranger) stranger = stranger_new(CLIENT_UNIX, LOGIN_NONE, NULL);

    g_assert_false(client_is_authenticated(stranger->client));
    g_assert_cmpint(asked(stranger), ==, LOGIN_NONE);
    g_assert_true(client_is_authenticated(stranger->client));
}

static void
a_password_says_who_it_is(void)
{
    g_autoptr(Stranger) stranger = stranger_new(CLIENT_UNIX, LOGIN_SASL, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(asked(stranger), ==, LOGIN_SASL);
    g_assert_false(client_is_authenticated(stranger->client));
    g_assert_true(say_password(stranger, "alice", "secret of alice", &error));
    g_assert_true(client_is_authenticated(stranger->client));
    g_assert_cmpstr(client_user(stranger->client), ==, "alice");
    /* And once. */
    g_assert_false(say_password(stranger, "bob", "secret of bob", &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_AUTH_FAILED);
    g_assert_cmpstr(client_user(stranger->client), ==, "alice");
    g_assert_cmpint(asked(stranger), ==, LOGIN_NONE);
}

static void
three_wrong_ones_are_the_end(void)
{
    g_autoptr(Stranger) stranger = stranger_new(CLIENT_UNIX, LOGIN_SASL, NULL);

    for (int i = 0; i < 3; i++) {
        g_autoptr(GError) error = NULL;

        g_assert_false(login_is_over(stranger->login));
        g_assert_false(say_password(stranger, "alice", "a guess", &error));
        g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_AUTH_FAILED);
        /* Nothing about whether there is an alice. */
        g_assert_cmpstr(error->message, ==, "authentication failed");
    }
    g_assert_true(login_is_over(stranger->login));
    g_assert_false(client_is_authenticated(stranger->client));
}

static void
who_is_not_on_the_list_is_refused(void)
{
    const char *const some[] = {"bob*", NULL};
    const char *const others[] = {"ali?e", NULL};
    g_autoptr(Stranger) stranger = stranger_new(CLIENT_UNIX, LOGIN_SASL, some);

    g_assert_false(say_password(stranger, "alice", "secret of alice", NULL));
    g_assert_false(client_is_authenticated(stranger->client));
    g_assert_null(client_user(stranger->client));
    login_rules_set_allowed(stranger->rules, others);
    g_assert_true(say_password(stranger, "alice", "secret of alice", NULL));
}

static void
over_tcp_no_password_is_sent(void)
{
    g_autoptr(Stranger) stranger = stranger_new(CLIENT_TCP, LOGIN_SASL, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_false(say_password(stranger, "alice", "secret of alice", &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_AUTH_FAILED);
}

static void
steps_out_of_order_are_refused(void)
{
    g_autoptr(Stranger) stranger = stranger_new(CLIENT_UNIX, LOGIN_SASL, NULL);
    g_autoptr(Stranger) other = stranger_new(CLIENT_UNIX, LOGIN_NONE, NULL);
    const WireSaslStart start = {.mechanism = (char *)"PLAIN",
                                 .is_absent = true};
    const WireSaslStep step = {.is_absent = true};
    WireSaslAnswer answer = {0};
    g_autofree char *list = NULL;

    g_assert_false(login_sasl_start(stranger->login, &start, &answer, NULL));
    g_assert_false(login_sasl_step(stranger->login, &step, &answer, NULL));
    g_assert_true(login_sasl_begin(stranger->login, &list, NULL));
    g_assert_false(login_sasl_step(stranger->login, &step, &answer, NULL));
    g_assert_false(login_sasl_begin(stranger->login, &list, NULL));
    /* These were no guesses. */
    g_assert_false(login_is_over(stranger->login));
    g_assert_false(login_sasl_begin(other->login, &list, NULL));
}

#define ADD(test) g_test_add_func("/login/" #test, test)

int
main(int argc, char **argv)
{
    TempFolder *folder = NULL;
    int result = 0;

    g_test_init(&argc, &argv, NULL);
    /* What is refused is told. */
    g_log_set_always_fatal(G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
    folder = passwords_new("PLAIN DIGEST-MD5");
    ADD(who_is_asked_nothing_is_in);
    ADD(a_password_says_who_it_is);
    ADD(three_wrong_ones_are_the_end);
    ADD(who_is_not_on_the_list_is_refused);
    ADD(over_tcp_no_password_is_sent);
    ADD(steps_out_of_order_are_refused);
    result = g_test_run();
    temp_folder_free(folder);
    return result;
}
