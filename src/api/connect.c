/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Connections: <libvirt/libvirt-host.h>. */
#include "api/call.h"
#include "api/connection.h"
#include "api/error.h"
#include "api/init.h"
#include "api/uri/client_conf.h"
#include "api/uri/default_uri.h"
#include "base/error.h"
#include "driver/event_queue.h"
#include "driver/registry.h"

#include <libvirt/libvirt-strandline.h>
#include <pthread.h>
#include <string.h>

/* 0.1.0, as the calls about versions count: 1000000 * major + 1000 * minor +
 * micro. */
enum { LIBRARY_VERSION = STRANDLINE_VERSION_NUMBER };

/* Answers nothing: a library does not ask at the terminal of a program that it
 * does not know.  What stands in auth.conf needs no answer. */
static virConnectAuth no_credentials;
virConnectAuthPtr virConnectAuthPtrDefault = &no_credentials;

static virConnectPtr
open_uri(ConnectUri *uri, const char *known_as, bool is_readonly,
         GError **error)
{
    g_autofree char *canonical = NULL;
    const Driver *driver = NULL;
    void *session = NULL;

    /* By the scheme and what follows it; a driver only looks at the URI here,
     * and connects to nothing. */
    driver = registry_find(uri, error);
    if (!driver)
        return NULL;
    /* Read-only is told to the driver, too: it may not write what opening a
     * folder would write for others. */
    session = driver->open(uri, is_readonly, &canonical, error);
    if (!session)
        return NULL;
    if (!known_as)
        known_as = canonical ? canonical : uri->text;
    return connect_object_new(driver, session, known_as, is_readonly);
}

virConnectPtr
connection_open(const char *uri, const char *known_as, bool is_readonly,
                GError **error)
{
    g_autoptr(ConnectUri) parsed = connect_uri_parse(uri, error);

    return parsed ? open_uri(parsed, known_as, is_readonly, error) : NULL;
}

virConnectPtr
connection_open_by(const char *uri, const virConnectAuth *auth,
                   bool is_readonly, GError **error)
{
    g_autoptr(ConnectUri) parsed = connect_uri_parse(uri, error);

    if (!parsed)
        return NULL;
    parsed->auth = auth;
    return open_uri(parsed, NULL, is_readonly, error);
}

/* What a program says, or means by saying nothing; NULL with @error. */
static char *
uri_of(const char *name, unsigned flags, GError **error)
{
    g_autofree char *conf = client_conf_path();
    char *uri = NULL;

    if (!name || !*name)
        return default_uri(conf, DEFAULT_URI_SOCKET, error);
    if (!(flags & VIR_CONNECT_NO_ALIASES) &&
        !client_conf_alias(conf, name, &uri, error))
        return NULL;
    return uri ? uri : g_strdup(name);
}

/* A program need not have called virInitialize(): whoever opens first does. */
static virConnectPtr
open_connection(const char *name, const virConnectAuth *auth, unsigned flags)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = uri_of(name, flags, &error);
    virConnectPtr conn = NULL;

    error_reset();
    (void)virInitialize(); /* cannot fail */
    if (text)
        conn = connection_open_by(text, auth, flags & VIR_CONNECT_RO, &error);
    if (!conn)
        error_raise(VIR_FROM_NONE, error);
    return conn;
}

/* Once for the process, from whichever thread comes first; drivers are added
 * and never taken away, so nobody needs a lock to look one up. */
int
virInitialize(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    error_reset();
    g_assert(pthread_once(&once, add_builtin_drivers) == 0);
    return 0;
}

/* @type names a hypervisor, and is passed over as libvirt does today: the
 * version of a driver is asked of a connection. */
int
virGetVersion(unsigned long *libVer, const char *type, unsigned long *typeVer)
{
    (void)type;
    error_reset();
    if (!libVer) {
        error_raise_text(VIR_FROM_NONE, VIR_ERR_INVALID_ARG,
                         "the argument 'libVer' of %s must be not NULL",
                         __func__);
        return -1;
    }
    *libVer = LIBRARY_VERSION;
    if (typeVer)
        *typeVer = LIBRARY_VERSION;
    return 0;
}

virConnectPtr
virConnectOpen(const char *name)
{
    return open_connection(name, NULL, 0);
}

virConnectPtr
virConnectOpenReadOnly(const char *name)
{
    return open_connection(name, NULL, VIR_CONNECT_RO);
}

virConnectPtr
virConnectOpenAuth(const char *name, virConnectAuthPtr auth, unsigned int flags)
{
    unsigned unknown =
        flags & ~(unsigned)(VIR_CONNECT_RO | VIR_CONNECT_NO_ALIASES);

    if (unknown) {
        error_reset();
        error_raise_text(VIR_FROM_NONE, VIR_ERR_INVALID_ARG,
                         "unsupported flags (0x%x) in %s", unknown, __func__);
        return NULL;
    }
    return open_connection(name, auth, flags);
}

int
virConnectRef(virConnectPtr conn)
{
    API_ENTER(connect, conn, -1);
    g_atomic_int_inc(&conn->refs);
    return 0;
}

/* The references that are left, as libvirt counts them: handles of domains hold
 * some, so 0 says that nothing is left of the connection. */
int
virConnectClose(virConnectPtr conn)
{
    API_ENTER(connect, conn, -1);
    return connect_object_unref(conn);
}

const char *
virConnectGetType(virConnectPtr conn)
{
    API_ENTER(connect, conn, NULL);
    return conn->driver->type ? conn->driver->type(conn) : conn->driver->name;
}

int
virConnectGetVersion(virConnectPtr conn, unsigned long *hvVer)
{
    API_ENTER(connect, conn, -1);
    API_NOT_NULL(hvVer);
    API_RETURN_INT(connect_version, conn, hvVer);
}

int
virConnectGetLibVersion(virConnectPtr conn, unsigned long *libVer)
{
    API_ENTER(connect, conn, -1);
    API_NOT_NULL(libVer);
    *libVer = LIBRARY_VERSION;
    return 0;
}

char *
virConnectGetHostname(virConnectPtr conn)
{
    API_ENTER(connect, conn, NULL);
    /* A driver inside the process has its machines here. */
    if (!conn->driver->connect_hostname)
        return g_strdup(g_get_host_name());
    API_RETURN_POINTER(connect_hostname, conn);
}

char *
virConnectGetURI(virConnectPtr conn)
{
    API_ENTER(connect, conn, NULL);
    return g_strdup(conn->uri);
}

/* Nothing can break inside the calling process. */
int
virConnectIsAlive(virConnectPtr conn)
{
    API_ENTER(connect, conn, -1);
    return conn->driver->is_alive ? conn->driver->is_alive(conn) : 1;
}

/* The two below: what does not leave the calling process cannot be overheard,
 * and needs no cipher. */

int
virConnectIsSecure(virConnectPtr conn)
{
    API_ENTER(connect, conn, -1);
    return conn->driver->is_secure ? conn->driver->is_secure(conn) : 1;
}

int
virConnectIsEncrypted(virConnectPtr conn)
{
    API_ENTER(connect, conn, -1);
    return conn->driver->is_encrypted ? conn->driver->is_encrypted(conn) : 0;
}

/* 1 where nothing needs keeping alive, inside a process; no failure, since
 * clients ask for it everywhere. */
int
virConnectSetKeepAlive(virConnectPtr conn, int interval, unsigned int count)
{
    API_ENTER(connect, conn, -1);
    return conn->driver->set_keepalive
               ? conn->driver->set_keepalive(conn, interval, count)
               : 1;
}

/* One a connection, and the first stays: a library inside the program may have
 * registered it, and must not lose it without a word. */
int
virConnectRegisterCloseCallback(virConnectPtr conn, virConnectCloseFunc cb,
                                void *opaque, virFreeCallback freecb)
{
    const CloseCallback wanted = {cb, opaque, freecb};

    API_ENTER(connect, conn, -1);
    API_NOT_NULL(cb);
    if (connect_object_set_close(conn, &wanted)) {
        /* Without an event loop it is never called, as with libvirt. */
        (void)event_queue_watch_end(conn->events);
        if (conn->driver->end_wanted)
            conn->driver->end_wanted(conn);
        return 0;
    }
    error_raise_text(api.error_domain, VIR_ERR_OPERATION_INVALID,
                     "cannot register a close callback for '%s': the "
                     "connection has one; unregister that first",
                     conn->uri);
    return -1;
}

/* Its opaque data are freed here: who could still be told of the close was
 * told. */
int
virConnectUnregisterCloseCallback(virConnectPtr conn, virConnectCloseFunc cb)
{
    API_ENTER(connect, conn, -1);
    API_NOT_NULL(cb);
    API_CLAIM(connect_object_clear_close(conn, cb), "cb",
              "the close callback that is registered");
    return 0;
}

int
virNodeGetInfo(virConnectPtr conn, virNodeInfoPtr info)
{
    API_ENTER(connect, conn, -1);
    API_NOT_NULL(info);
    memset(info, 0, sizeof(*info));
    API_RETURN_INT(node_info, conn, info);
}

char *
virConnectGetCapabilities(virConnectPtr conn)
{
    API_ENTER(connect, conn, NULL);
    API_RETURN_POINTER(connect_capabilities, conn);
}

/* Drivers in this process have no daemon, and no such member. */
char *
virConnectGetDaemonStatus(virConnectPtr conn, unsigned int flags)
{
    API_ENTER(connect, conn, NULL);
    API_RETURN_POINTER(connect_daemon_status, conn, flags);
}
