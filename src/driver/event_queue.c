/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "driver/event_queue.h"

#include "base/error.h"
#include "base/event_loop.h"
#include "base/typed_params.h"
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
    bool is_any_domain;
    unsigned char uuid[DOMAIN_UUID_SIZE]; /* unless is_any_domain */
    guint64 since;                        /* the first event that it may see */
    virConnectDomainEventGenericCallback call;
    void *opaque;
    virFreeCallback free_opaque;
    gint is_removed; /* atomic */
} Callback;

typedef struct {
    int event_id;
    guint64 number;
    char *name;
    unsigned char uuid[DOMAIN_UUID_SIZE];
    int id;
    int event; /* lifecycle only */
    int detail;
    virTypedParameterPtr params; /* job completed only */
    int nparams;
} Event;

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
    GQueue pending;       /* of Event, oldest first */
};

static void
callback_unref(gpointer data)
{
    Callback *callback = data;

    if (!g_atomic_int_dec_and_test(&callback->refs))
        return;
    if (callback->free_opaque)
        callback->free_opaque(callback->opaque);
    g_free(callback);
}

static void
event_free(gpointer data)
{
    Event *event = data;

    g_free(event->name);
    typed_params_free(event->params, event->nparams);
    g_free(event);
}

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

EventQueue *
event_queue_new(virConnectPtr conn)
{
    EventQueue *queue = g_new0(EventQueue, 1);

    queue->refs = 1;
    lock_init(&queue->wanted_lock);
    lock_init(&queue->lock);
    queue->conn = conn;
    queue->wakeup = -1;
    queue->watch = -1;
    queue->callbacks = g_ptr_array_new_with_free_func(callback_unref);
    queue->garbage = g_ptr_array_new_with_free_func(callback_unref);
    g_queue_init(&queue->pending);
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

static bool
callback_wants(const Callback *callback, const Event *event)
{
    return callback->event_id == event->event_id &&
           callback->since <= event->number &&
           (callback->is_any_domain ||
            !memcmp(callback->uuid, event->uuid, DOMAIN_UUID_SIZE));
}

/* Takes the oldest event up to @last, the callbacks that want it (a reference
 * to each) and a reference to the connection; NULL if there is none. */
static Event *
take_event(EventQueue *queue, guint64 last, GPtrArray *ret_callbacks,
           virConnectPtr *ret_conn)
{
    LOCK_SCOPE(&queue->lock);
    Event *event = g_queue_peek_head(&queue->pending);

    if (!event || event->number > last || !queue->conn ||
        !connect_object_try_ref(queue->conn))
        return NULL;
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

/* The public types of the callbacks differ by event; the program passed them
 * through VIR_DOMAIN_EVENT_CALLBACK(), and here they get their own type back
 * (by way of void (*)(void), as compilers want it said). */
static void
call_back(const Callback *callback, virConnectPtr conn, virDomainPtr domain,
          const Event *event)
{
    void (*plain)(void) = (void (*)(void))callback->call;

    if (event->event_id == VIR_DOMAIN_EVENT_ID_LIFECYCLE) {
        (void)((virConnectDomainEventCallback)plain)(
            conn, domain, event->event, event->detail, callback->opaque);
    } else {
        ((virConnectDomainEventJobCompletedCallback)plain)(
            conn, domain, event->params, event->nparams, callback->opaque);
    }
}

static void
deliver(const Event *event, virConnectPtr conn, GPtrArray *callbacks)
{
    virDomainPtr domain =
        domain_object_new(conn, event->name, event->uuid, event->id);

    for (guint i = 0; i < callbacks->len; i++) {
        const Callback *callback = g_ptr_array_index(callbacks, i);

        /* Perhaps by the callback before it. */
        if (!g_atomic_int_get(&callback->is_removed))
            call_back(callback, conn, domain, event);
    }
    domain_object_unref(domain);
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
    g_atomic_int_inc(&queue->refs);
    for (;;) {
        g_autoptr(GPtrArray) callbacks =
            g_ptr_array_new_with_free_func(callback_unref);
        virConnectPtr conn = NULL;
        Event *event = take_event(queue, last, callbacks, &conn);

        if (!event)
            break;
        deliver(event, conn, callbacks);
        event_free(event);
        connect_object_unref(conn);
    }
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

    if (is_wanted != was_wanted && driver->events_wanted)
        driver->events_wanted(queue->conn, is_wanted);
}

static int
insert(EventQueue *queue, Callback *callback)
{
    LOCK_SCOPE(&queue->lock);

    callback->id = queue->last_id++;
    callback->since = queue->last_number + 1;
    g_ptr_array_add(queue->callbacks, callback);
    return callback->id;
}

int
event_queue_add(EventQueue *queue, const EventCallback *wanted, GError **error)
{
    LOCK_SCOPE(&queue->wanted_lock);
    bool was_wanted = event_queue_is_wanted(queue);
    Callback *callback = NULL;
    int id = -1;

    if (!connect_to_loop(queue, error))
        return -1;
    callback = g_new0(Callback, 1);
    callback->refs = 1;
    callback->event_id = wanted->event_id;
    callback->is_any_domain = !wanted->domain;
    if (wanted->domain)
        memcpy(callback->uuid, wanted->domain->uuid, DOMAIN_UUID_SIZE);
    callback->call = wanted->call;
    callback->opaque = wanted->opaque;
    callback->free_opaque = wanted->free_opaque;
    id = insert(queue, callback);
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
        g_ptr_array_add(queue->garbage,
                        g_ptr_array_steal_index(queue->callbacks, i));
        return true;
    }
    return false;
}

bool
event_queue_remove(EventQueue *queue, int callback_id, GError **error)
{
    LOCK_SCOPE(&queue->wanted_lock);
    bool was_wanted = event_queue_is_wanted(queue);

    if (!discard(queue, callback_id)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "cannot deregister the event callback %d: this connection "
                    "has none with that id",
                    callback_id);
    }
    wake(queue);
    tell_driver(queue, was_wanted);
    return true;
}

bool
event_queue_is_wanted(EventQueue *queue)
{
    LOCK_SCOPE(&queue->lock);

    return queue->callbacks->len > 0;
}

void
event_queue_free(EventQueue *queue)
{
    if (!queue)
        return;
    {
        LOCK_SCOPE(&queue->lock);

        queue->conn = NULL;
        g_queue_clear_full(&queue->pending, event_free);
        while (queue->callbacks->len > 0) {
            Callback *callback = g_ptr_array_steal_index(queue->callbacks, 0);

            g_atomic_int_set(&callback->is_removed, 1);
            g_ptr_array_add(queue->garbage, callback);
        }
    }
    if (queue->watch >= 0)
        (void)event_loop_remove_handle(queue->watch);
    queue_unref(queue);
}

/* Under the lock. */
static bool
is_wanted(EventQueue *queue, const Event *event)
{
    for (guint i = 0; i < queue->callbacks->len; i++) {
        if (callback_wants(g_ptr_array_index(queue->callbacks, i), event))
            return true;
    }
    return false;
}

/* Takes @event over. */
static void
put(EventQueue *queue, Event *event)
{
    LOCK_SCOPE(&queue->lock);

    event->number = queue->last_number + 1;
    if (!is_wanted(queue, event)) {
        event_free(event);
        return;
    }
    queue->last_number = event->number;
    if (g_queue_get_length(&queue->pending) >= PENDING_LIMIT)
        event_free(g_queue_pop_head(&queue->pending));
    g_queue_push_tail(&queue->pending, event);
    wake(queue);
}

static Event *
event_new(int event_id, const char *name, const unsigned char *uuid, int id)
{
    Event *event = g_new0(Event, 1);

    event->event_id = event_id;
    event->name = g_strdup(name);
    memcpy(event->uuid, uuid, DOMAIN_UUID_SIZE);
    event->id = id;
    return event;
}

void
event_queue_lifecycle(EventQueue *queue, const char *name,
                      const unsigned char *uuid, int id, int event, int detail)
{
    Event *lifecycle = event_new(VIR_DOMAIN_EVENT_ID_LIFECYCLE, name, uuid, id);

    lifecycle->event = event;
    lifecycle->detail = detail;
    put(queue, lifecycle);
}

void
event_queue_job_completed(EventQueue *queue, const char *name,
                          const unsigned char *uuid, int id,
                          virTypedParameterPtr params, int nparams)
{
    Event *completed =
        event_new(VIR_DOMAIN_EVENT_ID_JOB_COMPLETED, name, uuid, id);

    completed->params = typed_params_copy(params, nparams);
    completed->nparams = completed->params ? nparams : 0;
    put(queue, completed);
}
