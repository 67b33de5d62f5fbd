/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Descriptors over a Unix socket, as the protocol sends them: behind their
 * packet, each with one byte of its own. */
#pragma once

#include <glib.h>

typedef enum {
    FD_PASS_DONE,
    FD_PASS_AGAIN, /* the socket is not ready (non-blocking) */
    FD_PASS_FAILED,
} FdPassResult;

FdPassResult fd_pass_send(int socket, int fd, GError **error);
/** fd_pass_receive: *@ret_fd is close-on-exec and the caller's.  VIR_ERR_RPC
 * if the peer sent a byte without a descriptor, or is gone. */
FdPassResult fd_pass_receive(int socket, int *ret_fd, GError **error);
