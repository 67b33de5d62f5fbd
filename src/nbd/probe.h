/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether an NBD export can still be read.
 *
 * QEMU tells nobody that it gave up a frozen view because its scratch was full
 * or too slow: from then on it only answers each read of the view with an
 * error.  So we are a reader ourselves for a moment.
 */
#pragma once

#include <glib.h>
#include <stdint.h>

typedef enum {
    NBD_PROBE_FAILED = -1, /* could not be asked: @error */
    NBD_PROBE_BROKEN = 0,  /* the server refused to read it */
    NBD_PROBE_READABLE = 1,
} NbdProbe;

/** nbd_probe: reads a sector at @offset of @export_name, and its block status
 * where the server has that, and leaves; when it returns the server has noticed.
 * @socket: connected to the server, taken over.
 * NBD_PROBE_FAILED: VIR_ERR_OPERATION_TIMEOUT, or VIR_ERR_OPERATION_FAILED (no
 * such export, no NBD server). */
NbdProbe nbd_probe(int socket, const char *export_name, uint64_t offset,
                   int timeout_ms, GError **error);
