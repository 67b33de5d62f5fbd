/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Processes that are not our children, named by pid and start time.
 *
 * A pid alone is used again after a while; together with the moment its process
 * began it never is (within one boot, and after a reboot nothing of ours runs).
 * Signals go through a pidfd that was checked after it was opened, so that they
 * hit the process meant or none.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <sys/types.h>

/** process_start_time: in clock ticks after boot; 0 if @pid does not run (a
 * zombie does not). */
guint64 process_start_time(pid_t pid);

/** process_is_alive: the very process. */
bool process_is_alive(pid_t pid, guint64 start);

/** process_is_of_another: it runs as another user than we. */
bool process_is_of_another(pid_t pid);

/** process_open: (transfer full): a descriptor of the very process, readable once
 * it has ended; -1 if it has. */
int process_open(pid_t pid, guint64 start);

/** process_signal: false if it is not there any more. */
bool process_signal(pid_t pid, guint64 start, int signal);

/** process_wait_end: false if it still runs after @timeout_ms. */
bool process_wait_end(pid_t pid, guint64 start, int timeout_ms);
