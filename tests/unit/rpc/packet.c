/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "packet.h"

#include <string.h>
#include <sys/socket.h>

GByteArray *
packet_parse(const char *text)
{
    GByteArray *bytes = g_byte_array_new();
    g_auto(GStrv) groups = g_strsplit(text, " ", -1);

    for (char **group = groups; *group; group++) {
        char *star = strchr(*group, '*');
        guint64 times =
            star ? g_ascii_strtoull(star + 1, NULL, 10) : (guint64)1;
        guint32 word =
            GUINT32_TO_BE((guint32)g_ascii_strtoull(*group, NULL, 16));

        for (guint64 i = 0; i < times; i++)
            g_byte_array_append(bytes, (const guint8 *)&word, sizeof(word));
    }
    return bytes;
}

Message *
packet_read(const guint8 *bytes, gsize size, gsize step)
{
    g_autoptr(MessageReader) reader = message_reader_new();
    g_autoptr(GError) error = NULL;
    gsize done = 0;

    while (done < size) {
        gsize room = 0;
        void *place = message_reader_place(reader, &room);
        gsize part = MIN(MIN(step, room), size - done);

        g_assert_cmpuint(part, >, 0);
        memcpy(place, bytes + done, part);
        done += part;
        g_assert_true(message_reader_got(reader, part, &error));
        g_assert_no_error(error);
    }
    return message_reader_take(reader);
}

Message *
packet_read_text(const char *text)
{
    g_autoptr(GByteArray) bytes = packet_parse(text);

    return packet_read(bytes->data, bytes->len, bytes->len);
}

void
packet_assert(const Message *message, const char *text)
{
    g_autoptr(GByteArray) bytes = packet_parse(text);

    g_assert_cmpmem(message->bytes, message->size, bytes->data, bytes->len);
}

Message *
packet_receive(int fd)
{
    g_autoptr(MessageReader) reader = message_reader_new();
    Message *message = NULL;

    while (!message) {
        gsize room = 0;
        void *place = message_reader_place(reader, &room);
        ssize_t got = recv(fd, place, room, 0);

        g_assert_cmpint(got, >, 0);
        g_assert_true(message_reader_got(reader, (gsize)got, NULL));
        message = message_reader_take(reader);
    }
    return message;
}
