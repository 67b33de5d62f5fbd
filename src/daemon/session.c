/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/session.h"

#include "api/connection.h"
#include "base/error.h"
#include "base/lock.h"
#include "daemon/session_private.h"

#include <libvirt/libvirt.h>
#include <unistd.h>

Session *
session_new(Client *client, const SessionHost *host)
{
    Session *session = g_new0(Session, 1);

    session->client = client;
    session->host = host;
    session->login = login_new(client, host ? host->logins : NULL);
    session->backups = serve_backups_new();
    session->moves = serve_moves_new();
    session->listening = g_ptr_array_new();
    lock_init(&session->lock);
    lock_init(&session->events);
    return session;
}

/* With the last reference to the client: a call that was under way when the
 * client went may have held it until now.  session_end() has been here
 * before. */
void
session_free(Session *session)
{
    if (!session)
        return;
    g_assert(!session->conn);
    login_free(session->login);
    serve_backups_free(session->backups);
    serve_moves_free(session->moves);
    g_ptr_array_unref(session->listening);
    lock_clear(&session->lock);
    lock_clear(&session->events);
    g_free(session);
}

/* Referenced for the length of a call: session_end() in another worker may take
 * the session's own away in between. */
virConnectPtr
session_conn(Session *session)
{
    LOCK_SCOPE(&session->lock);

    if (session->conn)
        g_atomic_int_inc(&session->conn->refs);
    return session->conn;
}

Client *
session_client(const Session *session)
{
    return session->client;
}

Login *
session_login(const Session *session)
{
    return session->login;
}

const SessionHost *
session_host(const Session *session)
{
    return session->host;
}

/* By one call's worker, and read by those of later ones. */
void
session_greet(Session *session)
{
    g_atomic_int_set(&session->is_ours, true);
}

bool
session_is_ours(Session *session)
{
    return g_atomic_int_get(&session->is_ours);
}

/* Who is root, or whom we are ourselves, gets nothing from us that he has not.
 * A network's clients have no user of this host. */
static bool
is_stranger(const ClientPeer *peer)
{
    return peer->uid != 0 && peer->uid != geteuid();
}

Serve
session_serve(Session *session, virConnectPtr conn, const Procedure *procedure)
{
    return (Serve){
        .conn = conn,
        .procedure = procedure,
        .access = session->host->access,
        .backups = session->backups,
        .moves = session->moves,
        .address = session->host->address,
        .is_ours = session_is_ours(session),
        .client = session->client,
        .uid = client_peer(session->client)->uid,
        .is_stranger = is_stranger(client_peer(session->client)),
    };
}

/* A name may hold anything that the settings allow, so it is escaped whole. */
static void
add_option(GString *uri, const char *key, const char *value)
{
    g_string_append_printf(uri, "&%s=", key);
    g_string_append_uri_escaped(uri, value, NULL, FALSE);
}

/* The driver's URI for what a client calls @name.  A client names what there
 * is, and never a folder of this host: test:///FILE and qemu:///embed would be
 * read, and made, with the daemon's rights. */
static char *
driver_uri(const SessionHost *host, const char *name, GError **error)
{
    GString *uri = NULL;

    if (g_str_equal(name, "test:///default"))
        return g_strdup(name);
    if (g_str_equal(name, "qemu:///system") ||
        g_str_equal(name, "qemu:///session")) {
        uri = g_string_new("qemu:///embed?root=");
        g_string_append_uri_escaped(uri, host->state_root, "/", FALSE);
        if (host->qemu_user)
            add_option(uri, "user", host->qemu_user);
        if (host->qemu_user && host->qemu_group)
            add_option(uri, "group", host->qemu_group);
        /* Which bridge a network is, is the host's affair, and no client's. */
        if (host->networks)
            add_option(uri, "networks", host->networks);
        if (host->certificates)
            add_option(uri, "backup_tls_x509_cert_dir", host->certificates);
        return g_string_free(uri, FALSE);
    }
    fail(error, VIR_ERR_NO_CONNECT,
         "this daemon does not serve '%s'; it serves qemu:///system and "
         "test:///default",
         name);
    return NULL;
}

#define SYSTEM_URI "qemu:///system"

virConnectPtr
session_host_open(const SessionHost *host, GError **error)
{
    g_autofree char *uri = driver_uri(host, SYSTEM_URI, error);

    return connection_open(uri, SYSTEM_URI, false, error);
}

/* Opens it once and lets it go: the folder is made or found sound, and what it
 * lacks is said in the daemon's log and not to its first client. */
bool
session_host_check(const SessionHost *host, GError **error)
{
    virConnectPtr conn = session_host_open(host, error);

    connect_object_unref(conn);
    return conn != NULL;
}

/* Opening may wait for a disk, so it is done without the lock; who was first is
 * seen under it. */
bool
session_open(Session *session, const char *name, bool is_readonly,
             GError **error)
{
    g_autofree char *uri = NULL;
    virConnectPtr conn = NULL;

    if (!name)
        return fail(error, VIR_ERR_INVALID_ARG, "no URI was given to open");
    if (!*name)
        name = SYSTEM_URI;
    uri = driver_uri(session->host, name, error);
    if (!uri)
        return false;
    conn = connection_open(
        uri, name, is_readonly || client_is_readonly(session->client), error);
    if (!conn)
        return false;
    LOCK_SCOPE(&session->lock);
    /* Who opens twice at once gets one of them; who is gone gets none, or the
     * connection would stay for ever. */
    if (session->conn || session->is_ended) {
        connect_object_unref(conn);
        return fail(error, VIR_ERR_INTERNAL_ERROR, "connection already open");
    }
    session->conn = conn;
    return true;
}

/* Backups that the client began are jobs of their domain, and go on: a client
 * that vanishes is how virsh ends each of its commands. */
void
session_end(Session *session)
{
    virConnectPtr conn = NULL;

    {
        LOCK_SCOPE(&session->lock);
        session->is_ended = true;
        conn = g_steal_pointer(&session->conn);
    }
    if (!conn)
        return;
    session_unlisten_all(session, conn);
    connect_object_unref(conn);
}
