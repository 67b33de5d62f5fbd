/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the protocol says of every call, and of what is none. */
#include "base/error.h"
#include "packet.h"
#include "peer.h"
#include "rpc/wire_error.h"

#include <sys/socket.h>

#define AUTH_LIST \
    "0000001c 20008086 00000001 00000042 00000000 00000000 00000000"

static void
the_opening_sequence_of_libvirts_clients_is_answered_to_the_byte(void)
{
    static const struct {
        const char *call;
        const char *reply;
    } steps[] = {
        {AUTH_LIST, "00000024 20008086 00000001 00000042 00000001 00000000 "
                    "00000000 00000001 00000000"},
        {"00000020 20008086 00000001 0000003c 00000000 00000001 00000000 "
         "0000000a",
         "00000020 20008086 00000001 0000003c 00000001 00000001 00000000 "
         "00000001"},
        /* test:///default */
        {"00000038 20008086 00000001 00000001 00000000 00000002 00000000 "
         "00000001 0000000f 74657374 3a2f2f2f 64656661 756c7400 00000000",
         "0000001c 20008086 00000001 00000001 00000001 00000002 00000000"},
        {"0000001c 20008086 00000001 00000002 00000000 0000000a 00000000",
         "0000001c 20008086 00000001 00000002 00000001 0000000a 00000000"},
    };
    g_autoptr(Peer) peer = peer_new(false, NULL);
    char byte = 0;

    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        g_autoptr(Message) reply = NULL;

        peer_send(peer, steps[i].call);
        reply = peer_receive(peer);
        packet_assert(reply, steps[i].reply);
    }
    g_assert_cmpint(recv(peer->fd, &byte, 1, 0), ==, 0);
}

static void
nothing_is_answered_before_authentication(void)
{
    g_autoptr(Peer) peer = peer_new(false, NULL);
    const int feature = 10;
    const WireOpen open = {0};

    peer_refused(peer, REMOTE_CONNECT_OPEN, &open, VIR_ERR_RPC,
                 "authentication required");
    peer_refused(peer, REMOTE_CONNECT_SUPPORTS_FEATURE, &feature, VIR_ERR_RPC,
                 "authentication required");
    peer_refused(peer, REMOTE_CONNECT_CLOSE, NULL, VIR_ERR_RPC,
                 "authentication required");
}

static void
little_is_answered_before_a_connection_is_open(void)
{
    g_autoptr(Peer) peer = peer_new(false, NULL);
    WireAuthTypes types = {0};

    g_assert_true(peer_call(peer, REMOTE_AUTH_LIST, NULL, &types, NULL));
    xdr_free((xdrproc_t)xdr_WireAuthTypes, (char *)&types);
    peer_refused(peer, REMOTE_CONNECT_GET_TYPE, NULL, VIR_ERR_INTERNAL_ERROR,
                 "hypervisor connection not open");
    peer_refused(peer, REMOTE_CONNECT_GET_URI, NULL, VIR_ERR_INTERNAL_ERROR,
                 "hypervisor connection not open");
}

static int
answer_to_feature(Peer *peer, int feature)
{
    int answer = -1;

    g_assert_true(peer_call(peer, REMOTE_CONNECT_SUPPORTS_FEATURE, &feature,
                            &answer, NULL));
    return answer;
}

static void
features_that_there_are_and_no_others(void)
{
    g_autoptr(Peer) peer = peer_new_open();
    const int there[] = {4, 6, 9, 10, 12, 13, 14, 15};
    const int not_there[] = {-1, 0, 1, 2, 3, 5, 7, 8, 11, 99};

    for (gsize i = 0; i < G_N_ELEMENTS(there); i++)
        g_assert_cmpint(answer_to_feature(peer, there[i]), ==, 1);
    for (gsize i = 0; i < G_N_ELEMENTS(not_there); i++)
        g_assert_cmpint(answer_to_feature(peer, not_there[i]), ==, 0);
}

static void
assert_says(const Peer *peer, const char *text)
{
    g_autoptr(Message) reply = peer_receive(peer);
    g_autoptr(GError) error = NULL;

    g_assert_false(message_fail(reply, &error));
    g_assert_cmpstr(error->message, ==, text);
}

static void
unknown_things_are_said_in_the_words_that_clients_know(void)
{
    g_autoptr(Peer) peer = peer_new_open();

    peer_send(peer, "0000001c 06900690 00000001 00000001 00000000 00000000 "
                    "00000000");
    assert_says(peer, "Cannot find program 110102160 version 1");
    peer_send(peer, "0000001c 20008086 00000002 00000001 00000000 00000000 "
                    "00000000");
    assert_says(peer, "Cannot find program 536903814 version 2");
    peer_send(peer, "0000001c 20008086 00000001 0000270f 00000000 00000000 "
                    "00000000");
    assert_says(peer, "unknown procedure: 9999");
    /* An event is none to call. */
    peer_send(peer, "0000001c 20008086 00000001 0000006b 00000000 00000000 "
                    "00000000");
    assert_says(peer, "unknown procedure: 107");
    peer_send(peer, "0000001c 6b656570 00000001 00000001 00000000 00000000 "
                    "00000000");
    assert_says(peer, "Cannot find program 1801807216 version 1");
}

static void
what_is_no_call_is_passed_over(void)
{
    g_autoptr(Peer) peer = peer_new(false, NULL);
    g_autoptr(Message) reply = NULL;

    /* A reply, an event, streams, a type that there is not. */
    for (int type = 1; type < 8; type++) {
        g_autofree char *text = g_strdup_printf(
            "0000001c 20008086 00000001 00000042 %08x 00000000 00000000", type);

        if (type != MESSAGE_CALL_WITH_FDS && type != MESSAGE_REPLY_WITH_FDS)
            peer_send(peer, text);
    }
    peer_send(peer, AUTH_LIST);
    reply = peer_receive(peer);
    g_assert_cmpint(reply->header.procedure, ==, REMOTE_AUTH_LIST);
    g_assert_cmpint(reply->header.status, ==, MESSAGE_OK);
}

static void
arguments_that_do_not_decode_are_refused_and_the_next_call_is_not(void)
{
    g_autoptr(Peer) peer = peer_new_open();
    g_autoptr(Message) reply = NULL;
    g_autoptr(GError) error = NULL;
    g_autofree char *uri = NULL;

    /* A lookup by name: a text of 64 KiB, of which 4 bytes are there. */
    peer_send(peer, "00000024 20008086 00000001 00000017 00000000 00000000 "
                    "00000000 00010000 61616161");
    reply = peer_receive(peer);
    g_assert_cmpint(reply->header.status, ==, MESSAGE_ERROR);
    g_assert_false(message_fail(reply, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_RPC);
    g_assert_true(peer_call(peer, REMOTE_CONNECT_GET_URI, NULL, &uri, NULL));
    g_assert_cmpstr(uri, ==, "test:///default");
}

static void
the_version_is_that_of_the_protocol(void)
{
    g_autoptr(Peer) peer = peer_new_open();
    u_quad_t version = 0;

    g_assert_true(
        peer_call(peer, REMOTE_CONNECT_GET_LIB_VERSION, NULL, &version, NULL));
    g_assert_cmpuint(version, ==, 9000000);
}

/* Words that lead into an array's or a text's length more often than chance
 * would. */
static guint32
odd_word(void)
{
    static const guint32 odd[] = {0,          1,     0xffffffff, 0x7fffffff,
                                  0x80000000, 16385, 4194305,    0x74657374};
    guint32 choice = (guint32)g_test_rand_int_range(0, 12);

    return choice < G_N_ELEMENTS(odd) ? odd[choice]
                                      : (guint32)g_test_rand_int();
}

static GByteArray *
odd_call(int procedure, guint32 serial)
{
    guint32 words[7 + 24] = {0};
    guint32 count = 7 + (guint32)g_test_rand_int_range(0, 24);
    GByteArray *bytes = g_byte_array_new();

    words[0] = count * 4;
    words[1] = RPC_PROGRAM_REMOTE;
    words[2] = 1;
    words[3] = (guint32)procedure;
    words[5] = serial;
    for (guint32 i = 7; i < count; i++)
        words[i] = odd_word();
    for (guint32 i = 0; i < count; i++) {
        words[i] = GUINT32_TO_BE(words[i]);
        g_byte_array_append(bytes, (const guint8 *)&words[i], 4);
    }
    return bytes;
}

/* Whoever lists everything of a host asks for them, and virsh falls back on calls
 * of old where the answer is an error. */
static void
networks_and_pools_there_are_none(void)
{
    static const int procedures[] = {REMOTE_CONNECT_LIST_ALL_STORAGE_POOLS,
                                     REMOTE_CONNECT_LIST_ALL_NETWORKS};
    g_autoptr(Peer) peer = peer_new_open();
    const WireList wanted = {.need_results = 1};

    for (gsize i = 0; i < G_N_ELEMENTS(procedures); i++) {
        WireNamedList list = {.count = 1};

        g_assert_true(peer_call(peer, procedures[i], &wanted, &list, NULL));
        g_assert_cmpuint(list.items.items_len, ==, 0);
        g_assert_cmpuint(list.count, ==, 0);
    }
}

/* The seed is printed by GLib; --seed repeats it.  CLOSE ends the connection,
 * as it should. */
static void
odd_arguments_to_every_procedure_get_a_reply(void)
{
    g_autoptr(Peer) peer = peer_new_open();

    for (int round = 0; round < 3000; round++) {
        int procedure = g_test_rand_int_range(3, 460);
        g_autoptr(GByteArray) bytes = odd_call(procedure, (guint32)round);
        g_autoptr(Message) reply = NULL;

        g_assert_cmpint(send(peer->fd, bytes->data, bytes->len, MSG_NOSIGNAL),
                        ==, bytes->len);
        do {
            g_clear_pointer(&reply, message_free);
            reply = peer_receive(peer);
        } while (reply->header.type == MESSAGE_EVENT);
        g_assert_cmpint(reply->header.type, ==, MESSAGE_REPLY);
        g_assert_cmpuint(reply->header.serial, ==, round);
    }
}

#define ADD(test) g_test_add_func("/dispatch/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(the_opening_sequence_of_libvirts_clients_is_answered_to_the_byte);
    ADD(nothing_is_answered_before_authentication);
    ADD(little_is_answered_before_a_connection_is_open);
    ADD(features_that_there_are_and_no_others);
    ADD(unknown_things_are_said_in_the_words_that_clients_know);
    ADD(what_is_no_call_is_passed_over);
    ADD(arguments_that_do_not_decode_are_refused_and_the_next_call_is_not);
    ADD(the_version_is_that_of_the_protocol);
    ADD(networks_and_pools_there_are_none);
    ADD(odd_arguments_to_every_procedure_get_a_reply);
    return g_test_run();
}
