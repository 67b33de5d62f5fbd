/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A scoped lock excludes, and is given back with its scope. */
#include "base/lock.h"

#include <errno.h>

enum { THREADS = 4, ROUNDS = 20000 };

typedef struct {
    Lock lock;
    int count; /* protected by @lock */
} Counter;

static void *
count_up(void *data)
{
    Counter *counter = data;

    for (int i = 0; i < ROUNDS; i++) {
        LOCK_SCOPE(&counter->lock);
        counter->count++;
    }
    return NULL;
}

static void
threads_exclude_each_other(void)
{
    Counter counter = {.count = 0};
    pthread_t threads[THREADS];

    lock_init(&counter.lock);
    for (int i = 0; i < THREADS; i++) {
        g_assert_cmpint(pthread_create(&threads[i], NULL, count_up, &counter),
                        ==, 0);
    }
    for (int i = 0; i < THREADS; i++)
        g_assert_cmpint(pthread_join(threads[i], NULL), ==, 0);
    g_assert_cmpint(counter.count, ==, THREADS * ROUNDS);
    lock_clear(&counter.lock);
}

static void
the_scope_holds_and_then_releases(void)
{
    Lock lock;

    lock_init(&lock);
    {
        LOCK_SCOPE(&lock);
        g_assert_cmpint(pthread_mutex_trylock(&lock), ==, EBUSY);
    }
    g_assert_cmpint(pthread_mutex_trylock(&lock), ==, 0);
    g_assert_cmpint(pthread_mutex_unlock(&lock), ==, 0);
    lock_clear(&lock);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/lock/threads_exclude_each_other",
                    threads_exclude_each_other);
    g_test_add_func("/base/lock/the_scope_holds_and_then_releases",
                    the_scope_holds_and_then_releases);
    return g_test_run();
}
