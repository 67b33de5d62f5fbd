/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many threads share a channel; it ends for all of them at once. */
#include "remote/channel.h"

#include "base/error.h"
#include "rpc/message_reader.h"

#include <libvirt/libvirt-host.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
    Channel *channel;
    int peer; /* the other end, played by the test */
    gint events;
    gint reason; /* of the end; -1: none yet */
} Line;

static void
on_event(const Message *message, void *opaque)
{
    Line *line = opaque;

    g_assert_cmpint(message->header.type, ==, MESSAGE_EVENT);
    g_atomic_int_inc(&line->events);
}

static void
on_closed(int reason, void *opaque)
{
    Line *line = opaque;

    g_atomic_int_set(&line->reason, reason);
}

static Line *
line_new(void)
{
    const ChannelListener listener = {on_event, on_closed};
    Line *line = g_new0(Line, 1);
    int ends[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
                    ==, 0);
    line->peer = ends[1];
    line->reason = -1;
    line->channel = channel_new(transport_new(ends[0]), &listener, line, NULL);
    g_assert_nonnull(line->channel);
    return line;
}

static void
line_free(Line *line)
{
    channel_free(line->channel);
    if (line->peer >= 0)
        (void)close(line->peer);
    g_free(line);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Line, line_free)

/* The next message from the channel; waits for it. */
static Message *
hear(const Line *line)
{
    g_autoptr(MessageReader) reader = message_reader_new();
    Message *message = NULL;

    for (message = message_reader_take(reader); !message;
         message = message_reader_take(reader)) {
        gsize room = 0;
        void *place = message_reader_place(reader, &room);
        ssize_t got = read(line->peer, place, room);

        g_assert_cmpint(got, >, 0);
        g_assert_true(message_reader_got(reader, (gsize)got, NULL));
    }
    return message;
}

static void
say(const Line *line, const Message *message)
{
    g_assert_cmpint(write(line->peer, message->bytes, message->size), ==,
                    (gssize)message->size);
}

/* Answers SUPPORTS_FEATURE with its own argument. */
static void
echo(const Line *line, const Message *call)
{
    MessageHeader header = message_reply_header(&call->header, MESSAGE_OK);
    int feature = 0;
    g_autoptr(Message) reply = NULL;

    g_assert_true(message_decode(call, (xdrproc_t)xdr_int, &feature, NULL));
    reply = message_new(&header, (xdrproc_t)xdr_int, &feature, NULL);
    say(line, reply);
}

typedef struct {
    Line *line;
    int feature;
    int answer;
    GError *error;
    pthread_t thread;
} Asker;

static void *
ask(void *data)
{
    Asker *asker = data;

    (void)channel_call(
        asker->line->channel,
        procedure_find(RPC_PROGRAM_REMOTE, REMOTE_CONNECT_SUPPORTS_FEATURE),
        &asker->feature, &asker->answer, &asker->error);
    return NULL;
}

static void
begin(Asker *asker, Line *line, int feature)
{
    *asker = (Asker){.line = line, .feature = feature, .answer = -1};
    g_assert_cmpint(pthread_create(&asker->thread, NULL, ask, asker), ==, 0);
}

static void
finish(const Asker *asker)
{
    g_assert_cmpint(pthread_join(asker->thread, NULL), ==, 0);
}

enum { ASKERS = 8 };

static void
replies_find_their_calls_in_any_order(void)
{
    g_autoptr(Line) line = line_new();
    Asker askers[ASKERS];
    Message *calls[ASKERS];

    for (int i = 0; i < ASKERS; i++)
        begin(&askers[i], line, 100 + i);
    for (int i = 0; i < ASKERS; i++)
        calls[i] = hear(line);
    for (int i = ASKERS - 1; i >= 0; i--) {
        echo(line, calls[i]);
        message_free(calls[i]);
    }
    for (int i = 0; i < ASKERS; i++) {
        finish(&askers[i]);
        g_assert_no_error(askers[i].error);
        g_assert_cmpint(askers[i].answer, ==, 100 + i);
    }
}

static void
when_the_peer_goes_every_call_fails(void)
{
    g_autoptr(Line) line = line_new();
    Asker askers[ASKERS];
    Asker late;

    for (int i = 0; i < ASKERS; i++)
        begin(&askers[i], line, i);
    for (int i = 0; i < ASKERS; i++)
        message_free(hear(line));
    (void)close(line->peer);
    line->peer = -1;
    for (int i = 0; i < ASKERS; i++) {
        finish(&askers[i]);
        g_assert_error(askers[i].error, STRANDLINE_ERROR, VIR_ERR_RPC);
        g_error_free(askers[i].error);
    }
    g_assert_false(channel_is_alive(line->channel));
    begin(&late, line, 1);
    finish(&late);
    g_assert_error(late.error, STRANDLINE_ERROR, VIR_ERR_RPC);
    g_error_free(late.error);
    channel_close(line->channel);
    g_assert_cmpint(g_atomic_int_get(&line->reason), ==,
                    VIR_CONNECT_CLOSE_REASON_EOF);
}

static void
closing_ends_calls_that_wait(void)
{
    g_autoptr(Line) line = line_new();
    Asker asker;

    begin(&asker, line, 1);
    message_free(hear(line));
    channel_close(line->channel);
    finish(&asker);
    g_assert_error(asker.error, STRANDLINE_ERROR, VIR_ERR_RPC);
    g_error_free(asker.error);
    g_assert_cmpint(g_atomic_int_get(&line->reason), ==,
                    VIR_CONNECT_CLOSE_REASON_CLIENT);
}

static void
what_nobody_asked_for_is_told_and_harms_no_call(void)
{
    g_autoptr(Line) line = line_new();
    g_autoptr(Message) call = NULL;
    g_autoptr(Message) stray = NULL;
    g_autoptr(Message) event = NULL;
    MessageHeader strange = {0};
    MessageHeader header = message_event_header(
        procedure_find(RPC_PROGRAM_REMOTE, REMOTE_DOMAIN_EVENT_LIFECYCLE));
    Asker asker;

    begin(&asker, line, 7);
    call = hear(line);
    strange = message_reply_header(&call->header, MESSAGE_OK);
    strange.serial += 99;
    stray = message_new(&strange, NULL, NULL, NULL);
    event = message_new(&header, NULL, NULL, NULL);
    say(line, stray);
    say(line, event);
    echo(line, call);
    finish(&asker);
    g_assert_no_error(asker.error);
    g_assert_cmpint(asker.answer, ==, 7);
    g_assert_cmpint(g_atomic_int_get(&line->events), ==, 1);
}

static void
a_ping_is_answered_also_while_a_call_waits(void)
{
    g_autoptr(Line) line = line_new();
    g_autoptr(Message) ping = message_new_ping();
    g_autoptr(Message) call = NULL;
    g_autoptr(Message) pong = NULL;
    Asker asker;

    begin(&asker, line, 3);
    call = hear(line);
    say(line, ping);
    pong = hear(line);
    g_assert_cmpuint(pong->header.program, ==, RPC_PROGRAM_KEEPALIVE);
    g_assert_cmpint(pong->header.procedure, ==, KEEPALIVE_PONG);
    echo(line, call);
    finish(&asker);
    g_assert_cmpint(asker.answer, ==, 3);
}

static void
a_silent_peer_is_asked_and_given_up(void)
{
    g_autoptr(Line) line = line_new();
    g_autoptr(Message) ping = NULL;
    Asker asker;

    channel_start_keepalive(line->channel, 1, 1);
    begin(&asker, line, 3);
    message_free(hear(line));
    ping = hear(line);
    g_assert_cmpint(ping->header.procedure, ==, KEEPALIVE_PING);
    finish(&asker);
    g_assert_error(asker.error, STRANDLINE_ERROR, VIR_ERR_RPC);
    g_error_free(asker.error);
    channel_close(line->channel);
    g_assert_cmpint(g_atomic_int_get(&line->reason), ==,
                    VIR_CONNECT_CLOSE_REASON_KEEPALIVE);
}

static void
what_is_no_packet_ends_it(void)
{
    g_autoptr(Line) line = line_new();
    Asker asker;

    begin(&asker, line, 3);
    message_free(hear(line));
    g_assert_cmpint(write(line->peer, "GET / HTTP/1.1", 14), ==, 14);
    finish(&asker);
    g_assert_error(asker.error, STRANDLINE_ERROR, VIR_ERR_RPC);
    g_error_free(asker.error);
    channel_close(line->channel);
    g_assert_cmpint(g_atomic_int_get(&line->reason), ==,
                    VIR_CONNECT_CLOSE_REASON_ERROR);
}

/* The peer reads no more: the caller finds that out before the reader does. */
static void
a_call_that_cannot_be_sent_ends_it(void)
{
    g_autoptr(Line) line = line_new();
    Asker asker;

    g_assert_cmpint(shutdown(line->peer, SHUT_RD), ==, 0);
    begin(&asker, line, 3);
    finish(&asker);
    g_assert_error(asker.error, STRANDLINE_ERROR, VIR_ERR_RPC);
    g_error_free(asker.error);
    g_assert_false(channel_is_alive(line->channel));
    channel_close(line->channel);
    g_assert_cmpint(g_atomic_int_get(&line->reason), ==,
                    VIR_CONNECT_CLOSE_REASON_EOF);
}

static void
a_reply_of_another_procedure_fails_only_its_call(void)
{
    g_autoptr(Line) line = line_new();
    g_autoptr(Message) call = NULL;
    g_autoptr(Message) wrong = NULL;
    g_autoptr(Message) next = NULL;
    MessageHeader header = {0};
    Asker first;
    Asker second;

    begin(&first, line, 1);
    call = hear(line);
    header = message_reply_header(&call->header, MESSAGE_OK);
    header.procedure = REMOTE_CONNECT_OPEN;
    wrong = message_new(&header, NULL, NULL, NULL);
    say(line, wrong);
    finish(&first);
    g_assert_error(first.error, STRANDLINE_ERROR, VIR_ERR_RPC);
    g_error_free(first.error);
    begin(&second, line, 2);
    next = hear(line);
    echo(line, next);
    finish(&second);
    g_assert_cmpint(second.answer, ==, 2);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/remote/channel/" #name, name)
    TEST(replies_find_their_calls_in_any_order);
    TEST(when_the_peer_goes_every_call_fails);
    TEST(closing_ends_calls_that_wait);
    TEST(what_nobody_asked_for_is_told_and_harms_no_call);
    TEST(a_ping_is_answered_also_while_a_call_waits);
    TEST(a_silent_peer_is_asked_and_given_up);
    TEST(what_is_no_packet_ends_it);
    TEST(a_call_that_cannot_be_sent_ends_it);
    TEST(a_reply_of_another_procedure_fails_only_its_call);
    return g_test_run();
}
