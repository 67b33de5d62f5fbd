/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nbd/export_flush.h"

#include "base/error.h"
#include "nbd/client.h"

bool
nbd_export_flush(int socket, const char *export_name, int timeout_ms,
                 GError **error)
{
    g_autoptr(NbdClient) client = nbd_client_open(
        socket, export_name, LIBNBD_CONTEXT_BASE_ALLOCATION, timeout_ms, error);
    int result = 0;

    if (!client)
        return false;
    if (nbd_can_flush(client->nbd) != 1)
        return true;
    result = nbd_client_wait(
        client, nbd_aio_flush(client->nbd, NBD_NULL_COMPLETION, 0), error);
    if (result == 0) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "the NBD server could not flush the export '%s'",
                    export_name);
    }
    return result == 1;
}
