/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packets come out of pieces of any size, and a promise costs no memory. */
#include "rpc/message_reader.h"

#include "base/error.h"
#include "packet.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define CLOSE "0000001c 20008086 00000001 00000002 00000000 0000000a 00000000"

static bool
feed(MessageReader *reader, const char *text, GError **error)
{
    g_autoptr(GByteArray) bytes = packet_parse(text);
    gsize done = 0;

    while (done < bytes->len) {
        gsize room = 0;
        void *place = message_reader_place(reader, &room);
        gsize part = MIN(room, bytes->len - done);

        g_assert_cmpuint(part, >, 0);
        memcpy(place, bytes->data + done, part);
        done += part;
        if (!message_reader_got(reader, part, error))
            return false;
    }
    return true;
}

static void
a_packet_comes_in_pieces_of_any_size(void)
{
    g_autoptr(GByteArray) bytes = packet_parse(
        "00000038 20008086 00000001 00000001 00000000 00000002 00000000 "
        "00000001 0000000e 71656d75 3a2f2f2f 73797374 656d0000 00000000");

    for (gsize step = 1; step <= bytes->len; step++) {
        g_autoptr(Message) message = packet_read(bytes->data, bytes->len, step);

        g_assert_nonnull(message);
        g_assert_cmpmem(message->bytes, message->size, bytes->data, bytes->len);
        g_assert_cmpint(message->header.procedure, ==, 1);
        g_assert_cmpuint(message->header.serial, ==, 2);
    }
}

static void
the_reader_asks_for_no_byte_behind_the_packet(void)
{
    g_autoptr(MessageReader) reader = message_reader_new();
    gsize room = 0;

    (void)message_reader_place(reader, &room);
    g_assert_cmpuint(room, ==, MESSAGE_MIN_SIZE);
    g_assert_true(feed(reader, "00000020", NULL));
    (void)message_reader_place(reader, &room);
    g_assert_cmpuint(room, ==, 0x20 - 4);
}

static void
one_message_follows_another(void)
{
    g_autoptr(MessageReader) reader = message_reader_new();

    for (int i = 0; i < 3; i++) {
        g_autoptr(Message) message = NULL;

        g_assert_true(message_reader_is_idle(reader));
        g_assert_null(message_reader_take(reader));
        g_assert_true(feed(reader, CLOSE, NULL));
        g_assert_false(message_reader_is_idle(reader));
        message = message_reader_take(reader);
        packet_assert(message, CLOSE);
    }
}

static void
lengths_that_cannot_be_are_refused_at_once(void)
{
    const char *const wrong[] = {"00000000", "00000004", "0000001b",
                                 "02000005", "ffffffff", "47455420"};

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(MessageReader) reader = message_reader_new();
        g_autoptr(GError) error = NULL;

        g_assert_false(feed(reader, wrong[i], &error));
        g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_RPC);
    }
}

static void
the_longest_packet_is_accepted_and_costs_nothing_until_it_comes(void)
{
    g_autoptr(MessageReader) reader = message_reader_new();

    g_assert_true(feed(reader, "02000004", NULL));
    g_assert_cmpuint(message_reader_held(reader), <=, 4096);
    g_assert_true(feed(reader, "20008086*1000", NULL));
    g_assert_cmpuint(message_reader_held(reader), <=, 2 * 4004);
}

static void
descriptors_are_awaited_behind_the_packet(void)
{
    g_autoptr(MessageReader) reader = message_reader_new();
    g_autoptr(Message) message = NULL;
    gsize room = 1;

    g_assert_true(feed(reader,
                       "00000024 20008086 00000001 0000003c 00000004 00000000 "
                       "00000000 00000002 00000008",
                       NULL));
    (void)message_reader_place(reader, &room);
    g_assert_cmpuint(room, ==, 0);
    for (unsigned left = 2; left > 0; left--) {
        g_assert_cmpuint(message_reader_fds(reader), ==, left);
        g_assert_null(message_reader_take(reader));
        message_reader_add_fd(reader, open("/dev/null", O_RDONLY | O_CLOEXEC));
    }
    g_assert_cmpuint(message_reader_fds(reader), ==, 0);
    message = message_reader_take(reader);
    g_assert_cmpuint(message->nfds, ==, 2);
}

static void
descriptors_of_a_message_that_never_ends_are_closed(void)
{
    MessageReader *reader = message_reader_new();
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

    g_assert_true(feed(reader,
                       "00000024 20008086 00000001 0000003c 00000004 00000000 "
                       "00000000 00000002 00000008",
                       NULL));
    message_reader_add_fd(reader, fd);
    message_reader_free(reader);
    g_assert_cmpint(fcntl(fd, F_GETFD), ==, -1);
}

static void
too_many_descriptors_and_none_counted_are_refused(void)
{
    const char *const wrong[] = {
        "00000020 20008086 00000001 0000003c 00000004 00000000 00000000 "
        "00000021",
        "0000001c 20008086 00000001 0000003c 00000004 00000000 00000000",
    };

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(MessageReader) reader = message_reader_new();
        g_autoptr(GError) error = NULL;

        g_assert_false(feed(reader, wrong[i], &error));
        g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_RPC);
    }
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/rpc/message_reader/" #name, name)
    TEST(a_packet_comes_in_pieces_of_any_size);
    TEST(the_reader_asks_for_no_byte_behind_the_packet);
    TEST(one_message_follows_another);
    TEST(lengths_that_cannot_be_are_refused_at_once);
    TEST(the_longest_packet_is_accepted_and_costs_nothing_until_it_comes);
    TEST(descriptors_are_awaited_behind_the_packet);
    TEST(descriptors_of_a_message_that_never_ends_are_closed);
    TEST(too_many_descriptors_and_none_counted_are_refused);
    return g_test_run();
}
