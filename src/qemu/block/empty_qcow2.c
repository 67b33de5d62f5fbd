/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/block/empty_qcow2.h"

#include "base/error.h"
#include "base/fault.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

enum {
    CLUSTER_BITS = 16,
    CLUSTER = 1 << CLUSTER_BITS,
    ENTRY = 8,          /* bytes of an entry in a first or second table */
    REFCOUNT_ORDER = 4, /* reference counts of 16 bits */
    SECTOR = 512,
    TABLE_MAX = 32 * 1024 * 1024, /* QEMU opens no larger first table */
};

/* Which cluster holds what.  The first table comes last: its length varies. */
enum { HEADER_AT, REFCOUNT_TABLE_AT, REFCOUNTS_AT, FIRST_TABLE_AT };

static const uint32_t magic = 0x514649fb; /* "QFI" and 0xfb */
static const uint32_t version = 3;

/* The header as it lies in the file, big-endian, with nothing in between. */
typedef struct {
    uint32_t magic;
    uint32_t version;
    uint64_t backing_name_at;
    uint32_t backing_name_length;
    uint32_t cluster_bits;
    uint64_t size;
    uint32_t encryption;
    uint32_t n_first_table;
    uint64_t first_table_at;
    uint64_t refcount_table_at;
    uint32_t refcount_table_clusters;
    uint32_t n_snapshots;
    uint64_t snapshots_at;
    uint64_t features_incompatible;
    uint64_t features_compatible;
    uint64_t features_autoclear;
    uint32_t refcount_order;
    uint32_t header_length;
} Header;

G_STATIC_ASSERT(sizeof(Header) == 104);

/* qcow2 is big-endian throughout. */
static uint32_t
be32(uint32_t number)
{
    return GUINT32_TO_BE(number);
}

static uint64_t
be64(uint64_t number)
{
    return GUINT64_TO_BE(number);
}

/* Where @cluster begins in the file. */
static uint64_t
offset_of(int cluster)
{
    return (uint64_t)cluster * CLUSTER;
}

/* The fields of version 3, as QEMU's own format document has them. */
static void
put_header(guint8 *image, uint64_t size, uint32_t n_first_table)
{
    Header *header = (Header *)(image + offset_of(HEADER_AT));

    /* What is not set is 0 and means so: no backing file, no encryption, no
     * snapshots, no features. */
    header->magic = be32(magic);
    header->version = be32(version);
    header->cluster_bits = be32(CLUSTER_BITS);
    header->size = be64(size);
    header->n_first_table = be32(n_first_table);
    header->first_table_at = be64(offset_of(FIRST_TABLE_AT));
    header->refcount_table_at = be64(offset_of(REFCOUNT_TABLE_AT));
    /* One cluster of the table points to 8,192 clusters of counts: for 16 TiB
     * of image file, long before which QEMU makes a longer one. */
    header->refcount_table_clusters = be32(1);
    header->refcount_order = be32(REFCOUNT_ORDER);
    header->header_length = be32(sizeof(Header));
}

/* One cluster of counts holds 32,768 of them, the largest first table has 512
 * clusters: one is enough for what an empty image has. */
static void
put_refcounts(guint8 *image, uint32_t n_clusters)
{
    uint64_t *table = (uint64_t *)(image + offset_of(REFCOUNT_TABLE_AT));
    uint16_t *counts = (uint16_t *)(image + offset_of(REFCOUNTS_AT));

    /* The other entries stay 0: counts that are not there are 0, and QEMU makes
     * them as the image grows. */
    table[0] = be64(offset_of(REFCOUNTS_AT));
    for (uint32_t i = 0; i < n_clusters; i++)
        counts[i] = GUINT16_TO_BE(1);
}

/* From the start of the file or device. */
static bool
write_all(int fd, const guint8 *data, gsize length, GError **error)
{
    gsize done = 0;

    /* One point for the whole image: what a death in the middle leaves is a
     * file that the begin's undo, or the next call, removes. */
    if (!fault_point("file:write-image", error))
        return false;
    while (done < length) {
        ssize_t n = pwrite(fd, data + done, length - done, (off_t)done);

        if (n < 0 && errno == EINTR)
            continue;
        /* pwrite() of 0 bytes on a device: its end was reached. */
        if (n <= 0) {
            return fail_errno(error, n < 0 ? errno : ENOSPC,
                              "cannot write an empty qcow2 image of %zu bytes",
                              length);
        }
        done += (gsize)n;
    }
    return true;
}

/* Four clusters for a disk of up to 4 TiB; all of it is written at once. */
bool
empty_qcow2_write(int fd, uint64_t size, GError **error)
{
    /* Bytes of the disk that one entry of the first table stands for. */
    const uint64_t span = (uint64_t)CLUSTER / ENTRY * CLUSTER;
    /* At least one, so that a disk of no bytes is not a case of its own. */
    uint64_t n_entries = MAX(size / span + (size % span > 0), 1);
    uint32_t n_clusters = 0;
    g_autofree guint8 *image = NULL;

    /* The division above cannot overflow, and the limit keeps what is allocated
     * below 33 MiB for any size from outside. */
    if (size % SECTOR != 0 || n_entries > TABLE_MAX / ENTRY) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "no qcow2 image with clusters of 64 KiB can have %" PRIu64
                    " bytes",
                    size);
    }
    n_clusters = FIRST_TABLE_AT +
                 (uint32_t)((n_entries * ENTRY + CLUSTER - 1) / CLUSTER);
    /* Written as a whole, zeroes too: on a device the old content of the tables
     * would otherwise be read as entries. */
    image = g_malloc0_n(n_clusters, CLUSTER);
    put_header(image, size, (uint32_t)n_entries);
    put_refcounts(image, n_clusters);
    return write_all(fd, image, (gsize)n_clusters * CLUSTER, error);
}
