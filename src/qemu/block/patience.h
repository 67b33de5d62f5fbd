/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long to wait, with the root's lock held, for work that may take long and
 * may also never end: as long as it gets on, and not for ever. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    gint64 end;    /* of the monotonic clock, as all here */
    gint64 stall;  /* how long it may stand still */
    gint64 moved;  /* when it last did not */
    uint64_t seen; /* how far it was then */
} Patience;

/** patience_begin: waits @total_ms at most, and @stall_ms without progress. */
Patience patience_begin(int total_ms, int stall_ms);

/** patience_goes_on: whether to wait on for what is at @progress now (whatever
 * it counts; any change is progress).  False: VIR_ERR_OPERATION_TIMEOUT; @what
 * is waited for ("the commit on disk 'vda'"). */
bool patience_goes_on(Patience *patience, uint64_t progress, const char *what,
                      GError **error);
