/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/watcher.h"

#include "base/event_loop.h"
#include "driver/event_queue.h"
#include "qemu/domain/domain_end.h"
#include "qemu/domain/domain_record.h"
#include "qemu/domain/domain_state.h"
#include "qemu/events/event_map.h"
#include "qemu/events/journal.h"
#include "qemu/jobs/job_watch.h"
#include "qemu/session.h"

#include <string.h>

enum { INTERVAL_MS = 150, REST_US = 30 * G_USEC_PER_SEC };

/* A domain as we last told of it. */
typedef struct {
    char *name;
    unsigned char uuid[DOMAIN_UUID_SIZE];
    bool is_persistent;
    guint config_stamp; /* of the definition's text */
    int id;
    int state;
    gint64 quiet_until; /* it did not answer: the timer lets it be till then */
    gint64 journal;     /* how far the journal of this run was read */
    JobsSeen jobs;
} Seen;

struct QemuWatcher {
    gint refs;
    Lock lock;            /* held by a timer call; protects @session */
    QemuSession *session; /* NULL once the connection closes */
    int timer;
    /* By the session's lock. */
    GHashTable *seen; /* UUID text -> Seen */
    bool is_based;    /* @seen holds how everything was at first */
};

static void
seen_free(gpointer data)
{
    Seen *seen = data;

    jobs_seen_clear(&seen->jobs);
    g_free(seen->name);
    g_free(seen);
}

static void
note(QemuWatcher *watcher, const QemuDomain *vm)
{
    Seen *seen = g_new0(Seen, 1);
    Seen *former = NULL;
    char uuid[DOMAIN_UUID_TEXT_SIZE];

    uuid_format(vm->uuid, uuid);
    former = g_hash_table_lookup(watcher->seen, uuid);
    if (former) {
        seen->quiet_until = former->quiet_until;
        /* Each run writes a journal of its own; that of the last one is there
         * until the next. */
        if (former->id == vm->id || vm->id < 0)
            seen->journal = former->journal;
        seen->jobs = former->jobs;
        former->jobs = (JobsSeen){0};
    }
    seen->name = g_strdup(vm->name);
    memcpy(seen->uuid, vm->uuid, DOMAIN_UUID_SIZE);
    seen->is_persistent = vm->config != NULL;
    seen->config_stamp = vm->config_stamp;
    seen->id = vm->id;
    seen->state = vm->state;
    g_hash_table_replace(watcher->seen, g_strdup(uuid), seen);
}

void
watcher_forget(const QemuDomain *vm)
{
    char uuid[DOMAIN_UUID_TEXT_SIZE];

    if (!vm->session->watcher)
        return;
    uuid_format(vm->uuid, uuid);
    g_hash_table_remove(vm->session->watcher->seen, uuid);
}

void
watcher_send_job(QemuDomain *vm, const Job *job)
{
    QemuWatcher *watcher = vm->session->watcher;
    char uuid[DOMAIN_UUID_TEXT_SIZE];
    Seen *seen = NULL;

    if (!watcher)
        return;
    uuid_format(vm->uuid, uuid);
    seen = g_hash_table_lookup(watcher->seen, uuid);
    if (seen && seen->jobs.next_id > 0) {
        jobs_seen_update(&seen->jobs, vm, true); /* it is news to us, too */
    } else {
        job_watch_send(vm, job);
    }
}

void
watcher_send(QemuDomain *vm, const char *name, int event, int detail)
{
    QemuWatcher *watcher = vm->session->watcher;

    if (!watcher)
        return;
    event_queue_lifecycle(vm->session->events, name, vm->uuid, vm->id, event,
                          detail);
    if (event == VIR_DOMAIN_EVENT_STARTED)
        event_map_started(vm);
    if (qemu_domain_def(vm)) {
        note(watcher, vm);
    } else {
        watcher_forget(vm);
    }
}

static int
stopped_detail(const QemuDomain *vm)
{
    if (qemu_domain_is_active(vm))
        return VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN; /* and started again */
    return domain_end_detail(vm->reason);
}

static int
suspended_detail(int reason)
{
    switch (reason) {
    case VIR_DOMAIN_PAUSED_IOERROR:
        return VIR_DOMAIN_EVENT_SUSPENDED_IOERROR;
    case VIR_DOMAIN_PAUSED_WATCHDOG:
        return VIR_DOMAIN_EVENT_SUSPENDED_WATCHDOG;
    default:
        return VIR_DOMAIN_EVENT_SUSPENDED_PAUSED;
    }
}

static void
tell(const QemuDomain *vm, const char *name, int event, int detail)
{
    event_queue_lifecycle(vm->session->events, name, vm->uuid, vm->id, event,
                          detail);
}

static void
tell_state(const QemuDomain *vm)
{
    switch (vm->state) {
    case VIR_DOMAIN_RUNNING:
        tell(vm, vm->name, VIR_DOMAIN_EVENT_RESUMED,
             VIR_DOMAIN_EVENT_RESUMED_UNPAUSED);
        break;
    case VIR_DOMAIN_PAUSED:
        tell(vm, vm->name, VIR_DOMAIN_EVENT_SUSPENDED,
             suspended_detail(vm->reason));
        break;
    case VIR_DOMAIN_SHUTDOWN:
        tell(vm, vm->name, VIR_DOMAIN_EVENT_SHUTDOWN,
             VIR_DOMAIN_EVENT_SHUTDOWN_GUEST);
        break;
    case VIR_DOMAIN_PMSUSPENDED:
        tell(vm, vm->name, VIR_DOMAIN_EVENT_PMSUSPENDED,
             VIR_DOMAIN_EVENT_PMSUSPENDED_MEMORY);
        break;
    case VIR_DOMAIN_CRASHED:
        tell(vm, vm->name, VIR_DOMAIN_EVENT_CRASHED,
             VIR_DOMAIN_EVENT_CRASHED_PANICKED);
        break;
    default:
        break;
    }
}

/* What became of the definition. */
static void
tell_definition(const QemuDomain *vm, const Seen *seen)
{
    bool is_persistent = vm->config != NULL;

    if (seen->is_persistent && !g_str_equal(seen->name, vm->name)) {
        tell(vm, seen->name, VIR_DOMAIN_EVENT_UNDEFINED,
             VIR_DOMAIN_EVENT_UNDEFINED_RENAMED);
        tell(vm, vm->name, VIR_DOMAIN_EVENT_DEFINED,
             VIR_DOMAIN_EVENT_DEFINED_RENAMED);
    } else if (seen->is_persistent && !is_persistent) {
        tell(vm, vm->name, VIR_DOMAIN_EVENT_UNDEFINED,
             VIR_DOMAIN_EVENT_UNDEFINED_REMOVED);
    } else if (!seen->is_persistent && is_persistent) {
        tell(vm, vm->name, VIR_DOMAIN_EVENT_DEFINED,
             VIR_DOMAIN_EVENT_DEFINED_ADDED);
    } else if (seen->config_stamp != vm->config_stamp) {
        tell(vm, vm->name, VIR_DOMAIN_EVENT_DEFINED,
             VIR_DOMAIN_EVENT_DEFINED_UPDATED);
    }
}

/* What became of the run: another id is another run. */
static void
tell_run(QemuDomain *vm, const Seen *seen)
{
    if (seen->id != vm->id && seen->id >= 0)
        tell(vm, vm->name, VIR_DOMAIN_EVENT_STOPPED, stopped_detail(vm));
    if (seen->id != vm->id && vm->id >= 0) {
        tell(vm, vm->name, VIR_DOMAIN_EVENT_STARTED,
             VIR_DOMAIN_EVENT_STARTED_BOOTED);
        event_map_started(vm);
        if (vm->state != VIR_DOMAIN_RUNNING)
            tell_state(vm);
    }
    if (seen->id == vm->id && vm->id >= 0 && seen->state != vm->state)
        tell_state(vm);
}

/* What QEMU wrote down since.  It comes before what the comparison of states
 * tells: the states were asked for before this is read, so whatever led to one
 * is there. */
static void
tell_journal(QemuDomain *vm, Seen *seen)
{
    bool is_more = true;

    while (is_more && vm->folder >= 0) {
        g_autoptr(GPtrArray) events =
            journal_read(vm->folder, &seen->journal, &is_more);

        for (guint i = 0; i < events->len; i++)
            event_map_tell(vm, g_ptr_array_index(events, i));
    }
}

void
watcher_compare(QemuDomain *vm)
{
    static const Seen nothing = {.name = (char *)"", .id = -1};
    QemuWatcher *watcher = vm->session->watcher;
    char uuid[DOMAIN_UUID_TEXT_SIZE];
    Seen *seen = NULL;

    /* A start that is under way has not happened yet. */
    if (!watcher || !watcher->is_based || !qemu_domain_def(vm) ||
        (vm->state == VIR_DOMAIN_PAUSED &&
         vm->reason == VIR_DOMAIN_PAUSED_STARTING_UP))
        return;
    uuid_format(vm->uuid, uuid);
    seen = g_hash_table_lookup(watcher->seen, uuid);
    if (seen && (seen->id == vm->id || vm->id < 0))
        tell_journal(vm, seen);
    tell_definition(vm, seen ? seen : &nothing);
    tell_run(vm, seen ? seen : &nothing);
    note(watcher, vm);
    seen = g_hash_table_lookup(watcher->seen, uuid);
    tell_journal(vm, seen); /* of a run that began since */
    jobs_seen_update(&seen->jobs, vm, true);
}

/* The domain went behind our back. */
static void
tell_gone(const QemuSession *session, const Seen *seen)
{
    EventQueue *events = session->events;

    if (seen->id >= 0) {
        event_queue_lifecycle(events, seen->name, seen->uuid, -1,
                              VIR_DOMAIN_EVENT_STOPPED,
                              VIR_DOMAIN_EVENT_STOPPED_DESTROYED);
    }
    if (seen->is_persistent) {
        event_queue_lifecycle(events, seen->name, seen->uuid, -1,
                              VIR_DOMAIN_EVENT_UNDEFINED,
                              VIR_DOMAIN_EVENT_UNDEFINED_REMOVED);
    }
}

static void
look_for_gone(QemuWatcher *watcher)
{
    QemuSession *session = watcher->session;
    GHashTableIter iter;
    gpointer uuid = NULL;
    gpointer seen = NULL;

    g_hash_table_iter_init(&iter, watcher->seen);
    while (g_hash_table_iter_next(&iter, &uuid, &seen)) {
        if (g_hash_table_contains(session->records, uuid))
            continue;
        tell_gone(session, seen);
        g_hash_table_iter_remove(&iter);
    }
}

/* Asks QEMU how it is; false if it does not say. */
static bool
ask_domain(QemuDomain *vm)
{
    bool is_answered = qemu_domain_take_up(vm, NULL);

    return domain_state_refresh(vm) && is_answered;
}

/* Each domain is looked at as a call on it would; what fails there fails for
 * the next call too, which has somebody to tell.  A QEMU that hangs would hold
 * up everybody for seconds at each turn, so it has a rest between two tries. */
static void
look_at_domain(QemuWatcher *watcher, QemuDomain *vm)
{
    char uuid[DOMAIN_UUID_TEXT_SIZE];
    gint64 now = g_get_monotonic_time();
    bool is_resting = false;
    bool is_silent = false;
    Seen *seen = NULL;

    uuid_format(vm->uuid, uuid);
    seen = g_hash_table_lookup(watcher->seen, uuid);
    is_resting = seen && seen->quiet_until > now;
    if (domain_record_open(vm, NULL) && domain_end_notice(vm, NULL) &&
        qemu_domain_def(vm) && !is_resting)
        is_silent = !ask_domain(vm);
    qemu_domain_close(vm);
    seen = is_silent ? g_hash_table_lookup(watcher->seen, uuid) : NULL;
    if (seen)
        seen->quiet_until = now + REST_US;
}

/* What ended before is no news either, nor what QEMU told before. */
static void
note_jobs(QemuWatcher *watcher, QemuDomain *vm)
{
    char uuid[DOMAIN_UUID_TEXT_SIZE];
    Seen *seen = NULL;

    uuid_format(vm->uuid, uuid);
    seen = g_hash_table_lookup(watcher->seen, uuid);
    if (domain_record_open(vm, NULL)) {
        jobs_seen_update(&seen->jobs, vm, false);
        seen->journal = journal_end(vm->folder);
    }
    domain_record_close(vm);
}

/* How everything is at first, so that it is not told as news. */
static void
note_everything(QemuWatcher *watcher)
{
    g_autoptr(GPtrArray) list = qemu_session_list(watcher->session, NULL);

    for (guint i = 0; list && i < list->len; i++) {
        note(watcher, list->pdata[i]);
        note_jobs(watcher, list->pdata[i]);
    }
    watcher->is_based = list != NULL;
}

static void
look_around(QemuWatcher *watcher)
{
    g_autoptr(GPtrArray) list = qemu_session_list(watcher->session, NULL);

    if (!list)
        return;
    if (!watcher->is_based)
        note_everything(watcher);
    for (guint i = 0; i < list->len; i++)
        look_at_domain(watcher, list->pdata[i]);
    look_for_gone(watcher);
}

static void
on_timer(int timer, void *opaque)
{
    QemuWatcher *watcher = opaque;

    (void)timer;
    LOCK_SCOPE(&watcher->lock);
    if (!watcher->session || !qemu_session_try_lock(watcher->session))
        return;
    if (watcher->session->watcher == watcher)
        look_around(watcher);
    qemu_session_unlock(watcher->session);
}

static void
watcher_unref(void *opaque)
{
    QemuWatcher *watcher = opaque;

    if (!g_atomic_int_dec_and_test(&watcher->refs))
        return;
    g_hash_table_destroy(watcher->seen);
    lock_clear(&watcher->lock);
    g_free(watcher);
}

/* Waits for a timer call that is running; a later one does nothing. */
static void
forget_session(QemuWatcher *watcher)
{
    LOCK_SCOPE(&watcher->lock);

    watcher->session = NULL;
}

void
watcher_free(QemuWatcher *watcher)
{
    if (!watcher)
        return;
    event_loop_remove_timeout(watcher->timer);
    forget_session(watcher);
    watcher_unref(watcher);
}

static QemuWatcher *
watcher_new(QemuSession *session)
{
    QemuWatcher *watcher = g_new0(QemuWatcher, 1);

    watcher->refs = 2; /* the session's and the timer's */
    lock_init(&watcher->lock);
    watcher->session = session;
    watcher->seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, seen_free);
    watcher->timer =
        event_loop_add_timeout(INTERVAL_MS, on_timer, watcher, watcher_unref);
    if (watcher->timer < 0)
        watcher_unref(watcher);
    return watcher;
}

/* A root that stays locked all the while is looked at by the timer. */
void
watcher_wanted(virConnectPtr conn, bool is_wanted)
{
    QemuSession *session = conn->session;
    QemuWatcher *former = NULL;
    bool is_locked = qemu_session_lock(session, NULL);

    if (!is_locked)
        (void)lock_hold(&session->lock);
    session->events = conn->events;
    former = session->watcher;
    session->watcher = is_wanted ? watcher_new(session) : NULL;
    if (is_locked && session->watcher)
        note_everything(session->watcher);
    if (is_locked) {
        qemu_session_unlock(session);
    } else {
        lock_release(&session->lock);
    }
    watcher_free(former);
}
