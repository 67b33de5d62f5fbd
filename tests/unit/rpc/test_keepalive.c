/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A silent peer is asked, and given up after as many questions as libvirt's. */
#include "rpc/keepalive.h"

#include "packet.h"

#define S G_TIME_SPAN_SECOND

static void
a_peer_that_never_answers_is_asked_and_given_up(void)
{
    Keepalive keepalive;

    keepalive_start(&keepalive, 5, 5, 100 * S);
    for (int i = 1; i <= 5; i++) {
        g_assert_cmpint(keepalive_next(&keepalive), ==, (100 + i * 5) * S);
        g_assert_cmpint(keepalive_due(&keepalive, (100 + i * 5) * S - 1), ==,
                        KEEPALIVE_WAIT);
        g_assert_cmpint(keepalive_due(&keepalive, (100 + i * 5) * S), ==,
                        KEEPALIVE_ASK);
        g_assert_cmpint(keepalive_due(&keepalive, (100 + i * 5) * S), ==,
                        KEEPALIVE_WAIT);
    }
    g_assert_cmpint(keepalive_due(&keepalive, 130 * S), ==, KEEPALIVE_DEAD);
}

static void
anything_that_comes_begins_anew(void)
{
    Keepalive keepalive;

    keepalive_start(&keepalive, 5, 1, 0);
    g_assert_cmpint(keepalive_due(&keepalive, 5 * S), ==, KEEPALIVE_ASK);
    keepalive_heard(&keepalive, 6 * S);
    g_assert_cmpint(keepalive_due(&keepalive, 10 * S), ==, KEEPALIVE_WAIT);
    g_assert_cmpint(keepalive_due(&keepalive, 11 * S), ==, KEEPALIVE_ASK);
    g_assert_cmpint(keepalive_due(&keepalive, 16 * S), ==, KEEPALIVE_DEAD);
}

static void
a_machine_that_slept_asks_once(void)
{
    Keepalive keepalive;

    keepalive_start(&keepalive, 5, 5, 0);
    g_assert_cmpint(keepalive_due(&keepalive, 3600 * S), ==, KEEPALIVE_ASK);
    g_assert_cmpint(keepalive_due(&keepalive, 3601 * S), ==, KEEPALIVE_WAIT);
}

static void
without_an_interval_nobody_is_asked(void)
{
    Keepalive keepalive;

    keepalive_start(&keepalive, -1, 5, 0);
    g_assert_cmpint(keepalive_next(&keepalive), ==, -1);
    g_assert_cmpint(keepalive_due(&keepalive, 3600 * S), ==, KEEPALIVE_WAIT);
}

static void
only_a_ping_is_answered(void)
{
    g_autoptr(Message) ping = message_new_ping();
    g_autoptr(Message) pong = message_new_pong();
    g_autoptr(Message) call = packet_read_text(
        "0000001c 6b656570 00000001 00000001 00000000 00000000 00000000");
    g_autoptr(Message) version = packet_read_text(
        "0000001c 6b656570 00000002 00000001 00000002 00000000 00000000");

    g_assert_true(keepalive_is_ping(ping));
    g_assert_false(keepalive_is_ping(pong));
    g_assert_false(keepalive_is_ping(call));
    g_assert_false(keepalive_is_ping(version));
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/rpc/keepalive/" #name, name)
    TEST(a_peer_that_never_answers_is_asked_and_given_up);
    TEST(anything_that_comes_begins_anew);
    TEST(a_machine_that_slept_asks_once);
    TEST(without_an_interval_nobody_is_asked);
    TEST(only_a_ping_is_answered);
    return g_test_run();
}
