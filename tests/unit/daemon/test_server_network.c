/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Strangers on the network: what they send, or do not send, costs them their
 * connection, and nobody else anything. */
#include "base/error.h"
#include "base/fd.h"
#include "base/lock.h"
#include "base/tcp.h"
#include "certificates.h"
#include "daemon/server.h"
#include "packet.h"
#include "rpc/message_reader.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* Procedures of the handler below. */
enum { ANSWER = 1, LOGIN = 4 };
#define CALL(proc) \
    "0000001c 20008086 00000001 0000000" #proc " 00000000 00000007 00000000"

enum { STRANGERS = 8, CROWD = 3000, CALLS = 200 };

static TempFolder *folder;

static void
begin(Client *client, void *opaque)
{
    (void)client;
    (void)opaque;
}

static bool
is_high(const Message *message)
{
    (void)message;
    return false;
}

static void
call(Client *client, Message *message)
{
    MessageHeader header = message_reply_header(&message->header, MESSAGE_OK);

    if (message->header.procedure == LOGIN)
        client_set_authenticated(client);
    message_free(message);
    client_reply(client, message_new(&header, NULL, NULL, NULL));
}

static void
end(Client *client)
{
    (void)client;
}

static const ServerHandler handler = {begin, is_high, call, end};

/* A server that listens for TLS on a free port of this host. */
typedef struct {
    Server *server;
    unsigned port;
} Host;

static Host *
host_new(int login_seconds)
{
    const ServerLimits limits = {
        .client = {.max_requests = 5,
                   .max_output = 100000,
                   .max_anonymous_size = 4096,
                   .login_seconds = login_seconds,
                   .message_seconds = 60,
                   .keepalive_interval = -1},
        .max_clients = 100,
        .max_anonymous = STRANGERS,
        .max_requests = 100,
        .max_held = 1000000,
        .max_workers = 3,
        .prio_workers = 1,
    };
    Host *host = g_new0(Host, 1);
    const TlsOptions options = certificates_server(folder, "server");
    g_autoptr(TlsCredentials) credentials = certificates_load(&options);

    host->server = server_new(&limits, &handler, NULL, NULL);
    server_set_tls(host->server, credentials);
    server_listen(host->server, tcp_listen("127.0.0.1", 0, &host->port, NULL),
                  CLIENT_TLS);
    g_assert_true(server_start(host->server, NULL));
    return host;
}

static void
host_free(Host *host)
{
    server_free(host->server);
    g_free(host);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Host, host_free)

static int
reach(const Host *host)
{
    g_autoptr(GError) error = NULL;
    int fd = tcp_connect("the server", "127.0.0.1", host->port, &error);

    g_assert_no_error(error);
    return fd;
}

static void
wait_for(const Transport *transport, short events)
{
    struct pollfd what = {.fd = transport_fd(transport), .events = events};

    g_assert_cmpint(poll(&what, 1, -1), ==, 1);
}

/* As @who, as far as the server lets it. */
static Transport *
greet(const Host *host, const char *who, GError **error)
{
    const TlsOptions options = certificates_client(folder, who);
    g_autoptr(TlsCredentials) credentials = certificates_load(&options);
    g_autoptr(Transport) transport =
        transport_new_tls(reach(host), credentials, "127.0.0.1", error);
    TlsProgress progress = TLS_WAITS_OUTPUT;

    while (progress == TLS_WAITS_OUTPUT || progress == TLS_WAITS_INPUT) {
        wait_for(transport, progress == TLS_WAITS_OUTPUT ? POLLOUT : POLLIN);
        progress = transport_open(transport, error);
    }
    return progress == TLS_OPEN ? g_steal_pointer(&transport) : NULL;
}

static void
say(Transport *transport, const char *text, unsigned times)
{
    g_autoptr(GByteArray) once = packet_parse(text);
    g_autoptr(GByteArray) bytes = g_byte_array_new();

    for (unsigned i = 0; i < times; i++)
        g_byte_array_append(bytes, once->data, once->len);
    g_assert_cmpint(transport_send(transport, bytes->data, bytes->len), ==,
                    bytes->len);
}

static void
hear(Transport *transport, int procedure)
{
    g_autoptr(MessageReader) reader = message_reader_new();
    g_autoptr(Message) message = NULL;

    while (!message) {
        gsize room = 0;
        void *place = message_reader_place(reader, &room);
        ssize_t got = transport_receive(transport, place, room);

        if (got < 0) {
            g_assert_cmpint(errno, ==, EAGAIN);
            wait_for(transport, POLLIN);
            continue;
        }
        g_assert_cmpint(got, >, 0);
        g_assert_true(message_reader_got(reader, (gsize)got, NULL));
        message = message_reader_take(reader);
    }
    g_assert_cmpint(message->header.procedure, ==, procedure);
}

static void
assert_ends(int fd)
{
    char bytes[4096];
    ssize_t got = 1;

    while (got > 0)
        got = recv(fd, bytes, sizeof(bytes), 0);
    g_assert_true(got == 0 || errno == ECONNRESET);
}

/* One record, many calls: what TLS has taken from the socket, and the server has
 * not read when the client's places were taken, is not forgotten. */
static void
calls_of_one_record_are_all_answered(void)
{
    g_autoptr(Host) host = host_new(60);
    g_autoptr(GError) error = NULL;
    g_autoptr(Transport) client = greet(host, "alice", &error);

    g_assert_no_error(error);
    say(client, CALL(4), 1);
    hear(client, LOGIN);
    say(client, CALL(1), CALLS);
    for (int i = 0; i < CALLS; i++)
        hear(client, ANSWER);
}

static void
who_is_refused_learns_it_and_others_are_served(void)
{
    g_autoptr(Host) host = host_new(60);
    g_autoptr(Transport) good = greet(host, "alice", NULL);
    const char *const wrong[] = {"nobody", "expired", "foreign", "wrong-use"};

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(greet(host, wrong[i], &error));
        g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_AUTH_FAILED);
    }
    say(good, CALL(1), 1);
    hear(good, ANSWER);
}

static void
credentials_can_be_exchanged_while_clients_stay(void)
{
    g_autoptr(Host) host = host_new(60);
    g_autoptr(Transport) before = greet(host, "mallory", NULL);
    TlsOptions options = certificates_server(folder, "server");
    const char *const allowed[] = {"*CN=alice", NULL};
    g_autoptr(TlsCredentials) credentials = NULL;
    g_autoptr(Transport) after = NULL;

    options.allowed_names = allowed;
    credentials = certificates_load(&options);
    server_set_tls(host->server, credentials);
    g_assert_null(greet(host, "mallory", NULL));
    after = greet(host, "alice", NULL);
    g_assert_nonnull(after);
    say(before, CALL(1), 1);
    hear(before, ANSWER);
}

/* Half a handshake, nothing at all, and half a message inside of TLS. */
static void
who_does_not_go_on_is_dropped(void)
{
    g_autoptr(Host) host = host_new(1);
    g_auto(AutoFd) silent = reach(host);
    g_auto(AutoFd) half = reach(host);
    g_autoptr(Transport) open = greet(host, "alice", NULL);

    g_assert_cmpint(send(half, "\x16\x03\x01\x02", 4, 0), ==, 4);
    say(open, "0000001c 20008086", 1);
    assert_ends(silent);
    assert_ends(half);
    wait_for(open, POLLIN);
    while (server_clients(host->server) > 0)
        g_usleep(1000);
}

static void
garbage_is_dropped_at_once(void)
{
    static const char *const garbage[] = {
        "GET / HTTP/1.0\r\n\r\n",
        "SSH-2.0-x\r\n",
        "\x16\x03\x01\xff\xff\x01\xff\xff\xff\x03\x03",
    };
    g_autoptr(Host) host = host_new(60);

    for (gsize i = 0; i < G_N_ELEMENTS(garbage); i++) {
        g_auto(AutoFd) fd = reach(host);

        g_assert_cmpint(send(fd, garbage[i], strlen(garbage[i]), 0), >, 0);
        assert_ends(fd);
    }
    {
        g_autoptr(Transport) client = greet(host, "alice", NULL);
        g_autoptr(GByteArray) bytes = packet_parse(CALL(1));

        /* A call that is not within TLS, in the middle of a stream that is. */
        g_assert_cmpint(send(transport_fd(client), bytes->data, bytes->len, 0),
                        ==, bytes->len);
        wait_for(client, POLLIN);
    }
    while (server_clients(host->server) > 0)
        g_usleep(1000);
}

/* What was recorded of another connection opens no door. */
static void
a_replayed_handshake_leads_nowhere(void)
{
    g_autoptr(Host) host = host_new(60);
    const TlsOptions options = certificates_client(folder, "alice");
    g_autoptr(TlsCredentials) credentials = certificates_load(&options);
    int fds[2] = {-1, -1};
    g_autoptr(Transport) client = NULL;
    g_auto(AutoFd) heard = -1;
    g_auto(AutoFd) thief = reach(host);
    char bytes[4096];
    char answer[4096];
    ssize_t count = 0;

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), ==,
                    0);
    heard = fds[1];
    client = transport_new_tls(fds[0], credentials, "localhost", NULL);
    g_assert_cmpint(transport_open(client, NULL), ==, TLS_WAITS_INPUT);
    count = recv(heard, bytes, sizeof(bytes), 0);
    /* The same hello twice: the second is none that a handshake has. */
    g_assert_cmpint(send(thief, bytes, (size_t)count, 0), ==, count);
    g_assert_cmpint(recv(thief, answer, sizeof(answer), 0), >, 0);
    g_assert_cmpint(send(thief, bytes, (size_t)count, 0), ==, count);
    assert_ends(thief);
}

static void
strangers_on_the_network_keep_nobody_out_of_a_unix_socket(void)
{
    g_autoptr(Host) host = host_new(60);
    g_autoptr(GByteArray) bytes = packet_parse(CALL(1));
    g_autoptr(Message) reply = NULL;
    g_auto(AutoFd) local = -1;
    int strangers[STRANGERS + 2];
    int ends[2] = {-1, -1};

    for (gsize i = 0; i < G_N_ELEMENTS(strangers); i++)
        strangers[i] = reach(host);
    while (server_clients(host->server) < STRANGERS)
        g_usleep(1000);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
                    ==, 0);
    local = ends[1];
    server_add(host->server, ends[0], CLIENT_UNIX);
    g_assert_cmpint(send(local, bytes->data, bytes->len, 0), ==, bytes->len);
    reply = packet_receive(local);
    g_assert_cmpint(reply->header.procedure, ==, ANSWER);
    g_assert_cmpuint(server_clients(host->server), ==, STRANGERS + 1);
    for (gsize i = 0; i < G_N_ELEMENTS(strangers); i++)
        close(strangers[i]);
}

/* Thousands, of which most say nothing and go: there are never more of them
 * inside than may be, and the last is served as the first. */
static void
a_crowd_comes_and_goes(void)
{
    g_autoptr(Host) host = host_new(60);
    struct rusage before = {0};
    struct rusage after = {0};
    g_autoptr(Transport) client = NULL;

    g_assert_cmpint(getrusage(RUSAGE_SELF, &before), ==, 0);
    for (int i = 0; i < CROWD; i++) {
        g_auto(AutoFd) fd = reach(host);

        if (i % 3 == 0)
            (void)send(fd, "\x16\x03\x01\x00\x05\x01", 6, MSG_NOSIGNAL);
        if (i % 3 == 1)
            (void)send(fd, "garbage", 7, MSG_NOSIGNAL);
        g_assert_cmpuint(server_clients(host->server), <=, STRANGERS);
    }
    client = greet(host, "alice", NULL);
    g_assert_nonnull(client);
    say(client, CALL(1), 1);
    hear(client, ANSWER);
    g_assert_cmpint(getrusage(RUSAGE_SELF, &after), ==, 0);
    /* KiB.  Under the address sanitizer freed memory is kept for a while. */
    g_assert_cmpint(after.ru_maxrss - before.ru_maxrss, <, 300L * 1024);
}

#define ADD(test) g_test_add_func("/server_network/" #test, test)

int
main(int argc, char **argv)
{
    int result = 0;

    g_test_init(&argc, &argv, NULL);
    /* What is refused is told, and g_test would take that for a failure. */
    g_log_set_always_fatal(G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
    folder = certificates_new();
    ADD(calls_of_one_record_are_all_answered);
    ADD(who_is_refused_learns_it_and_others_are_served);
    ADD(credentials_can_be_exchanged_while_clients_stay);
    ADD(who_does_not_go_on_is_dropped);
    ADD(garbage_is_dropped_at_once);
    ADD(a_replayed_handshake_leads_nowhere);
    ADD(strangers_on_the_network_keep_nobody_out_of_a_unix_socket);
    ADD(a_crowd_comes_and_goes);
    result = g_test_run();
    temp_folder_free(folder);
    return result;
}
