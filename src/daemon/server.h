/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sockets that are listened on, the clients that come, and who works for them.
 *
 * One thread waits for all sockets and reads packets; a pool of threads does
 * what they ask.  The server knows packets and limits.  What a packet means is
 * its handler's affair.
 *
 * Everything that a stranger can make it hold is bounded: when there are too
 * many clients, nobody is accepted and the others wait in the kernel; when too
 * much is asked, nothing is read.
 */
#pragma once

#include "daemon/client.h"

typedef struct Server Server;

typedef struct {
    ClientLimits client;    /* of each */
    unsigned max_clients;   /* at a time */
    unsigned max_anonymous; /* of these, not authenticated yet: so many on Unix
                             * sockets, and as many on the network */
    unsigned max_requests;  /* calls that run or wait, of all clients */
    gsize max_held; /* bytes of all messages that came, in part or whole */
    unsigned max_workers;
    unsigned prio_workers; /* for calls that is_high() besides */
} ServerLimits;

/* Which clients are served how. */
typedef struct {
    /* A client has come; client_set_data() is called here.  In the server's
     * thread: must not wait. */
    void (*begin)(Client *client, void *opaque);
    /* Whether a message must not queue behind calls that are stuck. */
    bool (*is_high)(const Message *message);
    /* A message, taken over: ends in client_reply() or client_skip(), once.  In
     * a worker; several of one client may run at a time. */
    void (*call)(Client *client, Message *message);
    /* The client is gone; calls of it may still be running.  In a worker. */
    void (*end)(Client *client);
} ServerHandler;

/** server_new: @limits and @handler are copied. */
Server *server_new(const ServerLimits *limits, const ServerHandler *handler,
                   void *opaque, GError **error);
/** server_free: all clients are dropped; returns when nothing runs any more.
 * Accepts NULL. */
void server_free(Server *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Server, server_free)

/* Before server_start(). */

/** server_listen: takes @fd over, a listening socket; CLIENT_TLS needs
 * server_set_tls(). */
void server_listen(Server *server, int fd, ClientOrigin origin);
/** server_start: begins to serve. */
bool server_start(Server *server, GError **error);

/* From any thread. */

/** server_add: takes @fd over, which is connected. */
void server_add(Server *server, int fd, ClientOrigin origin);
/** server_set_tls: what clients that come from now on are shown, and asked
 * for. */
void server_set_tls(Server *server, TlsCredentials *credentials);
/** server_set_limits: from now on, for clients that come; workers stay as many
 * as they are. */
void server_set_limits(Server *server, const ServerLimits *limits);
/** server_stop_listening: who is connected stays. */
void server_stop_listening(Server *server);
/* How much of the limits is used. */
typedef struct {
    ServerLimits limits;
    gint64 seconds; /* since it was made */
    unsigned clients;
    unsigned strangers; /* on Unix sockets */
    unsigned network_strangers;
    unsigned requests;
    gsize held;
    bool has_tls; /* server_set_tls() was called */
} ServerStatus;

/** server_status: from any thread; strangers are as the server's thread last
 * counted them. */
ServerStatus server_status(Server *server);
/** server_clients: how many there are. */
unsigned server_clients(Server *server);
