/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A few bytes of an NBD export. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* One request of the protocol. */
enum { NBD_READ_MAX = 1024 * 1024 };

/** nbd_export_read: @length (at most NBD_READ_MAX) bytes from @offset on.
 * @socket: connected to the server, taken over.  VIR_ERR_INVALID_ARG if they
 * are not all within the export; VIR_ERR_OPERATION_TIMEOUT, or
 * VIR_ERR_OPERATION_FAILED. */
bool nbd_export_read(int socket, const char *export_name, uint64_t offset,
                     void *ret_bytes, gsize length, GError **error);
