/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* BlockStats as the typed parameters that programs get, and that come over the
 * wire: by which names, and that -1 is not told. */
#pragma once

#include "driver/driver.h"
#include "model/domain.h"

/** block_stats_fill: stores what is known, as far as @room goes.
 * Returns: how many there are. */
int block_stats_fill(const BlockStats *stats, virTypedParameterPtr params,
                     int room);

/** BlockStatsFunc: what @disk of @domain, which is the driver's own, has done. */
typedef bool (*BlockStatsFunc)(void *domain, const char *disk,
                               BlockStats *ret_stats, GError **error);
/** block_stats_sum: of all disks of @def together, by @one for each that is
 * there: an empty drive has done nothing. */
bool block_stats_sum(const DomainDef *def, BlockStatsFunc one, void *domain,
                     BlockStats *ret_stats, GError **error);

/** block_stats_clear: nothing is known. */
void block_stats_clear(BlockStats *stats);
/** block_stats_set: what @name says; a name that is new to us is skipped. */
void block_stats_set(BlockStats *stats, const char *name, long long value);
