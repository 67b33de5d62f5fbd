/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/migrate/leader.h"

#include "base/lock.h"
#include "qemu/process/process.h"

#include <unistd.h>

/* Those that this process leads: "in-ID" and "out-ID", since both sides may be
 * ours.  Made by the first, and kept. */
static Lock lock = PTHREAD_MUTEX_INITIALIZER;
static GHashTable *led; /* protected by lock: key -> who leads it */

/* One table for both sides: a process that leads a migration between two of
 * its own connections is both. */
static char *
key_of(const char *id, bool is_incoming)
{
    return g_strdup_printf("%s-%s", is_incoming ? "in" : "out", id);
}

/* Before the record is written, so that nobody who reads it finds it without a
 * leader. */
void
leader_take(Migration *migration, const void *owner)
{
    LOCK_SCOPE(&lock);

    if (!led)
        led = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    (void)g_hash_table_insert(
        led, key_of(migration->id, migration->is_incoming), (gpointer)owner);
    migration->leader = getpid();
    migration->leader_since = process_start_time(getpid());
}

/* Of one that is not led it is no error: a phase may have failed before. */
void
leader_leave(const char *id, bool is_incoming)
{
    g_autofree char *key = key_of(id, is_incoming);
    LOCK_SCOPE(&lock);

    if (led)
        (void)g_hash_table_remove(led, key);
}

static gboolean
is_of(gpointer key, gpointer owner, gpointer data)
{
    (void)key;
    return owner == data;
}

/* A client that vanished between two phases will make no other. */
void
leader_leave_all(const void *owner)
{
    LOCK_SCOPE(&lock);

    if (led)
        (void)g_hash_table_foreach_remove(led, is_of, (gpointer)owner);
}

/* Another process is believed for as long as it is there: what it thinks
 * nobody else can know. */
bool
leader_is_there(const Migration *migration)
{
    g_autofree char *key = key_of(migration->id, migration->is_incoming);

    /* After a fork the child is another process, and leads nothing. */
    if (migration->leader != getpid()) {
        return process_is_alive((pid_t)migration->leader,
                                migration->leader_since);
    }
    LOCK_SCOPE(&lock);
    return led && g_hash_table_contains(led, key);
}
