/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an NBD server says of an export, before somebody relies on it. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint64_t size;
    bool is_read_only;
} NbdExportInfo;

/** nbd_export_info: @socket: connected to the server, taken over.
 * VIR_ERR_OPERATION_TIMEOUT, or VIR_ERR_OPERATION_FAILED (no such export, no
 * NBD server). */
bool nbd_export_info(int socket, const char *export_name, int timeout_ms,
                     NbdExportInfo *ret_info, GError **error);
