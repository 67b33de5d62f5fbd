/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* File descriptors with an owner, and Unix sockets below long paths.
 *
 * The path of a Unix socket ends at 107 bytes, and a state folder may lie
 * deeper than that: the socket is then reached through its folder's descriptor
 * (/proc/self/fd/N/name), which is always short.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/* An int that is closed when it leaves its scope (g_auto(AutoFd) fd = -1;). */
typedef int AutoFd;

void auto_fd_close(AutoFd fd);
G_DEFINE_AUTO_CLEANUP_FREE_FUNC(AutoFd, auto_fd_close, -1)

/** fd_steal: hands over the descriptor and leaves -1 behind. */
int fd_steal(int *fd);

/** fd_write_at, fd_read_at: all of it, whatever interrupts; where the file
 * stands does not change.  False with errno; 0 when the file ends before. */
bool fd_write_at(int fd, const void *data, size_t length, guint64 offset);
bool fd_read_at(int fd, void *ret_data, size_t length, guint64 offset);

/** fd_send, fd_receive: the same over a socket that blocks; a peer that is gone
 * is an error and no signal.  False with errno; 0 when the peer ended before. */
bool fd_send(int fd, const void *data, size_t length);
bool fd_receive(int fd, void *ret_data, size_t length);

/** fd_open_folder: opens @path as a folder (O_PATH would not allow fsync). */
int fd_open_folder(const char *path, GError **error);

/** unix_listen: a listening, close-on-exec socket bound to @name in @folder.
 * Fails with VIR_ERR_INVALID_ARG if @name exists and is not a dead socket; a
 * dead socket (nobody listens) is replaced.  @return: the descriptor, or -1. */
int unix_listen(const char *folder, const char *name, GError **error);
/** unix_listen_at: the same in a folder that is open; @folder for messages. */
int unix_listen_at(int folder_fd, const char *folder, const char *name,
                   GError **error);

/** unix_connect: connects to @name in @folder.  @return: the descriptor, or -1
 * with VIR_ERR_SYSTEM_ERROR. */
int unix_connect(const char *folder, const char *name, GError **error);
