/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Asking an NBD server to put on disk what was written to an export. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/** nbd_export_flush: by a connection of our own, so that nobody but the caller
 * waits.  A server that keeps nothing back needs no asking.  @socket: connected
 * to the server, taken over.  VIR_ERR_OPERATION_TIMEOUT, or
 * VIR_ERR_OPERATION_FAILED. */
bool nbd_export_flush(int socket, const char *export_name, int timeout_ms,
                      GError **error);
