/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nbd/visit.h"

#include "base/error.h"

#include <libnbd.h>
#include <unistd.h>

enum { SECTOR = 512 };

typedef struct nbd_handle NbdHandle;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NbdHandle, nbd_close)

bool
nbd_visit(int socket, const char *export_name, GError **error)
{
    g_autoptr(NbdHandle) handle = nbd_create();
    char sector[SECTOR];

    if (!handle) {
        close(socket);
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "cannot make an NBD client: %s", nbd_get_error());
    }
    if (nbd_set_export_name(handle, export_name) < 0) {
        close(socket);
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "cannot ask for NBD export '%s': %s", export_name,
                    nbd_get_error());
    }
    if (nbd_connect_socket(handle, socket) < 0 ||
        nbd_pread(handle, sector, sizeof(sector), 0, 0) < 0 ||
        nbd_shutdown(handle, 0) < 0) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "cannot visit NBD export '%s': %s", export_name,
                    nbd_get_error());
    }
    return true;
}
