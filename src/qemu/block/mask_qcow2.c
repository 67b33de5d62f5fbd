/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/block/mask_qcow2.h"

#include "base/error.h"
#include "base/fault.h"
#include "nbd/dirty_map.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum {
    BITS_MIN = 9,
    BITS_MAX = 16,
    ENTRY_BITS = 3,               /* an entry of a table has 8 bytes */
    TABLE_MAX = 32 * 1024 * 1024, /* QEMU opens no larger first table */
    HEADER_LENGTH = 104,
    VERSION = 3,
    REFCOUNT_ORDER = 4,
};

/* In a second table: "reads as zeroes", with no cluster of its own. */
static const uint64_t zero_cluster = 1;
static const uint32_t magic = 0x514649fb;

typedef struct {
    int fd;
    unsigned bits; /* a cluster is 1 << bits bytes */
    uint64_t span; /* bytes of the disk that one second table stands for */
    uint64_t n_first;
    uint64_t *first; /* of offsets, big-endian */
    uint64_t end;    /* where the next second table goes */
} Mask;

static bool
write_at(int fd, const void *data, gsize length, uint64_t offset,
         GError **error)
{
    const char *rest = data;

    while (length > 0) {
        ssize_t n = pwrite(fd, rest, length, (off_t)offset);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            return fail_errno(error, n < 0 ? errno : ENOSPC,
                              "cannot write the image that hides what did not "
                              "change");
        }
        rest += n;
        length -= (gsize)n;
        offset += (uint64_t)n;
    }
    return true;
}

static unsigned
zeroes_at_end(uint64_t number)
{
    return number == 0 ? BITS_MAX : (unsigned)__builtin_ctzll(number);
}

/* The largest cluster whose borders all ends of the ranges are.  The end of the
 * disk need not be one: what is beyond it nobody reads. */
static unsigned
choose_bits(uint64_t size, const GArray *ranges)
{
    unsigned bits = BITS_MAX;

    for (guint i = 0; i < ranges->len; i++) {
        const DirtyRange *range = &g_array_index(ranges, DirtyRange, i);
        uint64_t end = range->offset + range->length;

        bits = MIN(bits, zeroes_at_end(range->offset));
        if (end < size)
            bits = MIN(bits, zeroes_at_end(end));
    }
    return MAX(bits, BITS_MIN);
}

static void
put32(guint8 *header, gsize offset, uint32_t number)
{
    number = GUINT32_TO_BE(number);
    memcpy(header + offset, &number, sizeof(number));
}

static void
put64(guint8 *header, gsize offset, uint64_t number)
{
    number = GUINT64_TO_BE(number);
    memcpy(header + offset, &number, sizeof(number));
}

/* Clusters: the header; a table of reference counts that names none, which is
 * enough for an image that is only read; from the third on the first table. */
static bool
write_header(const Mask *mask, uint64_t size, GError **error)
{
    guint8 header[HEADER_LENGTH] = {0};
    const uint64_t cluster = UINT64_C(1) << mask->bits;

    put32(header, 0, magic);
    put32(header, 4, VERSION);
    put32(header, 20, mask->bits);
    put64(header, 24, size);
    put32(header, 36, (uint32_t)mask->n_first);
    put64(header, 40, 2 * cluster);
    put64(header, 48, cluster);
    put32(header, 56, 1);
    put32(header, 96, REFCOUNT_ORDER);
    put32(header, 100, HEADER_LENGTH);
    return write_at(mask->fd, header, sizeof(header), 0, error);
}

/* A second table; *@ret_offset is where it went, as a first table has it. */
static bool
append_table(Mask *mask, const uint64_t *table, uint64_t *ret_offset,
             GError **error)
{
    const gsize cluster = (gsize)1 << mask->bits;

    if (!write_at(mask->fd, table, cluster, mask->end, error))
        return false;
    *ret_offset = GUINT64_TO_BE(mask->end);
    mask->end += cluster;
    return true;
}

static void
hide_all(uint64_t *table, uint64_t n)
{
    for (uint64_t i = 0; i < n; i++)
        table[i] = GUINT64_TO_BE(zero_cluster);
}

/* Opens, in the second table of the part that begins at @start, the clusters of
 * the ranges from *@next on; *@next is then the first one that goes on, or
 * begins, behind the part. */
static void
open_ranges(const Mask *mask, uint64_t *table, uint64_t start,
            const GArray *ranges, guint *next)
{
    const uint64_t end = start + mask->span;

    for (; *next < ranges->len; ++*next) {
        const DirtyRange *range = &g_array_index(ranges, DirtyRange, *next);
        uint64_t from = MAX(range->offset, start);
        uint64_t to = MIN(range->offset + range->length, end);

        for (uint64_t at = from; at < to; at += UINT64_C(1) << mask->bits)
            table[(at - start) >> mask->bits] = 0;
        if (range->offset + range->length > end)
            return;
    }
}

static bool
has_range(const GArray *ranges, guint next, uint64_t end)
{
    return next < ranges->len &&
           g_array_index(ranges, DirtyRange, next).offset < end;
}

static bool
write_tables(Mask *mask, const GArray *ranges, GError **error)
{
    const uint64_t n = (UINT64_C(1) << mask->bits) >> ENTRY_BITS;
    g_autofree uint64_t *table = g_new(uint64_t, n);
    uint64_t hidden = 0;
    guint next = 0;

    hide_all(table, n);
    if (!append_table(mask, table, &hidden, error))
        return false;
    for (uint64_t i = 0; i < mask->n_first; i++) {
        uint64_t start = i * mask->span;

        mask->first[i] = hidden;
        if (!has_range(ranges, next, start + mask->span))
            continue;
        hide_all(table, n);
        open_ranges(mask, table, start, ranges, &next);
        if (!append_table(mask, table, &mask->first[i], error))
            return false;
    }
    return true;
}

bool
mask_qcow2_write(int fd, uint64_t size, const GArray *ranges, GError **error)
{
    Mask mask = {.fd = fd, .bits = choose_bits(size, ranges)};
    const uint64_t cluster = UINT64_C(1) << mask.bits;
    g_autofree uint64_t *first = NULL;
    uint64_t length = 0;

    mask.span = cluster << (mask.bits - ENTRY_BITS);
    mask.n_first = MAX(size / mask.span + (size % mask.span > 0), 1);
    length = mask.n_first << ENTRY_BITS;
    if (mask.n_first > TABLE_MAX >> ENTRY_BITS) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "a disk of %" G_GUINT64_FORMAT " bytes is too large for "
                    "blocks of %" G_GUINT64_FORMAT
                    " bytes to be hidden; use expose='all'",
                    size, cluster);
    }
    if (!fault_point("file:write-mask", error))
        return false;
    first = g_new0(uint64_t, mask.n_first);
    mask.first = first;
    mask.end = 2 * cluster + (length + cluster - 1) / cluster * cluster;
    return write_header(&mask, size, error) &&
           write_tables(&mask, ranges, error) &&
           write_at(fd, first, length, 2 * cluster, error);
}
