/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* There is no thread behind the client.  Of the callers that wait, one at a
 * time reads the socket, for all of them, and hands that duty on when its own
 * reply is there; the others sleep on a condition.  So a single caller costs
 * one write, one poll and one read, and many need no scheduling of ours.
 *
 * A command that is not answered in time does not lose the client: its id is
 * remembered and its late reply dropped.  That is worth more than a closed
 * connection, because what the caller sends next, such as the reverse of that
 * command, is carried out after it.  docs/design/qmp-client.md has the rest.
 */
#include "qemu/qmp/client.h"

#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"
#include "base/lock.h"
#include "qemu/qmp/framer.h"
#include "qemu/qmp/message.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    EVENTS_MAX = 4096,
    EVENT_BYTES_MAX = 16 * 1024 * 1024,
    /* Commands that nobody waits for any more.  QEMU takes them one by one, so
     * behind this many a machine is not slow but gone. */
    ABANDONED_MAX = 64,
    /* For everything that stands behind a command that was not answered in
     * time, together: QEMU takes them in order, so nothing of it is answered
     * before that one is, and each with a deadline of its own would add up to
     * minutes in which the caller holds what others wait for. */
    GRACE_MS = 5 * 1000,
    WRITER_LOOKS_MS = 100,
};

/* A command under way.  @reply NULL: not yet answered. */
typedef struct {
    char *command;
    gint64 sent_us;
    json_t *reply;
    bool is_abandoned; /* the caller's time was up: drop the reply */
} Pending;

typedef struct {
    json_t *event;
    size_t size; /* of its line */
} QueuedEvent;

struct QmpClient {
    int socket;       /* set at start, closed by qmp_client_free() */
    QmpSender sender; /* (nullable); set before other threads are there */
    Lock fd_lock;     /* one getfd at a time, taken before @lock */

    Lock lock;              /* protects all below */
    pthread_cond_t changed; /* a reply, an event, loss, or a duty to take */
    bool is_reading;        /* a caller is in poll() for all */
    bool is_writing;        /* a caller has written half a line */
    gint is_lost;           /* atomic; set once, with @why */
    GError *why;            /* NULL only while not lost */
    guint64 last_id;
    GHashTable *pending; /* guint64 * -> Pending * */
    unsigned nabandoned;
    gint64 grace;     /* while some are: when all other waits end */
    json_t *greeting; /* NULL until it came */
    GQueue events;    /* QueuedEvent *, oldest first */
    size_t event_bytes;
    bool events_dropped;
    Framer framer;
};

static void
pending_free(gpointer data)
{
    Pending *pending = data;

    g_free(pending->command);
    json_decref(pending->reply);
    g_free(pending);
}

static void
queued_event_free(gpointer data)
{
    QueuedEvent *queued = data;

    json_decref(queued->event);
    g_free(queued);
}

/* A condition whose deadlines are those of g_get_monotonic_time(). */
static void
init_condition(pthread_cond_t *condition)
{
    /* The clock of the wall would let a deadline jump when the host's time is
     * set. */
    pthread_condattr_t clock;

    g_assert(pthread_condattr_init(&clock) == 0);
    g_assert(pthread_condattr_setclock(&clock, CLOCK_MONOTONIC) == 0);
    g_assert(pthread_cond_init(condition, &clock) == 0);
    g_assert(pthread_condattr_destroy(&clock) == 0);
}

/* From here on @socket is the client's, so that qmp_client_open() closes it on
 * every way out by freeing the client. */
static QmpClient *
client_new(int socket)
{
    QmpClient *client = g_new0(QmpClient, 1);

    client->socket = socket;
    lock_init(&client->fd_lock);
    lock_init(&client->lock);
    init_condition(&client->changed);
    client->pending = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
                                            pending_free);
    g_queue_init(&client->events);
    framer_init(&client->framer, (FramerLimits){.line = QMP_LINE_LIMIT,
                                                .depth = QMP_DEPTH,
                                                .values = QMP_VALUES});
    return client;
}

/* No caller may be inside any more; that is the owner's to see to, since a lock
 * that is destroyed here could not tell. */
void
qmp_client_free(QmpClient *client)
{
    if (!client)
        return;
    /* QEMU's monitor takes the next client as soon as this one is closed;
     * commands of ours that it still carries out go on. */
    auto_fd_close(client->socket);
    framer_clear(&client->framer);
    g_queue_clear_full(&client->events, queued_event_free);
    json_decref(client->greeting);
    g_hash_table_unref(client->pending);
    g_clear_error(&client->why);
    g_assert(pthread_cond_destroy(&client->changed) == 0);
    lock_clear(&client->lock);
    lock_clear(&client->fd_lock);
    g_free(client);
}

/* Without the lock, so that error paths may ask it while they hold whatever
 * they hold.  It only ever turns from no to yes. */
bool
qmp_client_is_lost(const QmpClient *client)
{
    return g_atomic_int_get(&client->is_lost) != 0;
}

/* Takes over @why.  The socket is only shut down: another caller may be in
 * poll() on it, and QEMU frees its monitor for the next client. */
static void
lose(QmpClient *client, GError *why)
{
    /* The first reason counts: what comes after a loss (EPIPE, an end of file)
     * is only its echo. */
    if (client->why) {
        g_error_free(why);
        return;
    }
    client->why = why;
    g_atomic_int_set(&client->is_lost, 1);
    shutdown(client->socket, SHUT_RDWR);
    /* All of them: those that wait for a reply, for an event, and to write. */
    pthread_cond_broadcast(&client->changed);
}

static void G_GNUC_PRINTF(2, 3)
    lose_because(QmpClient *client, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    lose(client, g_error_new(STRANDLINE_ERROR, VIR_ERR_OPERATION_FAILED,
                             "lost the connection to QEMU: %s", text));
}

static void
keep_event(QmpClient *client, json_t *event, size_t size)
{
    QueuedEvent *queued = g_new0(QueuedEvent, 1);

    /* @size is that of the line.  Parsed it takes more: the bound is meant to
     * be cheap to keep, not exact. */
    queued->event = json_incref(event);
    queued->size = size;
    g_queue_push_tail(&client->events, queued);
    client->event_bytes += size;
    /* The newest say how things are now, so the oldest go; but never the one
     * that just came, however long it is. */
    while (
        client->events.length > EVENTS_MAX ||
        (client->event_bytes > EVENT_BYTES_MAX && client->events.length > 1)) {
        QueuedEvent *oldest = g_queue_pop_head(&client->events);

        client->event_bytes -= oldest->size;
        client->events_dropped = true;
        queued_event_free(oldest);
    }
}

static void
keep_reply(QmpClient *client, json_t *reply)
{
    Pending *pending = NULL;
    guint64 id = 0;

    /* A reply to nobody loses the client.  It would be tempting to drop it; but
     * then a reply of ours may have been taken for another's before, and
     * nothing that was concluded from an answer can be trusted. */
    if (!message_id(reply, &id)) {
        /* QEMU answers so to a text it could not read; then nothing tells
         * which command that was. */
        lose_because(client, "it sent a reply to no command%s%s",
                     message_kind(reply) == MESSAGE_ERROR ? ": " : "",
                     message_kind(reply) == MESSAGE_ERROR
                         ? message_error_text(reply)
                         : "");
        return;
    }
    pending = g_hash_table_lookup(client->pending, &id);
    if (!pending || pending->reply) {
        lose_because(client,
                     "it sent a reply to command number %" G_GUINT64_FORMAT
                     ", which was %s",
                     id, pending ? "answered before" : "not sent");
        return;
    }
    /* The late one.  Its caller is gone, and whatever the command did was asked
     * for anew by whoever came after it. */
    if (pending->is_abandoned) {
        client->nabandoned--;
        g_hash_table_remove(client->pending, &id);
        return;
    }
    pending->reply = json_incref(reply);
    /* tests/bench/bench_cut.c reads this: how long a cut took, in the flow
     * that it belongs to. */
    g_debug("QEMU answered '%s' after %" G_GINT64_FORMAT " us",
            pending->command, g_get_monotonic_time() - pending->sent_us);
}

static void
take_message(QmpClient *client, json_t *message, size_t size)
{
    switch (message_kind(message)) {
    case MESSAGE_GREETING:
        /* QEMU greets a connection once.  Twice means that two QEMUs, or
         * something else, are at the other end. */
        if (client->greeting) {
            lose_because(client, "it greeted twice");
        } else {
            client->greeting = json_incref(message);
        }
        break;
    case MESSAGE_EVENT:
        keep_event(client, message, size);
        break;
    case MESSAGE_RETURN:
    case MESSAGE_ERROR:
        keep_reply(client, message);
        break;
    case MESSAGE_NONSENSE:
        lose_because(client, "it sent a message that QMP does not have");
        break;
    }
}

static void
take_lines(QmpClient *client)
{
    while (!client->why) {
        /* Of each line its own: keep_event() and keep_reply() take references
         * of theirs. */
        g_autoptr(Json) message = NULL;
        GError *why = NULL;
        const char *line = NULL;
        size_t length = 0;

        FramerResult result = framer_next(&client->framer, &line, &length);

        /* The limits of the framer have been looked at before the parser sees
         * the line: jansson recurses, and makes hundreds of bytes of a few. */
        if (result == FRAMER_MORE)
            return;
        if (result != FRAMER_LINE) {
            lose_because(client, "it sent %s", framer_result_text(result));
            return;
        }
        message = message_parse(line, length, &why);
        if (message) {
            take_message(client, message, length);
        } else {
            lose(client, why);
        }
    }
}

/* Takes in what is there, at most one read of it, so that a QEMU that never
 * stops talking cannot keep a caller past its deadline. */
static void
read_some(QmpClient *client)
{
    size_t room = 0;
    void *space = framer_room(&client->framer, &room);
    ssize_t length = recv(client->socket, space, room, MSG_DONTWAIT);

    /* Another caller lost the connection while this one was in recv(); errno
     * and what came are of no use then. */
    if (client->why)
        return;
    if (length > 0) {
        framer_filled(&client->framer, (size_t)length);
        take_lines(client);
        /* Told apart, since a QEMU that died while it wrote (a full disk below
         * its log, a signal) looks different from one that quit. */
    } else if (length == 0) {
        lose_because(client, "it closed the connection%s",
                     client->framer.filled > client->framer.start
                         ? " in the middle of a message"
                         : "");
    } else if (errno != EAGAIN && errno != EINTR) {
        lose_because(client, "%s", g_strerror(errno));
    }
}

/* In microseconds of the monotonic clock, as all deadlines in this file. */
static gint64
deadline_in(int timeout_ms)
{
    return g_get_monotonic_time() + (gint64)timeout_ms * 1000;
}

/* What poll() takes: rounded up, so that a wait never ends just too early and
 * spins through the last millisecond. */
static int
milliseconds_until(gint64 deadline)
{
    gint64 left = deadline - g_get_monotonic_time();

    return left <= 0 ? 0 : (int)MIN((left + 999) / 1000, G_MAXINT);
}

/* Sleeps until another caller changed something or @deadline. */
static void
wait_changed(QmpClient *client, gint64 deadline)
{
    struct timespec until = {.tv_sec = deadline / G_USEC_PER_SEC,
                             .tv_nsec = deadline % G_USEC_PER_SEC * 1000};

    /* Waking for nothing and too early are both allowed: every caller looks
     * again at what it waits for, and at the clock. */
    pthread_cond_timedwait(&client->changed, &client->lock, &until);
}

/* One step of waiting for @events on the socket, or for what the caller that
 * is there already reads.  The lock is given up meanwhile. */
static void
wait_step(QmpClient *client, short events, gint64 deadline)
{
    struct pollfd ready = {.fd = client->socket, .events = events};

    /* Two in poll() on one socket would both wake for the same bytes, and the
     * second find none. */
    if (client->is_reading && events == POLLIN) {
        wait_changed(client, deadline);
        return;
    }
    if (client->is_reading) {
        /* A writer leaves the reading to the reader, and looks now and then
         * whether there still is one. */
        ready.events &= ~POLLIN;
        deadline = MIN(deadline, deadline_in(WRITER_LOOKS_MS));
    } else {
        client->is_reading = true;
    }
    /* While the lock is free the client may be lost, and the table of pending
     * commands change; but not be freed, and no entry of somebody who waits
     * goes away. */
    lock_release(&client->lock);
    if (poll(&ready, 1, milliseconds_until(deadline)) < 0)
        ready.revents = 0; /* EINTR: the caller asks again */
    lock_hold(&client->lock);
    /* A writer beside a reader: that one is still in poll(), and the duty is
     * its own. */
    if (!(ready.events & POLLIN))
        return;
    client->is_reading = false;
    if (ready.revents & (POLLIN | POLLHUP | POLLERR | POLLNVAL))
        read_some(client);
    /* Also when nothing came: one of those that sleep has to take the duty
     * over, now that it is free. */
    pthread_cond_broadcast(&client->changed);
}

/* Sends the first bytes of a line, with @fd if there is one. */
static ssize_t
send_some(int socket, const char *bytes, size_t length, int fd)
{
    struct iovec part = {.iov_base = (void *)bytes, .iov_len = length};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    /* The union aligns the bytes as a header must be. */
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof(int))];
    } control;

    if (fd >= 0) {
        struct cmsghdr *rights = NULL;

        memset(&control, 0, sizeof(control));
        message.msg_control = &control;
        message.msg_controllen = sizeof(control.space);
        rights = CMSG_FIRSTHDR(&message);
        rights->cmsg_level = SOL_SOCKET;
        rights->cmsg_type = SCM_RIGHTS;
        rights->cmsg_len = CMSG_LEN(sizeof(int));
        memcpy(CMSG_DATA(rights), &fd, sizeof(fd));
    }
    /* MSG_NOSIGNAL: the SIGPIPE of a QEMU that died would end the program that
     * we are a library in. */
    return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Writes the whole line or loses the client: half a line cannot be taken back.
 * Reads meanwhile, since a QEMU that cannot write may not read either. */
static bool
write_line(QmpClient *client, const char *line, size_t length, int fd)
{
    gint64 deadline = deadline_in(QMP_TIMEOUT_MS);
    size_t sent = 0;

    while (sent < length && !client->why) {
        ssize_t done =
            send_some(client->socket, line + sent, length - sent, fd);

        if (done > 0) {
            sent += (size_t)done;
            fd = -1; /* went with the first byte */
        } else if (done < 0 && errno != EAGAIN && errno != EINTR) {
            lose_because(client, "%s", g_strerror(errno));
        } else if (g_get_monotonic_time() >= deadline) {
            /* Half a line may be on its way, and QEMU would read the next
             * command as its rest. */
            lose_because(client, "it took no command for %d s",
                         QMP_TIMEOUT_MS / 1000);
        } else {
            wait_step(client, POLLIN | POLLOUT, deadline);
        }
    }
    /* The whole line may have gone although the client was lost by then: no
     * matter, the wait for its reply fails at once. */
    return sent == length;
}

/* Waits for the turn to write.  False: lost.
 *
 * Lines of two callers must not mix.  is_writing and not the lock is what a
 * writer holds: it has to let the lock go while it waits for QEMU to read
 * on. */
static bool
begin_writing(QmpClient *client)
{
    /* The writer before us is bounded by its own deadline. */
    while (client->is_writing && !client->why)
        wait_changed(client, deadline_in(QMP_TIMEOUT_MS));
    if (client->why)
        return false;
    client->is_writing = true;
    return true;
}

static bool
fail_lost(const QmpClient *client, const char *command, GError **error)
{
    /* The code of the reason: a line that was no JSON stays a failure of the
     * operation, and no caller takes it for an answer of QEMU's. */
    return fail(error, client->why->code, "cannot run '%s' in QEMU: %s",
                command, client->why->message);
}

/* Before the line is written: the reply may be read by another thread before
 * this one comes to wait for it. */
static guint64
add_pending(QmpClient *client, const char *command)
{
    Pending *pending = g_new0(Pending, 1);
    guint64 *key = g_new(guint64, 1);

    *key = ++client->last_id;
    pending->command = g_strdup(command);
    pending->sent_us = g_get_monotonic_time();
    g_hash_table_insert(client->pending, key, pending);
    return client->last_id;
}

bool
qmp_client_send_plain(QmpClient *client, QmpCommand *command, guint64 *ret_id,
                      GError **error)
{
    g_autoptr(Json) owned = g_steal_pointer(&command->arguments);
    g_autofree char *point = g_strconcat("qmp:", command->name, NULL);
    g_autofree char *line = NULL;
    size_t length = 0;
    guint64 id = 0;
    bool is_sent = false;

    /* Before the lock, so that a test that kills at a point finds no half line
     * sent. */
    if (!fault_point(point, error))
        return false;
    LOCK_SCOPE(&client->lock);
    if (!begin_writing(client))
        return fail_lost(client, command->name, error);
    id = add_pending(client, command->name);
    /* The id is part of the text, so this cannot be made before the turn to
     * write has come. */
    line = message_format(command->name, owned, id, &length);
    if (line)
        is_sent = write_line(client, line, length, command->fd);
    client->is_writing = false;
    pthread_cond_broadcast(&client->changed);
    /* Nobody will wait for this id.  If the client lives (the arguments were at
     * fault), no byte of it was sent. */
    if (!is_sent) {
        g_hash_table_remove(client->pending, &id);
        return line ? fail_lost(client, command->name, error)
                    : fail(error, VIR_ERR_INVALID_ARG,
                           "the arguments of '%s' are no JSON object in UTF-8",
                           command->name);
    }
    *ret_id = id;
    return true;
}

/* Without a lock: it is set by who opened the client, who is alone with it. */
void
qmp_client_set_sender(QmpClient *client, QmpSender sender)
{
    client->sender = sender;
}

bool
qmp_client_send(QmpClient *client, const char *command, json_t *arguments,
                int fd, guint64 *ret_id, GError **error)
{
    QmpCommand wanted = {command, arguments, fd};
    QmpSender send = client->sender ? client->sender : qmp_client_send_plain;

    return send(client, &wanted, ret_id, error);
}

/* The caller gives up.  The reply, when it comes, is for nobody. */
static void
abandon(QmpClient *client, Pending *pending, int waited_ms, GError **error)
{
    if (client->nabandoned == 0)
        client->grace = deadline_in(GRACE_MS);
    pending->is_abandoned = true;
    client->nabandoned++;
    fail(error, VIR_ERR_OPERATION_TIMEOUT,
         "QEMU did not answer '%s' within %d ms; whether it still carries it "
         "out is unknown",
         pending->command, waited_ms);
    /* The table of pending commands is what this bounds: without a limit a
     * hanging QEMU that is asked again and again would let it grow for ever. */
    if (client->nabandoned > ABANDONED_MAX) {
        lose_because(client, "%u commands were not answered in time",
                     client->nabandoned);
    }
}

/* What QEMU answered: a new reference to its "return", or its error. */
static json_t *
unpack_reply(const Pending *pending, GError **error)
{
    if (message_kind(pending->reply) == MESSAGE_RETURN)
        return json_incref(json_object_get(pending->reply, "return"));
    fail(error, VIR_ERR_OPERATION_FAILED, "QEMU refused '%s': %s",
         pending->command, message_error_text(pending->reply));
    return NULL;
}

/* When a wait ends that may last until @deadline.  Asked again at each step: an
 * answer that was given up on may come, and with it the others. */
static gint64
wait_end(const QmpClient *client, gint64 deadline)
{
    return client->nabandoned > 0 ? MIN(deadline, client->grace) : deadline;
}

/* @is_whole: the reply as it came, be it a refusal. */
static json_t *
wait_pending(QmpClient *client, guint64 id, int timeout_ms, bool is_whole,
             GError **error)
{
    gint64 deadline = deadline_in(timeout_ms);
    Pending *pending = NULL;
    json_t *result = NULL;

    LOCK_SCOPE(&client->lock);
    pending = g_hash_table_lookup(client->pending, &id);
    /* Waited for twice, or after giving up: a mistake of ours, and the answer
     * it would get is anybody's. */
    g_assert(pending && !pending->is_abandoned);
    /* Looked at before the clock: what came in time counts, however late the
     * caller asks. */
    while (!pending->reply && !client->why) {
        /* Taken before the step, and acted on after it: there is always one
         * look at the socket, also with a deadline of 0. */
        gint64 end = wait_end(client, deadline);
        gint64 now = g_get_monotonic_time();

        wait_step(client, POLLIN, end);
        if (now >= end && !pending->reply && !client->why) {
            abandon(client, pending, (int)((now - pending->sent_us) / 1000),
                    error);
            return NULL;
        }
    }
    /* A reply that came before the loss is as good as any; only without one
     * does the loss count. */
    if (!pending->reply) {
        fail_lost(client, pending->command, error);
    } else {
        result = is_whole ? json_incref(pending->reply)
                          : unpack_reply(pending, error);
    }
    g_hash_table_remove(client->pending, &id);
    return result;
}

json_t *
qmp_client_wait(QmpClient *client, guint64 id, int timeout_ms, GError **error)
{
    return wait_pending(client, id, timeout_ms, false, error);
}

/* For the few who must read a refusal, such as a program's own command that is
 * passed through: QEMU's class and words go back as they came. */
json_t *
qmp_client_ask(QmpClient *client, const char *command, json_t *arguments,
               GError **error)
{
    guint64 id = 0;

    if (!qmp_client_send(client, command, arguments, -1, &id, error))
        return NULL;
    return wait_pending(client, id, QMP_TIMEOUT_MS, true, error);
}

json_t *
qmp_client_call(QmpClient *client, const char *command, json_t *arguments,
                GError **error)
{
    guint64 id = 0;

    if (!qmp_client_send(client, command, arguments, -1, &id, error))
        return NULL;
    return qmp_client_wait(client, id, QMP_TIMEOUT_MS, error);
}

bool
qmp_client_run(QmpClient *client, const char *command, json_t *arguments,
               GError **error)
{
    g_autoptr(Json) result = qmp_client_call(client, command, arguments, error);

    return result != NULL;
}

json_t *
qmp_client_call_with(QmpClient *client, const char *command, json_t *arguments,
                     int fd, GError **error)
{
    guint64 id = 0;

    /* QEMU keeps only the descriptors that came last, until a command takes
     * them: a second one under way would replace the first's. */
    LOCK_SCOPE(&client->fd_lock);
    if (!qmp_client_send(client, command, arguments, fd, &id, error))
        return NULL;
    return qmp_client_wait(client, id, QMP_TIMEOUT_MS, error);
}

/* "getfd" keeps it under its name until somebody takes it or QEMU ends. */
bool
qmp_client_pass_fd(QmpClient *client, const char *name, int fd, GError **error)
{
    g_autoptr(Json) result = qmp_client_call_with(
        client, "getfd", json_pack("{s:s}", "fdname", name), fd, error);

    return result != NULL;
}

json_t *
qmp_client_next_event(QmpClient *client, int timeout_ms)
{
    gint64 deadline = deadline_in(timeout_ms);
    QueuedEvent *queued = NULL;
    json_t *event = NULL;

    LOCK_SCOPE(&client->lock);
    while (g_queue_is_empty(&client->events) && !client->why) {
        bool is_late = g_get_monotonic_time() >= deadline;

        wait_step(client, POLLIN, deadline);
        /* Before the queue is looked at once more below: an event that came
         * with the last step is handed out. */
        if (is_late)
            break;
    }
    queued = g_queue_pop_head(&client->events);
    if (!queued)
        return NULL;
    /* The oldest goes out first, and its reference moves from the queue to the
     * caller. */
    client->event_bytes -= queued->size;
    event = json_incref(queued->event);
    queued_event_free(queued);
    return event;
}

/* Read and reset at once, under the lock, so that no drop between the two is
 * missed. */
bool
qmp_client_events_dropped(QmpClient *client)
{
    bool dropped = false;

    LOCK_SCOPE(&client->lock);
    dropped = client->events_dropped;
    client->events_dropped = false;
    return dropped;
}

static bool
wait_greeting(QmpClient *client, gint64 deadline, GError **error)
{
    LOCK_SCOPE(&client->lock);
    while (!client->greeting && !client->why) {
        bool is_late = g_get_monotonic_time() >= deadline;

        wait_step(client, POLLIN, deadline);
        /* QEMU serves one client of a monitor at a time: another that connected
         * first gets the greeting, and we wait in the listener's queue,
         * connected and unheard. */
        if (is_late && !client->greeting && !client->why) {
            return fail(error, VIR_ERR_OPERATION_TIMEOUT,
                        "QEMU's monitor did not greet in time; it hangs, or "
                        "another program is connected to it");
        }
    }
    if (client->why)
        return fail_lost(client, "qmp_capabilities", error);
    return true;
}

QmpClient *
qmp_client_open(int socket, int timeout_ms, GError **error)
{
    g_autoptr(QmpClient) client = client_new(socket);
    g_autoptr(Json) result = NULL;
    gint64 deadline = deadline_in(timeout_ms);
    guint64 id = 0;

    if (!wait_greeting(client, deadline, error))
        return NULL;
    /* Without any capability: "oob" is the only one there is, and it would let
     * replies overtake each other. */
    if (!qmp_client_send(client, "qmp_capabilities", NULL, -1, &id, error))
        return NULL;
    result = qmp_client_wait(client, id, milliseconds_until(deadline), error);
    return result ? g_steal_pointer(&client) : NULL;
}
