/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rpc/message.h"

#include "base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define WORD ((gsize)4)
enum { HEADER_WORDS = 6 };

/* Words by memcpy(): a packet need not be aligned for what is read of it. */
static guint8 *
put_word(guint8 *place, guint32 value)
{
    guint32 big = GUINT32_TO_BE(value);

    memcpy(place, &big, WORD);
    return place + WORD;
}

static guint32
get_word(const guint8 *place)
{
    guint32 big = 0;

    memcpy(&big, place, WORD);
    return GUINT32_FROM_BE(big);
}

/* The length first, which counts itself. */
static void
put_header(guint8 *bytes, gsize size, const MessageHeader *header)
{
    const guint32 words[HEADER_WORDS] = {
        header->program,       header->version, (guint32)header->procedure,
        (guint32)header->type, header->serial,  (guint32)header->status,
    };
    guint8 *place = put_word(bytes, (guint32)size);

    for (unsigned i = 0; i < HEADER_WORDS; i++)
        place = put_word(place, words[i]);
}

static MessageHeader
get_header(const guint8 *bytes)
{
    const guint8 *words = bytes + MESSAGE_LENGTH_SIZE;

    return (MessageHeader){
        .program = get_word(words),
        .version = get_word(words + WORD),
        .procedure = (gint32)get_word(words + 2 * WORD),
        .type = (gint32)get_word(words + 3 * WORD),
        .serial = get_word(words + 4 * WORD),
        .status = (gint32)get_word(words + 5 * WORD),
    };
}

MessageHeader
message_call_header(const Procedure *procedure, guint32 serial)
{
    return (MessageHeader){
        .program = procedure->program,
        .version = PROCEDURE_VERSION,
        .procedure = procedure->number,
        .type = MESSAGE_CALL,
        .serial = serial,
        .status = MESSAGE_OK,
    };
}

/* Also for a program that is not ours: the caller finds its call by what it
 * sent. */
MessageHeader
message_reply_header(const MessageHeader *call, MessageStatus status)
{
    MessageHeader header = *call;

    header.type = MESSAGE_REPLY;
    header.status = status;
    return header;
}

/* Serial 0, as the protocol has it; clients do not look at it. */
MessageHeader
message_event_header(const Procedure *procedure)
{
    MessageHeader header = message_call_header(procedure, 0);

    header.type = MESSAGE_EVENT;
    return header;
}

bool
message_has_fds(const MessageHeader *header)
{
    return header->type == MESSAGE_CALL_WITH_FDS ||
           header->type == MESSAGE_REPLY_WITH_FDS;
}

/* A packet of @size bytes that is nothing but its header yet. */
static Message *
message_alloc(const MessageHeader *header, gsize size)
{
    Message *message = g_new0(Message, 1);

    message->header = *header;
    message->bytes = g_malloc(size);
    message->size = size;
    put_header(message->bytes, size, header);
    return message;
}

/* Measured first, so that a large body is not encoded again and again into
 * buffers that turn out too small, and a field over its limit is found before
 * anything is allocated.
 * Without a const: xdr functions take what they read as what they write. */
static Message *
message_build(const MessageHeader *header, xdrproc_t xdr, void *body,
              unsigned nfds, GError **error)
{
    gsize lead = MESSAGE_MIN_SIZE + (message_has_fds(header) ? WORD : 0);
    gsize length = xdr ? xdr_sizeof(xdr, body) : 0;
    g_autoptr(Message) message = NULL;
    XDR stream;

    if ((xdr && length == 0) || length > MESSAGE_MAX_SIZE - lead) {
        fail(error, VIR_ERR_RPC,
             "cannot encode procedure %d of program 0x%x: a text, a list or "
             "the whole is over its limit",
             header->procedure, header->program);
        return NULL;
    }
    message = message_alloc(header, lead + length);
    if (message_has_fds(header))
        put_word(message->bytes + MESSAGE_MIN_SIZE, nfds);
    xdrmem_create(&stream, (char *)message->bytes + lead, (u_int)length,
                  XDR_ENCODE);
    if (xdr && !xdr(&stream, body)) {
        fail(error, VIR_ERR_RPC, "cannot encode procedure %d of program 0x%x",
             header->procedure, header->program);
        return NULL;
    }
    return g_steal_pointer(&message);
}

Message *
message_new(const MessageHeader *header, xdrproc_t xdr, const void *body,
            GError **error)
{
    g_assert(!message_has_fds(header));
    return message_build(header, xdr, (void *)body, 0, error);
}

/* Duplicates, so that the message may outlive what it was made of, and is
 * closed as a whole. */
Message *
message_new_with_fds(const MessageHeader *header, xdrproc_t xdr,
                     const void *body, const int *fds, unsigned nfds,
                     GError **error)
{
    g_autoptr(Message) message = NULL;

    g_assert(message_has_fds(header) && nfds <= MESSAGE_FDS_MAX);
    message = message_build(header, xdr, (void *)body, nfds, error);
    if (!message)
        return NULL;
    message->fds = g_new(int, nfds);
    for (unsigned i = 0; i < nfds; i++) {
        int copy = fcntl(fds[i], F_DUPFD_CLOEXEC, 0);

        if (copy < 0) {
            fail_errno(error, errno, "cannot duplicate descriptor %d", fds[i]);
            return NULL;
        }
        message->fds[message->nfds++] = copy;
    }
    return g_steal_pointer(&message);
}

/* A stream's bytes are no XDR: neither counted nor padded. */
Message *
message_new_bytes(const MessageHeader *header, const void *bytes, gsize size)
{
    Message *message = NULL;

    g_assert(size <= MESSAGE_STREAM_CHUNK);
    message = message_alloc(header, MESSAGE_MIN_SIZE + size);
    if (size > 0)
        memcpy(message->bytes + MESSAGE_MIN_SIZE, bytes, size);
    return message;
}

/* Both are one packet that never changes. */
static Message *
keepalive(int number)
{
    MessageHeader header =
        message_event_header(procedure_find(RPC_PROGRAM_KEEPALIVE, number));

    return message_alloc(&header, MESSAGE_MIN_SIZE);
}

Message *
message_new_ping(void)
{
    return keepalive(KEEPALIVE_PING);
}

Message *
message_new_pong(void)
{
    return keepalive(KEEPALIVE_PONG);
}

/* The reader has seen to the size: what is shorter never gets here. */
Message *
message_take_bytes(guint8 *bytes, gsize size)
{
    Message *message = g_new0(Message, 1);

    g_assert(size >= MESSAGE_MIN_SIZE);
    message->bytes = bytes;
    message->size = size;
    message->header = get_header(bytes);
    return message;
}

void
message_free(Message *message)
{
    if (!message)
        return;
    for (unsigned i = 0; i < message->nfds; i++)
        (void)close(message->fds[i]);
    g_free(message->fds);
    g_free(message->bytes);
    g_free(message);
}

const guint8 *
message_payload(const Message *message, gsize *ret_size)
{
    gsize lead =
        MESSAGE_MIN_SIZE + (message_has_fds(&message->header) ? WORD : 0);

    /* A packet may say that it has descriptors and be too short to count
     * them. */
    lead = MIN(lead, message->size);
    *ret_size = message->size - lead;
    return message->bytes + lead;
}

bool
message_decode(const Message *message, xdrproc_t xdr, void *ret_body,
               GError **error)
{
    gsize size = 0;
    const guint8 *payload = message_payload(message, &size);
    XDR stream;

    /* Decoding does not write to the bytes. */
    xdrmem_create(&stream, (char *)payload, (u_int)size, XDR_DECODE);
    /* Bytes that are left over are none of our business: a later release of
     * the peer may have more to say. */
    if (!xdr || xdr(&stream, ret_body))
        return true;
    /* What was decoded before the mistake; all pointers are NULL afterwards. */
    xdr_free(xdr, ret_body);
    /* libvirt's words, which tools look for. */
    return fail(error, VIR_ERR_RPC,
                "Unable to decode message payload (procedure %d of program "
                "0x%x, %zu bytes)",
                message->header.procedure, message->header.program, size);
}
