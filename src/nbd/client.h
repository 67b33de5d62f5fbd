/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One connection to an NBD export, with a deadline around all that it does.
 *
 * libnbd's plain calls wait as long as the server likes, so its asynchronous
 * ones are used.  The deadline belongs to the connection: whoever opens one is
 * done with it by then, or fails with VIR_ERR_OPERATION_TIMEOUT.  All other
 * failures are VIR_ERR_OPERATION_FAILED and name the export.
 */
#pragma once

#include <glib.h>
#include <libnbd.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    struct nbd_handle *nbd;
    char *export_name;
    gint64 deadline; /* of the monotonic clock */
} NbdClient;

/** nbd_client_open: @socket: connected to the server, taken over.  @context: a
 * metadata context to ask for. */
NbdClient *nbd_client_open(int socket, const char *export_name,
                           const char *context, int timeout_ms, GError **error);
void nbd_client_close(NbdClient *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NbdClient, nbd_client_close)

/** nbd_client_wait: for the command of @cookie, which nbd_aio_*() gave (-1: it
 * could not even be sent).  1: done; 0: the server refused it, and the
 * connection is as it was; -1 with @error. */
int nbd_client_wait(NbdClient *client, int64_t cookie, GError **error);

/** nbd_client_leave: says goodbye and waits until the server has closed the
 * connection, or has died.  The client can then only be closed. */
bool nbd_client_leave(NbdClient *client, GError **error);

/** nbd_client_fail: with libnbd's words.  Always false. */
bool nbd_client_fail(const NbdClient *client, GError **error);
