/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where an NBD server listens, ours or somebody's: reaching it from here, and
 * saying it to QEMU. */
#pragma once

#include "model/backup.h"

#include <glib.h>
#include <jansson.h>

/** nbd_server_connect: a connected socket; -1 with VIR_ERR_SYSTEM_ERROR, or
 * VIR_ERR_OPERATION_FAILED for a host that nobody knows.  A server that does not
 * take the connection within seconds is none. */
int nbd_server_connect(const BackupServer *server, GError **error);

/** nbd_server_address: (transfer full): QEMU's SocketAddress. */
json_t *nbd_server_address(const BackupServer *server);
