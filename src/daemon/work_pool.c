/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/work_pool.h"

#include "base/lock.h"

typedef struct {
    WorkFunc work;
    void *data;
} Work;

/* One kind of thread, and how many of it there are. */
typedef struct {
    WorkPool *pool;
    bool marked_only;
    unsigned most;
    GArray *threads; /* pthread_t */
    unsigned idle;   /* that wait on @wake */
    pthread_cond_t wake;
} Crew;

struct WorkPool {
    Lock lock; /* protects what follows */
    GQueue marked;
    GQueue other;
    Crew workers;
    Crew priority;
    bool is_ending;
};

/* Under the lock.  Marked work first: it is short, and somebody may be waiting
 * for it to set the other free. */
static Work *
take(Crew *crew)
{
    Work *work = g_queue_pop_head(&crew->pool->marked);

    if (!work && !crew->marked_only)
        work = g_queue_pop_head(&crew->pool->other);
    return work;
}

/* Returns NULL when the pool ends and nothing is left for this crew. */
static Work *
wait_for_work(Crew *crew)
{
    LOCK_SCOPE(&crew->pool->lock);

    for (;;) {
        Work *work = take(crew);

        if (work || crew->pool->is_ending)
            return work;
        crew->idle++;
        pthread_cond_wait(&crew->wake, &crew->pool->lock);
        crew->idle--;
    }
}

/* A thread stays once it is there: what was needed once is needed again. */
static void *
run(void *data)
{
    Crew *crew = data;

    for (;;) {
        g_autofree Work *work = wait_for_work(crew);

        if (!work)
            return NULL;
        work->work(work->data);
    }
}

/* Under the lock; who is asleep is woken without it, by the caller, or it would
 * wait for the lock next.  A thread that was woken and has not run yet still counts as
 * idle, so what is queued is counted too: more work than sleepers needs one
 * thread more.  When none can be made, the work waits for the others; with no
 * other there is nobody who ever does it, and that is worth dying for. */
static void
find_hands(Crew *crew, unsigned queued)
{
    pthread_t thread;

    if (crew->idle >= queued || crew->threads->len >= crew->most)
        return;
    if (pthread_create(&thread, NULL, run, crew) == 0) {
        g_array_append_val(crew->threads, thread);
    } else {
        g_assert(crew->threads->len > 0);
    }
}

void
work_pool_push(WorkPool *pool, bool is_marked, WorkFunc work, void *data)
{
    Work *item = g_new(Work, 1);
    bool is_urgent = false;

    *item = (Work){work, data};
    {
        LOCK_SCOPE(&pool->lock);
        g_queue_push_tail(is_marked ? &pool->marked : &pool->other, item);
        find_hands(&pool->workers, pool->marked.length + pool->other.length);
        /* Only when the ordinary ones cannot take it at once. */
        is_urgent = is_marked && pool->workers.idle < pool->marked.length;
        if (is_urgent)
            find_hands(&pool->priority, pool->marked.length);
    }
    /* A thread that looked in between has found the work itself. */
    pthread_cond_signal(&pool->workers.wake);
    if (is_urgent)
        pthread_cond_signal(&pool->priority.wake);
}

static void
crew_init(Crew *crew, WorkPool *pool, unsigned most, bool marked_only)
{
    crew->pool = pool;
    crew->most = most;
    crew->marked_only = marked_only;
    crew->threads = g_array_new(FALSE, FALSE, sizeof(pthread_t));
    g_assert(pthread_cond_init(&crew->wake, NULL) == 0);
}

WorkPool *
work_pool_new(unsigned workers, unsigned priority_workers)
{
    WorkPool *pool = g_new0(WorkPool, 1);

    g_assert(workers > 0);
    lock_init(&pool->lock);
    crew_init(&pool->workers, pool, workers, false);
    crew_init(&pool->priority, pool, priority_workers, true);
    return pool;
}

/* Nothing starts a thread any more: is_ending is set, and only the owner, who
 * is here, pushes. */
static void
crew_end(Crew *crew)
{
    for (guint i = 0; i < crew->threads->len; i++) {
        g_assert(
            !pthread_join(g_array_index(crew->threads, pthread_t, i), NULL));
    }
    g_array_unref(crew->threads);
    pthread_cond_destroy(&crew->wake);
}

/* Threads end when nothing is left that they may do.  The priority crew is
 * joined first: marked work may be what sets the others free. */
void
work_pool_free(WorkPool *pool)
{
    if (!pool)
        return;
    {
        LOCK_SCOPE(&pool->lock);
        pool->is_ending = true;
        pthread_cond_broadcast(&pool->workers.wake);
        pthread_cond_broadcast(&pool->priority.wake);
    }
    crew_end(&pool->priority);
    crew_end(&pool->workers);
    lock_clear(&pool->lock);
    g_free(pool);
}
