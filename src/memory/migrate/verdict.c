/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/migrate/verdict.h"

#include "base/lock.h"

/* As many are kept of migrations whose source never asks. */
enum { VERDICTS_MAX = 256 };

typedef struct {
    char *id;
    Verdict verdict;
} Entry;

/* Taken after any host's lock, and held for no longer than a look: so the two
 * sides of a migration, each with its own host's, cannot wait for each other. */
static Lock lock = PTHREAD_MUTEX_INITIALIZER;
static GQueue entries = G_QUEUE_INIT; /* of Entry, oldest first; by lock */

/* Of one that was taken off the queue. */
static void
entry_free(gpointer data)
{
    Entry *entry = data;

    g_free(entry->id);
    g_free(entry);
}

/* With the lock; NULL if nobody here knows @id. */
static GList *
find(const char *id)
{
    for (GList *link = entries.head; link; link = link->next) {
        const Entry *entry = link->data;

        if (g_str_equal(entry->id, id))
            return link;
    }
    return NULL;
}

/* The oldest goes for it, should sources of other processes come by the
 * hundred. */
void
memory_verdict_await(const char *id)
{
    Entry *entry = g_new0(Entry, 1);
    LOCK_SCOPE(&lock);

    entry->id = g_strdup(id);
    entry->verdict = VERDICT_AWAITED;
    g_queue_push_tail(&entries, entry);
    if (entries.length > VERDICTS_MAX)
        entry_free(g_queue_pop_head(&entries));
}

/* One that has been forgotten meanwhile was called off as far as its source
 * knows: of two that are not sure the one that may still run does. */
bool
memory_verdict_pass(const char *id)
{
    LOCK_SCOPE(&lock);
    GList *link = find(id);
    Entry *entry = link ? link->data : NULL;

    if (!entry || entry->verdict != VERDICT_AWAITED)
        return false;
    entry->verdict = VERDICT_HERE;
    return true;
}

/* The answer stays true: what was awaited is awaited no more. */
Verdict
memory_verdict_ask(const char *id)
{
    LOCK_SCOPE(&lock);
    GList *link = find(id);
    Entry *entry = link ? link->data : NULL;

    if (!entry)
        return VERDICT_UNKNOWN;
    if (entry->verdict == VERDICT_AWAITED)
        entry->verdict = VERDICT_CALLED_OFF;
    return entry->verdict;
}

/* By a source that knows how it came out, and so will not ask: not an error if
 * there is none. */
void
memory_verdict_forget(const char *id)
{
    LOCK_SCOPE(&lock);
    GList *link = find(id);

    if (!link)
        return;
    entry_free(link->data);
    g_queue_delete_link(&entries, link);
}
