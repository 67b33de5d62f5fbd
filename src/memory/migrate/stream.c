/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/migrate/stream.h"

#include "base/error.h"
#include "base/fd.h"

#include <errno.h>

/* Letters, so that a stream of something else is not taken for a short one. */
#define MORE UINT64_C(0x65726f6d4e4c5253) /* "SRLNmore" */
#define LAST UINT64_C(0x7473616c4e4c5253) /* "SRLNlast" */

/* Without it the other side could not tell a source that has sent everything from
 * one that died between two states. */
bool
memory_stream_put_word(int socket, bool is_last, GError **error)
{
    guint64 word = GUINT64_TO_LE(is_last ? LAST : MORE);

    return fd_send(socket, &word, sizeof(word)) ||
           fail_errno(error, errno, "cannot send the state of a machine");
}

/* False with @error also for what is no word. */
static bool
get_word(int socket, bool *ret_is_last, GError **error)
{
    guint64 word = 0;

    if (!fd_receive(socket, &word, sizeof(word))) {
        return errno == 0 ? fail(error, VIR_ERR_OPERATION_FAILED,
                                 "the source ended before everything was sent")
                          : fail_errno(error, errno,
                                       "cannot receive the state of a machine");
    }
    word = GUINT64_FROM_LE(word);
    *ret_is_last = word == LAST;
    return word == LAST || word == MORE ||
           fail(error, VIR_ERR_OPERATION_FAILED,
                "what was sent is not the state of a machine");
}

/* What comes later takes the place of what came before, so we hold the machine
 * once, however long its guest goes on writing. */
MemoryState *
memory_stream_read(int socket, GError **error)
{
    g_autoptr(MemoryState) state = memory_state_read(socket, error);
    bool is_last = false;

    if (!state || !get_word(socket, &is_last, error))
        return NULL;
    while (!is_last) {
        MemoryState *newer = memory_state_read(socket, error);

        if (!newer)
            return NULL;
        memory_state_update(state, newer);
        if (!get_word(socket, &is_last, error))
            return NULL;
    }
    return g_steal_pointer(&state);
}
