/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A TCP port of this host, for a program that we hand it to. */
#pragma once

#include <glib.h>

/** tcp_listen: a listening, close-on-exec socket on one of the addresses of
 * @host; @port 0: one that is free, which *@ret_port tells.
 * Returns: the descriptor, or -1: VIR_ERR_SYSTEM_ERROR, or
 * VIR_ERR_OPERATION_FAILED for a host that nobody knows. */
int tcp_listen(const char *host, unsigned port, unsigned *ret_port,
               GError **error);
