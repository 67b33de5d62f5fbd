/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sockets over TCP, for a program that we hand them to: a port of this host,
 * and a connection to one of another. */
#pragma once

#include <glib.h>

/** tcp_listen: a listening, close-on-exec socket on one of the addresses of
 * @host; @port 0: one that is free, which *@ret_port tells.  A port that is in
 * use on one address is not taken on another.
 * Returns: the descriptor, or -1: VIR_ERR_SYSTEM_ERROR, or
 * VIR_ERR_OPERATION_FAILED for a host that nobody knows. */
int tcp_listen(const char *host, unsigned port, unsigned *ret_port,
               GError **error);

/** tcp_listen_all: the same on each address of @host (NULL: of this host), for
 * the port or service @port.
 * Returns: the descriptors (of int), at least one; NULL as tcp_listen(). */
GArray *tcp_listen_all(const char *host, const char *port, GError **error);

/** tcp_port: that @fd, which listens, got; 0 if it is no such socket. */
unsigned tcp_port(int fd);

/** tcp_connect: a close-on-exec socket connected to @what ("the NBD server"),
 * which listens there; not waited for longer than a few seconds.
 * Returns: the descriptor, or -1 as tcp_listen(). */
int tcp_connect(const char *what, const char *host, unsigned port,
                GError **error);

/** tcp_tune: small messages go at once, and a peer that has vanished without a
 * word is found out by the kernel some time. */
void tcp_tune(int fd);
