/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Threads that do what the server has taken in.
 *
 * A call may wait long for a guest, a lock or a disk.  So some of the threads
 * take marked work only, which never waits like that: however many calls are
 * stuck, a client can still ask what goes on, and abort it.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct WorkPool WorkPool;
typedef void (*WorkFunc)(void *data);

/** work_pool_new: threads are started when they are first needed: up to
 * @workers that do anything, and @priority_workers that do marked work only. */
WorkPool *work_pool_new(unsigned workers, unsigned priority_workers);
/** work_pool_free: what was pushed is done first.  Accepts NULL. */
void work_pool_free(WorkPool *pool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(WorkPool, work_pool_free)

/** work_pool_push: from any thread.  Marked work is taken before other. */
void work_pool_push(WorkPool *pool, bool is_marked, WorkFunc work, void *data);
