/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the memory of a machine goes over: a Unix socket, or a port.
 *
 *     unix:///folder/socket    unix:/folder/socket
 *     tcp://host:port          tcp:host:port        (no port, or 0: a free one)
 *
 * Whoever can connect there can put any machine in place of ours, so without a
 * wish of the caller's two sides on one host meet in the domain's own folder.
 */
#pragma once

#include "qemu/qmp/client.h"

typedef struct {
    char *folder; /* of a socket; NULL: a port */
    char *name;
    char *host;
    unsigned port;
} MigratePlace;

void migrate_place_free(MigratePlace *place);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MigratePlace, migrate_place_free)

/** migrate_place_parse: VIR_ERR_INVALID_ARG. */
MigratePlace *migrate_place_parse(const char *uri, GError **error);

/** migrate_place_listen: the QEMU that awaits a machine does so there.
 * *@ret_uri is where to connect. */
bool migrate_place_listen(const MigratePlace *place, QmpClient *qmp,
                          char **ret_uri, GError **error);

/** migrate_place_connect: a descriptor, or -1 with VIR_ERR_SYSTEM_ERROR. */
int migrate_place_connect(const MigratePlace *place, GError **error);
