/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/nbd_server.h"

#include "base/fd.h"
#include "base/tcp.h"

int
nbd_server_connect(const BackupServer *server, GError **error)
{
    g_autofree char *folder = NULL;
    g_autofree char *name = NULL;

    if (server->transport != BACKUP_TRANSPORT_UNIX)
        return tcp_connect("the NBD server", server->name, server->port, error);
    folder = g_path_get_dirname(server->socket);
    name = g_path_get_basename(server->socket);
    return unix_connect(folder, name, error);
}

json_t *
nbd_server_address(const BackupServer *server)
{
    g_autofree char *port = NULL;

    if (server->transport == BACKUP_TRANSPORT_UNIX) {
        return json_pack("{s:s, s:s}", "type", "unix", "path", server->socket);
    }
    port = g_strdup_printf("%u", server->port);
    return json_pack("{s:s, s:s, s:s}", "type", "inet", "host", server->name,
                     "port", port);
}
