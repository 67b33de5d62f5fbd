/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the peer of a URI is, and what it is asked to open.
 *
 * The transport, the host and ?socket= are for this end; the peer is told the
 * rest, as "qemu:///system".  One transport is built: a Unix socket.  The others
 * that libvirt's URIs name are recognised, and refused by name: "no such
 * driver" would send the user looking in the wrong place.
 */
#pragma once

#include "driver/driver.h"

typedef struct {
    char *folder; /* of the socket */
    char *socket; /* its name there */
    char *name;   /* what the peer is to open */
} RemotePlace;

/** remote_accepts: Driver.accepts: what names a transport or a host, and
 * qemu:///system and /session, which no driver inside the process has. */
bool remote_accepts(const ConnectUri *uri);

/** remote_place_new: @run is the folder below which daemons listen if the URI
 * names no socket (remote_run_folder(), but for tests).  VIR_ERR_INVALID_ARG
 * for an option that is unknown or contradicts the rest, VIR_ERR_NO_SUPPORT for
 * a transport that is not built. */
RemotePlace *remote_place_new(const ConnectUri *uri, const char *run,
                              bool is_readonly, GError **error);
void remote_place_free(RemotePlace *place);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RemotePlace, remote_place_free)

/** remote_run_folder: the host's, or for qemu:///session the user's. */
const char *remote_run_folder(const ConnectUri *uri);
