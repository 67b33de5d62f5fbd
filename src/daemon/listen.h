/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The daemon's own sockets: made with their group and mode, or handed over by
 * systemd. */
#pragma once

#include "daemon/server.h"
#include "daemon/settings.h"

#define LISTEN_SOCKET          "strandline-sock"
#define LISTEN_SOCKET_READONLY "strandline-sock-ro"

/** listen_sockets: @server listens on both sockets below
 * @settings->unix_sock_dir, which is made if it is absent.  A socket that
 * nobody listens on is replaced; VIR_ERR_OPERATION_FAILED while another daemon
 * does. */
bool listen_sockets(Server *server, const Settings *settings, GError **error);

/** listen_network: @server listens for TCP and TLS, as far as @settings have
 * them. */
bool listen_network(Server *server, const Settings *settings, GError **error);

/** listen_load_tls: what @settings say of TLS, read; NULL on failure. */
TlsCredentials *listen_load_tls(const Settings *settings, GError **error);

/** listen_inherited: @server listens on as many sockets from @first on as there
 * are @names.  A Unix socket whose path ends in "-ro" is for readers; one of the
 * network is for what its name says: "tls" (with the certificates of @settings)
 * or "tcp", or ending in "-tls.socket" or "-tcp.socket", as systemd names it by
 * itself.  VIR_ERR_INVALID_ARG for anything else. */
bool listen_inherited(Server *server, const Settings *settings, int first,
                      const char *const *names, GError **error);
