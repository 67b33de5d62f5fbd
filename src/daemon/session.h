/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What one client has opened: its authentication, its connection to a driver,
 * and what it wants to be told.
 *
 * A client's calls run side by side, so each takes a reference to the
 * connection; one that is closed meanwhile ends with the last call.
 */
#pragma once

#include "daemon/access/login.h"
#include "daemon/client.h"
#include "daemon/serve.h"
#include "daemon/server.h"

/* What is the same for all sessions. */
typedef struct {
    char *state_root;   /* of qemu:///system */
    char *networks;     /* nullable: as in qemu:///embed */
    char *address;      /* nullable: by which others reach us */
    char *certificates; /* nullable: of pull backups, as in qemu:///embed */
    char *qemu_user;    /* nullable: QEMU runs as the daemon */
    char *qemu_group;   /* nullable: the user's own */
    /* Who may do what; nullable: anybody who could connect. */
    const ServeAccess *access;
    Server *server;     /* nullable: nobody asks how it is */
    LoginRules *logins; /* nullable: nobody has to prove who it is */
} SessionHost;

/** session_host_open: a connection to qemu:///system of the daemon's own. */
virConnectPtr session_host_open(const SessionHost *host, GError **error);

/** session_host_check: whether qemu:///system can be opened; @error says why
 * not. */
bool session_host_check(const SessionHost *host, GError **error);

typedef struct Session Session;

/** session_new: of @client, which holds it; @host outlives it. */
Session *session_new(Client *client, const SessionHost *host);
/** session_end: the client is gone: it is told nothing any more, and its
 * connection is closed.  What it began goes on. */
void session_end(Session *session);
/** session_free: accepts NULL. */
void session_free(Session *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Session, session_free)

/** session_conn: a reference; NULL if there is no connection open. */
virConnectPtr session_conn(Session *session);
Client *session_client(const Session *session);
Login *session_login(const Session *session);
const SessionHost *session_host(const Session *session);
/** session_greet: the client has called our own program. */
void session_greet(Session *session);
/** session_is_ours: whether it has; who has not is a client of libvirt's. */
bool session_is_ours(Session *session);
/** session_serve: a call of @procedure on @conn. */
Serve session_serve(Session *session, virConnectPtr conn,
                    const Procedure *procedure);

/** session_open: VIR_ERR_NO_CONNECT for a URI that is not served here.  @name
 * is as the client sent it: empty for the default, NULL for none. */
bool session_open(Session *session, const char *name, bool is_readonly,
                  GError **error);

/* Events: see session_events.c. */

/** session_hold_events: nothing is told until they are let go, so that the
 * reply to a registration is there before what it announces. */
void session_hold_events(Session *session);
void session_release_events(Session *session);

/* Which messages a registration leads to. */
typedef enum {
    SESSION_EVENTS_BY_ID,   /* those that carry the callback's id */
    SESSION_EVENTS_BY_KIND, /* those of clients that know no ids */
} SessionEventStyle;

/** session_listen: @domain nullable; while events are held.
 * Returns: the callback's id; -1 with the thread's error. */
int session_listen(Session *session, virConnectPtr conn, virDomainPtr domain,
                   int event_id, SessionEventStyle style);
/** session_unlisten: by the callback's id; false with the thread's error. */
bool session_unlisten(Session *session, virConnectPtr conn, int callback_id);
/** session_unlisten_kind: what SESSION_EVENTS_BY_KIND has for @event_id. */
bool session_unlisten_kind(Session *session, virConnectPtr conn, int event_id);
