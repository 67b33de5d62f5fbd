/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/lock.h"

/* Trouble with a mutex (not initialised, not ours to unlock) is a bug of our
 * own and never the user's: hence g_assert() all along. */
void
lock_init(Lock *lock)
{
    g_assert(pthread_mutex_init(lock, NULL) == 0);
}

/* For callers that come back to an object they already hold; a plain lock is
 * better wherever that cannot happen, since it finds the mistake (a deadlock is
 * seen, state changed under one's feet is not). */
void
lock_init_recursive(Lock *lock)
{
    pthread_mutexattr_t kind;

    g_assert(pthread_mutexattr_init(&kind) == 0);
    g_assert(pthread_mutexattr_settype(&kind, PTHREAD_MUTEX_RECURSIVE) == 0);
    g_assert(pthread_mutex_init(lock, &kind) == 0);
    g_assert(pthread_mutexattr_destroy(&kind) == 0);
}

void
lock_clear(Lock *lock)
{
    g_assert(pthread_mutex_destroy(lock) == 0);
}

/* The holder is the lock itself under another type, which is what gives
 * g_autoptr() something to release at the end of the scope. */
LockHolder *
lock_hold(Lock *lock)
{
    g_assert(pthread_mutex_lock(lock) == 0);
    return lock;
}

void
lock_release(LockHolder *holder)
{
    /* NULL after g_steal_pointer(), which hands a held lock on to another
     * scope. */
    if (holder)
        g_assert(pthread_mutex_unlock(holder) == 0);
}
