/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The shortest visit to an NBD server: connect, read a sector, leave.
 *
 * Some servers do not survive that (docs/design says which); this is how it is
 * found out.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/** nbd_visit: over @socket, connected and taken over, also on failure.
 * VIR_ERR_OPERATION_FAILED with the library's own words. */
bool nbd_visit(int socket, const char *export_name, GError **error);
