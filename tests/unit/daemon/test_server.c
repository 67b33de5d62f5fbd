/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What clients send that is wrong, too much or too slow costs them their
 * connection, and nobody else anything. */
#include "daemon/server.h"

#include "base/fd.h"
#include "base/lock.h"
#include "packet.h"
#include "rpc/wire_error.h"
#include "temp_folder.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Procedures of the handler below. */
enum { ANSWER = 1, STICK = 2, FLOOD = 3, LOGIN = 4, LEAVE = 6 };

#define HEAD(length, proc) #length " 20008086 00000001 " #proc " 00000000 "
#define CALL_ANSWER        HEAD(0000001c, 00000001) "00000007 00000000"
#define CALL_STICK         HEAD(0000001c, 00000002) "00000008 00000000"
#define CALL_FLOOD         HEAD(0000001c, 00000003) "00000009 00000000"
#define CALL_LOGIN         HEAD(0000001c, 00000004) "0000000a 00000000"
#define CALL_LEAVE         HEAD(0000001c, 00000006) "0000000c 00000000"
#define PING               "0000001c 6b656570 00000001 00000001 00000002 00000000 00000000"
#define PONG               "0000001c 6b656570 00000001 00000002 00000002 00000000 00000000"

static struct {
    Lock lock;
    pthread_cond_t changed;
    unsigned begun, ended, stuck, called;
    bool is_open;
} seen = {.lock = PTHREAD_MUTEX_INITIALIZER,
          .changed = PTHREAD_COND_INITIALIZER};

static void
count(unsigned *which)
{
    LOCK_SCOPE(&seen.lock);

    (*which)++;
    pthread_cond_broadcast(&seen.changed);
}

static void
await(const unsigned *which, unsigned least)
{
    LOCK_SCOPE(&seen.lock);

    while (*which < least)
        pthread_cond_wait(&seen.changed, &seen.lock);
}

static void
set_open(bool is_open)
{
    LOCK_SCOPE(&seen.lock);

    seen.is_open = is_open;
    pthread_cond_broadcast(&seen.changed);
}

static void
stick(void)
{
    LOCK_SCOPE(&seen.lock);

    seen.stuck++;
    pthread_cond_broadcast(&seen.changed);
    while (!seen.is_open)
        pthread_cond_wait(&seen.changed, &seen.lock);
}

static void
begin(Client *client, void *opaque)
{
    (void)opaque;
    client_set_data(client, &seen, NULL);
    count(&seen.begun);
}

static bool
is_high(const Message *message)
{
    return message->header.procedure != STICK;
}

static Message *
reply_to(const Message *call)
{
    MessageHeader header = message_reply_header(&call->header, MESSAGE_OK);

    return message_new(&header, NULL, NULL, NULL);
}

/* Much more than a socket takes. */
static void
flood(Client *client, const Message *call)
{
    while (!client_is_gone(client)) {
        client_tell(client, message_new_refusal(&call->header, VIR_ERR_RPC,
                                                "%01000d", 0));
    }
}

static void
call(Client *client, Message *message)
{
    g_autoptr(Message) owned = message;

    g_assert_true(client_data(client) == &seen);
    count(&seen.called);
    switch (message->header.procedure) {
    case STICK:
        stick();
        break;
    case FLOOD:
        flood(client, message);
        break;
    case LOGIN:
        client_set_authenticated(client);
        break;
    default:
        break;
    }
    client_reply(client, reply_to(message));
    if (message->header.procedure == LEAVE)
        client_finish(client);
}

static void
end(Client *client)
{
    (void)client;
    count(&seen.ended);
}

static const ServerHandler handler = {begin, is_high, call, end};

/* Small, so that a test comes to each of them. */
static ServerLimits
limits(void)
{
    return (ServerLimits){
        .client = {.max_requests = 2,
                   .max_output = 100000,
                   .max_anonymous_size = 4096,
                   .login_seconds = 60,
                   .message_seconds = 60,
                   .keepalive_interval = 60,
                   .keepalive_count = 5},
        .max_clients = 4,
        .max_anonymous = 2,
        .max_requests = 100,
        .max_held = 1000000,
        .max_workers = 3,
        .prio_workers = 1,
    };
}

static Server *
start(const ServerLimits *wanted)
{
    g_autoptr(GError) error = NULL;
    Server *server = server_new(wanted, &handler, NULL, &error);

    g_assert_no_error(error);
    g_assert_true(server_start(server, &error));
    seen.begun = seen.ended = seen.stuck = seen.called = 0;
    seen.is_open = false;
    return server;
}

/* The test's end of a connection. */
static int
join(Server *server)
{
    int ends[2] = {-1, -1};

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
                    ==, 0);
    server_add(server, ends[0], CLIENT_UNIX);
    return ends[1];
}

static void
send_text(int fd, const char *text)
{
    g_autoptr(GByteArray) bytes = packet_parse(text);

    g_assert_cmpint(send(fd, bytes->data, bytes->len, MSG_NOSIGNAL), ==,
                    bytes->len);
}

static void
assert_answered(int fd, int procedure)
{
    g_autoptr(Message) reply = packet_receive(fd);

    g_assert_cmpint(reply->header.procedure, ==, procedure);
    g_assert_cmpint(reply->header.type, ==, MESSAGE_REPLY);
}

/* In any order. */
static void
assert_both_answered(int fd, int one, int other)
{
    g_autoptr(Message) reply = packet_receive(fd);

    g_assert_true(reply->header.procedure == one ||
                  reply->header.procedure == other);
    assert_answered(fd, reply->header.procedure == one ? other : one);
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

static void
assert_silent(int fd)
{
    struct pollfd what = {.fd = fd, .events = POLLIN};

    g_assert_cmpint(poll(&what, 1, 0), ==, 0);
}

static void
calls_are_answered_by_serial(void)
{
    const ServerLimits wanted = limits();
    g_autoptr(Server) server = start(&wanted);
    g_auto(AutoFd) fd = join(server);
    g_autoptr(Message) reply = NULL;

    send_text(fd, CALL_ANSWER);
    reply = packet_receive(fd);
    packet_assert(reply, "0000001c 20008086 00000001 00000001 00000001 "
                         "00000007 00000000");
}

static void
garbage_ends_the_connection_and_nobody_elses(void)
{
    const char *const garbage[] = {
        "47455420 2f204854", /* GET / HT */
        "00000000",          "0000001b", "02000005", "ffffffff",
    };
    const ServerLimits wanted = limits();
    g_autoptr(Server) server = start(&wanted);
    g_auto(AutoFd) good = join(server);

    for (gsize i = 0; i < G_N_ELEMENTS(garbage); i++) {
        g_auto(AutoFd) fd = join(server);

        send_text(fd, garbage[i]);
        assert_ends(fd);
    }
    await(&seen.ended, G_N_ELEMENTS(garbage));
    send_text(good, CALL_ANSWER);
    assert_answered(good, ANSWER);
}

static void
a_stranger_may_not_send_much(void)
{
    const ServerLimits wanted = limits();
    g_autoptr(Server) server = start(&wanted);
    g_auto(AutoFd) stranger = join(server);
    g_auto(AutoFd) known = join(server);

    send_text(known, CALL_LOGIN);
    assert_answered(known, LOGIN);
    send_text(known,
              HEAD(0000401c, 00000001) "0000000d 00000000 00000000*4096");
    assert_answered(known, ANSWER);
    send_text(stranger,
              HEAD(0000401c, 00000001) "0000000d 00000000 00000000*4096");
    assert_ends(stranger);
}

/* With the limit of a million: buffers double. */
static void
who_holds_most_is_dropped_and_not_who_comes_last(void)
{
    const ServerLimits wanted = limits();
    g_autoptr(Server) server = start(&wanted);
    g_auto(AutoFd) greedy = join(server);
    int others[] = {join(server), join(server)};

    send_text(greedy, CALL_LOGIN);
    assert_answered(greedy, LOGIN);
    send_text(greedy,
              HEAD(01000000, 00000001) "00000007 00000000 00000000*100000");
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        send_text(others[i], CALL_LOGIN);
        assert_answered(others[i], LOGIN);
        send_text(others[i],
                  HEAD(0003d0ac, 00000001) "00000007 00000000 00000000*62499");
    }
    assert_ends(greedy);
    for (gsize i = 0; i < G_N_ELEMENTS(others); i++) {
        send_text(others[i], "00000000");
        assert_answered(others[i], ANSWER);
        close(others[i]);
    }
}

static void
who_does_not_authenticate_in_time_is_dropped(void)
{
    ServerLimits wanted = limits();
    g_autoptr(Server) server = NULL;
    g_auto(AutoFd) fd = -1;

    wanted.client.login_seconds = 1;
    server = start(&wanted);
    fd = join(server);
    assert_ends(fd);
}

static void
who_never_reads_is_dropped(void)
{
    const ServerLimits wanted = limits();
    g_autoptr(Server) server = start(&wanted);
    g_auto(AutoFd) fd = join(server);

    send_text(fd, CALL_FLOOD);
    await(&seen.ended, 1);
}

static void
no_more_is_read_than_may_run(void)
{
    const ServerLimits wanted = limits();
    g_autoptr(Server) server = start(&wanted);
    g_auto(AutoFd) fd = join(server);
    g_auto(AutoFd) other = join(server);

    send_text(fd, CALL_STICK " " CALL_STICK " " CALL_ANSWER);
    await(&seen.stuck, 2);
    /* Others are served, and by the time they are, the third would be. */
    send_text(other, CALL_ANSWER);
    assert_answered(other, ANSWER);
    g_assert_cmpuint(seen.called, ==, 3);
    assert_silent(fd);
    set_open(true);
    assert_answered(fd, STICK);
    /* It is read now, and may be done before the other that was stuck. */
    assert_both_answered(fd, STICK, ANSWER);
}

static void
priority_calls_pass_those_that_are_stuck(void)
{
    ServerLimits wanted = limits();
    g_autoptr(Server) server = NULL;
    g_auto(AutoFd) fd = -1;

    wanted.client.max_requests = 10;
    server = start(&wanted);
    fd = join(server);
    send_text(fd, CALL_STICK " " CALL_STICK " " CALL_STICK " " CALL_STICK);
    await(&seen.stuck, 3);
    send_text(fd, CALL_ANSWER);
    assert_answered(fd, ANSWER);
    set_open(true);
}

static void
all_clients_together_may_not_ask_too_much(void)
{
    ServerLimits wanted = limits();
    g_autoptr(Server) server = NULL;
    g_auto(AutoFd) one = -1;
    g_auto(AutoFd) two = -1;

    wanted.max_requests = 2;
    server = start(&wanted);
    one = join(server);
    two = join(server);
    send_text(one, CALL_STICK " " CALL_STICK);
    await(&seen.stuck, 2);
    send_text(two, CALL_ANSWER);
    set_open(true);
    assert_answered(two, ANSWER);
    assert_answered(one, STICK);
    assert_answered(one, STICK);
}

static void
a_ping_is_answered_while_calls_are_stuck_and_before_authentication(void)
{
    ServerLimits wanted = limits();
    g_autoptr(Server) server = NULL;
    g_auto(AutoFd) fd = -1;
    g_autoptr(Message) pong = NULL;

    wanted.client.max_requests = 10;
    server = start(&wanted);
    fd = join(server);
    send_text(fd, CALL_STICK " " CALL_STICK " " CALL_STICK " " CALL_STICK);
    await(&seen.stuck, 3);
    send_text(fd, PING);
    pong = packet_receive(fd);
    packet_assert(pong, PONG);
    set_open(true);
}

static void
the_last_reply_arrives_before_the_end(void)
{
    const ServerLimits wanted = limits();
    g_autoptr(Server) server = start(&wanted);
    g_auto(AutoFd) fd = join(server);

    send_text(fd, CALL_LEAVE);
    assert_answered(fd, LEAVE);
    assert_ends(fd);
}

static void
a_peer_that_vanishes_in_a_call_is_only_gone(void)
{
    const ServerLimits wanted = limits();
    g_autoptr(Server) server = start(&wanted);
    g_auto(AutoFd) fd = join(server);

    send_text(fd, CALL_STICK);
    await(&seen.stuck, 1);
    close(fd_steal(&fd));
    await(&seen.ended, 1);
    set_open(true);
}

static void
a_keepalive_call_is_a_call_of_no_program(void)
{
    const ServerLimits wanted = limits();
    g_autoptr(Server) server = start(&wanted);
    g_auto(AutoFd) fd = join(server);

    send_text(fd, "0000001c 6b656570 00000001 00000001 00000000 00000000 "
                  "00000000");
    assert_answered(fd, 1);
}

static void
too_many_strangers_wait_and_are_served_later(void)
{
    const ServerLimits wanted = limits();
    g_autoptr(Server) server = server_new(&wanted, &handler, NULL, NULL);
    g_autoptr(TempFolder) folder = temp_folder_new();
    int fds[4];

    server_listen(server, unix_listen(folder->path, "sock", NULL), CLIENT_UNIX);
    seen.begun = 0;
    g_assert_true(server_start(server, NULL));
    for (int i = 0; i < 4; i++) {
        fds[i] = unix_connect(folder->path, "sock", NULL);
        send_text(fds[i], CALL_ANSWER);
    }
    assert_answered(fds[0], ANSWER);
    assert_answered(fds[1], ANSWER);
    {
        LOCK_SCOPE(&seen.lock);
        g_assert_cmpuint(seen.begun, ==, 2);
    }
    assert_silent(fds[2]);
    /* One makes itself known, another goes. */
    send_text(fds[0], CALL_LOGIN);
    assert_answered(fds[0], LOGIN);
    assert_answered(fds[2], ANSWER);
    assert_silent(fds[3]);
    close(fds[1]);
    assert_answered(fds[3], ANSWER);
    close(fds[0]);
    close(fds[2]);
    close(fds[3]);
}

static void
limits_can_be_exchanged_while_it_runs(void)
{
    ServerLimits wanted = limits();
    g_autoptr(Server) server = server_new(&wanted, &handler, NULL, NULL);
    g_autoptr(TempFolder) folder = temp_folder_new();
    int fds[3];

    server_listen(server, unix_listen(folder->path, "sock", NULL), CLIENT_UNIX);
    g_assert_true(server_start(server, NULL));
    for (gsize i = 0; i < G_N_ELEMENTS(fds); i++) {
        fds[i] = unix_connect(folder->path, "sock", NULL);
        send_text(fds[i], CALL_ANSWER);
    }
    assert_answered(fds[0], ANSWER);
    assert_answered(fds[1], ANSWER);
    assert_silent(fds[2]);
    wanted.max_anonymous = 3;
    server_set_limits(server, &wanted);
    assert_answered(fds[2], ANSWER);
    for (gsize i = 0; i < G_N_ELEMENTS(fds); i++)
        close(fds[i]);
}

/* In the place of the C library's, for a process without descriptors. */
static struct {
    gint fails;
    gint calls;
} accepting;

int /* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
accept4(int fd, __SOCKADDR_ARG address, socklen_t *size, int flags)
{
    g_atomic_int_inc(&accepting.calls);
    if (g_atomic_int_get(&accepting.fails)) {
        errno = EMFILE;
        return -1;
    }
    return (int)syscall(SYS_accept4, fd, address.__sockaddr__, size, flags);
}

static void
without_descriptors_accepting_is_tried_now_and_then(void)
{
    const ServerLimits wanted = limits();
    g_autoptr(Server) server = server_new(&wanted, &handler, NULL, NULL);
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_auto(AutoFd) fd = -1;
    gint64 began = g_get_monotonic_time();
    gint64 ticks = 0;

    server_listen(server, unix_listen(folder->path, "sock", NULL), CLIENT_UNIX);
    g_atomic_int_set(&accepting.fails, true);
    accepting.calls = 0;
    g_assert_true(server_start(server, NULL));
    fd = unix_connect(folder->path, "sock", NULL);
    while (g_atomic_int_get(&accepting.calls) < 3)
        g_usleep(1000);
    /* Twice a second at most, however long this took. */
    ticks = (g_get_monotonic_time() - began) / (G_USEC_PER_SEC / 2);
    g_assert_cmpint(g_atomic_int_get(&accepting.calls), <=, ticks + 1);
    g_atomic_int_set(&accepting.fails, false);
    send_text(fd, CALL_ANSWER);
    assert_answered(fd, ANSWER);
}

#define ADD(test) g_test_add_func("/server/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(calls_are_answered_by_serial);
    ADD(garbage_ends_the_connection_and_nobody_elses);
    ADD(a_stranger_may_not_send_much);
    ADD(who_holds_most_is_dropped_and_not_who_comes_last);
    ADD(who_does_not_authenticate_in_time_is_dropped);
    ADD(who_never_reads_is_dropped);
    ADD(no_more_is_read_than_may_run);
    ADD(priority_calls_pass_those_that_are_stuck);
    ADD(all_clients_together_may_not_ask_too_much);
    ADD(a_ping_is_answered_while_calls_are_stuck_and_before_authentication);
    ADD(the_last_reply_arrives_before_the_end);
    ADD(a_peer_that_vanishes_in_a_call_is_only_gone);
    ADD(a_keepalive_call_is_a_call_of_no_program);
    ADD(too_many_strangers_wait_and_are_served_later);
    ADD(limits_can_be_exchanged_while_it_runs);
    ADD(without_descriptors_accepting_is_tried_now_and_then);
    return g_test_run();
}
