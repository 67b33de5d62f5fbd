/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "driver/object.h"

#include "driver/driver.h"
#include "driver/event_queue.h"

#include <string.h>

/* What the first word of each kind of handle holds while it lives.  A pointer
 * of another kind, or one that was freed and not reused, is then refused
 * instead of followed. */
enum {
    CONNECT_MAGIC = 0x53c0a001,
    DOMAIN_MAGIC = 0x53d0a002,
    CHECKPOINT_MAGIC = 0x53c4a003,
    JOB_MAGIC = 0x53b0a004,
    SNAPSHOT_MAGIC = 0x5350a005,
};

G_STATIC_ASSERT(DOMAIN_UUID_SIZE == VIR_UUID_BUFLEN);

/* One reference less; the count that is left. */
static int
drop(gint *refs) /* NOLINT(readability-non-const-parameter): it is written */
{
    int before = g_atomic_int_add(refs, -1);

    g_assert(before > 0);
    return before - 1;
}

/* The session is the driver's own and is closed with the last reference. */
virConnectPtr
connect_object_new(const Driver *driver, void *session, const char *uri,
                   bool is_readonly)
{
    virConnectPtr conn = g_new0(virConnect, 1);

    conn->magic = CONNECT_MAGIC;
    conn->refs = 1;
    conn->driver = driver;
    conn->session = session;
    conn->uri = g_strdup(uri);
    conn->is_readonly = is_readonly;
    /* Always there, so that drivers need not ask; it costs no descriptor before
     * the first callback. */
    conn->events = event_queue_new(conn);
    lock_init(&conn->lock);
    return conn;
}

/* The name and id are those of now; calls go by the UUID. */
virDomainPtr
domain_object_new(virConnectPtr conn, const char *name,
                  const unsigned char *uuid, int id)
{
    virDomainPtr domain = g_new0(virDomain, 1);

    /* The caller holds a reference of its own, so the count cannot be 0
     * here. */
    g_atomic_int_inc(&conn->refs);
    domain->magic = DOMAIN_MAGIC;
    domain->refs = 1;
    domain->conn = conn;
    domain->name = g_strdup(name);
    memcpy(domain->uuid, uuid, DOMAIN_UUID_SIZE);
    domain->id = id;
    return domain;
}

/* The handle is anybody's thread's, and a start elsewhere changes it: hence
 * atomic. */
int
domain_object_id(virDomainPtr domain)
{
    return g_atomic_int_get(&domain->id);
}

void
domain_object_set_id(virDomainPtr domain, int id)
{
    g_atomic_int_set(&domain->id, id);
}

/* A name below a domain's handle, which it keeps alive. */
virDomainCheckpointPtr
checkpoint_object_new(virDomainPtr domain, const char *name)
{
    virDomainCheckpointPtr checkpoint = g_new0(virDomainCheckpoint, 1);

    g_atomic_int_inc(&domain->refs);
    checkpoint->magic = CHECKPOINT_MAGIC;
    checkpoint->refs = 1;
    checkpoint->domain = domain;
    checkpoint->name = g_strdup(name);
    return checkpoint;
}

/* As a checkpoint's. */
virDomainSnapshotPtr
snapshot_object_new(virDomainPtr domain, const char *name)
{
    virDomainSnapshotPtr snapshot = g_new0(virDomainSnapshot, 1);

    g_atomic_int_inc(&domain->refs);
    snapshot->magic = SNAPSHOT_MAGIC;
    snapshot->refs = 1;
    snapshot->domain = domain;
    snapshot->name = g_strdup(name);
    return snapshot;
}

/* Type and operation are those of now: a handle does not follow the job. */
virDomainJobPtr
job_object_new(virDomainPtr domain, int id, int type, int operation)
{
    virDomainJobPtr job = g_new0(virDomainJob, 1);

    g_atomic_int_inc(&domain->refs);
    job->magic = JOB_MAGIC;
    job->refs = 1;
    job->domain = domain;
    job->id = id;
    job->type = type;
    job->operation = operation;
    return job;
}

/* By the first word: a handle of another kind, or one that was freed and not
 * used again, is refused instead of followed. */
bool
connect_object_is(virConnectPtr conn)
{
    return conn && conn->magic == CONNECT_MAGIC;
}

bool
domain_object_is(virDomainPtr domain)
{
    /* Its connection too: a handle that outlived it would be a mistake of
     * ours. */
    return domain && domain->magic == DOMAIN_MAGIC &&
           connect_object_is(domain->conn);
}

bool
checkpoint_object_is(virDomainCheckpointPtr checkpoint)
{
    return checkpoint && checkpoint->magic == CHECKPOINT_MAGIC &&
           domain_object_is(checkpoint->domain);
}

bool
snapshot_object_is(virDomainSnapshotPtr snapshot)
{
    return snapshot && snapshot->magic == SNAPSHOT_MAGIC &&
           domain_object_is(snapshot->domain);
}

bool
job_object_is(virDomainJobPtr job)
{
    return job && job->magic == JOB_MAGIC && domain_object_is(job->domain);
}

/* Compare and exchange, since the last reference may go at this very moment. */
bool
connect_object_try_ref(virConnectPtr conn)
{
    int refs = g_atomic_int_get(&conn->refs);

    while (refs > 0) {
        if (g_atomic_int_compare_and_exchange(&conn->refs, refs, refs + 1))
            return true;
        refs = g_atomic_int_get(&conn->refs);
    }
    return false;
}

bool
connect_object_set_close(virConnectPtr conn, const CloseCallback *wanted)
{
    LOCK_SCOPE(&conn->lock);

    if (conn->closed.call)
        return false;
    conn->closed = *wanted;
    conn->is_close_told = false;
    return true;
}

static void
free_opaque(const CloseCallback *callback)
{
    if (callback->free_opaque)
        callback->free_opaque(callback->opaque);
}

/* The program's free function may call anything, so it runs without the lock;
 * and not while the callback runs, perhaps in another thread, perhaps in this
 * very one: what it was given must stay. */
bool
connect_object_clear_close(virConnectPtr conn, virConnectCloseFunc call)
{
    CloseCallback old = {0};

    {
        LOCK_SCOPE(&conn->lock);
        if (!call || conn->closed.call != call)
            return false;
        if (conn->is_telling_close) {
            conn->outgoing = conn->closed;
        } else {
            old = conn->closed;
        }
        memset(&conn->closed, 0, sizeof(conn->closed));
    }
    free_opaque(&old);
    return true;
}

/* False: there is none, or it was called already. */
static bool
begin_telling(virConnectPtr conn, CloseCallback *ret_callback)
{
    LOCK_SCOPE(&conn->lock);

    if (!conn->closed.call || conn->is_close_told)
        return false;
    conn->is_close_told = true;
    conn->is_telling_close = true;
    *ret_callback = conn->closed;
    return true;
}

/* What was taken back while it ran. */
static CloseCallback
end_telling(virConnectPtr conn)
{
    LOCK_SCOPE(&conn->lock);
    CloseCallback outgoing = conn->outgoing;

    conn->is_telling_close = false;
    memset(&conn->outgoing, 0, sizeof(conn->outgoing));
    return outgoing;
}

/* Between two locks and not under one: what is told may take itself back
 * meanwhile. */
void
connect_object_tell_close(virConnectPtr conn, int reason)
{
    CloseCallback callback = {0};
    CloseCallback outgoing = {0};

    if (!begin_telling(conn, &callback))
        return;
    callback.call(conn, reason, callback.opaque);
    outgoing = end_telling(conn);
    free_opaque(&outgoing);
}

/* The last one closes the driver's session, which may wait for a call in
 * another thread. */
int
connect_object_unref(virConnectPtr conn)
{
    int left = conn ? drop(&conn->refs) : 0;

    if (!conn || left > 0)
        return left;
    /* The session first: while it closes, its threads may still put in events,
     * and the queue must be there to drop them. */
    if (conn->driver->close)
        conn->driver->close(conn->session);
    event_queue_free(conn->events);
    (void)connect_object_clear_close(conn, conn->closed.call);
    lock_clear(&conn->lock);
    conn->magic = 0;
    g_free(conn->uri);
    g_free(conn);
    return 0;
}

/* Lets the connection go, which may close it. */
int
domain_object_unref(virDomainPtr domain)
{
    int left = domain ? drop(&domain->refs) : 0;

    if (!domain || left > 0)
        return left;
    /* Before the memory goes: a call with this handle in another thread at this
     * moment is the program's mistake, and may still be refused. */
    domain->magic = 0;
    connect_object_unref(domain->conn);
    g_free(domain->name);
    g_free(domain);
    return 0;
}

/* As the lists of this library end: with a NULL, whatever its length. */
void
domain_object_list_free(virDomainPtr *list)
{
    for (virDomainPtr *domain = list; domain && *domain; domain++)
        domain_object_unref(*domain);
    g_free(list);
}

/* The checkpoint itself is not touched: a handle is a name. */
int
checkpoint_object_unref(virDomainCheckpointPtr checkpoint)
{
    int left = checkpoint ? drop(&checkpoint->refs) : 0;

    if (!checkpoint || left > 0)
        return left;
    checkpoint->magic = 0;
    domain_object_unref(checkpoint->domain);
    g_free(checkpoint->name);
    g_free(checkpoint);
    return 0;
}

/* As a checkpoint's. */
int
snapshot_object_unref(virDomainSnapshotPtr snapshot)
{
    int left = snapshot ? drop(&snapshot->refs) : 0;

    if (!snapshot || left > 0)
        return left;
    snapshot->magic = 0;
    domain_object_unref(snapshot->domain);
    g_free(snapshot->name);
    g_free(snapshot);
    return 0;
}

/* The job goes on. */
int
job_object_unref(virDomainJobPtr job)
{
    int left = job ? drop(&job->refs) : 0;

    if (!job || left > 0)
        return left;
    job->magic = 0;
    domain_object_unref(job->domain);
    g_free(job);
    return 0;
}
