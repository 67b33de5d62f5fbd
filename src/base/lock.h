/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pthread mutexes by scope.
 *
 * pthread_mutex_t rather than GMutex: the thread sanitizer sees the first and
 * reports correctly locked code that uses the second.
 */
#pragma once

#include <glib.h>
#include <pthread.h>

typedef pthread_mutex_t Lock;
typedef Lock LockHolder;

void lock_init(Lock *lock);
void lock_clear(Lock *lock);
LockHolder *lock_hold(Lock *lock);
void lock_release(LockHolder *holder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LockHolder, lock_release)

/* LOCK_SCOPE(&object->lock): held to the end of the enclosing block. */
#define LOCK_SCOPE_NAME(line) lock_holder_##line
#define LOCK_SCOPE_LINE(lock, line) \
    g_autoptr(LockHolder) LOCK_SCOPE_NAME(line) G_GNUC_UNUSED = lock_hold(lock)
#define LOCK_SCOPE_EXPAND(lock, line) LOCK_SCOPE_LINE(lock, line)
#define LOCK_SCOPE(lock)              LOCK_SCOPE_EXPAND(lock, __LINE__)
