/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What goes over between the two sides of a migration.
 *
 *     state  word  [state  word]...      word: "more" or "last", 8 bytes
 *
 * A state is that of memory/save/state.h.  The first has all of the machine;
 * while it was on its way the guest has written on, so another one follows with
 * the disks that it wrote to, and so on.  Before the last one the guest stands
 * still.  A stream that ends before its last word is none.
 */
#pragma once

#include "memory/save/state.h"

/** memory_stream_put_word: after a state; @is_last: nothing follows. */
bool memory_stream_put_word(int socket, bool is_last, GError **error);

/** memory_stream_read: (transfer full): all of it.  The peer may be anybody.
 * VIR_ERR_OPERATION_FAILED, VIR_ERR_SYSTEM_ERROR. */
MemoryState *memory_stream_read(int socket, GError **error);
