/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packets written as people write them: groups of hex digits. */
#pragma once

#include "rpc/message_reader.h"

/** packet_parse: "0000001c 20008086 ..."; NAME*N is a group N times. */
GByteArray *packet_parse(const char *text);
/** packet_read: the one message that @bytes are, fed @step bytes at a time. */
Message *packet_read(const guint8 *bytes, gsize size, gsize step);
/** packet_read_text: both. */
Message *packet_read_text(const char *text);
/** packet_assert: that the message is exactly this. */
void packet_assert(const Message *message, const char *text);
/** packet_receive: waits for the next message on a socket. */
Message *packet_receive(int fd);
