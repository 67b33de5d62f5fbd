/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The URI of a program that names none: what the user set in the environment,
 * else the daemon of the whole host if one listens, else a folder of the user's
 * own, which needs no right and no daemon. */
#pragma once

/** DEFAULT_URI_SOCKET: where the daemon of a whole host listens. */
#define DEFAULT_URI_SOCKET "/run/strandline/strandline-sock"

/** default_uri: (transfer full): @system_socket is DEFAULT_URI_SOCKET, but for
 * tests, which have no business in /run. */
char *default_uri(const char *system_socket);
