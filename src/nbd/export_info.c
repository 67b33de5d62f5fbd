/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nbd/export_info.h"

#include "nbd/client.h"

bool
nbd_export_info(int socket, const char *export_name, int timeout_ms,
                NbdExportInfo *ret_info, GError **error)
{
    g_autoptr(NbdClient) client = nbd_client_open(
        socket, export_name, LIBNBD_CONTEXT_BASE_ALLOCATION, timeout_ms, error);
    int64_t size = client ? nbd_get_size(client->nbd) : -1;
    int is_read_only = client ? nbd_is_read_only(client->nbd) : -1;

    if (!client)
        return false;
    if (size < 0 || is_read_only < 0)
        return nbd_client_fail(client, error);
    ret_info->size = (uint64_t)size;
    ret_info->is_read_only = is_read_only == 1;
    return true;
}
