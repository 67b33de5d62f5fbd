/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Work is done, and marked work does not wait for what is stuck. */
#include "daemon/work_pool.h"

#include "base/lock.h"

/* A gate that work waits at, and how much of it came through. */
typedef struct {
    Lock lock;
    pthread_cond_t changed;
    unsigned waiting;
    unsigned done;
    bool is_open;
} Gate;

#define GATE_INIT                                                    \
    {                                                                \
        PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0, 0, 0 \
    }

static void
pass(gpointer data)
{
    Gate *gate = data;
    LOCK_SCOPE(&gate->lock);

    gate->done++;
    pthread_cond_broadcast(&gate->changed);
}

static void
wait_at(gpointer data)
{
    Gate *gate = data;
    LOCK_SCOPE(&gate->lock);

    gate->waiting++;
    pthread_cond_broadcast(&gate->changed);
    while (!gate->is_open)
        pthread_cond_wait(&gate->changed, &gate->lock);
    gate->done++;
}

static void
open_gate(gpointer data)
{
    Gate *gate = data;
    LOCK_SCOPE(&gate->lock);

    gate->is_open = true;
    pthread_cond_broadcast(&gate->changed);
}

static void
await(Gate *gate, const unsigned *value, unsigned least)
{
    LOCK_SCOPE(&gate->lock);

    while (*value < least)
        pthread_cond_wait(&gate->changed, &gate->lock);
}

static void
marked_work_is_done_while_every_worker_is_stuck(void)
{
    g_autoptr(WorkPool) pool = work_pool_new(2, 1);
    Gate gate = GATE_INIT;
    Gate other = GATE_INIT;

    for (int i = 0; i < 5; i++)
        work_pool_push(pool, false, wait_at, &gate);
    await(&gate, &gate.waiting, 2);
    work_pool_push(pool, true, pass, &other);
    await(&other, &other.done, 1);
    g_assert_cmpuint(gate.waiting, ==, 2);
    /* What sets the others free may itself be marked. */
    work_pool_push(pool, true, open_gate, &gate);
    await(&gate, &gate.waiting, 5);
}

static void
all_that_was_pushed_is_done_before_the_end(void)
{
    WorkPool *pool = work_pool_new(3, 2);
    Gate gate = GATE_INIT;

    for (int i = 0; i < 1000; i++)
        work_pool_push(pool, i % 3 == 0, pass, &gate);
    work_pool_free(pool);
    g_assert_cmpuint(gate.done, ==, 1000);
}

static void
work_runs_side_by_side(void)
{
    g_autoptr(WorkPool) pool = work_pool_new(4, 1);
    Gate gate = GATE_INIT;

    for (int i = 0; i < 4; i++)
        work_pool_push(pool, false, wait_at, &gate);
    await(&gate, &gate.waiting, 4);
    open_gate(&gate);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func(
        "/work_pool/marked_work_is_done_while_every_worker_is_stuck",
        marked_work_is_done_while_every_worker_is_stuck);
    g_test_add_func("/work_pool/all_that_was_pushed_is_done_before_the_end",
                    all_that_was_pushed_is_done_before_the_end);
    g_test_add_func("/work_pool/work_runs_side_by_side",
                    work_runs_side_by_side);
    return g_test_run();
}
