/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An error on its way: what the daemon's public call left behind, and what the
 * client's driver gives its caller.
 *
 * Code, domain and text arrive as they left, so a call fails alike through a
 * daemon and without one.
 */
#pragma once

#include "rpc/message.h"

#include <libvirt/virterror.h>

/** message_new_error: the reply to @call that it failed with @reason (nullable:
 * it did not say why). */
Message *message_new_error(const MessageHeader *call, const virError *reason);

/** message_new_refusal: the same with an error of the protocol itself:
 * VIR_FROM_RPC, @code. */
Message *message_new_refusal(const MessageHeader *call, int code,
                             const char *format, ...) G_GNUC_PRINTF(3, 4);

/** message_new_unknown: the reply to a call of a procedure that there is not,
 * in the words by which libvirt's clients know it and fall back. */
Message *message_new_unknown(const MessageHeader *call);
/** message_new_no_program: the same for a program or version. */
Message *message_new_no_program(const MessageHeader *call);

/** message_fail: sets @error to what the payload of a reply with status
 * MESSAGE_ERROR says; always false. */
bool message_fail(const Message *reply, GError **error);
