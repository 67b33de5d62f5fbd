/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The URI of a program that names none: what the user set in the environment,
 * else in libvirt.conf (client_conf.h), else the daemon of the whole host if one
 * listens, else a folder of the user's own, which needs no right and no
 * daemon. */
#pragma once

#include <glib.h>

/** DEFAULT_URI_SOCKET: where the daemon of a whole host listens. */
#define DEFAULT_URI_SOCKET "/run/strandline/strandline-sock"

/** default_uri: (transfer full): @conf is client_conf_path() and @system_socket
 * DEFAULT_URI_SOCKET, but for tests, which have no business there.  NULL: @conf
 * cannot be understood, as client_conf_default(). */
char *default_uri(const char *conf, const char *system_socket, GError **error);
