/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/block/patience.h"

#include "base/error.h"

Patience
patience_begin(int total_ms, int stall_ms)
{
    gint64 now = g_get_monotonic_time();

    return (Patience){.end = now + total_ms * G_TIME_SPAN_MILLISECOND,
                      .stall = stall_ms * G_TIME_SPAN_MILLISECOND,
                      .moved = now};
}

/* Two ways to be over, told apart: one is a storage to look after, the other
 * only a call that was not made for so much. */
bool
patience_goes_on(Patience *patience, uint64_t progress, const char *what,
                 GError **error)
{
    gint64 now = g_get_monotonic_time();

    if (progress != patience->seen) {
        patience->seen = progress;
        patience->moved = now;
    }
    if (now - patience->moved >= patience->stall) {
        return fail(error, VIR_ERR_OPERATION_TIMEOUT,
                    "%s has not got on for %d s; its storage may hang", what,
                    (int)(patience->stall / G_TIME_SPAN_SECOND));
    }
    return now < patience->end ||
           fail(error, VIR_ERR_OPERATION_TIMEOUT,
                "%s takes longer than a call may wait; it goes on by itself",
                what);
}
