/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "remote/channel.h"

#include "base/error.h"
#include "base/lock.h"
#include "rpc/keepalive.h"
#include "rpc/message_reader.h"
#include "rpc/wire_error.h"

#include <errno.h>
#include <libvirt/libvirt-host.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

/* A call that waits.  It lies on its caller's stack, and in @calls until its
 * reply has come or the channel has ended. */
typedef struct {
    MessageHeader header;
    Message *reply; /* nullable: not yet */
    pthread_cond_t has_come;
} Call;

struct Channel {
    Transport *transport; /* one thread sends while another receives */
    int wake; /* eventfd: something changed for the reading thread */
    ChannelListener listener;
    void *opaque;
    pthread_t thread;
    bool is_joined;

    /* Held while a whole message is written, by callers and, never waiting,
     * by the reading thread. */
    Lock send;

    Lock lock; /* of all below; taken inside of @send, never around it */
    GHashTable *calls; /* serial -> Call */
    guint32 next_serial;
    Keepalive keepalive;
    unsigned pings_owed;
    unsigned pongs_owed;
    bool is_ended;
    int end_reason; /* a virConnectCloseReason, once it has */
};

/* For what another thread has put down and the reading thread acts upon: its end,
 * or that keepalive has begun. */
static void
wake(Channel *channel)
{
    const guint64 one = 1;

    /* Full is awake. */
    (void)!write(channel->wake, &one, sizeof(one));
}

/* A connection that ends meanwhile has room, too: for an error. */
static void
await_room(const Channel *channel)
{
    struct pollfd socket = {.fd = transport_fd(channel->transport),
                            .events = POLLOUT};

    (void)poll(&socket, 1, -1);
}

/* Writes all of it, waiting as long as the peer reads.  0, or an errno. */
static int
write_all(Channel *channel, const Message *message)
{
    gsize done = 0;

    while (done < message->size) {
        ssize_t part = transport_send(channel->transport, message->bytes + done,
                                      message->size - done);

        if (part > 0) {
            done += (gsize)part;
        } else if (part < 0 && errno == EAGAIN) {
            await_room(channel);
        } else if (part < 0 && errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

/* One of the small messages that are owed; NULL if none is. */
static Message *
take_owed(Channel *channel)
{
    LOCK_SCOPE(&channel->lock);

    if (channel->pongs_owed > 0) {
        channel->pongs_owed--;
        return message_new_pong();
    }
    if (channel->pings_owed > 0) {
        channel->pings_owed--;
        return message_new_ping();
    }
    return NULL;
}

/* Both counters, since either may grow while the socket is another's. */
static bool
is_owing(Channel *channel)
{
    LOCK_SCOPE(&channel->lock);

    return channel->pings_owed + channel->pongs_owed > 0;
}

static bool
has_room(const Channel *channel)
{
    struct pollfd socket = {.fd = transport_fd(channel->transport),
                            .events = POLLOUT};

    return poll(&socket, 1, 0) == 1 && (socket.revents & POLLOUT);
}

/* The reading thread must not wait for a peer to read: the peer may wait for us
 * to.  So what it has to say is sent when that needs no waiting: by itself, or
 * by the caller who holds the socket, when he is done with it.  A socket that
 * has room has it for 28 bytes. */
static void
send_owed(Channel *channel)
{
    while (is_owing(channel) && pthread_mutex_trylock(&channel->send) == 0) {
        g_autoptr(Message) message =
            has_room(channel) ? take_owed(channel) : NULL;
        bool is_sent = message && write_all(channel, message) == 0;

        pthread_mutex_unlock(&channel->send);
        if (!is_sent)
            return;
    }
}

/* ---- the reading thread ---- */

static void
give_reply(Channel *channel, Message *reply)
{
    LOCK_SCOPE(&channel->lock);
    Call *call = g_hash_table_lookup(channel->calls,
                                     GUINT_TO_POINTER(reply->header.serial));

    /* One that nobody waits for, or of another program, is the peer's mistake
     * and harms nobody. */
    if (!call || call->reply || call->header.program != reply->header.program) {
        message_free(reply);
        return;
    }
    call->reply = reply;
    g_hash_table_remove(channel->calls, GUINT_TO_POINTER(reply->header.serial));
    pthread_cond_signal(&call->has_come);
}

/* Takes @message over. */
static void
handle(Channel *channel, Message *message)
{
    if (message->header.type == MESSAGE_REPLY ||
        message->header.type == MESSAGE_REPLY_WITH_FDS) {
        give_reply(channel, message);
        return;
    }
    if (keepalive_is_ping(message)) {
        LOCK_SCOPE(&channel->lock);
        channel->pongs_owed++;
    } else if (channel->listener.event &&
               message->header.program != RPC_PROGRAM_KEEPALIVE) {
        channel->listener.event(message, channel->opaque);
    }
    message_free(message);
}

/* What is there now.  False: it is the end, and why. */
static bool
read_some(Channel *channel, MessageReader *reader, int *ret_reason)
{
    gsize room = 0;
    void *place = message_reader_place(reader, &room);
    ssize_t got = transport_receive(channel->transport, place, room);
    Message *message = NULL;

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    *ret_reason =
        got > 0 ? VIR_CONNECT_CLOSE_REASON_ERROR : VIR_CONNECT_CLOSE_REASON_EOF;
    if (got <= 0 || !message_reader_got(reader, (gsize)got, NULL))
        return false;
    /* Nobody here asks for descriptors, so nobody may send any. */
    if (message_reader_fds(reader) > 0)
        return false;
    message = message_reader_take(reader);
    if (message)
        handle(channel, message);
    return true;
}

/* Until when the thread may sleep, in ms; -2: the peer is to be given up. */
static int
look_at_clock(Channel *channel, bool has_heard)
{
    gint64 now = g_get_monotonic_time();
    gint64 next = -1;

    LOCK_SCOPE(&channel->lock);
    if (has_heard)
        keepalive_heard(&channel->keepalive, now);
    switch (keepalive_due(&channel->keepalive, now)) {
    case KEEPALIVE_DEAD:
        return -2;
    case KEEPALIVE_ASK:
        channel->pings_owed++;
        break;
    case KEEPALIVE_WAIT:
        break;
    }
    next = keepalive_next(&channel->keepalive);
    return next < 0 ? -1 : (int)((MAX(next - now, 0) + 999) / 1000);
}

static bool
is_ended(Channel *channel)
{
    LOCK_SCOPE(&channel->lock);

    return channel->is_ended;
}

/* Returns the virConnectCloseReason. */
static int
read_all(Channel *channel, MessageReader *reader)
{
    int reason = VIR_CONNECT_CLOSE_REASON_CLIENT;
    bool has_heard = false;

    while (!is_ended(channel)) {
        struct pollfd both[] = {
            {.fd = transport_fd(channel->transport), .events = POLLIN},
            {.fd = channel->wake, .events = POLLIN}};
        int timeout = look_at_clock(channel, has_heard);
        bool has_input = transport_has_input(channel->transport);
        guint64 woken = 0;

        if (timeout == -2)
            return VIR_CONNECT_CLOSE_REASON_KEEPALIVE;
        send_owed(channel);
        /* What could not be sent yet goes when there is room. */
        if (is_owing(channel) && !has_room(channel))
            both[0].events |= POLLOUT;
        if (poll(both, G_N_ELEMENTS(both), has_input ? 0 : timeout) < 0 &&
            errno != EINTR)
            return VIR_CONNECT_CLOSE_REASON_ERROR;
        if (both[1].revents)
            (void)!read(channel->wake, &woken, sizeof(woken));
        has_heard = has_input || both[0].revents & (POLLIN | POLLHUP | POLLERR);
        if (has_heard && !read_some(channel, reader, &reason))
            return reason;
    }
    return VIR_CONNECT_CLOSE_REASON_CLIENT;
}

/* All calls that wait are told; none comes after.  The first reason stands, and
 * is there before the socket is shut: the reader would take our own end for the
 * peer's. */
static void
end(Channel *channel, int reason)
{
    GHashTableIter all;
    gpointer call = NULL;

    {
        LOCK_SCOPE(&channel->lock);
        if (!channel->is_ended)
            channel->end_reason = reason;
        channel->is_ended = true;
        g_hash_table_iter_init(&all, channel->calls);
        while (g_hash_table_iter_next(&all, NULL, &call))
            pthread_cond_signal(&((Call *)call)->has_come);
        g_hash_table_remove_all(channel->calls);
    }
    /* Callers who are writing get an error. */
    (void)shutdown(transport_fd(channel->transport), SHUT_RDWR);
}

static void *
run(void *data)
{
    Channel *channel = data;
    g_autoptr(MessageReader) reader = message_reader_new();

    end(channel, read_all(channel, reader));
    /* Nobody changes it any more. */
    if (channel->listener.closed)
        channel->listener.closed(channel->end_reason, channel->opaque);
    return NULL;
}

/* ---- its life ---- */

Channel *
channel_new(Transport *transport, const ChannelListener *listener, void *opaque,
            GError **error)
{
    Channel *channel = g_new0(Channel, 1);
    int problem = 0;

    channel->transport = transport;
    channel->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (listener)
        channel->listener = *listener;
    channel->opaque = opaque;
    channel->calls = g_hash_table_new(NULL, NULL);
    lock_init(&channel->send);
    lock_init(&channel->lock);
    problem = channel->wake < 0
                  ? errno
                  : pthread_create(&channel->thread, NULL, run, channel);
    if (problem != 0) {
        channel->is_joined = true; /* there is no thread */
        channel_free(channel);
        fail_errno(error, problem, "cannot start reading from the peer");
        return NULL;
    }
    return channel;
}

/* Twice is once: the session closes what the last reference frees. */
void
channel_close(Channel *channel)
{
    if (channel->is_joined)
        return;
    end(channel, VIR_CONNECT_CLOSE_REASON_CLIENT);
    wake(channel);
    (void)pthread_join(channel->thread, NULL);
    channel->is_joined = true;
}

void
channel_free(Channel *channel)
{
    if (!channel)
        return;
    channel_close(channel);
    g_hash_table_destroy(channel->calls);
    lock_clear(&channel->send);
    lock_clear(&channel->lock);
    if (channel->wake >= 0)
        (void)close(channel->wake);
    transport_free(channel->transport);
    g_free(channel);
}

/* The reading thread sees it before the next bytes: the peer has nothing to say
 * before we have. */
void
channel_protect(Channel *channel, SaslSession *session)
{
    LOCK_SCOPE(&channel->send);

    transport_protect_input(channel->transport, session);
    transport_protect_output(channel->transport, session);
}

unsigned
channel_bits(const Channel *channel)
{
    return transport_bits(channel->transport);
}

/* As far as is known: that a peer has vanished without a word only keepalive
 * finds out. */
bool
channel_is_alive(Channel *channel)
{
    return !is_ended(channel);
}

/* The reading thread sleeps by the old plan, perhaps for ever: it has to look
 * anew. */
void
channel_start_keepalive(Channel *channel, int interval, unsigned count)
{
    {
        LOCK_SCOPE(&channel->lock);
        keepalive_start(&channel->keepalive, interval, count,
                        g_get_monotonic_time());
    }
    wake(channel);
}

/* ---- a call ---- */

/* Its serial, and its place among those that wait. */
static bool
enter(Channel *channel, Call *call, const Procedure *procedure, GError **error)
{
    LOCK_SCOPE(&channel->lock);

    if (channel->is_ended) {
        return fail(error, VIR_ERR_RPC,
                    "the connection has ended: connect again");
    }
    call->header = message_call_header(procedure, channel->next_serial++);
    g_hash_table_insert(channel->calls, GUINT_TO_POINTER(call->header.serial),
                        call);
    return true;
}

/* The reader may have taken it out already: by its reply, or by the end. */
static void
leave(Channel *channel, const Call *call)
{
    LOCK_SCOPE(&channel->lock);

    g_hash_table_remove(channel->calls, GUINT_TO_POINTER(call->header.serial));
}

static bool
send_call(Channel *channel, const Call *call, const Procedure *procedure,
          const void *args, GError **error)
{
    g_autoptr(Message) message =
        message_new(&call->header, procedure->args_xdr, args, error);
    int problem = 0;

    if (!message)
        return false;
    {
        LOCK_SCOPE(&channel->send);
        problem = write_all(channel, message);
    }
    /* A call of which a part was sent cannot be taken back: what follows would
     * be taken for its rest. */
    if (problem != 0) {
        end(channel, VIR_CONNECT_CLOSE_REASON_EOF);
        return fail(error, VIR_ERR_RPC, "cannot send a call to the peer: %s",
                    g_strerror(problem));
    }
    send_owed(channel);
    return true;
}

/* Under the lock. */
static const char *
why_ended(const Channel *channel)
{
    switch (channel->end_reason) {
    case VIR_CONNECT_CLOSE_REASON_EOF:
        return "the peer ended the connection before it had answered";
    case VIR_CONNECT_CLOSE_REASON_KEEPALIVE:
        return "the peer was silent for too long, and was given up before it "
               "had answered";
    case VIR_CONNECT_CLOSE_REASON_CLIENT:
        return "the connection was closed before the peer had answered";
    default:
        return "the connection ended before the peer had answered: what came "
               "is not the protocol";
    }
}

/* Its own condition, so that one reply wakes one caller. */
static bool
wait_for_reply(Channel *channel, Call *call, GError **error)
{
    LOCK_SCOPE(&channel->lock);

    while (!call->reply && !channel->is_ended)
        pthread_cond_wait(&call->has_come, &channel->lock);
    return call->reply || fail(error, VIR_ERR_RPC, "%s", why_ended(channel));
}

/* A reply to another procedure, or of a status that replies have not, fails
 * this call and no other. */
static bool
read_reply(const Message *reply, const Procedure *procedure, void *ret,
           GError **error)
{
    if (reply->header.procedure == procedure->number &&
        reply->header.status == MESSAGE_OK)
        return message_decode(reply, procedure->ret_xdr, ret, error);
    if (reply->header.status == MESSAGE_ERROR)
        return message_fail(reply, error);
    return fail(error, VIR_ERR_RPC,
                "the peer answered procedure %d with status %d of procedure %d",
                procedure->number, reply->header.status,
                reply->header.procedure);
}

/* Nothing is held while the reply is waited for, so any number of threads wait at
 * once, and none for another's reply. */
bool
channel_call(Channel *channel, const Procedure *procedure, const void *args,
             void *ret, GError **error)
{
    Call call = {.has_come = PTHREAD_COND_INITIALIZER};
    bool is_done = false;

    if (!enter(channel, &call, procedure, error))
        return false;
    is_done = send_call(channel, &call, procedure, args, error) &&
              wait_for_reply(channel, &call, error);
    /* After this nobody else knows of the call. */
    leave(channel, &call);
    if (is_done)
        is_done = read_reply(call.reply, procedure, ret, error);
    message_free(call.reply);
    (void)pthread_cond_destroy(&call.has_come);
    return is_done;
}
