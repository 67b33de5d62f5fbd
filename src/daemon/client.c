/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/client.h"

#include "base/error.h"
#include "base/lock.h"
#include "rpc/fd_pass.h"
#include "rpc/keepalive.h"
#include "rpc/message_reader.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

struct Client {
    gint refs;
    ClientLimits limits;
    ClientOrigin origin; /* constant, as the one above and the next */
    ClientPeer peer;
    char *x509_name; /* nullable; set, as the next, before the first message */
    unsigned bits;
    void *data;
    GDestroyNotify free_data; /* nullable */

    /* Only in the server's thread. */
    MessageReader *reader;
    gint64 joined;
    guint64 serial;
    int wake; /* eventfd of the server */

    Lock lock;               /* protects what follows */
    Transport *transport;    /* NULL: left */
    SaslSession *protection; /* nullable: of what is written behind the next
                              * reply */
    char *user; /* nullable; set before @is_authenticated, and never after */
    TlsProgress opening; /* TLS_OPEN: messages come and go */
    gint64 began; /* when the message that is being read did; 0: none is */
    int epoll;
    guint32 events; /* that epoll is asked for */
    GQueue output;  /* of Output */
    gsize output_size;
    gsize written;      /* of the first one */
    gint64 progress;    /* when something was written, or the queue was empty */
    unsigned in_flight; /* places taken */
    bool is_authenticated;
    bool is_held; /* the server as a whole has too much to do */
    bool is_finishing;
    bool is_dropped;
    bool is_asked; /* by keepalive */
    Keepalive keepalive;
};

/* What waits to be written. */
typedef struct {
    Message *message;
    bool frees_place;        /* a reply */
    SaslSession *protection; /* nullable: of all that is written behind it */
} Output;

/* Also for what is still queued when the client goes. */
static void
output_free(gpointer data)
{
    Output *output = data;

    message_free(output->message);
    sasl_session_unref(output->protection);
    g_free(output);
}

/* A stranger until its session says otherwise; the clock of its login runs from
 * here, and not from its first byte, so that silence is no way to stay. */
Client *
client_new(Transport *transport, ClientOrigin origin,
           const ClientLimits *limits)
{
    Client *client = g_new0(Client, 1);

    client->refs = 1;
    client->transport = transport;
    /* Plain bytes need no beginning. */
    client->opening =
        transport_carries_fds(transport) ? TLS_OPEN : TLS_WAITS_INPUT;
    client->epoll = -1;
    client->limits = *limits;
    client->origin = origin;
    client->peer = client_peer_of(transport_fd(transport));
    client->reader = message_reader_new();
    client->joined = g_get_monotonic_time();
    client->progress = client->joined;
    lock_init(&client->lock);
    g_queue_init(&client->output);
    return client;
}

Client *
client_ref(Client *client)
{
    g_atomic_int_inc(&client->refs);
    return client;
}

/* The server's reference goes when the client has left; calls that are under way
 * hold theirs, and the last of them frees it, in whichever thread that is. */
void
client_unref(Client *client)
{
    if (!client || !g_atomic_int_dec_and_test(&client->refs))
        return;
    transport_free(client->transport);
    if (client->free_data)
        client->free_data(client->data);
    g_queue_clear_full(&client->output, output_free);
    message_reader_free(client->reader);
    client_peer_clear(&client->peer);
    g_free(client->x509_name);
    g_free(client->user);
    sasl_session_unref(client->protection);
    lock_clear(&client->lock);
    g_free(client);
}

/* Under the lock.  The stream's end is seen by epoll, whatever it was asked
 * for. */
static void
drop(Client *client)
{
    if (!client->is_dropped && client->transport)
        shutdown(transport_fd(client->transport), SHUT_RDWR);
    client->is_dropped = true;
}

/* Under the lock.  Nothing is read while every place is taken: the peer's
 * socket fills up, and it waits. */
static bool
is_read_from(const Client *client)
{
    return !client->is_finishing && !client->is_held &&
           client->in_flight < client->limits.max_requests;
}

/* Under the lock.  What epoll is to ask the socket for.  Bytes that TLS has
 * taken out of it are unknown to epoll; a socket that can be written, which it
 * nearly always can, is then what brings the server back to them. */
static guint32
wanted_events(const Client *client)
{
    guint32 events = 0;

    if (client->opening == TLS_WAITS_OUTPUT)
        return EPOLLOUT;
    if (client->opening != TLS_OPEN)
        return EPOLLIN;
    if (is_read_from(client)) {
        events |= EPOLLIN;
        if (transport_has_input(client->transport))
            events |= EPOLLOUT;
    }
    if (client->output.length > 0)
        events |= EPOLLOUT;
    return events;
}

/* Under the lock.  The time in which we did not read half a message is not the
 * peer's: its deadline begins again. */
static void
rearm(Client *client)
{
    struct epoll_event wanted = {.data.u64 = client->serial};

    if (client->epoll < 0)
        return;
    wanted.events = wanted_events(client);
    if (wanted.events == client->events)
        return;
    if (client->began > 0 && ~client->events & wanted.events & EPOLLIN)
        client->began = g_get_monotonic_time();
    if (epoll_ctl(client->epoll, EPOLL_CTL_MOD, transport_fd(client->transport),
                  &wanted) == 0) {
        client->events = wanted.events;
    } else {
        drop(client);
    }
}

/* Under the lock.  A place that is given back may let the next call in, which
 * may have come long ago: the peer's silence until now was ours. */
static void
free_place(Client *client)
{
    g_assert(client->in_flight > 0);
    client->in_flight--;
    keepalive_heard(&client->keepalive, g_get_monotonic_time());
}

/* Under the lock.  False when the socket takes no more for now. */
static bool
write_some(Client *client, const Output *output)
{
    const Message *message = output->message;
    ssize_t done =
        transport_send(client->transport, message->bytes + client->written,
                       message->size - client->written);

    if (done < 0) {
        if (errno != EAGAIN && errno != EINTR)
            drop(client);
        return errno == EINTR;
    }
    client->written += (gsize)done;
    client->progress = g_get_monotonic_time();
    return true;
}

/* Under the lock. */
static void
flush(Client *client)
{
    Output *output = NULL;

    while (!client->is_dropped && client->transport &&
           client->output.length > 0) {
        output = g_queue_peek_head(&client->output);
        if (!write_some(client, output))
            break;
        if (client->written < output->message->size)
            continue;
        client->written = 0;
        client->output_size -= output->message->size;
        if (output->frees_place)
            free_place(client);
        if (output->protection)
            transport_protect_output(client->transport, output->protection);
        output_free(g_queue_pop_head(&client->output));
    }
    if (client->output.length == 0 && client->is_finishing)
        drop(client);
    if (!client->is_dropped)
        rearm(client);
}

/* Under the lock.  What could not be written has a deadline from now on, and the
 * server's thread may be asleep for want of one. */
static void
start_clock(const Client *client)
{
    const guint64 one = 1;

    if (client->epoll >= 0)
        (void)!write(client->wake, &one, sizeof(one));
}

/* Under the lock. */
static void
enqueue(Client *client, Message *message, bool frees_place)
{
    Output *output = g_new(Output, 1);

    *output = (Output){message, frees_place, NULL};
    if (frees_place)
        output->protection = g_steal_pointer(&client->protection);
    if (client->output.length == 0)
        client->progress = g_get_monotonic_time();
    g_queue_push_tail(&client->output, output);
    client->output_size += message->size;
    /* Whoever has something to say writes it, as long as nobody waits before:
     * no thread has to be woken for it. */
    if (client->output.length == 1)
        flush(client);
    if (client->output.length == 1)
        start_clock(client);
}

/* A reply has a place already and is queued without asking for room: a client
 * has a few, and each is written before another call is read in its stead. */
void
client_reply(Client *client, Message *message)
{
    LOCK_SCOPE(&client->lock);

    enqueue(client, message, true);
}

/* Events come unasked, so they alone can pile up. */
void
client_tell(Client *client, Message *message)
{
    LOCK_SCOPE(&client->lock);

    if (client->output_size + message->size > client->limits.max_output)
        drop(client);
    if (client->is_dropped) {
        message_free(message);
    } else {
        enqueue(client, message, false);
    }
}

void
client_skip(Client *client)
{
    LOCK_SCOPE(&client->lock);

    free_place(client);
    if (!client->is_dropped)
        rearm(client);
}

/* What waits to be written is written first: the last reply is why the client
 * is still there. */
void
client_finish(Client *client)
{
    LOCK_SCOPE(&client->lock);

    client->is_finishing = true;
    flush(client);
}

/* The server's thread finds the end of the stream and does the rest: only it may
 * take a client out. */
void
client_drop(Client *client)
{
    LOCK_SCOPE(&client->lock);

    drop(client);
}

bool
client_is_gone(Client *client)
{
    LOCK_SCOPE(&client->lock);

    return client->is_dropped || !client->transport;
}

/* The peer cannot know that it is let in before it has read the reply, so it says
 * nothing in between, and what comes is either protected or not from it. */
void
client_protect(Client *client, SaslSession *session)
{
    LOCK_SCOPE(&client->lock);

    g_assert(!client->protection);
    if (!client->transport)
        return;
    transport_protect_input(client->transport, session);
    client->protection = sasl_session_ref(session);
}

void
client_set_user(Client *client, const char *name)
{
    LOCK_SCOPE(&client->lock);

    g_assert(!client->user && !client->is_authenticated);
    client->user = g_strdup(name);
}

const char *
client_user(const Client *client)
{
    return client->user;
}

/* Who has both has been asked by SASL on top of its certificate. */
const char *
client_name(const Client *client)
{
    return client->user ? client->user : client->x509_name;
}

unsigned
client_bits(const Client *client)
{
    return client->bits;
}

/* From now on larger messages are read, the login's deadline is over, and the
 * server counts it among those whom it knows. */
void
client_set_authenticated(Client *client)
{
    LOCK_SCOPE(&client->lock);

    client->is_authenticated = true;
}

bool
client_is_authenticated(Client *client)
{
    LOCK_SCOPE(&client->lock);

    return client->is_authenticated;
}

/* As with places: the time in which nothing was read does not count against
 * the client. */
void
client_hold(Client *client, bool is_held)
{
    LOCK_SCOPE(&client->lock);

    client->is_held = is_held;
    keepalive_heard(&client->keepalive, g_get_monotonic_time());
    if (!client->is_dropped)
        rearm(client);
}

/* Who never said so may have no loop that answers, and would be dropped for
 * being idle. */
void
client_start_keepalive(Client *client)
{
    const ClientLimits *limits = &client->limits;
    LOCK_SCOPE(&client->lock);

    if (client->is_asked)
        return;
    keepalive_start(&client->keepalive, limits->keepalive_interval,
                    limits->keepalive_count, g_get_monotonic_time());
    client->is_asked = true;
}

ClientOrigin
client_origin(const Client *client)
{
    return client->origin;
}

bool
client_is_readonly(const Client *client)
{
    return client->origin == CLIENT_UNIX_READONLY;
}

const ClientPeer *
client_peer(const Client *client)
{
    return &client->peer;
}

/* The session of TLS ends with the client's socket, and calls may outlive
 * that: so it is kept, and not asked for again. */
const char *
client_x509_name(const Client *client)
{
    return client->x509_name;
}

void *
client_data(const Client *client)
{
    return client->data;
}

void
client_set_data(Client *client, void *data, GDestroyNotify free_data)
{
    client->data = data;
    client->free_data = free_data;
}

bool
client_join(Client *client, int epoll, int wake, guint64 serial, GError **error)
{
    struct epoll_event wanted = {.events = EPOLLIN, .data.u64 = serial};
    LOCK_SCOPE(&client->lock);

    if (epoll_ctl(epoll, EPOLL_CTL_ADD, transport_fd(client->transport),
                  &wanted) != 0)
        return fail_errno(error, errno, "cannot watch a client's socket");
    client->epoll = epoll;
    client->wake = wake;
    client->serial = serial;
    client->events = wanted.events;
    return true;
}

guint64
client_serial(const Client *client)
{
    return client->serial;
}

/* Closing takes the descriptor out of epoll; under the lock, since another
 * thread may be about to write. */
void
client_leave(Client *client)
{
    LOCK_SCOPE(&client->lock);

    client->is_dropped = true;
    client->epoll = -1;
    g_clear_pointer(&client->transport, transport_free);
}

/* Only the server's thread changes it. */
bool
client_is_open(const Client *client)
{
    return client->opening == TLS_OPEN;
}

/* The steps of a handshake are short, but for one signature: thousands who begin
 * one are held back by the limit on strangers, and their time is that of the
 * login. */
ClientResult
client_open(Client *client, GError **error)
{
    LOCK_SCOPE(&client->lock);

    if (client->is_dropped) {
        fail(error, VIR_ERR_RPC, "it has gone");
        return CLIENT_GONE;
    }
    client->opening = transport_open(client->transport, error);
    if (client->opening == TLS_FAILED)
        return CLIENT_GONE;
    rearm(client);
    if (client->opening != TLS_OPEN)
        return CLIENT_LATER;
    client->x509_name = g_strdup(transport_peer(client->transport));
    client->bits = transport_bits(client->transport);
    return CLIENT_MESSAGE;
}

/* Whether the message that is being read may become whole. */
static bool
is_small_enough(Client *client)
{
    return client_is_authenticated(client) ||
           message_reader_held(client->reader) <=
               client->limits.max_anonymous_size;
}

/* Descriptors come behind their message, each with a byte of its own. */
static ClientResult
read_fd(Client *client)
{
    int fd = -1;

    if (!transport_carries_fds(client->transport))
        return CLIENT_GONE;
    switch (fd_pass_receive(transport_fd(client->transport), &fd, NULL)) {
    case FD_PASS_DONE:
        message_reader_add_fd(client->reader, fd);
        return CLIENT_MESSAGE;
    case FD_PASS_AGAIN:
        return CLIENT_LATER;
    default:
        return CLIENT_GONE;
    }
}

/* Reads once.  CLIENT_MESSAGE: something came. */
static ClientResult
read_some(Client *client)
{
    gsize room = 0;
    void *place = NULL;
    ssize_t got = 0;

    if (message_reader_fds(client->reader) > 0)
        return read_fd(client);
    place = message_reader_place(client->reader, &room);
    got = transport_receive(client->transport, place, room);
    if (got < 0)
        return errno == EAGAIN || errno == EINTR ? CLIENT_LATER : CLIENT_GONE;
    if (got == 0 || !message_reader_got(client->reader, (gsize)got, NULL) ||
        !is_small_enough(client))
        return CLIENT_GONE;
    return CLIENT_MESSAGE;
}

/* Any bytes count as a sign of life, also those of half a message. */
static void
heard(Client *client)
{
    gint64 now = g_get_monotonic_time();
    LOCK_SCOPE(&client->lock);

    keepalive_heard(&client->keepalive, now);
    if (client->began == 0)
        client->began = now;
}

/* Keepalive takes no place and needs no worker, so it works while every call
 * is stuck; a peer that asks and does not read the answers is dropped like any
 * that does not read.  Returns whether it was that. */
static bool
is_keepalive(Client *client, const Message *message)
{
    if (message->header.program != RPC_PROGRAM_KEEPALIVE ||
        message->header.type != MESSAGE_EVENT)
        return false;
    if (keepalive_is_ping(message))
        client_tell(client, message_new_pong());
    return true;
}

/* With the last place taken, epoll is not asked for more.  What came whole has
 * no deadline any more. */
static void
took(Client *client, bool takes_place)
{
    LOCK_SCOPE(&client->lock);

    client->began = 0;
    if (takes_place)
        client->in_flight++;
    rearm(client);
}

/* One message at a time, so that the server can turn to others in between. */
ClientResult
client_read(Client *client, Message **ret_message)
{
    ClientResult result = CLIENT_MESSAGE;
    Message *message = NULL;

    {
        LOCK_SCOPE(&client->lock);
        if (client->is_dropped)
            return CLIENT_GONE;
        if (!is_read_from(client))
            return CLIENT_LATER;
    }
    while (result == CLIENT_MESSAGE && !message) {
        result = read_some(client);
        if (result == CLIENT_MESSAGE) {
            heard(client);
            message = message_reader_take(client->reader);
        }
    }
    if (!message)
        return result;
    if (is_keepalive(client, message)) {
        g_clear_pointer(&message, message_free);
    }
    took(client, message != NULL);
    *ret_message = message;
    return CLIENT_MESSAGE;
}

/* The server's thread goes on where a worker found the socket full. */
ClientResult
client_write(Client *client)
{
    LOCK_SCOPE(&client->lock);

    flush(client);
    return client->is_dropped ? CLIENT_GONE : CLIENT_LATER;
}

bool
client_has_input(Client *client)
{
    LOCK_SCOPE(&client->lock);

    return client->transport && transport_has_input(client->transport);
}

gsize
client_held(const Client *client)
{
    return message_reader_held(client->reader);
}

static gint64
seconds(int count)
{
    return (gint64)count * G_USEC_PER_SEC;
}

/* Under the lock.  0: it is over. */
static gint64
next_deadline(const Client *client, gint64 now)
{
    const ClientLimits *limits = &client->limits;
    gint64 first = G_MAXINT64;

    if (!client->is_authenticated)
        first = MIN(first, client->joined + seconds(limits->login_seconds));
    if (client->began > 0 && is_read_from(client))
        first = MIN(first, client->began + seconds(limits->message_seconds));
    if (client->output.length > 0)
        first = MIN(first, client->progress + seconds(limits->message_seconds));
    return now >= first ? 0 : first;
}

/* Under the lock.  Sends a ping if it is time; 0: there was no answer.  While
 * nothing is read from the client, its answers are not seen, so it is not
 * asked. */
static gint64
ask(Client *client, gint64 now)
{
    if (!client->is_asked || !is_read_from(client))
        return G_MAXINT64;
    switch (keepalive_due(&client->keepalive, now)) {
    case KEEPALIVE_DEAD:
        return 0;
    case KEEPALIVE_ASK:
        enqueue(client, message_new_ping(), false);
        break;
    default:
        break;
    }
    now = keepalive_next(&client->keepalive);
    return now < 0 ? G_MAXINT64 : now;
}

/* Two clocks: what the client has to do by when, and when it is to be asked. */
gint64
client_check(Client *client, gint64 now)
{
    gint64 next = 0;
    LOCK_SCOPE(&client->lock);

    next = next_deadline(client, now);
    if (next > 0)
        next = MIN(next, ask(client, now));
    return next == G_MAXINT64 ? -1 : next;
}
