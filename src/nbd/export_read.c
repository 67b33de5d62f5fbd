/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nbd/export_read.h"

#include "base/error.h"
#include "nbd/client.h"

#include <string.h>

/* For all of it: storage that needs longer for a megabyte hangs. */
enum { TIMEOUT_MS = 30 * 1000 };

static bool
check_range(const NbdClient *client, uint64_t offset, gsize length,
            GError **error)
{
    int64_t size = nbd_get_size(client->nbd);

    if (size < 0)
        return nbd_client_fail(client, error);
    if (length <= (uint64_t)size && offset <= (uint64_t)size - length)
        return true;
    return fail(error, VIR_ERR_INVALID_ARG,
                "%" G_GSIZE_FORMAT " bytes from %" G_GUINT64_FORMAT
                " on are not all within '%s', which has %" G_GINT64_FORMAT,
                length, offset, client->export_name, (gint64)size);
}

bool
nbd_export_read(int socket, const char *export_name, uint64_t offset,
                void *ret_bytes, gsize length, GError **error)
{
    g_autoptr(NbdClient) client = nbd_client_open(
        socket, export_name, LIBNBD_CONTEXT_BASE_ALLOCATION, TIMEOUT_MS, error);
    g_autofree char *bytes = g_malloc(length);
    int result = 0;

    g_assert(length <= NBD_READ_MAX);
    if (!client || !check_range(client, offset, length, error))
        return false;
    /* Into memory of our own: a request that is given up at the deadline must
     * not be answered into the caller's. */
    result = nbd_client_wait(client,
                             nbd_aio_pread(client->nbd, bytes, length, offset,
                                           NBD_NULL_COMPLETION, 0),
                             error);
    if (result == 0) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "the NBD server could not read %" G_GSIZE_FORMAT
                    " bytes from %" G_GUINT64_FORMAT " on of '%s'",
                    length, offset, export_name);
    }
    if (result < 0 || !nbd_client_leave(client, error))
        return false;
    memcpy(ret_bytes, bytes, length);
    return true;
}
