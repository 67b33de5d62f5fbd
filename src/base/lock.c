/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/lock.h"

/* Trouble with a mutex (not initialised, not ours to unlock) is a bug of our
 * own and never the user's: hence g_assert() all along. */
void
lock_init(Lock *lock)
{
    g_assert(pthread_mutex_init(lock, NULL) == 0);
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
