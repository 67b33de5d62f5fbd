/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Starting other programs from a library in a program we do not know.
 *
 * That program may have threads, signal handlers, and descriptors that are not
 * close-on-exec.  So everything goes through posix_spawn(), no code of ours
 * runs between fork and exec, signals are as a new program expects them, and
 * the child gets exactly the descriptors listed.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

enum { SPAWN_FDS_MAX = 256 };

typedef struct {
    const char *const *argv; /* argv[0] is a path, or is searched for */
    const char *const *envp; /* NULL: ours */
    /* Descriptor i of the child is @fds[i]; -1 is /dev/null. */
    const int *fds;
    unsigned nfds;
    bool is_leader; /* in a session of its own: no terminal's Ctrl-C */
} SpawnRequest;

/** spawn_process: the child's pid, to be waited for; or -1 with
 * VIR_ERR_SYSTEM_ERROR. */
pid_t spawn_process(const SpawnRequest *request, GError **error);

/** spawn_wait: waits for our child @pid, killing it after @timeout_ms.
 * *@ret_status is its exit status, 128 and the signal's number if one ended it,
 * -1 if somebody else has waited for it, or a kill does not end it: then a thread
 * waits on.  VIR_ERR_OPERATION_TIMEOUT. */
bool spawn_wait(pid_t pid, int timeout_ms, int *ret_status, GError **error);

/** spawn_tool: runs @argv to its end and returns what it wrote to stdout (at
 * most @limit bytes).  A failure is VIR_ERR_OPERATION_FAILED with what it wrote
 * to stderr. */
char *spawn_tool(const char *const *argv, gsize limit, int timeout_ms,
                 GError **error);
