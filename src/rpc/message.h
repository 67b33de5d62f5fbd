/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One packet: a length word, six header words, a payload, and perhaps
 * descriptors behind it.
 *
 * A Message owns its bytes, which are exactly what travels, and its
 * descriptors.  What it says of itself in @header is what its bytes say.  How
 * packets come out of a socket is message_reader.h; who sends them, and when,
 * is the connection's affair.
 */
#pragma once

#include "rpc/procedures.h"

#include <glib.h>

typedef enum {
    MESSAGE_CALL = 0,
    MESSAGE_REPLY = 1,
    MESSAGE_EVENT = 2, /* one way; keepalive too */
    MESSAGE_STREAM = 3,
    MESSAGE_CALL_WITH_FDS = 4,
    MESSAGE_REPLY_WITH_FDS = 5,
    MESSAGE_STREAM_HOLE = 6,
} MessageType;

typedef enum {
    MESSAGE_OK = 0,
    MESSAGE_ERROR = 1,
    MESSAGE_CONTINUE = 2, /* data of a stream */
} MessageStatus;

enum {
    MESSAGE_LENGTH_SIZE = 4,
    MESSAGE_MIN_SIZE = 28, /* length and header */
    /* The limit of libvirt is without the length word. */
    MESSAGE_MAX_SIZE = 32 * 1024 * 1024 + MESSAGE_LENGTH_SIZE,
    MESSAGE_FDS_MAX = 32,
    /* What a STREAM message carries at most when we send it. */
    MESSAGE_STREAM_CHUNK = 262120,
};

typedef struct {
    guint32 program;
    guint32 version;
    gint32 procedure;
    gint32 type; /* MessageType, or what a peer made of it */
    guint32 serial;
    gint32 status; /* MessageStatus, the same */
} MessageHeader;

typedef struct {
    MessageHeader header;
    guint8 *bytes; /* the whole packet */
    gsize size;
    int *fds; /* owned; closed with the message */
    unsigned nfds;
} Message;

/* Headers, as each kind of message has them. */
MessageHeader message_call_header(const Procedure *procedure, guint32 serial);
/** message_reply_header: to @call, whose numbers are given back. */
MessageHeader message_reply_header(const MessageHeader *call,
                                   MessageStatus status);
MessageHeader message_event_header(const Procedure *procedure);

/** message_new: with @body encoded by @xdr (NULL: nothing).  VIR_ERR_RPC if a field of it is
 * over its limit, or the whole. */
Message *message_new(const MessageHeader *header, xdrproc_t xdr,
                     const void *body, GError **error);
/** message_new_with_fds: for the two types that carry descriptors; @fds are
 * duplicated. */
Message *message_new_with_fds(const MessageHeader *header, xdrproc_t xdr,
                              const void *body, const int *fds, unsigned nfds,
                              GError **error);
/** message_new_bytes: with @size bytes that are not XDR (a stream's); at most
 * MESSAGE_STREAM_CHUNK. */
Message *message_new_bytes(const MessageHeader *header, const void *bytes,
                           gsize size);
/** message_new_ping, message_new_pong: keepalive. */
Message *message_new_ping(void);
Message *message_new_pong(void);

/** message_take_bytes: takes over a packet (from g_malloc) that message_reader
 * has found whole. */
Message *message_take_bytes(guint8 *bytes, gsize size);
/** message_free: accepts NULL. */
void message_free(Message *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Message, message_free)

/** message_decode: the payload, into @ret_body, which is zero before; for
 * xdr_free().  More bytes than it takes are ignored, as libvirt does.
 * VIR_ERR_RPC if it does not decode; @ret_body is then as before. */
bool message_decode(const Message *message, xdrproc_t xdr, void *ret_body,
                    GError **error);

/** message_payload: the bytes behind the header (and behind the number of
 * descriptors). */
const guint8 *message_payload(const Message *message, gsize *ret_size);

/** message_has_fds: whether the type is one that carries descriptors. */
bool message_has_fds(const MessageHeader *header);
