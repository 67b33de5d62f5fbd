/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nbd/probe.h"

#include "base/fd.h"
#include "nbd/client.h"

enum { SECTOR = 512 };

/* Only whether the status can be had counts, not what it is: libnbd insists on
 * somebody to tell it to. */
static int
ignore_extents(void *data G_GNUC_UNUSED, const char *context G_GNUC_UNUSED,
               uint64_t offset G_GNUC_UNUSED, uint32_t *entries G_GNUC_UNUSED,
               size_t count G_GNUC_UNUSED, int *failure G_GNUC_UNUSED)
{
    return 0;
}

/* @sector: SECTOR bytes that outlive the connection: a read that is given up may
 * still be answered. */
static NbdProbe
look(NbdClient *client, uint64_t offset, char *sector, GError **error)
{
    nbd_extent_callback extents = {.callback = ignore_extents};
    int64_t cookie = -1;
    uint64_t length = 0;
    int64_t size = -1;
    int result = 0;

    size = nbd_get_size(client->nbd);
    if (size < 0) {
        nbd_client_fail(client, error);
        return NBD_PROBE_FAILED;
    }
    /* Of nothing nothing can be refused. */
    if (offset >= (uint64_t)size)
        return NBD_PROBE_READABLE;
    /* A broken view fails every read, so where and how much is read does not
     * matter; one sector loads nobody. */
    length = MIN(SECTOR, (uint64_t)size - offset);
    cookie = nbd_aio_pread(client->nbd, sector, length, offset,
                           NBD_NULL_COMPLETION, 0);
    result = nbd_client_wait(client, cookie, error);
    if (result != NBD_PROBE_READABLE ||
        nbd_can_meta_context(client->nbd, LIBNBD_CONTEXT_BASE_ALLOCATION) != 1)
        return (NbdProbe)result;
    /* Clients ask for the status before they read, and a server that is in
     * trouble may answer one and refuse the other. */
    cookie = nbd_aio_block_status(client->nbd, length, offset, extents,
                                  NBD_NULL_COMPLETION, 0);
    return (NbdProbe)nbd_client_wait(client, cookie, error);
}

NbdProbe
nbd_probe(int socket, const char *export_name, uint64_t offset, int timeout_ms,
          GError **error)
{
    /* Before the client, which is therefore closed first. */
    char sector[SECTOR];
    g_autoptr(NbdClient) client = nbd_client_open(
        socket, export_name, LIBNBD_CONTEXT_BASE_ALLOCATION, timeout_ms, error);
    NbdProbe found = NBD_PROBE_FAILED;

    if (!client)
        return NBD_PROBE_FAILED;
    found = look(client, offset, sector, error);
    if (found == NBD_PROBE_FAILED)
        return NBD_PROBE_FAILED;
    /* Whoever asks next, on another way, finds a server that knows that we are
     * gone. */
    return nbd_client_leave(client, error) ? found : NBD_PROBE_FAILED;
}
