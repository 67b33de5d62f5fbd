/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/server.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/lock.h"
#include "base/tcp.h"
#include "daemon/log.h"
#include "daemon/work_pool.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    EVENTS_AT_ONCE = 64,
    /* Of one client, before it is another's turn. */
    MESSAGES_AT_ONCE = 16,
    /* How often the clock is looked at while somebody has a deadline; and how
     * soon accepting is tried again when it failed. */
    TICK_MS = 500,
};

/* What epoll says with an event.  Numbers are never used twice, so what it has
 * to tell of a client that is gone reaches nobody else. */
enum { SERIAL_WAKE = 0, SERIAL_LISTENERS = 1 };
#define SERIAL_CLIENTS (G_GUINT64_CONSTANT(1) << 32)

typedef struct {
    int fd;
    ClientOrigin origin;
} Listener;

/* Strangers on the network must not keep those out who sit at this host, so each
 * side has its own. */
typedef struct {
    GQueue anonymous; /* of Client, in @clients: not authenticated when last
                       * looked at */
    gint is_open;     /* epoll is asked about its listeners; others may look */
    gint strangers;   /* as last counted; others may look */
} Door;
enum { DOOR_UNIX, DOOR_NETWORK, DOORS };

/* A client, a reference, and the bytes that it was last counted with in
 * @held. */
typedef struct {
    Client *client;
    gsize held;
} Member;

struct Server {
    ServerHandler handler; /* constant, as the next three */
    void *opaque;
    gint64 made; /* monotonic */
    WorkPool *pool;
    int epoll;
    int wake; /* eventfd */
    bool is_started;
    pthread_t thread;

    /* Only in the server's thread (and before it runs). */
    GArray *listeners;   /* of Listener */
    GHashTable *members; /* serial -> Member */
    guint64 next_serial;
    Door doors[DOORS];
    gint64 next_check;  /* of all clients; -1: nobody has a deadline */
    gint64 next_accept; /* not before, after it failed; 0: at any time */

    ServerLimits limits; /* exchanged by the server's thread under the lock */

    Lock lock;           /* protects what follows */
    ServerLimits wanted; /* to be the limits */
    gsize held;          /* bytes of messages */
    unsigned requests;   /* that run or wait */
    GQueue starved;      /* of Client, a reference each: held back */
    GArray *arrivals;    /* of Listener: connected sockets to take in */
    TlsCredentials *tls; /* nullable */
    unsigned count;      /* of @members */
    bool is_closing;     /* no more listening */
    bool is_ending;
};

/* A message on its way through the pool. */
typedef struct {
    Server *server;
    Client *client;
    Message *message; /* NULL: the client is gone */
} Request;

static void
wake(Server *server)
{
    guint64 one = 1;

    /* It can only fail when it is awake already, 2^64 times over. */
    (void)!write(server->wake, &one, sizeof(one));
}

/* Under the lock.  All of them: the first may have nothing whole to say, and
 * then nobody would call the next. */
static void
feed(Server *server)
{
    while (server->starved.length > 0) {
        g_autoptr(Client) client = g_queue_pop_head(&server->starved);

        client_hold(client, false);
    }
}

/* Somebody who was held back may go on. */
static void
request_done(Server *server, gsize size)
{
    LOCK_SCOPE(&server->lock);

    server->held -= size;
    server->requests--;
    feed(server);
}

static void
run_request(gpointer data)
{
    g_autofree Request *request = data;
    g_autoptr(Client) client = request->client;
    gsize size = request->message->size;

    request->server->handler.call(client, request->message);
    request_done(request->server, size);
    /* A client that is authenticated by now makes room for another. */
    for (int i = 0; i < DOORS; i++) {
        if (!g_atomic_int_get(&request->server->doors[i].is_open))
            wake(request->server);
    }
}

static void
run_end(gpointer data)
{
    g_autofree Request *request = data;
    g_autoptr(Client) client = request->client;

    request->server->handler.end(client);
}

/* A client's end is marked work: what it held is wanted by others. */
static void
push(Server *server, Client *client, Message *message)
{
    Request *request = g_new(Request, 1);
    bool is_high = !message || server->handler.is_high(message);

    *request = (Request){server, client_ref(client), message};
    work_pool_push(server->pool, is_high, message ? run_request : run_end,
                   request);
}

static Door *
door_of(Server *server, ClientOrigin origin)
{
    bool is_local = origin == CLIENT_UNIX || origin == CLIENT_UNIX_READONLY;

    return &server->doors[is_local ? DOOR_UNIX : DOOR_NETWORK];
}

static gpointer
key_of(guint64 serial)
{
    G_STATIC_ASSERT(sizeof(gpointer) == sizeof(serial));
    return (gpointer)(guintptr)serial; /* NOLINT(performance-no-int-to-ptr) */
}

static Member *
member_of(const Server *server, guint64 serial)
{
    return g_hash_table_lookup(server->members, key_of(serial));
}

/* What a client's unfinished message takes is counted anew. */
static void
count_held(Server *server, Member *member, gsize now)
{
    LOCK_SCOPE(&server->lock);

    server->held += now - member->held;
    member->held = now;
}

/* From here on the client is known to those alone who work for it.  Its end is
 * told in a worker, since closing a connection may wait. */
static void
remove_member(Server *server, Member *member)
{
    Client *client = member->client;

    count_held(server, member, 0);
    client_leave(client);
    g_queue_remove(&door_of(server, client_origin(client))->anonymous, client);
    push(server, client, NULL);
    {
        LOCK_SCOPE(&server->lock);
        if (g_queue_remove(&server->starved, client))
            client_unref(client);
        server->count--;
    }
    g_hash_table_remove(server->members, key_of(client_serial(client)));
}

/* With TLS as it is set now: a reload changes nothing for those who have come
 * before it. */
static Transport *
transport_of(Server *server, int fd, ClientOrigin origin)
{
    g_autoptr(TlsCredentials) tls = NULL;

    if (origin != CLIENT_TLS)
        return transport_new(fd);
    {
        LOCK_SCOPE(&server->lock);
        tls = tls_credentials_ref(server->tls);
    }
    return transport_new_tls(fd, tls, NULL, NULL);
}

/* Nobody has a name yet: all begin as strangers, for whom less is allowed. */
static void
add_client(Server *server, int fd, ClientOrigin origin)
{
    Transport *transport = transport_of(server, fd, origin);
    g_autoptr(Client) client = NULL;
    Member *member = NULL;

    if (!transport)
        return;
    client = client_new(transport, origin, &server->limits.client);
    if (!client_join(client, server->epoll, server->wake, server->next_serial,
                     NULL))
        return;
    server->next_serial++;
    server->handler.begin(client, server->opaque);
    member = g_new0(Member, 1);
    member->client = client_ref(client);
    g_hash_table_insert(server->members, key_of(client_serial(client)), member);
    g_queue_push_tail(&door_of(server, origin)->anonymous, client);
    server->next_check = 0;
    LOCK_SCOPE(&server->lock);
    server->count++;
}

/* Those that have authenticated meanwhile are no strangers any more. */
static unsigned
count_anonymous(Door *door)
{
    GList *next = NULL;

    for (GList *link = door->anonymous.head; link; link = next) {
        next = link->next;
        if (client_is_authenticated(link->data))
            g_queue_delete_link(&door->anonymous, link);
    }
    g_atomic_int_set(&door->strangers, (int)door->anonymous.length);
    return door->anonymous.length;
}

/* All together are as many as there may be; strangers are counted by the side
 * from which they came. */
static bool
has_room(Server *server, Door *door)
{
    return g_hash_table_size(server->members) < server->limits.max_clients &&
           count_anonymous(door) < server->limits.max_anonymous;
}

/* Without room nobody is accepted: who comes waits in the kernel, and is not
 * turned away. */
static void
set_open(Server *server, Door *door, bool is_open)
{
    struct epoll_event wanted = {.events = is_open ? EPOLLIN : 0};

    if (door->is_open == is_open)
        return;
    g_atomic_int_set(&door->is_open, is_open);
    for (guint i = 0; i < server->listeners->len; i++) {
        Listener *listener = &g_array_index(server->listeners, Listener, i);

        if (door_of(server, listener->origin) != door)
            continue;
        wanted.data.u64 = SERIAL_LISTENERS + i;
        (void)epoll_ctl(server->epoll, EPOLL_CTL_MOD, listener->fd, &wanted);
    }
}

static void
accept_some(Server *server, const Listener *listener)
{
    Door *door = door_of(server, listener->origin);

    while (has_room(server, door)) {
        int fd =
            accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

        if (fd >= 0) {
            if (door == &server->doors[DOOR_NETWORK])
                tcp_tune(fd);
            add_client(server, fd, listener->origin);
            continue;
        }
        /* Without descriptors or memory: later, when there may be some.  Who
         * waits stays readable, so asking again at once would never end. */
        if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
            set_open(server, door, false);
            server->next_accept =
                g_get_monotonic_time() + TICK_MS * G_TIME_SPAN_MILLISECOND;
        }
        return;
    }
    set_open(server, door, false);
}

/* Returns false when there is as much to do as there may be, and the client
 * has to wait for others. */
static bool
admit(Server *server, Client *client)
{
    LOCK_SCOPE(&server->lock);

    if (server->requests < server->limits.max_requests)
        return true;
    client_hold(client, true);
    g_queue_push_tail(&server->starved, client_ref(client));
    return false;
}

/* The message's bytes are counted as long as it is worked on. */
static void
take_message(Server *server, Client *client, Message *message)
{
    {
        LOCK_SCOPE(&server->lock);
        server->held += message->size;
        server->requests++;
    }
    push(server, client, message);
}

/* What is held is what has come; an announced size costs nothing. */
static bool
is_too_much(Server *server)
{
    LOCK_SCOPE(&server->lock);

    return server->held > server->limits.max_held;
}

/* Of those with an unfinished message; NULL if there is none. */
static Member *
find_largest(Server *server)
{
    GHashTableIter iter;
    void *next = NULL;
    Member *largest = NULL;

    g_hash_table_iter_init(&iter, server->members);
    while (g_hash_table_iter_next(&iter, NULL, &next)) {
        Member *member = next;

        if (member->held > (largest ? largest->held : 0))
            largest = member;
    }
    return largest;
}

/* Whose bytes went over the limit is hardly ever the one to blame: who holds
 * most goes first, or one client could have all others dropped.  Returns false
 * when @member, which was just read from, has to go itself. */
static bool
make_room(Server *server, const Member *member)
{
    while (is_too_much(server)) {
        Member *largest = find_largest(server);

        if (!largest || largest == member)
            return false;
        remove_member(server, largest);
    }
    return true;
}

/* Returns false when the client has to go. */
static bool
read_client(Server *server, Member *member)
{
    Client *client = member->client;

    for (int i = 0; i < MESSAGES_AT_ONCE; i++) {
        Message *message = NULL;
        ClientResult result = CLIENT_LATER;

        if (!admit(server, client))
            break;
        result = client_read(client, &message);
        count_held(server, member, client_held(client));
        if (result == CLIENT_GONE)
            return false;
        if (result == CLIENT_LATER)
            break;
        if (message)
            take_message(server, client, message);
    }
    /* A message that has begun has a deadline. */
    if (server->next_check < 0)
        server->next_check = 0;
    return make_room(server, member);
}

/* What comes before the first message; false when the client has to go.  Why is
 * for the administrator alone: the protocol has no word for it. */
static bool
open_client(Client *client)
{
    g_autoptr(GError) error = NULL;

    if (client_is_open(client) || client_open(client, &error) != CLIENT_GONE)
        return true;
    log_refused(client_peer(client), error);
    return false;
}

/* A hangup is the end even of a client that is not read from just now: nobody
 * is there to be answered. */
static void
serve_client(Server *server, Member *member, guint32 events)
{
    Client *client = member->client;
    bool stays = !(events & (EPOLLHUP | EPOLLERR)) && open_client(client);

    if (stays && client_is_open(client)) {
        if (events & EPOLLOUT)
            stays = client_write(client) != CLIENT_GONE;
        if (stays && (events & EPOLLIN || client_has_input(client)))
            stays = read_client(server, member);
    }
    if (!stays)
        remove_member(server, member);
}

/* Also those that somebody dropped, if epoll has not told of it yet. */
static void
check_clients(Server *server, gint64 now)
{
    g_autoptr(GPtrArray) gone = g_ptr_array_new();
    GHashTableIter iter;
    void *member = NULL;

    server->next_check = -1;
    g_hash_table_iter_init(&iter, server->members);
    while (g_hash_table_iter_next(&iter, NULL, &member)) {
        gint64 next = client_check(((Member *)member)->client, now);

        if (next == 0) {
            g_ptr_array_add(gone, member);
        } else if (next > 0) {
            server->next_check = now + TICK_MS * G_TIME_SPAN_MILLISECOND;
        }
    }
    for (guint i = 0; i < gone->len; i++)
        remove_member(server, gone->pdata[i]);
}

static void
take_arrivals(Server *server)
{
    g_autoptr(GArray) arrivals = NULL;

    {
        LOCK_SCOPE(&server->lock);
        arrivals = server->arrivals;
        server->arrivals = g_array_new(FALSE, FALSE, sizeof(Listener));
    }
    for (guint i = 0; i < arrivals->len; i++) {
        const Listener *arrival = &g_array_index(arrivals, Listener, i);

        add_client(server, arrival->fd, arrival->origin);
    }
}

/* Names in the file system stay: the next daemon replaces dead sockets. */
static void
close_listeners(Server *server)
{
    for (guint i = 0; i < server->listeners->len; i++)
        close(g_array_index(server->listeners, Listener, i).fd);
    g_array_set_size(server->listeners, 0);
}

/* Who wakes the thread may have begun a deadline, so the clock is looked at. */
static void
empty_wake(Server *server)
{
    guint64 count = 0;

    (void)!read(server->wake, &count, sizeof(count));
    if (server->next_check < 0)
        server->next_check = 0;
    take_arrivals(server);
}

/* A client that an earlier event of the same round took out is no more. */
static void
handle_event(Server *server, const struct epoll_event *event)
{
    guint64 serial = event->data.u64;
    Member *member = member_of(server, serial);

    if (serial == SERIAL_WAKE) {
        empty_wake(server);
    } else if (member) {
        serve_client(server, member, event->events);
    } else if (serial < SERIAL_LISTENERS + server->listeners->len) {
        accept_some(server, &g_array_index(server->listeners, Listener,
                                           serial - SERIAL_LISTENERS));
    }
}

/* Doors that were shut for want of room open again. */
static void
open_doors(Server *server, gint64 now)
{
    for (int i = 0; i < DOORS; i++) {
        Door *door = &server->doors[i];

        if (!door->is_open && now >= server->next_accept &&
            has_room(server, door))
            set_open(server, door, true);
    }
}

/* Listeners are closed here, by the thread that waits on them. */
static bool
go_on(Server *server)
{
    bool is_closing = false;

    {
        LOCK_SCOPE(&server->lock);
        server->limits = server->wanted;
        if (server->is_ending)
            return false;
        is_closing = server->is_closing;
    }
    if (is_closing)
        close_listeners(server);
    return true;
}

static int
wait_ms(const Server *server)
{
    /* Room may also come without anybody's telling. */
    bool is_shut = !server->doors[DOOR_UNIX].is_open ||
                   !server->doors[DOOR_NETWORK].is_open;

    return server->next_check >= 0 || is_shut ? TICK_MS : -1;
}

/* The server's thread.  It must never wait but in epoll_wait(). */
static void *
run_server(void *data)
{
    Server *server = data;
    struct epoll_event events[EVENTS_AT_ONCE];

    while (go_on(server)) {
        int count =
            epoll_wait(server->epoll, events, EVENTS_AT_ONCE, wait_ms(server));
        gint64 now = g_get_monotonic_time();

        for (int i = 0; i < count; i++)
            handle_event(server, &events[i]);
        if (server->next_check >= 0 && now >= server->next_check)
            check_clients(server, now);
        open_doors(server, now);
    }
    return NULL;
}

static bool
watch(Server *server, int fd, guint64 serial, GError **error)
{
    struct epoll_event wanted = {.events = EPOLLIN, .data.u64 = serial};

    if (epoll_ctl(server->epoll, EPOLL_CTL_ADD, fd, &wanted) != 0)
        return fail_errno(error, errno, "cannot watch a socket");
    return true;
}

static void
member_free(gpointer data)
{
    Member *member = data;

    client_unref(member->client);
    g_free(member);
}

Server *
server_new(const ServerLimits *limits, const ServerHandler *handler,
           void *opaque, GError **error)
{
    g_autoptr(Server) server = g_new0(Server, 1);

    server->limits = server->wanted = *limits;
    server->handler = *handler;
    server->opaque = opaque;
    server->made = g_get_monotonic_time();
    lock_init(&server->lock);
    for (int i = 0; i < DOORS; i++) {
        g_queue_init(&server->doors[i].anonymous);
        server->doors[i].is_open = true;
    }
    g_queue_init(&server->starved);
    server->listeners = g_array_new(FALSE, FALSE, sizeof(Listener));
    server->arrivals = g_array_new(FALSE, FALSE, sizeof(Listener));
    server->members = g_hash_table_new_full(NULL, NULL, NULL, member_free);
    server->next_serial = SERIAL_CLIENTS;
    server->pool = work_pool_new(limits->max_workers, limits->prio_workers);
    server->next_check = -1;
    server->epoll = epoll_create1(EPOLL_CLOEXEC);
    server->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (server->epoll < 0 || server->wake < 0) {
        fail_errno(error, errno, "cannot make the server's event queue");
        return NULL;
    }
    if (!watch(server, server->wake, SERIAL_WAKE, error))
        return NULL;
    return g_steal_pointer(&server);
}

/* Not to wait in accept() for somebody who is gone again.  While there is no room
 * many may wait in the kernel: a client whose connect() finds that queue full may
 * not wait as long as it would have to. */
void
server_listen(Server *server, int fd, ClientOrigin origin)
{
    const Listener listener = {fd, origin};

    g_assert(!server->is_started);
    g_assert(g_unix_set_fd_nonblocking(fd, TRUE, NULL));
    (void)listen(fd, SOMAXCONN);
    g_array_append_val(server->listeners, listener);
}

/* Nobody is accepted before everything is there: a client that finds a socket is
 * to be answered. */
bool
server_start(Server *server, GError **error)
{
    for (guint i = 0; i < server->listeners->len; i++) {
        Listener *listener = &g_array_index(server->listeners, Listener, i);

        g_assert(listener->origin != CLIENT_TLS || server->tls);
        if (!watch(server, listener->fd, SERIAL_LISTENERS + i, error))
            return false;
    }
    if (pthread_create(&server->thread, NULL, run_server, server) != 0)
        return fail(error, VIR_ERR_SYSTEM_ERROR, "cannot start a thread");
    server->is_started = true;
    return true;
}

void
server_add(Server *server, int fd, ClientOrigin origin)
{
    const Listener arrival = {fd, origin};

    {
        LOCK_SCOPE(&server->lock);
        g_array_append_val(server->arrivals, arrival);
    }
    wake(server);
}

/* A handshake that is under way keeps what it began with: credentials are counted
 * and never changed. */
void
server_set_tls(Server *server, TlsCredentials *credentials)
{
    LOCK_SCOPE(&server->lock);

    tls_credentials_unref(server->tls);
    server->tls = tls_credentials_ref(credentials);
}

/* Who reads them is the server's thread, so it takes them over itself. */
void
server_set_limits(Server *server, const ServerLimits *limits)
{
    {
        LOCK_SCOPE(&server->lock);
        server->wanted = *limits;
    }
    wake(server);
}

void
server_stop_listening(Server *server)
{
    {
        LOCK_SCOPE(&server->lock);
        server->is_closing = true;
    }
    wake(server);
}

/* Who asks is no stranger, and has been counted as one until somebody came behind
 * it: so the numbers are those of the last who came. */
ServerStatus
server_status(Server *server)
{
    Door *doors = server->doors;
    LOCK_SCOPE(&server->lock);

    return (ServerStatus){
        .limits = server->wanted,
        .seconds = (g_get_monotonic_time() - server->made) / G_USEC_PER_SEC,
        .clients = server->count,
        .strangers = (unsigned)g_atomic_int_get(&doors[DOOR_UNIX].strangers),
        .network_strangers =
            (unsigned)g_atomic_int_get(&doors[DOOR_NETWORK].strangers),
        .requests = server->requests,
        .held = server->held,
        .has_tls = server->tls,
    };
}

unsigned
server_clients(Server *server)
{
    LOCK_SCOPE(&server->lock);

    return server->count;
}

static void
stop_thread(Server *server)
{
    if (!server->is_started)
        return;
    {
        LOCK_SCOPE(&server->lock);
        server->is_ending = true;
    }
    wake(server);
    g_assert(pthread_join(server->thread, NULL) == 0);
}

/* The thread is gone: what was its alone is ours. */
static void
remove_all(Server *server)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new();
    GHashTableIter iter;
    void *member = NULL;

    g_hash_table_iter_init(&iter, server->members);
    while (g_hash_table_iter_next(&iter, NULL, &member))
        g_ptr_array_add(all, member);
    for (guint i = 0; i < all->len; i++)
        remove_member(server, all->pdata[i]);
}

/* In this order: no more is read; clients are dropped, which ends what waits to
 * be written; their calls end; then nothing refers to anything here. */
void
server_free(Server *server)
{
    if (!server)
        return;
    stop_thread(server);
    close_listeners(server);
    remove_all(server);
    work_pool_free(server->pool);
    for (guint i = 0; i < server->arrivals->len; i++)
        close(g_array_index(server->arrivals, Listener, i).fd);
    g_array_unref(server->arrivals);
    g_array_unref(server->listeners);
    g_hash_table_unref(server->members);
    for (int i = 0; i < DOORS; i++)
        g_queue_clear(&server->doors[i].anonymous);
    tls_credentials_unref(server->tls);
    auto_fd_close(server->epoll);
    auto_fd_close(server->wake);
    lock_clear(&server->lock);
    g_free(server);
}
