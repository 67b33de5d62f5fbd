/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who knows the password is known, and what both say afterwards is theirs
 * alone. */
#include "rpc/sasl.h"

#include "base/error.h"
#include "passwords.h"
#include "rpc/transport.h"

#include <errno.h>
#include <sasl/sasl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static SaslSession *
session_new(bool is_private)
{
    g_autoptr(GError) error = NULL;
    SaslSession *session =
        sasl_session_new("127.0.0.1;16509", "127.0.0.1;40000", is_private,
                         is_private ? 256 : 0, &error);

    g_assert_no_error(error);
    return session;
}

static void
a_password_is_not_sent_where_others_listen(void)
{
    g_autoptr(SaslSession) private = session_new(true);
    g_autoptr(SaslSession) public = session_new(false);
    g_autofree char *much = sasl_session_mechanisms(private, NULL);
    g_autofree char *little = sasl_session_mechanisms(public, NULL);

    g_assert_nonnull(strstr(much, "PLAIN"));
    g_assert_nonnull(strstr(much, "SCRAM-SHA-256"));
    g_assert_null(strstr(much, "ANONYMOUS"));
    g_assert_cmpstr(little, ==, "DIGEST-MD5");
}

static void
the_right_password_lets_in_and_a_wrong_one_does_not(void)
{
    static const char right[] = "\0alice\0secret of alice";
    static const char wrong[] = "\0alice\0secret of bob";
    g_autoptr(GBytes) good = g_bytes_new_static(right, sizeof(right) - 1);
    g_autoptr(GBytes) bad = g_bytes_new_static(wrong, sizeof(wrong) - 1);
    g_autoptr(GBytes) answer = NULL;
    g_autoptr(SaslSession) one = session_new(true);
    g_autoptr(SaslSession) other = session_new(true);
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(sasl_session_step(one, "PLAIN", good, &answer, &error), ==,
                    SASL_SESSION_DONE);
    g_assert_null(answer);
    g_assert_cmpstr(sasl_session_user(one), ==, "alice");
    g_assert_cmpuint(sasl_session_bits(one), ==, 0);
    g_assert_cmpint(sasl_session_step(other, "PLAIN", bad, &answer, &error), ==,
                    SASL_SESSION_FAILED);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_AUTH_FAILED);
}

static int
give_name(void *context, int id, const char **result, unsigned *length)
{
    (void)context;
    (void)id;
    *result = "alice";
    if (length)
        *length = 5;
    return SASL_OK;
}

static int
give_password(sasl_conn_t *conn, void *context, int id, sasl_secret_t **secret)
{
    static struct {
        sasl_secret_t secret;
        char rest[32];
    } place;
    static const char text[] = "secret of alice";

    (void)conn;
    (void)context;
    (void)id;
    place.secret.len = sizeof(text) - 1;
    memcpy(place.secret.data, text, sizeof(text));
    *secret = &place.secret;
    return SASL_OK;
}

/* A client of DIGEST-MD5, with @session's other end. */
static sasl_conn_t *
log_in(SaslSession *session)
{
    static const sasl_callback_t callbacks[] = {
        {SASL_CB_AUTHNAME, (int (*)(void))(void (*)(void))give_name, NULL},
        {SASL_CB_USER, (int (*)(void))(void (*)(void))give_name, NULL},
        {SASL_CB_PASS, (int (*)(void))(void (*)(void))give_password, NULL},
        {SASL_CB_LIST_END, NULL, NULL},
    };
    sasl_security_properties_t wanted = {
        .min_ssf = 56, .max_ssf = 100000, .maxbufsize = 65536};
    sasl_conn_t *conn = NULL;
    const char *mechanism = NULL;
    const char *text = NULL;
    unsigned size = 0;
    SaslProgress progress = SASL_SESSION_GOES_ON;
    int result = SASL_CONTINUE;

    g_assert_cmpint(sasl_client_init(NULL), ==, SASL_OK);
    g_assert_cmpint(sasl_client_new("libvirt", "localhost", NULL, NULL,
                                    callbacks, SASL_SUCCESS_DATA, &conn),
                    ==, SASL_OK);
    g_assert_cmpint(sasl_setprop(conn, SASL_SEC_PROPS, &wanted), ==, SASL_OK);
    result =
        sasl_client_start(conn, "DIGEST-MD5", NULL, &text, &size, &mechanism);
    while (progress == SASL_SESSION_GOES_ON) {
        g_autoptr(GBytes) sent = text ? g_bytes_new(text, size) : NULL;
        g_autoptr(GBytes) answer = NULL;
        g_autoptr(GError) error = NULL;
        gsize got = 0;
        const char *bytes = NULL;

        g_assert_cmpint(result, >=, SASL_OK);
        progress = sasl_session_step(session, mechanism, sent, &answer, &error);
        g_assert_no_error(error);
        mechanism = NULL;
        if (!answer)
            break;
        bytes = g_bytes_get_data(answer, &got);
        result =
            sasl_client_step(conn, bytes, (unsigned)got, NULL, &text, &size);
    }
    g_assert_cmpint(progress, ==, SASL_SESSION_DONE);
    g_assert_cmpint(result, ==, SASL_OK);
    return conn;
}

/* What the session's end sends is nothing to who has not its key. */
static void
what_follows_is_behind_a_layer_both_ways(void)
{
    g_autoptr(SaslSession) session = session_new(false);
    sasl_conn_t *conn = log_in(session);
    g_autoptr(Transport) transport = NULL;
    int fds[2] = {-1, -1};
    char raw[1024];
    char place[64] = "";
    const char *text = NULL;
    unsigned size = 0;
    ssize_t got = 0;

    g_assert_cmpuint(sasl_session_bits(session), >=, 56);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==,
                    0);
    transport = transport_new(fds[0]);
    g_assert_true(transport_carries_fds(transport));
    transport_protect_input(transport, session);
    transport_protect_output(transport, session);
    g_assert_false(transport_carries_fds(transport));

    g_assert_cmpint(transport_send(transport, "in private", 10), ==, 10);
    got = recv(fds[1], raw, sizeof(raw), 0);
    g_assert_null(memmem(raw, (size_t)got, "private", 7));
    g_assert_cmpint(sasl_decode(conn, raw, (unsigned)got, &text, &size), ==,
                    SASL_OK);
    g_assert_cmpmem(text, size, "in private", 10);

    g_assert_cmpint(sasl_encode(conn, "an answer", 9, &text, &size), ==,
                    SASL_OK);
    /* In two pieces, and received in two. */
    g_assert_cmpint(send(fds[1], text, 5, 0), ==, 5);
    g_assert_cmpint(transport_receive(transport, place, 3), ==, -1);
    g_assert_cmpint(errno, ==, EAGAIN);
    g_assert_cmpint(send(fds[1], text + 5, size - 5, 0), ==, size - 5);
    g_assert_cmpint(transport_receive(transport, place, 3), ==, 3);
    g_assert_true(transport_has_input(transport));
    g_assert_cmpint(transport_receive(transport, place + 3, 60), ==, 6);
    g_assert_false(transport_has_input(transport));
    g_assert_cmpstr(place, ==, "an answer");

    /* Somebody else's bytes end it. */
    g_assert_cmpint(send(fds[1], "\0\0\0\x14 aaaaaaaaaaaaaaaaaaaaaaaaa", 24, 0),
                    ==, 24);
    g_assert_cmpint(transport_receive(transport, place, 3), ==, -1);
    g_assert_cmpint(errno, ==, EPROTO);
    close(fds[1]);
    sasl_dispose(&conn);
}

/* ---- our own client ---- */

typedef struct {
    const char *password; /* NULL: gives up */
    unsigned asked;       /* bits, by kind */
} Knower;

static bool
tell(virConnectCredential *questions, unsigned count, void *opaque,
     GError **error)
{
    Knower *knower = opaque;

    if (!knower->password)
        return fail(error, VIR_ERR_AUTH_CANCELLED, "nobody is there");
    for (unsigned i = 0; i < count; i++) {
        knower->asked |= 1U << questions[i].type;
        questions[i].result =
            strdup(questions[i].type == VIR_CRED_PASSPHRASE ? knower->password
                                                            : "alice");
    }
    return true;
}

/* Both ends by turns; how it came out for the client. */
static SaslProgress
meet(SaslSession *server, SaslSession *client, const char *mechanisms,
     GError **error)
{
    g_autofree char *mechanism = NULL;
    g_autoptr(GBytes) sent = NULL;
    SaslProgress there = SASL_SESSION_GOES_ON;
    SaslProgress here =
        sasl_session_begin(client, mechanisms, &mechanism, &sent, error);

    for (int i = 0; here != SASL_SESSION_FAILED; i++) {
        g_autoptr(GBytes) said = NULL;

        if (there == SASL_SESSION_DONE)
            return here;
        there = sasl_session_step(server, i == 0 ? mechanism : NULL, sent,
                                  &said, error);
        g_clear_pointer(&sent, g_bytes_unref);
        if (there == SASL_SESSION_FAILED)
            return there;
        here = sasl_session_answer(client, said, &sent, error);
    }
    return here;
}

static void
our_client_agrees_on_a_layer_with_our_server(void)
{
    Knower knower = {.password = "secret of alice"};
    const SaslAsker asker = {.ask = tell, .opaque = &knower};
    g_autoptr(SaslSession) server = session_new(false);
    g_autoptr(GError) error = NULL;
    g_autoptr(SaslSession) client =
        sasl_session_new_client("localhost", false, 0, &asker, &error);
    const void *bytes = NULL;
    const void *back = NULL;
    gsize used = 0;
    gsize size = 0;

    g_assert_no_error(error);
    g_assert_cmpint(meet(server, client, "DIGEST-MD5", &error), ==,
                    SASL_SESSION_DONE);
    g_assert_no_error(error);
    /* What nobody said that it could be asked was not. */
    g_assert_cmpuint(knower.asked, ==,
                     1U << VIR_CRED_AUTHNAME | 1U << VIR_CRED_PASSPHRASE);
    g_assert_cmpuint(sasl_session_bits(client), >=, 56);
    bytes = sasl_session_encode(client, "to the server", 13, &used, &size);
    g_assert_true(sasl_session_decode(server, bytes, size, &back, &size));
    g_assert_cmpmem(back, size, "to the server", 13);
}

static void
our_client_says_what_is_wrong(void)
{
    Knower wrong = {.password = "a guess"};
    Knower nobody = {0};
    const SaslAsker guesser = {.ask = tell, .opaque = &wrong};
    const SaslAsker silent = {.ask = tell, .opaque = &nobody};
    g_autoptr(SaslSession) server = session_new(true);
    g_autoptr(SaslSession) one =
        sasl_session_new_client("localhost", true, 256, &guesser, NULL);
    g_autoptr(SaslSession) other =
        sasl_session_new_client("localhost", false, 0, &silent, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) none = NULL;
    g_autoptr(GError) weak = NULL;

    g_assert_cmpint(meet(server, one, "SCRAM-SHA-256", &error), ==,
                    SASL_SESSION_FAILED);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_AUTH_FAILED);
    g_assert_cmpint(meet(NULL, other, "NONE-SUCH", &none), ==,
                    SASL_SESSION_FAILED);
    g_assert_error(none, STRANDLINE_ERROR, VIR_ERR_AUTH_UNAVAILABLE);
    /* Nor one that would send the password in the clear. */
    g_assert_cmpint(meet(NULL, other, "PLAIN", &weak), ==, SASL_SESSION_FAILED);
    g_assert_error(weak, STRANDLINE_ERROR, VIR_ERR_AUTH_UNAVAILABLE);
}

int
main(int argc, char **argv)
{
    TempFolder *folder = NULL;
    int result = 0;

    g_test_init(&argc, &argv, NULL);
    folder = passwords_new("PLAIN ANONYMOUS DIGEST-MD5 SCRAM-SHA-256");
    g_test_add_func("/sasl/a_password_is_not_sent_where_others_listen",
                    a_password_is_not_sent_where_others_listen);
    g_test_add_func("/sasl/the_right_password_lets_in_and_a_wrong_one_does_not",
                    the_right_password_lets_in_and_a_wrong_one_does_not);
    g_test_add_func("/sasl/what_follows_is_behind_a_layer_both_ways",
                    what_follows_is_behind_a_layer_both_ways);
    g_test_add_func("/sasl/our_client_agrees_on_a_layer_with_our_server",
                    our_client_agrees_on_a_layer_with_our_server);
    g_test_add_func("/sasl/our_client_says_what_is_wrong",
                    our_client_says_what_is_wrong);
    result = g_test_run();
    temp_folder_free(folder);
    return result;
}
