/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "driver/migrate_peer.h"

#include "base/error.h"
#include "driver/registry.h"

/* Two roots may wait for each other here, each with its own lock held: the one
 * whose patience ends first lets the other go on, and asks again later. */
static virConnectPtr
open_peer(const char *uri, GError **error)
{
    g_autoptr(ConnectUri) parsed = connect_uri_parse(uri, error);
    const Driver *driver = parsed ? registry_find(parsed, error) : NULL;
    g_autofree char *canonical = NULL;
    void *session = NULL;

    if (!driver)
        return NULL;
    if (!driver->migrate_settle) {
        fail(error, VIR_ERR_NO_SUPPORT, "'%s' has no migrations", uri);
        return NULL;
    }
    /* The option is of state folders, and of nothing else. */
    if (g_str_equal(driver->name, "QEMU")) {
        g_hash_table_replace(parsed->options, g_strdup("lock_timeout"),
                             g_strdup("1"));
    }
    /* For writing: to settle may be to end a QEMU. */
    session = driver->open(parsed, false, &canonical, error);
    return session ? connect_object_new(driver, session, uri, false) : NULL;
}

/* By the driver that serves its URI, and not by the source's own: the other side
 * may be behind a daemon. */
int
migrate_peer_settle(const char *uri, const char *cookie, bool is_last,
                    GError **error)
{
    virConnectPtr conn = open_peer(uri, error);
    int result = -1;

    if (!conn)
        return -1;
    result = conn->driver->migrate_settle(conn, cookie, is_last, error);
    connect_object_unref(conn);
    return result;
}
