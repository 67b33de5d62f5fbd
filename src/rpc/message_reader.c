/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rpc/message_reader.h"

#include "base/error.h"

#include <string.h>
#include <unistd.h>

/* What is allocated at first, and most messages need no more. */
enum { FIRST_CAPACITY = 512 };

struct MessageReader {
    guint8 *bytes;
    gsize capacity;
    gsize have;
    gsize size;        /* of the packet; MESSAGE_MIN_SIZE until that is known */
    bool size_is_read; /* the length word has been judged */
    Message *message;  /* whole, but for its descriptors */
    unsigned nfds;     /* that belong to it */
};

MessageReader *
message_reader_new(void)
{
    MessageReader *reader = g_new0(MessageReader, 1);

    reader->size = MESSAGE_MIN_SIZE;
    return reader;
}

void
message_reader_free(MessageReader *reader)
{
    if (!reader)
        return;
    message_free(reader->message);
    g_free(reader->bytes);
    g_free(reader);
}

/* Doubles, but never beyond the packet: what is held is at most twice what has
 * come. */
static void
reserve(MessageReader *reader)
{
    gsize wanted = 0;

    if (reader->have < reader->capacity)
        return;
    wanted = MAX(reader->capacity * 2, (gsize)FIRST_CAPACITY);
    if (reader->size_is_read)
        wanted = MIN(wanted, reader->size);
    reader->bytes = g_realloc(reader->bytes, wanted);
    reader->capacity = wanted;
}

/* Never beyond the packet, and never beyond the header before the length is
 * known: the next byte on the socket may have a descriptor with it. */
void *
message_reader_place(MessageReader *reader, gsize *ret_room)
{
    if (reader->message) {
        *ret_room = 0;
        return NULL;
    }
    reserve(reader);
    *ret_room = MIN(reader->capacity, reader->size) - reader->have;
    return reader->bytes + reader->have;
}

static guint32
word_at(const guint8 *bytes)
{
    guint32 big = 0;

    memcpy(&big, bytes, sizeof(big));
    return GUINT32_FROM_BE(big);
}

/* As soon as it is there: a length that cannot be is refused before the
 * header. */
static bool
read_size(MessageReader *reader, GError **error)
{
    guint32 size = word_at(reader->bytes);

    if (size < MESSAGE_MIN_SIZE || size > MESSAGE_MAX_SIZE) {
        return fail(error, VIR_ERR_RPC,
                    "the peer announced a message of %u bytes, which is not "
                    "within %d and %d: it does not speak this protocol",
                    size, MESSAGE_MIN_SIZE, MESSAGE_MAX_SIZE);
    }
    reader->size = size;
    reader->size_is_read = true;
    return true;
}

/* The packet is whole.  What it says of descriptors is judged here, since the
 * bytes behind it are read differently if there are any. */
static bool
complete(MessageReader *reader, GError **error)
{
    guint32 nfds = 0;

    reader->message =
        message_take_bytes(g_steal_pointer(&reader->bytes), reader->size);
    reader->capacity = 0;
    reader->have = 0;
    if (!message_has_fds(&reader->message->header))
        return true;
    if (reader->size < MESSAGE_MIN_SIZE + sizeof(nfds)) {
        return fail(error, VIR_ERR_RPC,
                    "the peer sent a message with descriptors that does not "
                    "say how many");
    }
    nfds = word_at(reader->message->bytes + MESSAGE_MIN_SIZE);
    if (nfds > MESSAGE_FDS_MAX) {
        return fail(error, VIR_ERR_RPC,
                    "the peer announced %u descriptors, more than %d", nfds,
                    MESSAGE_FDS_MAX);
    }
    reader->nfds = nfds;
    reader->message->fds = g_new(int, nfds);
    return true;
}

/* The length is judged with its fourth byte, not with the header's last: who
 * does not speak the protocol is told so at once. */
bool
message_reader_got(MessageReader *reader, gsize size, GError **error)
{
    reader->have += size;
    g_assert(!reader->message && reader->have <= reader->capacity);
    if (!reader->size_is_read && reader->have >= MESSAGE_LENGTH_SIZE &&
        !read_size(reader, error))
        return false;
    if (reader->size_is_read && reader->have == reader->size)
        return complete(reader, error);
    return true;
}

unsigned
message_reader_fds(const MessageReader *reader)
{
    return reader->message ? reader->nfds - reader->message->nfds : 0;
}

void
message_reader_add_fd(MessageReader *reader, int fd)
{
    g_assert(message_reader_fds(reader) > 0);
    reader->message->fds[reader->message->nfds++] = fd;
}

/* Begins the next one: nothing of a message stays in the reader. */
Message *
message_reader_take(MessageReader *reader)
{
    if (!reader->message || message_reader_fds(reader) > 0)
        return NULL;
    reader->size = MESSAGE_MIN_SIZE;
    reader->size_is_read = false;
    reader->nfds = 0;
    return g_steal_pointer(&reader->message);
}

bool
message_reader_is_idle(const MessageReader *reader)
{
    return !reader->message && reader->have == 0;
}

gsize
message_reader_held(const MessageReader *reader)
{
    return reader->capacity + (reader->message ? reader->message->size : 0);
}
