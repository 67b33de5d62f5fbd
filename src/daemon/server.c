/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/server.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/lock.h"
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

typedef struct {
    int fd;
    bool is_readonly;
} Listener;

struct Server {
    ServerLimits limits; /* constant, as the next three */
    ServerHandler handler;
    void *opaque;
    WorkPool *pool;
    int epoll;
    int wake; /* eventfd */
    bool is_started;
    pthread_t thread;

    /* Only in the server's thread (and before it runs). */
    GArray *listeners;   /* of Listener */
    GHashTable *clients; /* Client, a reference -> bytes that it was last
                          * counted with in @held */
    GQueue anonymous;    /* of Client, in @clients: not authenticated when last
                          * looked at */
    gint is_listening;   /* epoll is asked about the listeners; others may
                          * look */
    gint64 next_check;   /* of all clients; -1: nobody has a deadline */
    gint64 next_accept;  /* not before, after it failed; 0: at any time */

    Lock lock;         /* protects what follows */
    gsize held;        /* bytes of messages */
    unsigned requests; /* that run or wait */
    GQueue starved;    /* of Client, a reference each: held back */
    GArray *arrivals;  /* of Listener: connected sockets to take in */
    unsigned count;    /* of @clients */
    bool is_closing;   /* no more listening */
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
    if (!g_atomic_int_get(&request->server->is_listening))
        wake(request->server);
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

/* What a client's unfinished message takes is counted anew. */
static void
count_held(Server *server, Client *client, gsize now)
{
    gsize before =
        GPOINTER_TO_SIZE(g_hash_table_lookup(server->clients, client));

    if (now == before)
        return;
    g_hash_table_insert(server->clients, client_ref(client),
                        GSIZE_TO_POINTER(now));
    LOCK_SCOPE(&server->lock);
    server->held += now - before;
}

/* From here on the client is known to those alone who work for it.  Its end is
 * told in a worker, since closing a connection may wait. */
static void
remove_client(Server *server, Client *client)
{
    count_held(server, client, 0);
    client_leave(client);
    g_queue_remove(&server->anonymous, client);
    push(server, client, NULL);
    {
        LOCK_SCOPE(&server->lock);
        if (g_queue_remove(&server->starved, client))
            client_unref(client);
        server->count--;
    }
    g_hash_table_remove(server->clients, client);
}

/* Nobody has a name yet: all begin as strangers, for whom less is allowed. */
static void
add_client(Server *server, int fd, bool is_readonly)
{
    g_autoptr(Client) client =
        client_new(fd, is_readonly, &server->limits.client);

    if (!client_join(client, server->epoll, NULL))
        return;
    server->handler.begin(client, server->opaque);
    g_hash_table_insert(server->clients, client_ref(client), NULL);
    g_queue_push_tail(&server->anonymous, client);
    server->next_check = 0;
    LOCK_SCOPE(&server->lock);
    server->count++;
}

/* Those that have authenticated meanwhile are no strangers any more. */
static unsigned
count_anonymous(Server *server)
{
    GList *next = NULL;

    for (GList *link = server->anonymous.head; link; link = next) {
        next = link->next;
        if (client_is_authenticated(link->data))
            g_queue_delete_link(&server->anonymous, link);
    }
    return server->anonymous.length;
}

static bool
has_room(Server *server)
{
    return g_hash_table_size(server->clients) < server->limits.max_clients &&
           count_anonymous(server) < server->limits.max_anonymous;
}

/* Without room nobody is accepted: who comes waits in the kernel, and is not
 * turned away. */
static void
set_listening(Server *server, bool is_listening)
{
    struct epoll_event wanted = {.events = is_listening ? EPOLLIN : 0};

    if (server->is_listening == is_listening)
        return;
    g_atomic_int_set(&server->is_listening, is_listening);
    for (guint i = 0; i < server->listeners->len; i++) {
        Listener *listener = &g_array_index(server->listeners, Listener, i);

        wanted.data.ptr = listener;
        (void)epoll_ctl(server->epoll, EPOLL_CTL_MOD, listener->fd, &wanted);
    }
}

static void
accept_some(Server *server, const Listener *listener)
{
    while (has_room(server)) {
        int fd =
            accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

        if (fd >= 0) {
            add_client(server, fd, listener->is_readonly);
            continue;
        }
        /* Without descriptors or memory: later, when there may be some.  Who
         * waits stays readable, so asking again at once would never end. */
        if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
            set_listening(server, false);
            server->next_accept =
                g_get_monotonic_time() + TICK_MS * G_TIME_SPAN_MILLISECOND;
        }
        return;
    }
    set_listening(server, false);
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
static Client *
find_largest(Server *server)
{
    GHashTableIter iter;
    void *client = NULL;
    void *held = NULL;
    Client *largest = NULL;
    gsize most = 0;

    g_hash_table_iter_init(&iter, server->clients);
    while (g_hash_table_iter_next(&iter, &client, &held)) {
        if (GPOINTER_TO_SIZE(held) <= most)
            continue;
        most = GPOINTER_TO_SIZE(held);
        largest = client;
    }
    return largest;
}

/* Whose bytes went over the limit is hardly ever the one to blame: who holds
 * most goes first, or one client could have all others dropped.  Returns false
 * when @client, which was just read from, has to go itself. */
static bool
make_room(Server *server, const Client *client)
{
    while (is_too_much(server)) {
        Client *largest = find_largest(server);

        if (!largest || largest == client)
            return false;
        remove_client(server, largest);
    }
    return true;
}

/* Returns false when the client has to go. */
static bool
read_client(Server *server, Client *client)
{
    for (int i = 0; i < MESSAGES_AT_ONCE; i++) {
        Message *message = NULL;
        ClientResult result = CLIENT_LATER;

        if (!admit(server, client))
            break;
        result = client_read(client, &message);
        count_held(server, client, client_held(client));
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
    return make_room(server, client);
}

/* A hangup is the end even of a client that is not read from just now: nobody
 * is there to be answered. */
static void
serve_client(Server *server, Client *client, guint32 events)
{
    bool stays = !(events & (EPOLLHUP | EPOLLERR));

    if (stays && events & EPOLLOUT)
        stays = client_write(client) != CLIENT_GONE;
    if (stays && events & EPOLLIN)
        stays = read_client(server, client);
    if (!stays)
        remove_client(server, client);
}

/* Also those that somebody dropped, if epoll has not told of it yet. */
static void
check_clients(Server *server, gint64 now)
{
    g_autoptr(GPtrArray) gone = g_ptr_array_new();
    GHashTableIter iter;
    void *client = NULL;

    server->next_check = -1;
    g_hash_table_iter_init(&iter, server->clients);
    while (g_hash_table_iter_next(&iter, &client, NULL)) {
        gint64 next = client_check(client, now);

        if (next == 0) {
            g_ptr_array_add(gone, client);
        } else if (next > 0) {
            server->next_check = now + TICK_MS * G_TIME_SPAN_MILLISECOND;
        }
    }
    for (guint i = 0; i < gone->len; i++)
        remove_client(server, gone->pdata[i]);
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

        add_client(server, arrival->fd, arrival->is_readonly);
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

static void
empty_wake(Server *server)
{
    guint64 count = 0;

    (void)!read(server->wake, &count, sizeof(count));
    take_arrivals(server);
}

/* Listeners are told from clients by where they are. */
static bool
is_listener(const Server *server, const void *place)
{
    const Listener *all = (const Listener *)(void *)server->listeners->data;

    return (const Listener *)place >= all &&
           (const Listener *)place < all + server->listeners->len;
}

static void
handle_event(Server *server, const struct epoll_event *event)
{
    void *place = event->data.ptr;

    if (place == server) {
        empty_wake(server);
    } else if (is_listener(server, place)) {
        accept_some(server, place);
        /* A client that an earlier event of the same round took out is no more. */
    } else if (g_hash_table_contains(server->clients, place)) {
        serve_client(server, place, event->events);
    }
}

/* Listeners are closed here, by the thread that waits on them. */
static bool
go_on(Server *server)
{
    bool is_closing = false;

    {
        LOCK_SCOPE(&server->lock);
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
    return server->next_check >= 0 || !server->is_listening ? TICK_MS : -1;
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
        if (!server->is_listening && now >= server->next_accept &&
            has_room(server))
            set_listening(server, true);
    }
    return NULL;
}

static bool
watch(Server *server, int fd, void *data, GError **error)
{
    struct epoll_event wanted = {.events = EPOLLIN, .data.ptr = data};

    if (epoll_ctl(server->epoll, EPOLL_CTL_ADD, fd, &wanted) != 0)
        return fail_errno(error, errno, "cannot watch a socket");
    return true;
}

static void
client_unref_key(gpointer client)
{
    client_unref(client);
}

Server *
server_new(const ServerLimits *limits, const ServerHandler *handler,
           void *opaque, GError **error)
{
    g_autoptr(Server) server = g_new0(Server, 1);

    server->limits = *limits;
    server->handler = *handler;
    server->opaque = opaque;
    lock_init(&server->lock);
    g_queue_init(&server->anonymous);
    g_queue_init(&server->starved);
    server->listeners = g_array_new(FALSE, FALSE, sizeof(Listener));
    server->arrivals = g_array_new(FALSE, FALSE, sizeof(Listener));
    server->clients = g_hash_table_new_full(NULL, NULL, client_unref_key, NULL);
    server->pool = work_pool_new(limits->max_workers, limits->prio_workers);
    server->next_check = -1;
    server->is_listening = true;
    server->epoll = epoll_create1(EPOLL_CLOEXEC);
    server->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (server->epoll < 0 || server->wake < 0) {
        fail_errno(error, errno, "cannot make the server's event queue");
        return NULL;
    }
    if (!watch(server, server->wake, server, error))
        return NULL;
    return g_steal_pointer(&server);
}

/* Not to wait in accept() for somebody who is gone again. */
void
server_listen(Server *server, int fd, bool is_readonly)
{
    const Listener listener = {fd, is_readonly};

    g_assert(!server->is_started);
    g_assert(g_unix_set_fd_nonblocking(fd, TRUE, NULL));
    g_array_append_val(server->listeners, listener);
}

/* Listeners are watched here and not when they are added: their place in the
 * array is known only now. */
bool
server_start(Server *server, GError **error)
{
    for (guint i = 0; i < server->listeners->len; i++) {
        Listener *listener = &g_array_index(server->listeners, Listener, i);

        if (!watch(server, listener->fd, listener, error))
            return false;
    }
    if (pthread_create(&server->thread, NULL, run_server, server) != 0)
        return fail(error, VIR_ERR_SYSTEM_ERROR, "cannot start a thread");
    server->is_started = true;
    return true;
}

void
server_add(Server *server, int fd, bool is_readonly)
{
    const Listener arrival = {fd, is_readonly};

    {
        LOCK_SCOPE(&server->lock);
        g_array_append_val(server->arrivals, arrival);
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
    void *client = NULL;

    g_hash_table_iter_init(&iter, server->clients);
    while (g_hash_table_iter_next(&iter, &client, NULL))
        g_ptr_array_add(all, client);
    for (guint i = 0; i < all->len; i++)
        remove_client(server, all->pdata[i]);
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
    g_hash_table_unref(server->clients);
    g_queue_clear(&server->anonymous);
    auto_fd_close(server->epoll);
    auto_fd_close(server->wake);
    lock_clear(&server->lock);
    g_free(server);
}
