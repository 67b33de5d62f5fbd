/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/event_loop.h"

#include "base/error.h"
#include "base/lock.h"

#include <glib-unix.h>
#include <stdio.h>

/* A handle or a timeout of the default loop.  The table holds one reference,
 * and so does each GSource made for it; GLib keeps a source's data alive while
 * it dispatches, so a callback may remove itself. */
typedef struct {
    gint refs;
    int id;
    int fd;          /* -1: a timeout */
    GSource *source; /* NULL while paused; protected by the lock */
    gint is_removed; /* atomic: seen by a dispatch that is on its way */
    union {
        virEventHandleCallback handle;
        virEventTimeoutCallback timeout;
    } callback;
    void *opaque;
    virFreeCallback free_opaque;
} Watch;

static struct {
    Lock lock;
    bool is_registered;
    bool is_default;
    EventLoop loop;        /* constant once registered */
    GMainContext *context; /* the default's; lives as long as the process */
    GHashTable *watches;   /* id -> Watch, holds a reference; by the lock */
    int last_id;           /* handles and timeouts share the numbers */
} state = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Frees the shell only: @opaque is the program's, and its free function has
 * been called from the loop before, or is about to be (remove_watch()). */
static void
watch_unref(gpointer data)
{
    Watch *watch = data;

    if (g_atomic_int_dec_and_test(&watch->refs))
        g_free(watch);
}

static Watch *
watch_ref(Watch *watch)
{
    g_atomic_int_inc(&watch->refs);
    return watch;
}

/* G_IO_NVAL (the descriptor was closed behind our back) has no counterpart in
 * libvirt's events; as an error it is at least seen, and not polled for ever in
 * silence. */
static int
events_from_condition(GIOCondition condition)
{
    return (condition & G_IO_IN ? VIR_EVENT_HANDLE_READABLE : 0) |
           (condition & G_IO_OUT ? VIR_EVENT_HANDLE_WRITABLE : 0) |
           (condition & (G_IO_ERR | G_IO_NVAL) ? VIR_EVENT_HANDLE_ERROR : 0) |
           (condition & G_IO_HUP ? VIR_EVENT_HANDLE_HANGUP : 0);
}

/* poll() reports errors and hangups unasked, and GLib hands them on, so asking
 * for them is harmless; not asking would make a source that can never end. */
static GIOCondition
condition_from_events(int events)
{
    return (events & VIR_EVENT_HANDLE_READABLE ? G_IO_IN : 0) |
           (events & VIR_EVENT_HANDLE_WRITABLE ? G_IO_OUT : 0) |
           (events & VIR_EVENT_HANDLE_ERROR ? G_IO_ERR : 0) |
           (events & VIR_EVENT_HANDLE_HANGUP ? G_IO_HUP : 0);
}

/* Runs in the thread that iterates the loop, without the lock: the callback may
 * add, change and remove watches, this one included.
 *
 * The flag is looked at once more, since another thread may have removed the
 * watch after GLib chose it and before it came to us. */
static gboolean
dispatch_handle(gint fd, GIOCondition condition, gpointer data)
{
    Watch *watch = data;

    if (!g_atomic_int_get(&watch->is_removed)) {
        watch->callback.handle(watch->id, fd, events_from_condition(condition),
                               watch->opaque);
    }
    return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_timeout(gpointer data)
{
    Watch *watch = data;

    if (!g_atomic_int_get(&watch->is_removed))
        watch->callback.timeout(watch->id, watch->opaque);
    return G_SOURCE_CONTINUE;
}

/* The end of a removed watch, from the loop. */
static gboolean
dispatch_free(gpointer data)
{
    Watch *watch = data;

    watch->free_opaque(watch->opaque);
    return G_SOURCE_REMOVE;
}

/* Under the lock.  g_source_destroy() does not wait for a dispatch that runs;
 * the reference that the source holds keeps the watch alive until then. */
static void
watch_stop(Watch *watch)
{
    if (!watch->source)
        return;
    g_source_destroy(watch->source);
    g_clear_pointer(&watch->source, g_source_unref);
}

/* Lets @source, which may be NULL, drive @watch from now on. */
static void
watch_start(Watch *watch, GSource *source, GSourceFunc dispatch)
{
    /* GLib cannot change what an attached source waits for (not its
     * descriptor's condition after g_unix_fd_source_new(), nor its interval),
     * so every update makes a new source. */
    watch_stop(watch);
    if (!source)
        return;
    g_source_set_callback(source, dispatch, watch_ref(watch), watch_unref);
    g_source_attach(source, state.context);
    watch->source = source;
}

/* No events: the watch stays in the table without a source, as libvirt's way of
 * pausing one; a source with an empty condition would still wake for a hangup,
 * again and again. */
static void
handle_start(Watch *watch, int events)
{
    GIOCondition condition = condition_from_events(events);

    watch_start(watch,
                condition ? g_unix_fd_source_new(watch->fd, condition) : NULL,
                G_SOURCE_FUNC(dispatch_handle));
}

static void
timeout_start(Watch *watch, int interval_ms)
{
    watch_start(watch,
                interval_ms >= 0 ? g_timeout_source_new((guint)interval_ms)
                                 : NULL,
                dispatch_timeout);
}

/* Under the lock. */
static Watch *
watch_new(int fd, void *opaque, virFreeCallback free_opaque)
{
    Watch *watch = g_new0(Watch, 1);

    /* Numbers are never used twice, so a stale one hits nothing.  Two thousand
     * million watches in the life of one process are a bug of the process. */
    g_assert(state.last_id < G_MAXINT);
    watch->refs = 1;
    watch->id = ++state.last_id;
    watch->fd = fd;
    watch->opaque = opaque;
    watch->free_opaque = free_opaque;
    g_hash_table_insert(state.watches, GINT_TO_POINTER(watch->id), watch);
    return watch;
}

/* Under the lock; NULL if @id is none, or of the other kind. */
static Watch *
watch_find(int id, bool is_timeout)
{
    Watch *watch = g_hash_table_lookup(state.watches, GINT_TO_POINTER(id));

    /* A handle's number given to a timeout's function is refused: the two share
     * a table, and the union must not be read as what it is not. */
    return watch && (watch->fd < 0) == is_timeout ? watch : NULL;
}

/* Before any loop runs, too: the source waits in the context until somebody
 * iterates it. */
static int
default_add_handle(int fd, int events, virEventHandleCallback callback,
                   void *opaque, virFreeCallback free_opaque)
{
    LOCK_SCOPE(&state.lock);
    Watch *watch = NULL;

    if (fd < 0)
        return -1;
    watch = watch_new(fd, opaque, free_opaque);
    watch->callback.handle = callback;
    handle_start(watch, events);
    return watch->id;
}

static void
default_update_handle(int id, int events)
{
    LOCK_SCOPE(&state.lock);
    Watch *watch = watch_find(id, false);

    if (watch)
        handle_start(watch, events);
}

static int
default_add_timeout(int interval_ms, virEventTimeoutCallback callback,
                    void *opaque, virFreeCallback free_opaque)
{
    LOCK_SCOPE(&state.lock);
    Watch *watch = watch_new(-1, opaque, free_opaque);

    watch->callback.timeout = callback;
    timeout_start(watch, interval_ms);
    return watch->id;
}

static void
default_update_timeout(int id, int interval_ms)
{
    LOCK_SCOPE(&state.lock);
    Watch *watch = watch_find(id, true);

    if (watch)
        timeout_start(watch, interval_ms);
}

/* The order matters: mark, stop, hand the free function to the loop, and only
 * then let the table's reference go.  A dispatch that has begun sees the mark
 * or has passed it; one that has passed it runs before the free function, since
 * both run in the loop's thread, one after the other. */
static int
remove_watch(int id, bool is_timeout)
{
    LOCK_SCOPE(&state.lock);
    Watch *watch = watch_find(id, is_timeout);

    if (!watch)
        return -1;
    g_atomic_int_set(&watch->is_removed, 1);
    watch_stop(watch);
    if (watch->free_opaque) {
        GSource *source = g_idle_source_new();

        /* Before anything else the loop does, and never inside the callback
         * that may be running. */
        g_source_set_priority(source, G_PRIORITY_HIGH);
        g_source_set_callback(source, dispatch_free, watch_ref(watch),
                              watch_unref);
        g_source_attach(source, state.context);
        g_source_unref(source);
    }
    g_hash_table_remove(state.watches, GINT_TO_POINTER(id));
    return 0;
}

static int
default_remove_handle(int id)
{
    return remove_watch(id, false);
}

static int
default_remove_timeout(int id)
{
    return remove_watch(id, true);
}

bool
event_loop_register(const EventLoop *loop)
{
    LOCK_SCOPE(&state.lock);

    if (state.is_registered)
        return false;
    state.loop = *loop;
    state.is_registered = true;
    return true;
}

/* The context is made here and never freed: sources may be added from any
 * thread up to the last moment of the process. */
bool
event_loop_register_default(void)
{
    static const EventLoop ours = {
        default_add_handle,  default_update_handle,  default_remove_handle,
        default_add_timeout, default_update_timeout, default_remove_timeout,
    };
    LOCK_SCOPE(&state.lock);

    if (state.is_registered)
        return false;
    state.context = g_main_context_new();
    state.watches = g_hash_table_new_full(NULL, NULL, NULL, watch_unref);
    state.loop = ours;
    state.is_default = true;
    state.is_registered = true;
    return true;
}

/* The registered loop, or NULL.  It never changes again, so that it can be
 * called without the lock. */
static const EventLoop *
loop(void)
{
    LOCK_SCOPE(&state.lock);

    return state.is_registered ? &state.loop : NULL;
}

bool
event_loop_is_registered(void)
{
    return loop() != NULL;
}

bool
event_loop_run_default(GError **error)
{
    /* The context is fetched in a scope of its own: the lock must be free again
     * before the iteration, which lasts as long as the program is idle, and
     * whose callbacks take it themselves. */
    GMainContext *context = NULL;

    {
        LOCK_SCOPE(&state.lock);
        context = state.is_default ? state.context : NULL;
    }
    if (!context) {
        return fail(error, VIR_ERR_INTERNAL_ERROR,
                    "cannot run the default event loop: it is not the one "
                    "registered; call virEventRegisterDefaultImpl() first");
    }
    /* Of several threads that come here GLib lets one own the context; the
     * others wait for it. */
    g_main_context_iteration(context, TRUE);
    return true;
}

int
event_loop_add_handle(int fd, int events, virEventHandleCallback callback,
                      void *opaque, virFreeCallback free_opaque)
{
    const EventLoop *it = loop();

    return it ? it->add_handle(fd, events, callback, opaque, free_opaque) : -1;
}

void
event_loop_update_handle(int watch, int events)
{
    const EventLoop *it = loop();

    if (it)
        it->update_handle(watch, events);
}

int
event_loop_remove_handle(int watch)
{
    const EventLoop *it = loop();

    return it ? it->remove_handle(watch) : -1;
}

int
event_loop_add_timeout(int interval_ms, virEventTimeoutCallback callback,
                       void *opaque, virFreeCallback free_opaque)
{
    const EventLoop *it = loop();

    return it ? it->add_timeout(interval_ms, callback, opaque, free_opaque)
              : -1;
}

void
event_loop_update_timeout(int timer, int interval_ms)
{
    const EventLoop *it = loop();

    if (it)
        it->update_timeout(timer, interval_ms);
}

int
event_loop_remove_timeout(int timer)
{
    const EventLoop *it = loop();

    return it ? it->remove_timeout(timer) : -1;
}
