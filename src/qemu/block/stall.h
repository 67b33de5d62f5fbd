/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether the storage below some files answers.
 *
 * QEMU waits in its main loop for the requests on a node that it is told to
 * give up, and the guest waits with it.  So who is about to have a node removed
 * whose storage may stand still asks here first: a guest must not wait for the
 * scratch of its backup.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct Stall Stall;

/** stall_ask: reads from each of @paths (of char *), past the host's cache, in
 * a process of its own, which a hang may keep.  It goes on beside the caller. */
Stall *stall_ask(const GPtrArray *paths);
/** stall_free: what has not answered is killed, and reaped if that can be. */
void stall_free(Stall *stall);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stall, stall_free)

/** stall_is_answered: waits; at most 3 s from the asking on.  A read that fails
 * is an answer.  VIR_ERR_OPERATION_TIMEOUT names the path that gives none. */
bool stall_is_answered(Stall *stall, GError **error);
