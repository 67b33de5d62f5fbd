/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One client's socket: packets in, packets out, and when it is given up.
 *
 * The server's thread reads, and looks at the clock; any thread sends.  What
 * cannot be written at once is queued, and bounded: a client that does not read
 * what it is told is dropped.  A call holds one of the client's few places from
 * when it is read until its reply is written, so neither replies nor calls pile
 * up; a client without a free place is not read from.
 *
 * Dropping is shutdown(): the server's thread sees the end of the stream and
 * takes the client out, whoever found out that it has to go.
 */
#pragma once

#include "daemon/peer.h"
#include "rpc/message.h"
#include "rpc/transport.h"

#include <stdbool.h>

typedef struct Client Client;

/* What is the same for all clients; see strandlined(8). */
typedef struct {
    unsigned max_requests;    /* in flight, of one client */
    gsize max_output;         /* bytes that wait for a client to read them */
    gsize max_anonymous_size; /* bytes of a message before authentication */
    int login_seconds;        /* until authenticated */
    int message_seconds;      /* from a message's first byte to its last, and
                               * without any progress of a write */
    int keepalive_interval;   /* seconds; <= 0: clients are never asked */
    unsigned keepalive_count;
} ClientLimits;

/* Where it has come in. */
typedef enum {
    CLIENT_UNIX,
    CLIENT_UNIX_READONLY, /* may change nothing, whatever it says */
    CLIENT_TCP,
    CLIENT_TLS,
    CLIENT_ORIGINS,
} ClientOrigin;

/** client_new: takes @transport over; @limits are copied. */
Client *client_new(Transport *transport, ClientOrigin origin,
                   const ClientLimits *limits);
Client *client_ref(Client *client);
/** client_unref: accepts NULL. */
void client_unref(Client *client);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Client, client_unref)

/* From any thread. */

/** client_reply: sends @message (taken over), the answer to a call. */
void client_reply(Client *client, Message *message);
/** client_tell: sends @message (taken over), which nobody asked for; a client
 * that has too much unread is dropped instead. */
void client_tell(Client *client, Message *message);
/** client_skip: a call that gets no answer. */
void client_skip(Client *client);
/** client_finish: nothing more is read, and when all is written, it ends. */
void client_finish(Client *client);
/** client_drop: at once. */
void client_drop(Client *client);
bool client_is_gone(Client *client);

/** client_protect: what comes from now on, and what goes behind the reply to the
 * call that is being answered, is behind @session's layer. */
void client_protect(Client *client, SaslSession *session);
/** client_set_user: who it has proved to be; before it is authenticated. */
void client_set_user(Client *client, const char *name);
/** client_bits: how strong the cipher is that others on the way would have to
 * break; 0: none. */
unsigned client_bits(const Client *client);
void client_set_authenticated(Client *client);
bool client_is_authenticated(Client *client);
/** client_hold: nothing is read from it until it is let go again. */
void client_hold(Client *client, bool is_held);
/** client_start_keepalive: it has said that it would answer. */
void client_start_keepalive(Client *client);

ClientOrigin client_origin(const Client *client);
bool client_is_readonly(const Client *client);
const ClientPeer *client_peer(const Client *client);
/** client_x509_name: the distinguished name in the certificate by which it has
 * shown who it is; NULL without. */
const char *client_x509_name(const Client *client);
/** client_user: the name by which SASL knows it; NULL without. */
const char *client_user(const Client *client);
/** client_name: the one of the two that there is; NULL without. */
const char *client_name(const Client *client);
/** client_data: the handler's; set once, before the first message; freed with
 * the last reference to the client. */
void *client_data(const Client *client);
void client_set_data(Client *client, void *data, GDestroyNotify free_data);

/* From the server's thread. */

typedef enum {
    CLIENT_MESSAGE, /* one was read */
    CLIENT_LATER,   /* nothing more is there */
    CLIENT_GONE,    /* its end, garbage, or more than it may */
} ClientResult;

/** client_join: @epoll says from now on, with @serial as its data, when there
 * is something to do; @wake, an eventfd, when a deadline has begun. */
bool client_join(Client *client, int epoll, int wake, guint64 serial,
                 GError **error);
guint64 client_serial(const Client *client);
/** client_open: what comes before the first message, as far as it goes.
 * CLIENT_MESSAGE: it is done; CLIENT_GONE with @error. */
ClientResult client_open(Client *client, GError **error);
bool client_is_open(const Client *client);
/** client_leave: the socket is closed; others may still hold the client. */
void client_leave(Client *client);
/** client_read: the next message, which takes a place; NULL for one that has
 * been dealt with here. */
ClientResult client_read(Client *client, Message **ret_message);
/** client_write: what is queued, as far as it goes. */
ClientResult client_write(Client *client);
/** client_has_input: there may be a message to read, whatever the socket says. */
bool client_has_input(Client *client);
/** client_held: bytes of memory for the message that is being read. */
gsize client_held(const Client *client);
/** client_check: what is due by the clock.
 * Returns: when to look again (monotonic; -1: needs no looking); 0: it has to
 * go. */
gint64 client_check(Client *client, gint64 now);
