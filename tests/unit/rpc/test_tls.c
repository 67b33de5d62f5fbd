/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Two sessions over a socket: who is accepted, and who is refused by whom and
 * why. */
#include "rpc/tls.h"

#include "base/error.h"
#include "base/fd.h"
#include "certificates.h"

#include <errno.h>
#include <glib-unix.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static TempFolder *folder;

/* One end, and how far it came. */
typedef struct {
    int fd;
    TlsCredentials *credentials;
    TlsSession *session;
    TlsProgress progress;
    GError *error;
} End;

static void
end_open(End *end, int fd, const TlsOptions *options, const char *host)
{
    end->fd = fd;
    end->progress = TLS_WAITS_INPUT;
    end->credentials = certificates_load(options);
    g_assert_true(g_unix_set_fd_nonblocking(fd, TRUE, NULL));
    end->session = tls_session_new(end->credentials, fd, host, NULL);
    g_assert_nonnull(end->session);
}

static void
end_clear(End *end)
{
    tls_session_free(end->session);
    tls_credentials_unref(end->credentials);
    auto_fd_close(end->fd);
    g_clear_error(&end->error);
}

typedef struct {
    End server;
    End client;
} Both;

/* An end that has failed closes its socket, as its owner would. */
static bool
step(End *end)
{
    if (end->progress == TLS_OPEN || end->progress == TLS_FAILED)
        return false;
    end->progress = tls_session_open(end->session, &end->error);
    if (end->progress == TLS_FAILED)
        (void)shutdown(end->fd, SHUT_RDWR);
    return true;
}

/* Both in turn, until neither has more to do. */
static Both *
meet(const TlsOptions *server, const TlsOptions *client, const char *host)
{
    Both *both = g_new0(Both, 1);
    int fds[2] = {-1, -1};
    bool goes_on = true;

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==,
                    0);
    end_open(&both->server, fds[0], server, NULL);
    end_open(&both->client, fds[1], client, host);
    while (goes_on) {
        goes_on = step(&both->client);
        goes_on = step(&both->server) || goes_on;
    }
    return both;
}

static void
both_free(Both *both)
{
    end_clear(&both->client);
    end_clear(&both->server);
    g_free(both);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Both, both_free)

static void
assert_failed(const End *end, int code, const char *text)
{
    g_assert_cmpint(end->progress, ==, TLS_FAILED);
    g_assert_error(end->error, STRANDLINE_ERROR, code);
    if (!strstr(end->error->message, text))
        g_error("'%s' does not say '%s'", end->error->message, text);
}

static void
both_accept_each_other_and_exchange_bytes(void)
{
    const TlsOptions server = certificates_server(folder, "server");
    const TlsOptions client = certificates_client(folder, "alice");
    g_autoptr(Both) both = meet(&server, &client, "localhost");
    char place[16] = "";

    g_assert_no_error(both->client.error);
    g_assert_no_error(both->server.error);
    g_assert_cmpstr(tls_session_peer(both->server.session), ==,
                    "O=Strandline,CN=alice");
    g_assert_cmpstr(tls_session_peer(both->client.session), ==,
                    "O=Strandline,CN=localhost");
    g_assert_cmpuint(tls_session_bits(both->client.session), >=, 128);
    g_assert_cmpint(tls_session_receive(both->server.session, place, 1), ==,
                    -1);
    g_assert_cmpint(errno, ==, EAGAIN);
    g_assert_cmpint(tls_session_send(both->client.session, "hello", 5), ==, 5);
    g_assert_cmpint(tls_session_receive(both->server.session, place, 2), ==, 2);
    g_assert_true(tls_session_has_input(both->server.session));
    g_assert_cmpint(tls_session_receive(both->server.session, place + 2, 9), ==,
                    3);
    g_assert_false(tls_session_has_input(both->server.session));
    g_assert_cmpstr(place, ==, "hello");
    g_clear_pointer(&both->client.session, tls_session_free);
    g_assert_cmpint(tls_session_receive(both->server.session, place, 1), ==, 0);
}

static void
an_address_is_a_name_too(void)
{
    const TlsOptions server = certificates_server(folder, "server");
    const TlsOptions client = certificates_client(folder, "alice");
    g_autoptr(Both) both = meet(&server, &client, "127.0.0.1");

    g_assert_no_error(both->client.error);
    g_assert_cmpint(both->client.progress, ==, TLS_OPEN);
}

static void
a_client_is_refused_for_its_certificate_and_the_server_knows_why(void)
{
    static const struct {
        const char *who;
        const char *text;
    } refused[] = {
        {"nobody", "showed no certificate"},
        {"expired", "expired"},
        {"foreign", "issuer is unknown"},
        {"revoked", "revoked"},
        {"wrong-use", "purpose"},
        {"mallory", "'O=Strandline,CN=mallory' is not one of those"},
    };
    const char *const allowed[] = {"C=XX*", "*CN=alice", NULL};
    TlsOptions server = certificates_server(folder, "server");
    g_autofree char *revoked = temp_folder_file(folder, "crl.pem");

    server.crl_file = revoked;
    server.allowed_names = allowed;
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        TlsOptions client = certificates_client(folder, refused[i].who);
        g_autoptr(Both) both = meet(&server, &client, "localhost");

        assert_failed(&both->server, VIR_ERR_AUTH_FAILED, refused[i].text);
        assert_failed(&both->client, VIR_ERR_AUTH_FAILED,
                      "does not accept our certificate");
    }
}

static void
a_server_that_asks_nobody_takes_anybody(void)
{
    TlsOptions server = certificates_server(folder, "server");
    const TlsOptions client = certificates_client(folder, "nobody");
    g_autoptr(Both) both = NULL;

    server.is_anybody_fine = true;
    both = meet(&server, &client, "localhost");
    g_assert_no_error(both->server.error);
    g_assert_cmpint(both->client.progress, ==, TLS_OPEN);
    g_assert_null(tls_session_peer(both->server.session));
}

static void
a_server_is_refused_for_its_certificate(void)
{
    static const struct {
        const char *who;
        const char *text;
    } refused[] = {
        {"expired-server", "expired"},
        {"elsewhere", "does not match"},
    };
    TlsOptions client = certificates_client(folder, "alice");

    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        TlsOptions server = certificates_server(folder, refused[i].who);
        g_autoptr(Both) both = NULL;

        server.is_ours_unchecked = true;
        client.is_anybody_fine = false;
        both = meet(&server, &client, "localhost");
        assert_failed(&both->client, VIR_ERR_AUTH_FAILED, refused[i].text);
        both_free(g_steal_pointer(&both));
        client.is_anybody_fine = true;
        both = meet(&server, &client, "localhost");
        g_assert_cmpint(both->client.progress, ==, TLS_OPEN);
    }
}

static void
garbage_is_no_handshake(void)
{
    const TlsOptions server = certificates_server(folder, "server");
    static const char *const garbage[] = {
        "GET / HTTP/1.0\r\n\r\n", "\x16\x03\x01\x40\x01\x01\x01\x01",
        "\x16\x03\x01\x02\x10\x01\x01\x02\x10\x03\x03\x01"};

    for (gsize i = 0; i < G_N_ELEMENTS(garbage); i++) {
        int fds[2] = {-1, -1};
        g_auto(AutoFd) peer = -1;
        End end = {.fd = -1};

        g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds),
                        ==, 0);
        peer = fds[1];
        end_open(&end, fds[0], &server, NULL);
        g_assert_cmpint(send(peer, garbage[i], strlen(garbage[i]), 0), >, 0);
        g_assert_cmpint(shutdown(peer, SHUT_WR), ==, 0);
        while (step(&end)) {
        }
        assert_failed(&end, VIR_ERR_RPC, "handshake failed");
        end_clear(&end);
    }
}

static void
half_a_handshake_waits_for_the_other_half(void)
{
    const TlsOptions server = certificates_server(folder, "server");
    int fds[2] = {-1, -1};
    g_auto(AutoFd) peer = -1;
    End end = {.fd = -1};

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==,
                    0);
    peer = fds[1];
    end_open(&end, fds[0], &server, NULL);
    g_assert_cmpint(tls_session_open(end.session, NULL), ==, TLS_WAITS_INPUT);
    g_assert_cmpint(send(peer, "\x16\x03\x01\x02", 4, 0), ==, 4);
    g_assert_cmpint(tls_session_open(end.session, NULL), ==, TLS_WAITS_INPUT);
    end_clear(&end);
}

static void
ours_is_refused_if_no_peer_would_take_it(void)
{
    TlsOptions options = certificates_server(folder, "expired-server");
    g_autofree char *other = temp_folder_file(folder, "stranger.pem");
    g_autofree char *absent = temp_folder_file(folder, "absent.pem");
    g_autoptr(GError) error = NULL;

    g_assert_null(tls_credentials_new(&options, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_AUTH_FAILED);
    g_assert_nonnull(strstr(error->message, "expired"));
    g_clear_error(&error);

    options = certificates_server(folder, "server");
    options.ca_file = other;
    g_assert_null(tls_credentials_new(&options, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_AUTH_FAILED);
    g_clear_error(&error);

    options.cert_file = other;
    options.key_file = temp_folder_file(folder, "stranger.key");
    g_assert_null(tls_credentials_new(&options, &error));
    g_assert_nonnull(strstr(error->message, "is a CA's"));
    g_free((char *)options.key_file);
    g_clear_error(&error);

    options = certificates_server(folder, "server");
    options.key_file = absent;
    g_assert_null(tls_credentials_new(&options, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_nonnull(strstr(error->message, "absent.pem"));
    g_clear_error(&error);

    options.key_file = options.cert_file;
    g_assert_null(tls_credentials_new(&options, &error));
    g_assert_nonnull(strstr(error->message, "cannot be used with the key"));
    g_clear_error(&error);

    options = certificates_server(folder, "server");
    options.priority = "NORMAL:NONSENSE";
    g_assert_null(tls_credentials_new(&options, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
    g_assert_nonnull(strstr(error->message, "at 'NONSENSE'"));
}

static void
peers_without_a_common_cipher_are_told(void)
{
    TlsOptions server = certificates_server(folder, "server");
    TlsOptions client = certificates_client(folder, "alice");
    g_autoptr(Both) both = NULL;

    server.priority = "NORMAL:-VERS-ALL:+VERS-TLS1.3";
    client.priority = "NORMAL:-VERS-ALL:+VERS-TLS1.2";
    both = meet(&server, &client, "localhost");
    assert_failed(&both->server, VIR_ERR_RPC, "handshake failed");
    assert_failed(&both->client, VIR_ERR_RPC, "handshake failed");
}

#define ADD(test) g_test_add_func("/tls/" #test, test)

int
main(int argc, char **argv)
{
    int result = 0;

    g_test_init(&argc, &argv, NULL);
    folder = certificates_new();
    ADD(both_accept_each_other_and_exchange_bytes);
    ADD(an_address_is_a_name_too);
    ADD(a_client_is_refused_for_its_certificate_and_the_server_knows_why);
    ADD(a_server_that_asks_nobody_takes_anybody);
    ADD(a_server_is_refused_for_its_certificate);
    ADD(garbage_is_no_handshake);
    ADD(half_a_handshake_waits_for_the_other_half);
    ADD(ours_is_refused_if_no_peer_would_take_it);
    ADD(peers_without_a_common_cipher_are_told);
    result = g_test_run();
    temp_folder_free(folder);
    return result;
}
