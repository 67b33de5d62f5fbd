/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "driver/block_stats.h"

#include <string.h>

/* Where each of the typed statistics comes from. */
static const struct {
    const char *name;
    size_t offset; /* of a long long in BlockStats */
} fields[] = {
    {VIR_DOMAIN_BLOCK_STATS_READ_REQ, offsetof(BlockStats, read_requests)},
    {VIR_DOMAIN_BLOCK_STATS_READ_BYTES, offsetof(BlockStats, read_bytes)},
    {VIR_DOMAIN_BLOCK_STATS_READ_TOTAL_TIMES, offsetof(BlockStats, read_times)},
    {VIR_DOMAIN_BLOCK_STATS_WRITE_REQ, offsetof(BlockStats, write_requests)},
    {VIR_DOMAIN_BLOCK_STATS_WRITE_BYTES, offsetof(BlockStats, write_bytes)},
    {VIR_DOMAIN_BLOCK_STATS_WRITE_TOTAL_TIMES,
     offsetof(BlockStats, write_times)},
    {VIR_DOMAIN_BLOCK_STATS_FLUSH_REQ, offsetof(BlockStats, flush_requests)},
    {VIR_DOMAIN_BLOCK_STATS_FLUSH_TOTAL_TIMES,
     offsetof(BlockStats, flush_times)},
    {VIR_DOMAIN_BLOCK_STATS_ERRS, offsetof(BlockStats, errors)},
};

/* Stores what is known, as far as @room goes.  Returns how many there are. */
int
block_stats_fill(const BlockStats *stats, virTypedParameterPtr params, int room)
{
    int count = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        long long value = G_STRUCT_MEMBER(long long, stats, fields[i].offset);

        if (value < 0)
            continue;
        if (count < room) {
            memset(&params[count], 0, sizeof(params[count]));
            g_strlcpy(params[count].field, fields[i].name,
                      sizeof(params[count].field));
            params[count].type = VIR_TYPED_PARAM_LLONG;
            params[count].value.l = value;
        }
        count++;
    }
    return count;
}

bool
block_stats_sum(const DomainDef *def, BlockStatsFunc one, void *domain,
                BlockStats *ret_stats, GError **error)
{
    BlockStats sum = {0};

    for (guint i = 0; i < def->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(def->disks, i);
        BlockStats stats;

        if (!disk->path)
            continue;
        if (!one(domain, disk->target, &stats, error))
            return false;
        for (size_t j = 0; j < G_N_ELEMENTS(fields); j++) {
            long long *total =
                &G_STRUCT_MEMBER(long long, &sum, fields[j].offset);
            long long value =
                G_STRUCT_MEMBER(long long, &stats, fields[j].offset);

            /* What one of them does not tell is not known of all. */
            *total = value < 0 || *total < 0 ? -1 : *total + value;
        }
    }
    *ret_stats = sum;
    return true;
}

/* All bits of a long long are those of -1. */
void
block_stats_clear(BlockStats *stats)
{
    memset(stats, 0xff, sizeof(*stats));
}

void
block_stats_set(BlockStats *stats, const char *name, long long value)
{
    for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
        if (strcmp(name, fields[i].name) == 0)
            G_STRUCT_MEMBER(long long, stats, fields[i].offset) = value;
    }
}
