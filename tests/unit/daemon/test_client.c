/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When a client is given up, by a clock that is told what time it is. */
#include "daemon/client.h"

#include "base/fd.h"
#include "packet.h"

#include <grp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#define CLOSE "0000001c 20008086 00000001 00000002 00000000 0000000a 00000000"
#define PING  "0000001c 6b656570 00000001 00000001 00000002 00000000 00000000"

static const ClientLimits limits = {
    .max_requests = 2,
    .max_output = 1000,
    .max_anonymous_size = 4096,
    .login_seconds = 30,
    .message_seconds = 60,
    .keepalive_interval = 5,
    .keepalive_count = 2,
};

/* Both ends, and what a server has. */
typedef struct {
    Client *client;
    int peer;
    int epoll;
    int wake;
    gint64 start;
} Pair;

static Pair *
pair_new(void)
{
    Pair *pair = g_new0(Pair, 1);
    int ends[2] = {-1, -1};

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
                    ==, 0);
    pair->start = g_get_monotonic_time();
    pair->client =
        client_new(transport_new(ends[0]), CLIENT_UNIX_READONLY, &limits);
    pair->peer = ends[1];
    pair->epoll = epoll_create1(EPOLL_CLOEXEC);
    pair->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    g_assert_true(client_join(pair->client, pair->epoll, pair->wake, 1, NULL));
    return pair;
}

static void
pair_free(Pair *pair)
{
    client_leave(pair->client);
    client_unref(pair->client);
    close(pair->peer);
    close(pair->epoll);
    close(pair->wake);
    g_free(pair);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Pair, pair_free)

static void
send_text(const Pair *pair, const char *text)
{
    g_autoptr(GByteArray) bytes = packet_parse(text);

    g_assert_cmpint(send(pair->peer, bytes->data, bytes->len, 0), ==,
                    bytes->len);
}

static bool
is_over(const Pair *pair, int seconds)
{
    return client_check(pair->client, pair->start + seconds * G_USEC_PER_SEC) ==
           0;
}

static Message *
big(gsize size)
{
    const MessageHeader header = {.type = MESSAGE_STREAM};
    g_autofree guint8 *bytes = g_malloc0(size);

    return message_new_bytes(&header, bytes, size);
}

static void
authentication_has_its_time(void)
{
    g_autoptr(Pair) pair = pair_new();

    g_assert_false(is_over(pair, 29));
    g_assert_true(is_over(pair, 31));
    client_set_authenticated(pair->client);
    g_assert_cmpint(client_check(pair->client, G_MAXINT64 / 2), ==, -1);
}

static void
a_message_has_its_time_however_it_trickles(void)
{
    g_autoptr(Pair) pair = pair_new();
    Message *message = NULL;

    client_set_authenticated(pair->client);
    send_text(pair, "0000001c");
    g_assert_cmpint(client_read(pair->client, &message), ==, CLIENT_LATER);
    send_text(pair, "20008086");
    g_assert_cmpint(client_read(pair->client, &message), ==, CLIENT_LATER);
    g_assert_false(is_over(pair, 59));
    g_assert_true(is_over(pair, 61));
    send_text(pair, "00000001 00000002 00000000 0000000a 00000000");
    g_assert_cmpint(client_read(pair->client, &message), ==, CLIENT_MESSAGE);
    g_assert_false(is_over(pair, 61));
    message_free(message);
}

static void
who_takes_no_byte_for_long_is_given_up(void)
{
    g_autoptr(Pair) pair = pair_new();
    Message *message = NULL;

    client_set_authenticated(pair->client);
    send_text(pair, CLOSE " " CLOSE);
    g_assert_cmpint(client_read(pair->client, &message), ==, CLIENT_MESSAGE);
    message_free(message);
    /* Replies may be long; a socket takes some hundred KiB. */
    for (int i = 0; i < 16 && !is_over(pair, 61); i++) {
        client_reply(pair->client, big(MESSAGE_STREAM_CHUNK));
        g_assert_cmpint(client_read(pair->client, &message), !=, CLIENT_GONE);
        g_clear_pointer(&message, message_free);
        if (!is_over(pair, 61))
            send_text(pair, CLOSE);
    }
    g_assert_true(is_over(pair, 61));
    g_assert_false(is_over(pair, 59));
}

/* Or nobody would look at the clock while all other clients are silent. */
static void
the_server_is_woken_when_something_cannot_be_written(void)
{
    g_autoptr(Pair) pair = pair_new();
    guint64 woken = 0;

    client_set_authenticated(pair->client);
    g_assert_cmpint(read(pair->wake, &woken, sizeof(woken)), ==, -1);
    while (read(pair->wake, &woken, sizeof(woken)) < 0)
        client_tell(pair->client, big(900));
    g_assert_true(is_over(pair, 61));
    g_assert_false(client_is_gone(pair->client));
}

static void
half_a_message_may_wait_while_the_server_does_not_read(void)
{
    g_autoptr(Pair) pair = pair_new();
    Message *message = NULL;

    client_set_authenticated(pair->client);
    send_text(pair, "0000001c 20008086");
    g_assert_cmpint(client_read(pair->client, &message), ==, CLIENT_LATER);
    g_assert_true(is_over(pair, 61));
    client_hold(pair->client, true);
    g_assert_false(is_over(pair, 1000));
    client_hold(pair->client, false);
    g_assert_false(is_over(pair, 59));
    g_assert_true(is_over(pair, 120));
}

static void
what_nobody_reads_is_bounded(void)
{
    g_autoptr(Pair) pair = pair_new();
    int told = 0;

    for (; told < 10000 && !client_is_gone(pair->client); told++)
        client_tell(pair->client, big(900));
    g_assert_true(client_is_gone(pair->client));
    g_assert_cmpint(told, >, 1);
}

static void
who_does_not_answer_is_asked_twice_and_given_up(void)
{
    g_autoptr(Pair) pair = pair_new();

    client_set_authenticated(pair->client);
    client_start_keepalive(pair->client);
    /* The first question was due at 5 s, the second 5 s after it was put. */
    g_assert_false(is_over(pair, 6));
    g_assert_false(is_over(pair, 12));
    g_assert_false(is_over(pair, 16));
    g_assert_true(is_over(pair, 18));
}

static void
any_byte_is_an_answer(void)
{
    g_autoptr(Pair) pair = pair_new();
    Message *message = NULL;

    client_set_authenticated(pair->client);
    client_start_keepalive(pair->client);
    g_assert_false(is_over(pair, 6));
    g_assert_false(is_over(pair, 12));
    send_text(pair, PING);
    g_assert_cmpint(client_read(pair->client, &message), ==, CLIENT_MESSAGE);
    g_assert_null(message);
    g_assert_false(is_over(pair, 18));
}

static void
who_has_no_place_left_is_not_read_from_and_not_asked(void)
{
    g_autoptr(Pair) pair = pair_new();
    Message *message = NULL;

    client_set_authenticated(pair->client);
    client_start_keepalive(pair->client);
    send_text(pair, CLOSE " " CLOSE " " CLOSE);
    for (int i = 0; i < 2; i++) {
        g_assert_cmpint(client_read(pair->client, &message), ==,
                        CLIENT_MESSAGE);
        g_clear_pointer(&message, message_free);
    }
    g_assert_cmpint(client_read(pair->client, &message), ==, CLIENT_LATER);
    g_assert_false(is_over(pair, 100));
    client_skip(pair->client);
    g_assert_cmpint(client_read(pair->client, &message), ==, CLIENT_MESSAGE);
    message_free(message);
}

static void
the_peer_is_who_the_kernel_says(void)
{
    g_autoptr(Pair) pair = pair_new();

    g_assert_cmpuint(client_peer(pair->client)->uid, ==, getuid());
    g_assert_cmpint(client_peer(pair->client)->pid, ==, getpid());
    g_assert_true(client_is_readonly(pair->client));
}

/* A rule may deny to the last of them. */
static void
a_peer_in_very_many_groups_is_in_all_of_them(void)
{
    enum { MANY = 300 };
    gid_t groups[MANY];
    gid_t before[1024];
    int count = getgroups(G_N_ELEMENTS(before), before);
    Pair *pair = NULL;

    for (int i = 0; i < MANY; i++)
        groups[i] = 100000 + i;
    g_assert_cmpint(count, >=, 0);
    if (setgroups(MANY, groups) != 0) {
        g_test_skip("only root is in whatever groups it wants");
        return;
    }
    pair = pair_new();
    g_assert_cmpint(setgroups(count, before), ==, 0);
    g_assert_cmpuint(client_peer(pair->client)->groups->len, ==, 1 + MANY);
    g_assert_cmpuint(
        g_array_index(client_peer(pair->client)->groups, gid_t, MANY), ==,
        100000 + MANY - 1);
    pair_free(pair);
}

#define ADD(test) g_test_add_func("/client/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(authentication_has_its_time);
    ADD(a_message_has_its_time_however_it_trickles);
    ADD(who_takes_no_byte_for_long_is_given_up);
    ADD(the_server_is_woken_when_something_cannot_be_written);
    ADD(half_a_message_may_wait_while_the_server_does_not_read);
    ADD(what_nobody_reads_is_bounded);
    ADD(who_does_not_answer_is_asked_twice_and_given_up);
    ADD(any_byte_is_an_answer);
    ADD(who_has_no_place_left_is_not_read_from_and_not_asked);
    ADD(the_peer_is_who_the_kernel_says);
    ADD(a_peer_in_very_many_groups_is_in_all_of_them);
    return g_test_run();
}
