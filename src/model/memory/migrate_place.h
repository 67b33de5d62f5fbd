/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the memory of a machine goes over: a Unix socket, or a port.
 *
 *     unix:///folder/socket    unix:/folder/socket
 *     tcp://host:port          tcp:host:port        (no port, or 0: a free one)
 *
 * Whoever can connect there can put any machine in place of ours, so without a
 * wish of the caller's two sides on one host meet in a folder that is the
 * destination's own.  Who listens is each driver's to say.
 */
#pragma once

#include <glib.h>

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

/** migrate_place_tcp: (transfer full): that port behind @scheme ("tcp://"). */
char *migrate_place_tcp(const char *scheme, const char *host, unsigned port);

/** migrate_place_open: the folder of @place, a socket, in which nothing has its
 * name.  A descriptor, or -1 with VIR_ERR_OPERATION_FAILED. */
int migrate_place_open(const MigratePlace *place, GError **error);

/** migrate_place_connect: a descriptor, or -1 with VIR_ERR_SYSTEM_ERROR. */
int migrate_place_connect(const MigratePlace *place, GError **error);

/** migrate_place_host: (transfer full): this host, as its kernel runs now: two
 * that give the same answer find each other's sockets by their paths. */
char *migrate_place_host(GError **error);
