/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/lock.h"

void
lock_init(Lock *lock)
{
    g_assert(pthread_mutex_init(lock, NULL) == 0);
}

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

LockHolder *
lock_hold(Lock *lock)
{
    g_assert(pthread_mutex_lock(lock) == 0);
    return lock;
}

void
lock_release(LockHolder *holder)
{
    if (holder)
        g_assert(pthread_mutex_unlock(holder) == 0);
}
