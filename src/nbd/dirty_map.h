/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which parts of an NBD export a dirty bitmap names. */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef struct {
    uint64_t offset;
    uint64_t length;
} DirtyRange;

/** nbd_dirty_map: (transfer full): the DirtyRanges of the metadata context
 * @context ("qemu:dirty-bitmap:NAME"), in order, no two of them adjacent.
 * @socket: connected to the server, taken over.  VIR_ERR_OPERATION_TIMEOUT, or
 * VIR_ERR_OPERATION_FAILED (no such export or context, no NBD server). */
GArray *nbd_dirty_map(int socket, const char *export_name, const char *context,
                      int timeout_ms, GError **error);
