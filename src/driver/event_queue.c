/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "driver/event_queue.h"

#include "base/error.h"
#include "base/event_loop.h"
#include "base/typed_params.h"
#include "driver/domain_event.h"
#include "driver/driver.h"

#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Events that nobody fetches are dropped, oldest first: a program that
 * registered and then stopped running its loop must not grow for ever. */
enum { PENDING_LIMIT = 4096 };

typedef struct {
    gint refs;
    int id;
    int event_id;
    bool is_classic; /* of virConnectDomainEventRegister() */
    bool is_any_domain;
    unsigned char uuid[DOMAIN_UUID_SIZE]; /* unless is_any_domain */
    guint64 since;                        /* the first event that it may see */
    virConnectDomainEventGenericCallback call;
    void *opaque;
    virFreeCallback free_opaque;
    gint is_removed; /* atomic */
} Callback;

struct EventQueue {
    gint refs;          /* the connection's, and the event loop's */
    Lock wanted_lock;   /* held while the driver is told; taken first */
    Lock lock;          /* the fields below; never held in a call outwards */
    virConnectPtr conn; /* NULL once the connection is gone; not a reference */
    int wakeup;         /* eventfd; -1 until the first callback */
    int watch;          /* of @wakeup in the event loop */
    int last_id;
    guint64 last_number;
    GPtrArray *callbacks; /* of Callback, by id; owns a reference each */
    GPtrArray *garbage;   /* removed ones, for the loop to drop */
    GQueue pending;       /* of DomainEvent, oldest first */
    int end_reason;       /* of an end that is to be told; -1: none */
};

/* The registration's end.  free_opaque is the program's code: it must run in
 * the loop's thread and under no lock of ours. */
static void
callback_unref(gpointer data)
{
    Callback *callback = data;

    if (!g_atomic_int_dec_and_test(&callback->refs))
        return;
    /* From the loop only: every reference that can be the last one is dropped
     * there (drop_garbage(), deliver()), or when the connection goes. */
    if (callback->free_opaque)
        callback->free_opaque(callback->opaque);
    g_free(callback);
}

static void
event_free(gpointer data)
{
    domain_event_free(data);
}

/* The last reference is the connection's or the event loop's, whichever is
 * later. */
static void
queue_unref(EventQueue *queue)
{
    if (!g_atomic_int_dec_and_test(&queue->refs))
        return;
    if (queue->wakeup >= 0)
        (void)close(queue->wakeup); /* an eventfd has nothing left to write */
    g_queue_clear_full(&queue->pending, event_free);
    g_ptr_array_unref(queue->callbacks);
    g_ptr_array_unref(queue->garbage);
    lock_clear(&queue->wanted_lock);
    lock_clear(&queue->lock);
    g_free(queue);
}

/* One a connection, made with it.  Without callbacks it costs no descriptor and
 * takes in no event. */
EventQueue *
event_queue_new(virConnectPtr conn)
{
    EventQueue *queue = g_new0(EventQueue, 1);

    queue->refs = 1;
    lock_init(&queue->wanted_lock);
    lock_init(&queue->lock);
    /* Without a reference: the connection owns the queue, and a cycle would
     * keep both. */
    queue->conn = conn;
    queue->wakeup = -1;
    queue->watch = -1;
    queue->callbacks = g_ptr_array_new_with_free_func(callback_unref);
    queue->garbage = g_ptr_array_new_with_free_func(callback_unref);
    g_queue_init(&queue->pending);
    queue->end_reason = -1;
    return queue;
}

/* Lets the loop run dispatch() soon.  Fails only when the counter is full, and
 * then the loop is awake already. */
static void
wake(EventQueue *queue)
{
    (void)eventfd_write(queue->wakeup, 1);
}

/* From the loop only: drops what was removed, without the lock, since the
 * program's free functions may call anything. */
static void
drop_garbage(EventQueue *queue)
{
    g_autoptr(GPtrArray) garbage =
        g_ptr_array_new_with_free_func(callback_unref);

    {
        LOCK_SCOPE(&queue->lock);
        GPtrArray *full = queue->garbage;

        queue->garbage = garbage;
        garbage = full;
    }
}

/* Kind, domain, and that it was registered when the event happened. */
static bool
callback_wants(const Callback *callback, const DomainEvent *event)
{
    return callback->event_id == event->event_id &&
           callback->since <= event->number &&
           (callback->is_any_domain ||
            !memcmp(callback->uuid, event->uuid, DOMAIN_UUID_SIZE));
}

/* Takes the oldest event up to @last, the callbacks that want it (a reference
 * to each) and a reference to the connection; NULL if there is none. */
static DomainEvent *
take_event(EventQueue *queue, guint64 last, GPtrArray *ret_callbacks,
           virConnectPtr *ret_conn)
{
    LOCK_SCOPE(&queue->lock);
    DomainEvent *event = g_queue_peek_head(&queue->pending);

    /* A connection whose last reference is gone tells nothing more: its close
     * is under way in another thread. */
    if (!event || event->number > last || !queue->conn ||
        !connect_object_try_ref(queue->conn))
        return NULL;
    /* Out of the queue even if nobody wants it any more. */
    g_queue_pop_head(&queue->pending);
    for (guint i = 0; i < queue->callbacks->len; i++) {
        Callback *callback = g_ptr_array_index(queue->callbacks, i);

        if (!callback_wants(callback, event))
            continue;
        g_atomic_int_inc(&callback->refs);
        g_ptr_array_add(ret_callbacks, callback);
    }
    *ret_conn = queue->conn;
    return event;
}

/* In the loop's thread, with no lock held: a callback may call anything, this
 * queue's functions included. */
static void
deliver(const DomainEvent *event, virConnectPtr conn, GPtrArray *callbacks)
{
    /* One handle for all callbacks; who wants to keep it takes a reference. */
    virDomainPtr domain =
        domain_object_new(conn, event->name, event->uuid, event->id);

    for (guint i = 0; i < callbacks->len; i++) {
        const Callback *callback = g_ptr_array_index(callbacks, i);

        /* Perhaps by the callback before it. */
        if (!g_atomic_int_get(&callback->is_removed)) {
            domain_event_tell(event, callback->call, conn, domain,
                              callback->opaque);
        }
    }
    domain_object_unref(domain);
}

/* A reference to the connection whose end is to be told; NULL: to nobody. */
static virConnectPtr
take_end(EventQueue *queue, int *ret_reason)
{
    LOCK_SCOPE(&queue->lock);

    if (queue->end_reason < 0 || !queue->conn ||
        !connect_object_try_ref(queue->conn))
        return NULL;
    *ret_reason = queue->end_reason;
    queue->end_reason = -1;
    return queue->conn;
}

static void
tell_end(EventQueue *queue)
{
    int reason = -1;
    virConnectPtr conn = take_end(queue, &reason);

    if (conn)
        connect_object_tell_close(conn, reason);
    connect_object_unref(conn);
}

static guint64
newest(EventQueue *queue)
{
    LOCK_SCOPE(&queue->lock);

    return queue->last_number;
}

/* The handle callback of @wakeup.  Only what is there now is delivered: events
 * that come meanwhile have written to @wakeup again, and the loop's other
 * sources get their turn first. */
static void
dispatch(int watch, int fd, int events, void *opaque)
{
    EventQueue *queue = opaque;
    guint64 last = newest(queue);
    eventfd_t count = 0;

    (void)watch;
    (void)events;
    /* Empty: another turn of the loop was quicker. */
    (void)eventfd_read(fd, &count);
    /* A callback may close the connection, whose reference may be the last but
     * this. */
    g_atomic_int_inc(&queue->refs);
    for (;;) {
        g_autoptr(GPtrArray) callbacks =
            g_ptr_array_new_with_free_func(callback_unref);
        virConnectPtr conn = NULL;
        DomainEvent *event = take_event(queue, last, callbacks, &conn);

        if (!event)
            break;
        deliver(event, conn, callbacks);
        event_free(event);
        /* Outside every lock: it may close the connection. */
        connect_object_unref(conn);
    }
    tell_end(queue);
    drop_garbage(queue);
    queue_unref(queue);
}

/* The event loop's last word to its handle. */
static void
forget(void *opaque)
{
    drop_garbage(opaque);
    queue_unref(opaque);
}

/* Under wanted_lock. */
static bool
connect_to_loop(EventQueue *queue, GError **error)
{
    /* Once for the life of the queue: the loop keeps its handle until the
     * connection goes. */
    if (queue->watch >= 0)
        return true;
    if (queue->wakeup < 0)
        queue->wakeup = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (queue->wakeup < 0)
        return fail_errno(error, errno, "cannot make a descriptor for events");
    g_atomic_int_inc(&queue->refs);
    queue->watch = event_loop_add_handle(
        queue->wakeup, VIR_EVENT_HANDLE_READABLE, dispatch, queue, forget);
    if (queue->watch >= 0)
        return true;
    /* The reference that the loop did not take. */
    queue_unref(queue);
    return fail(error, VIR_ERR_INTERNAL_ERROR,
                "cannot register for events: there is no event loop; call "
                "virEventRegisterDefaultImpl() or virEventRegisterImpl() "
                "first");
}

/* The driver hears of the first callback and of the last. */
static void
tell_driver(EventQueue *queue, bool was_wanted)
{
    const Driver *driver = queue->conn->driver;
    bool is_wanted = event_queue_is_wanted(queue);

    /* Under wanted_lock, so that the driver hears of coming and going in their
     * order. */
    if (is_wanted != was_wanted && driver->events_wanted)
        driver->events_wanted(queue->conn, is_wanted);
}

/* Under the lock: id and start are given together, so that no event falls
 * between them. */
static int
insert(EventQueue *queue, Callback *callback)
{
    LOCK_SCOPE(&queue->lock);

    callback->id = queue->last_id++;
    /* What waits in the queue happened before it was registered. */
    callback->since = queue->last_number + 1;
    g_ptr_array_add(queue->callbacks, callback);
    return callback->id;
}

/* The id of the callback that was registered as a classic one with @call; -1:
 * none. */
static int
find_classic(EventQueue *queue, virConnectDomainEventGenericCallback call)
{
    LOCK_SCOPE(&queue->lock);

    for (guint i = 0; i < queue->callbacks->len; i++) {
        const Callback *callback = g_ptr_array_index(queue->callbacks, i);

        if (callback->is_classic && callback->call == call)
            return callback->id;
    }
    return -1;
}

/* The driver is told under wanted_lock and not under the lock: it puts events
 * in, which takes that one. */
int
event_queue_add(EventQueue *queue, const EventCallback *wanted, GError **error)
{
    LOCK_SCOPE(&queue->wanted_lock);
    bool was_wanted = event_queue_is_wanted(queue);
    Callback *callback = NULL;
    int id = -1;

    /* A classic one is taken back by its function alone. */
    if (wanted->is_classic && find_classic(queue, wanted->call) >= 0) {
        (void)fail(error, VIR_ERR_INVALID_ARG,
                   "cannot register the event callback: the same function is "
                   "registered already");
        return -1;
    }
    /* Before the callback is in the list: without a loop nothing would ever be
     * told. */
    if (!connect_to_loop(queue, error))
        return -1;
    callback = g_new0(Callback, 1);
    callback->refs = 1;
    callback->event_id = wanted->event_id;
    callback->is_classic = wanted->is_classic;
    callback->is_any_domain = !wanted->domain;
    if (wanted->domain)
        memcpy(callback->uuid, wanted->domain->uuid, DOMAIN_UUID_SIZE);
    callback->call = wanted->call;
    callback->opaque = wanted->opaque;
    callback->free_opaque = wanted->free_opaque;
    id = insert(queue, callback);
    /* After it is in the list, so that what the driver puts in at once is
     * seen. */
    tell_driver(queue, was_wanted);
    return id;
}

/* Moves a callback to the garbage; false if there is none with @callback_id. */
static bool
discard(EventQueue *queue, int callback_id)
{
    LOCK_SCOPE(&queue->lock);

    for (guint i = 0; i < queue->callbacks->len; i++) {
        Callback *callback = g_ptr_array_index(queue->callbacks, i);

        if (callback->id != callback_id)
            continue;
        g_atomic_int_set(&callback->is_removed, 1);
        /* Into the garbage, since the program's free function must not run in
         * this thread, nor under this lock. */
        g_ptr_array_add(queue->garbage,
                        g_ptr_array_steal_index(queue->callbacks, i));
        return true;
    }
    return false;
}

/* Under wanted_lock. */
static bool
remove_callback(EventQueue *queue, int callback_id, GError **error)
{
    bool was_wanted = event_queue_is_wanted(queue);

    if (!discard(queue, callback_id)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "cannot deregister the event callback %d: this connection "
                    "has none with that id",
                    callback_id);
    }
    /* For the garbage: with no event to come, the loop would never look. */
    wake(queue);
    tell_driver(queue, was_wanted);
    return true;
}

bool
event_queue_remove(EventQueue *queue, int callback_id, GError **error)
{
    LOCK_SCOPE(&queue->wanted_lock);

    return remove_callback(queue, callback_id, error);
}

/* libvirt's oldest pair of calls knows callbacks by their function. */
bool
event_queue_remove_call(EventQueue *queue,
                        virConnectDomainEventGenericCallback call,
                        GError **error)
{
    LOCK_SCOPE(&queue->wanted_lock);
    int id = find_classic(queue, call);

    if (id < 0) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "cannot deregister the event callback: this function was "
                    "not registered by virConnectDomainEventRegister()");
    }
    return remove_callback(queue, id, error);
}

int
event_queue_event_of(EventQueue *queue, int callback_id)
{
    LOCK_SCOPE(&queue->lock);

    for (guint i = 0; i < queue->callbacks->len; i++) {
        const Callback *callback = g_ptr_array_index(queue->callbacks, i);

        if (callback->id == callback_id)
            return callback->event_id;
    }
    return -1;
}

bool
event_queue_is_wanted(EventQueue *queue)
{
    LOCK_SCOPE(&queue->lock);

    return queue->callbacks->len > 0;
}

bool
event_queue_watch_end(EventQueue *queue)
{
    LOCK_SCOPE(&queue->wanted_lock);

    return connect_to_loop(queue, NULL);
}

/* Without a loop nobody would ever be told, and nobody is awake to wake. */
void
event_queue_end(EventQueue *queue, int reason)
{
    LOCK_SCOPE(&queue->lock);

    queue->end_reason = reason;
    if (queue->wakeup >= 0)
        wake(queue);
}

/* By the connection's last unref.  The loop may be in dispatch() at this
 * moment, and holds a reference of its own. */
void
event_queue_free(EventQueue *queue)
{
    if (!queue)
        return;
    {
        LOCK_SCOPE(&queue->lock);

        /* From here on dispatch() finds nothing to deliver. */
        queue->conn = NULL;
        g_queue_clear_full(&queue->pending, event_free);
        while (queue->callbacks->len > 0) {
            Callback *callback = g_ptr_array_steal_index(queue->callbacks, 0);

            g_atomic_int_set(&callback->is_removed, 1);
            g_ptr_array_add(queue->garbage, callback);
        }
    }
    /* The loop then calls forget(), later and from its own thread. */
    if (queue->watch >= 0)
        (void)event_loop_remove_handle(queue->watch);
    queue_unref(queue);
}

/* Under the lock. */
static bool
is_wanted(EventQueue *queue, const DomainEvent *event)
{
    for (guint i = 0; i < queue->callbacks->len; i++) {
        if (callback_wants(g_ptr_array_index(queue->callbacks, i), event))
            return true;
    }
    return false;
}

void
event_queue_put(EventQueue *queue, DomainEvent *event)
{
    LOCK_SCOPE(&queue->lock);

    event->number = queue->last_number + 1;
    /* Its number is not used up: callbacks go by the numbers that were
     * given. */
    if (!is_wanted(queue, event)) {
        event_free(event);
        return;
    }
    queue->last_number = event->number;
    /* The newest say how things are now. */
    if (g_queue_get_length(&queue->pending) >= PENDING_LIMIT)
        event_free(g_queue_pop_head(&queue->pending));
    g_queue_push_tail(&queue->pending, event);
    wake(queue);
}

/* The most frequent kind; the name is that of then, also if the domain has
 * another by now. */
void
event_queue_lifecycle(EventQueue *queue, const char *name,
                      const unsigned char *uuid, int id, int event, int detail)
{
    const EventDomain domain = {name, uuid, id};
    DomainEvent *lifecycle =
        domain_event_new(VIR_DOMAIN_EVENT_ID_LIFECYCLE, &domain);

    lifecycle->kind = event;
    lifecycle->detail = detail;
    event_queue_put(queue, lifecycle);
}

/* The figures are copied: the record may be forgotten before the loop gets to
 * this. */
void
event_queue_job_completed(EventQueue *queue, const char *name,
                          const unsigned char *uuid, int id,
                          virTypedParameterPtr params, int nparams)
{
    const EventDomain domain = {name, uuid, id};
    DomainEvent *completed =
        domain_event_new(VIR_DOMAIN_EVENT_ID_JOB_COMPLETED, &domain);

    completed->params = typed_params_copy(params, nparams);
    /* An empty list is copied as NULL, and counts none. */
    completed->nparams = completed->params ? nparams : 0;
    event_queue_put(queue, completed);
}

void
event_queue_reboot(EventQueue *queue, const EventDomain *domain)
{
    event_queue_put(queue,
                    domain_event_new(VIR_DOMAIN_EVENT_ID_REBOOT, domain));
}

/* libvirt's two events of one failure; NULL is told as "", as there. */
void
event_queue_io_error(EventQueue *queue, const EventDomain *domain,
                     const EventIoError *failure)
{
    static const int kinds[] = {VIR_DOMAIN_EVENT_ID_IO_ERROR,
                                VIR_DOMAIN_EVENT_ID_IO_ERROR_REASON};

    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        DomainEvent *event = domain_event_new(kinds[i], domain);

        event->disk = g_strdup(failure->path ? failure->path : "");
        event->alias = g_strdup(failure->alias ? failure->alias : "");
        event->reason = g_strdup(failure->reason ? failure->reason : "");
        event->kind = failure->action;
        event_queue_put(queue, event);
    }
}

/* libvirt has two kinds that differ in what they call the disk. */
void
event_queue_block_job(EventQueue *queue, const EventDomain *domain,
                      const EventBlockJob *job)
{
    DomainEvent *by_path =
        domain_event_new(VIR_DOMAIN_EVENT_ID_BLOCK_JOB, domain);
    DomainEvent *by_target =
        domain_event_new(VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2, domain);

    by_path->disk = g_strdup(job->path ? job->path : "");
    by_target->disk = g_strdup(job->target);
    by_path->kind = by_target->kind = job->type;
    by_path->detail = by_target->detail = job->status;
    event_queue_put(queue, by_path);
    event_queue_put(queue, by_target);
}

/* Told when the guest opens or closes its end of the channel. */
void
event_queue_agent_lifecycle(EventQueue *queue, const EventDomain *domain,
                            int state, int reason)
{
    DomainEvent *event =
        domain_event_new(VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE, domain);

    event->kind = state;
    event->detail = reason;
    event_queue_put(queue, event);
}

/* Once for each threshold that was set: QEMU takes it away as it fires. */
void
event_queue_block_threshold(EventQueue *queue, const EventDomain *domain,
                            const EventBlockThreshold *crossed)
{
    DomainEvent *event =
        domain_event_new(VIR_DOMAIN_EVENT_ID_BLOCK_THRESHOLD, domain);

    event->disk = g_strdup(crossed->device);
    event->alias = g_strdup(crossed->path);
    event->bytes[0] = crossed->threshold;
    event->bytes[1] = crossed->excess;
    event_queue_put(queue, event);
}

/* What it is now is for who is told to ask. */
void
event_queue_metadata(EventQueue *queue, const EventDomain *domain, int type,
                     const char *uri)
{
    DomainEvent *event =
        domain_event_new(VIR_DOMAIN_EVENT_ID_METADATA_CHANGE, domain);

    event->kind = type;
    event->uri = g_strdup(uri);
    event_queue_put(queue, event);
}
