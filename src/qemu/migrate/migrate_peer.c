/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/migrate/migrate_peer.h"

#include "base/error.h"
#include "driver/registry.h"
#include "xml/record/migration_xml.h"

#include <string.h>

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
    if (driver == &qemu_driver) {
        g_hash_table_replace(parsed->options, g_strdup("lock_timeout"),
                             g_strdup("1"));
    }
    /* For writing: to settle may be to end a QEMU. */
    session = driver->open(parsed, false, &canonical, error);
    return session ? connect_object_new(driver, session, uri, false) : NULL;
}

/* By the driver that serves its URI, and not by our own: the other side may be
 * behind a daemon. */
int
migrate_peer_settle(const Migration *migration, const unsigned char *uuid,
                    bool is_last, GError **error)
{
    g_autoptr(MigrationCookie) cookie = migration_cookie_new();
    g_autofree char *text = NULL;
    virConnectPtr conn = open_peer(migration->peer, error);
    int result = -1;

    if (!conn)
        return -1;
    /* The machine and the migration are all that matters by now. */
    cookie->id = g_strdup(migration->id);
    memcpy(cookie->uuid, uuid, sizeof(cookie->uuid));
    cookie->host = g_strdup("-");
    cookie->stamp = g_strdup("-");
    text = migration_cookie_format(cookie);
    result = conn->driver->migrate_settle(conn, text, is_last, error);
    connect_object_unref(conn);
    return result;
}
