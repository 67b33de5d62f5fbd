/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nbd_reader.h"

#include <errno.h>
#include <libnbd.h>
#include <string.h>

enum { READ_CHUNK = 4 * 1024 * 1024 };

static void
nbd_require(int result, const char *what)
{
    if (result < 0)
        g_error("%s: %s", what, nbd_get_error());
}

static struct nbd_handle *
connect_export(const char *socket, const char *export_name, const char *bitmap)
{
    struct nbd_handle *nbd = nbd_create();

    g_assert_nonnull(nbd);
    nbd_require(nbd_set_export_name(nbd, export_name), "export name");
    if (bitmap) {
        g_autofree char *context =
            g_strdup_printf("qemu:dirty-bitmap:%s", bitmap);

        nbd_require(nbd_add_meta_context(nbd, context), "meta context");
        nbd_require(nbd_add_meta_context(nbd, LIBNBD_CONTEXT_BASE_ALLOCATION),
                    "meta context");
    }
    nbd_require(nbd_connect_unix(nbd, socket), "connect");
    return nbd;
}

static void
read_range(struct nbd_handle *nbd, uint8_t *content, uint64_t offset,
           uint64_t length)
{
    while (length > 0) {
        size_t chunk = (size_t)MIN(length, READ_CHUNK);

        nbd_require(nbd_pread(nbd, content + offset, chunk, offset, 0), "read");
        offset += chunk;
        length -= chunk;
    }
}

uint8_t *
nbd_read_all(const char *socket, const char *export_name, uint64_t size)
{
    struct nbd_handle *nbd = connect_export(socket, export_name, NULL);
    uint8_t *content = g_malloc(size);

    g_assert_cmpint(nbd_get_size(nbd), ==, (int64_t)size);
    read_range(nbd, content, 0, size);
    nbd_close(nbd);
    return content;
}

/* Collects the dirty ranges of one block-status reply; the connection cannot
 * be read from inside the callback. */
typedef struct {
    const char *context;
    GArray *ranges; /* of uint64_t pairs: offset, length */
    uint64_t reached;
} Collected;

static int
collect_extents(void *user_data, const char *metacontext, uint64_t offset,
                uint32_t *entries, size_t nr_entries, int *error)
{
    Collected *collected = user_data;

    if (nr_entries % 2 != 0) {
        *error = EPROTO;
        return -1;
    }
    if (strcmp(metacontext, collected->context) != 0)
        return 0;
    for (size_t i = 0; i + 1 < nr_entries; i += 2) {
        uint64_t range[2] = {offset, entries[i]};

        if (entries[i + 1] & 1)
            g_array_append_vals(collected->ranges, range, 2);
        offset += entries[i];
    }
    collected->reached = offset;
    return 0;
}

uint64_t
nbd_read_dirty(const char *socket, const char *export_name, const char *bitmap,
               uint8_t *content, uint64_t size)
{
    struct nbd_handle *nbd = connect_export(socket, export_name, bitmap);
    g_autofree char *context = g_strdup_printf("qemu:dirty-bitmap:%s", bitmap);
    g_autoptr(GArray) ranges = g_array_new(FALSE, FALSE, sizeof(uint64_t));
    Collected collected = {context, ranges, 0};
    uint64_t dirty = 0;

    g_assert_cmpint(nbd_can_meta_context(nbd, context), ==, 1);
    g_assert_cmpint(nbd_can_meta_context(nbd, LIBNBD_CONTEXT_BASE_ALLOCATION),
                    ==, 1);
    while (collected.reached < size) {
        uint64_t from = collected.reached;

        nbd_require(
            nbd_block_status(nbd, size - from, from,
                             (nbd_extent_callback){.callback = collect_extents,
                                                   .user_data = &collected},
                             0),
            "block status");
        g_assert_cmpuint(collected.reached, >, from);
    }
    for (guint i = 0; i + 1 < ranges->len; i += 2) {
        uint64_t offset = g_array_index(ranges, uint64_t, i);
        uint64_t length = g_array_index(ranges, uint64_t, i + 1);

        length = MIN(length, size - offset);
        read_range(nbd, content, offset, length);
        dirty += length;
    }
    nbd_close(nbd);
    return dirty;
}

gboolean
nbd_read_fails(const char *socket, const char *export_name)
{
    struct nbd_handle *nbd = connect_export(socket, export_name, NULL);
    uint8_t sector[512];
    gboolean fails = nbd_pread(nbd, sector, sizeof(sector), 0, 0) < 0;

    nbd_close(nbd);
    return fails;
}
