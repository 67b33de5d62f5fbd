/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nbd/dirty_map.h"

#include "base/error.h"
#include "nbd/client.h"

#include <string.h>

enum { DIRTY = 1 };

/* A request's length has 32 bits; a multiple of any server's block size. */
static const uint64_t request_max = UINT64_C(0xffff0000);

typedef struct {
    const char *context;
    uint64_t next; /* offset of the next extent of the answer */
    uint64_t size;
    GArray *ranges;
} Map;

static void
add_dirty(Map *map, uint64_t length)
{
    DirtyRange range = {map->next, length};

    if (map->ranges->len > 0) {
        DirtyRange *last =
            &g_array_index(map->ranges, DirtyRange, map->ranges->len - 1);

        if (last->offset + last->length == range.offset) {
            last->length += length;
            return;
        }
    }
    g_array_append_val(map->ranges, range);
}

/* @entries: pairs of a length and its flags.  The last extent may go further
 * than was asked, but never beyond the disk, whatever the server says. */
static int
on_extents(
    void *data, const char *context, uint64_t offset,
    uint32_t *entries, /* NOLINT(readability-non-const-parameter): type */
    size_t count, int *failure G_GNUC_UNUSED)
{
    Map *map = data;

    if (strcmp(context, map->context) != 0 || offset != map->next)
        return 0;
    for (size_t i = 0; i + 1 < count; i += 2) {
        uint64_t length = MIN(entries[i], map->size - map->next);

        if (entries[i + 1] & DIRTY && length > 0)
            add_dirty(map, length);
        map->next += length;
    }
    return 0;
}

/* One request and its answer, which may cover less than was asked. */
static bool
advance(NbdClient *client, Map *map, GError **error)
{
    nbd_extent_callback extents = {.callback = on_extents, .user_data = map};
    uint64_t before = map->next;
    int64_t cookie = nbd_aio_block_status(
        client->nbd, MIN(request_max, map->size - map->next), map->next,
        extents, NBD_NULL_COMPLETION, 0);
    int result = nbd_client_wait(client, cookie, error);

    if (result < 0)
        return false;
    if (result == 1 && map->next > before)
        return true;
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "the NBD server does not tell what changed of the export '%s' "
                "from byte %" G_GUINT64_FORMAT " on",
                client->export_name, before);
}

GArray *
nbd_dirty_map(int socket, const char *export_name, const char *context,
              int timeout_ms, GError **error)
{
    g_autoptr(NbdClient) client =
        nbd_client_open(socket, export_name, context, timeout_ms, error);
    g_autoptr(GArray) ranges = g_array_new(FALSE, FALSE, sizeof(DirtyRange));
    Map map = {.context = context, .ranges = ranges};
    int64_t size = client ? nbd_get_size(client->nbd) : -1;

    if (!client)
        return NULL;
    if (size < 0) {
        nbd_client_fail(client, error);
        return NULL;
    }
    if (nbd_can_meta_context(client->nbd, context) != 1) {
        fail(error, VIR_ERR_OPERATION_FAILED,
             "the NBD export '%s' has no context '%s'", export_name, context);
        return NULL;
    }
    map.size = (uint64_t)size;
    while (map.next < map.size) {
        if (!advance(client, &map, error))
            return NULL;
    }
    return g_steal_pointer(&ranges);
}
