/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* BlockStats as the typed parameters that programs get, and that come over the
 * wire: by which names, and that -1 is not told. */
#pragma once

#include "driver/driver.h"

/** block_stats_fill: stores what is known, as far as @room goes.
 * Returns: how many there are. */
int block_stats_fill(const BlockStats *stats, virTypedParameterPtr params,
                     int room);

/** block_stats_clear: nothing is known. */
void block_stats_clear(BlockStats *stats);
/** block_stats_set: what @name says; a name that is new to us is skipped. */
void block_stats_set(BlockStats *stats, const char *name, long long value);
