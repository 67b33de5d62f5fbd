/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packets out of a stream of bytes that comes in pieces.
 *
 * The reader says where the next bytes go and how many it can take; it never
 * asks for more than the packet that is being read, since the bytes behind one
 * may carry descriptors.  Whoever has the socket reads into that place and says
 * how many came:
 *
 *     while (!(message = message_reader_take(reader))) {
 *         place = message_reader_place(reader, &room);
 *         got = read(socket, place, room);
 *         ... message_reader_got(reader, got, error) ...
 *     }
 *
 * Memory follows what has come, not what was promised: a peer that announces
 * 32 MiB and sends nothing costs one small buffer.
 */
#pragma once

#include "rpc/message.h"

typedef struct MessageReader MessageReader;

MessageReader *message_reader_new(void);
/** message_reader_free: accepts NULL; closes descriptors that came. */
void message_reader_free(MessageReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MessageReader, message_reader_free)

/** message_reader_place: where the next bytes go; *@ret_room > 0 unless a
 * message is ready or descriptors are awaited. */
void *message_reader_place(MessageReader *reader, gsize *ret_room);

/** message_reader_got: @size bytes are in the place.  VIR_ERR_RPC if they
 * announce a packet that cannot be: the connection is then of no use. */
bool message_reader_got(MessageReader *reader, gsize size, GError **error);

/** message_reader_fds: how many descriptors are still to come, each with one
 * byte (rpc/fd_pass.h), before the message is ready. */
unsigned message_reader_fds(const MessageReader *reader);
/** message_reader_add_fd: takes @fd over. */
void message_reader_add_fd(MessageReader *reader, int fd);

/** message_reader_take: the next message once it is whole; else NULL. */
Message *message_reader_take(MessageReader *reader);

/** message_reader_is_idle: nothing of a message has come: an end of the stream
 * here is a clean one. */
bool message_reader_is_idle(const MessageReader *reader);

/** message_reader_held: bytes of memory that are held for what is coming. */
gsize message_reader_held(const MessageReader *reader);
