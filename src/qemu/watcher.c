/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/watcher.h"

#include "base/event_loop.h"
#include "driver/event_queue.h"
#include "model/domain/domain_rules.h"
#include "qemu/domain/domain_end.h"
#include "qemu/domain/domain_record.h"
#include "qemu/domain/domain_state.h"
#include "qemu/events/event_map.h"
#include "qemu/events/journal.h"
#include "qemu/events/root_watch.h"
#include "qemu/jobs/job_watch.h"
#include "qemu/notes/notes_seen.h"
#include "qemu/session.h"

#include <string.h>

enum {
    /* After news, which may be in the middle of more, and where the kernel
     * cannot tell of them: short enough for a person, long enough that a host
     * with a hundred domains is not kept busy by being watched. */
    INTERVAL_MS = 150,
    /* The kernel tells: for what it does not see, a writer that died. */
    CALM_MS = 2000,
    /* The root was somebody else's for a moment. */
    SOON_MS = 10,
    /* A turn is followed by a pause so many times as long, however much
     * happens: a guest can cause as many events as it likes. */
    PAUSES = 9,
    REST_US = 30 * G_USEC_PER_SEC,
};

/* How long a turn waits for the root when the one before it did not get it.  A
 * process that makes one call after the other leaves it free for so short a time
 * that looking once a turn would miss it for seconds, and meanwhile more jobs
 * could end than the record keeps. */
enum { PATIENCE_US = 20 * 1000 };

/* A domain as we last told of it. */
typedef struct {
    char *name;
    unsigned char uuid[DOMAIN_UUID_SIZE];
    bool is_persistent;
    guint config_stamp; /* of the definition's file */
    int id;
    int state;
    gint64 quiet_until; /* it did not answer: the timer lets it be till then */
    gint64 journal;     /* how far the journal of this run was read */
    int followed;       /* the id of the run whose journal is watched; or -1 */
    JobsSeen jobs;
    NotesSeen notes;
} Seen;

struct QemuWatcher {
    gint refs;
    Lock lock; /* held by a call of the event loop; for what follows */
    QemuSession *session; /* NULL once the connection closes */
    RootWatch *watch;     /* NULL: the kernel had none */
    int timer;            /* constant */
    int handle;           /* of @watch */
    int interval_ms;      /* the timer's */
    gint64 rest_until;    /* no turn before */
    bool is_news;         /* something happened since the last turn */
    int missed;           /* how many turns running found the root locked */
    /* By the session's lock. */
    GHashTable *seen; /* UUID text -> Seen */
    bool is_based;    /* @seen holds how everything was at first */
    bool is_blind;    /* one of them runs, and we do not hear of it */
};

/* What was told of a domain that is gone. */
static void
seen_free(gpointer data)
{
    Seen *seen = data;

    jobs_seen_clear(&seen->jobs);
    notes_seen_clear(&seen->notes);
    g_free(seen->name);
    g_free(seen);
}

/* What is told of a domain from now on is told against this.  How its jobs and
 * notes were seen moves on from the former entry. */
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
        seen->notes = former->notes;
        former->notes = (NotesSeen){0};
    }
    seen->followed = former ? former->followed : -1;
    seen->name = g_strdup(vm->name);
    memcpy(seen->uuid, vm->uuid, DOMAIN_UUID_SIZE);
    seen->is_persistent = vm->config != NULL;
    seen->config_stamp = vm->config_stamp;
    seen->id = vm->id;
    seen->state = vm->state;
    g_hash_table_replace(watcher->seen, g_strdup(uuid), seen);
}

/* So that the comparison does not tell its end a second time. */
void
watcher_forget(const QemuDomain *vm)
{
    char uuid[DOMAIN_UUID_TEXT_SIZE];

    if (!vm->session->watcher)
        return;
    uuid_format(vm->uuid, uuid);
    g_hash_table_remove(vm->session->watcher->seen, uuid);
}

/* At the moment of the end, by the connection that caused it; others find out
 * by comparing. */
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
        /* Told, then noted as seen: the comparison at the call's end must not
         * tell it again. */
        job_watch_send(vm, job);
    }
}

/* At once, and noted, so that the comparison at the call's end has nothing left
 * to tell. */
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
    /* A domain that is gone leaves no entry: one that is defined later under
     * its UUID is a new one. */
    if (qemu_domain_def(vm)) {
        note(watcher, vm);
    } else {
        watcher_forget(vm);
    }
}

bool
watcher_has_told(const QemuDomain *vm, int state)
{
    const QemuWatcher *watcher = vm->session->watcher;
    char uuid[DOMAIN_UUID_TEXT_SIZE];
    const Seen *seen = NULL;

    uuid_format(vm->uuid, uuid);
    seen = watcher ? g_hash_table_lookup(watcher->seen, uuid) : NULL;
    return seen && seen->id == vm->id && seen->state == state;
}

static int
stopped_detail(const QemuDomain *vm)
{
    if (qemu_domain_is_active(vm))
        return VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN; /* and started again */
    return domain_rules_stop_detail(vm->reason);
}

/* Why it stands, as far as we know. */
static int
suspended_detail(int reason)
{
    switch (reason) {
    case VIR_DOMAIN_PAUSED_IOERROR:
        return VIR_DOMAIN_EVENT_SUSPENDED_IOERROR;
    case VIR_DOMAIN_PAUSED_WATCHDOG:
        return VIR_DOMAIN_EVENT_SUSPENDED_WATCHDOG;
    case VIR_DOMAIN_PAUSED_MIGRATION:
        return VIR_DOMAIN_EVENT_SUSPENDED_MIGRATED;
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

/* Of a run that goes on: starting and stopping are told elsewhere. */
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
    /* Other states are passed through on the way to one of these. */
    default:
        break;
    }
}

/* What became of the definition.
 *
 * One event at the most, but for a rename, which libvirt tells as two. */
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
        /* One that was there without a definition is no new domain. */
        tell(vm, vm->name, VIR_DOMAIN_EVENT_DEFINED,
             *seen->name ? VIR_DOMAIN_EVENT_DEFINED_UPDATED
                         : VIR_DOMAIN_EVENT_DEFINED_ADDED);
    } else if (seen->config_stamp != vm->config_stamp) {
        tell(vm, vm->name, VIR_DOMAIN_EVENT_DEFINED,
             VIR_DOMAIN_EVENT_DEFINED_UPDATED);
    }
}

/* What became of the run: another id is another run. */
static void
tell_run(QemuDomain *vm, const Seen *seen)
{
    /* Ids are used once, so a domain that was stopped and started between two
     * looks is seen as both. */
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

/* From now on the kernel tells of what its QEMU writes. */
static void
follow(QemuWatcher *watcher, Seen *seen, const QemuDomain *vm)
{
    if (!qemu_domain_is_active(vm) || seen->followed == vm->id)
        return;
    if (watcher->watch && root_watch_follow(watcher->watch, vm->folder)) {
        seen->followed = vm->id;
    } else {
        watcher->is_blind = true;
    }
}

/* The heart of it: how the domain is, against how it was last told. */
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
    /* Before the run: a domain is defined before it starts. */
    tell_definition(vm, seen ? seen : &nothing);
    /* What fell with a run is told before its end. */
    if (seen && seen->id >= 0 && seen->id != vm->id)
        jobs_seen_update(&seen->jobs, vm, true);
    tell_run(vm, seen ? seen : &nothing);
    note(watcher, vm);
    seen = g_hash_table_lookup(watcher->seen, uuid);
    follow(watcher, seen, vm); /* and then what it has missed */
    tell_journal(vm, seen);    /* of a run that began since */
    jobs_seen_update(&seen->jobs, vm, true);
    notes_seen_update(&seen->notes, vm);
}

/* The domain went behind our back. */
static void
tell_gone(const QemuSession *session, const Seen *seen)
{
    EventQueue *events = session->events;

    /* Nobody is left to ask for the reason. */
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

/* After all others were looked at: what was seen once and is not in the listing
 * any more. */
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
        /* The one removal that an iteration allows. */
        g_hash_table_iter_remove(&iter);
    }
}

/* Asks QEMU how it is; false if it does not say. */
static bool
ask_domain(QemuDomain *vm)
{
    /* Both, though the first failed: the state is what most events are
     * about. */
    bool is_answered = qemu_domain_take_up(vm, NULL);

    return domain_state_look(vm) && is_answered;
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
    /* Compares, tells, and closes; it may free @vm. */
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
    notes_seen_update(&seen->notes, vm);
    if (domain_record_open(vm, NULL)) {
        jobs_seen_update(&seen->jobs, vm, false);
        follow(watcher, seen, vm);
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
    /* Until then nothing is compared: every domain there is would be told as
     * new. */
    watcher->is_based = list != NULL;
}

/* One turn of the timer. */
static void
look_around(QemuWatcher *watcher)
{
    g_autoptr(GPtrArray) list = qemu_session_list(watcher->session, NULL);

    watcher->is_blind = false;
    /* One record that cannot be read silences the rest as well: a list that may
     * lack a domain would tell it as gone. */
    if (!list)
        return;
    if (!watcher->is_based)
        note_everything(watcher);
    for (guint i = 0; i < list->len; i++)
        look_at_domain(watcher, list->pdata[i]);
    look_for_gone(watcher);
}

/* When the timer is to call next. */
static void
set_interval(QemuWatcher *watcher, int interval_ms)
{
    if (watcher->interval_ms == interval_ms)
        return;
    watcher->interval_ms = interval_ms;
    event_loop_update_timeout(watcher->timer, interval_ms);
}

/* With the root locked: a turn, and how long it took. */
static void
take_turn(QemuWatcher *watcher)
{
    gint64 begin = g_get_monotonic_time();
    gint64 end = 0;

    /* A new watcher may have taken the place of this one between its timer's
     * last and this turn. */
    if (watcher->session->watcher == watcher)
        look_around(watcher);
    end = g_get_monotonic_time();
    watcher->rest_until = end + PAUSES * (end - begin);
    set_interval(watcher,
                 watcher->is_news || watcher->is_blind || !watcher->watch
                     ? INTERVAL_MS
                     : CALM_MS);
    watcher->is_news = false;
}

/* In the event loop's thread.  It must not wait long: the loop is the program's.
 */
static void
on_timer(int timer, void *opaque)
{
    QemuWatcher *watcher = opaque;

    (void)timer;
    LOCK_SCOPE(&watcher->lock);
    /* The watcher's lock is held meanwhile, so that closing the connection
     * waits for this turn. */
    if (!watcher->session)
        return;
    if (!qemu_session_try_lock(watcher->session,
                               watcher->missed > 1 ? PATIENCE_US : 0)) {
        watcher->missed++;
        set_interval(watcher, watcher->missed > 1 ? INTERVAL_MS : SOON_MS);
        return;
    }
    watcher->missed = 0;
    take_turn(watcher);
    qemu_session_unlock(watcher->session);
}

/* The turn itself is the timer's: here it is only called for. */
static void
on_news(int handle, int fd, int events, void *opaque)
{
    QemuWatcher *watcher = opaque;
    gint64 wait_us = 0;

    (void)handle;
    (void)fd;
    (void)events;
    LOCK_SCOPE(&watcher->lock);
    if (!watcher->session || !root_watch_take(watcher->watch))
        return;
    watcher->is_news = true;
    wait_us = watcher->rest_until - g_get_monotonic_time();
    set_interval(watcher, (int)CLAMP(wait_us / 1000, 0, INTERVAL_MS));
}

/* The session's reference, the timer's and the handle's. */
static void
watcher_unref(void *opaque)
{
    QemuWatcher *watcher = opaque;

    /* The timer's reference ends in the event loop, after its last call, which
     * may be long after the connection's. */
    if (!g_atomic_int_dec_and_test(&watcher->refs))
        return;
    root_watch_free(watcher->watch);
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

/* After this no callback of the timer touches the session. */
void
watcher_free(QemuWatcher *watcher)
{
    if (!watcher)
        return;
    /* It does not wait for a call that is running; forget_session() does. */
    event_loop_remove_timeout(watcher->timer);
    if (watcher->handle > 0)
        event_loop_remove_handle(watcher->handle);
    forget_session(watcher);
    watcher_unref(watcher);
}

/* Without it there is the timer all the same. */
static void
watch_root(QemuWatcher *watcher, const char *path)
{
    watcher->watch = root_watch_new(path);
    if (!watcher->watch)
        return;
    g_atomic_int_inc(&watcher->refs);
    watcher->handle = event_loop_add_handle(root_watch_fd(watcher->watch),
                                            VIR_EVENT_HANDLE_READABLE, on_news,
                                            watcher, watcher_unref);
    if (watcher->handle > 0)
        return;
    g_atomic_int_add(&watcher->refs, -1);
    g_clear_pointer(&watcher->watch, root_watch_free);
}

/* The timer exists before anything was seen; its first turn notes how things
 * are. */
static QemuWatcher *
watcher_new(QemuSession *session)
{
    QemuWatcher *watcher = g_new0(QemuWatcher, 1);

    watcher->refs = 2; /* the session's and the timer's */
    lock_init(&watcher->lock);
    watcher->session = session;
    watcher->seen =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, seen_free);
    watcher->interval_ms = INTERVAL_MS;
    /* The event loop may call at once, from its own thread. */
    LOCK_SCOPE(&watcher->lock);
    watcher->timer =
        event_loop_add_timeout(INTERVAL_MS, on_timer, watcher, watcher_unref);
    /* No event loop: the reference that its free function would have given
     * back. */
    if (watcher->timer < 0) {
        g_atomic_int_add(&watcher->refs, -1);
    } else {
        watch_root(watcher, qemu_root_path(session->root));
    }
    return watcher;
}

/* A root that stays locked all the while is looked at by the timer. */
void
watcher_wanted(virConnectPtr conn, bool is_wanted)
{
    QemuSession *session = conn->session;
    QemuWatcher *former = NULL;
    bool is_locked = qemu_session_lock(session, NULL);

    /* The root may be held for longer than anybody waits; the connection's own
     * lock is all that its fields need. */
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
    /* Outside the session's lock: it waits for a timer call, which takes that
     * lock. */
    watcher_free(former);
}
