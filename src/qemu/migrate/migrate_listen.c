/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/migrate/migrate_listen.h"

#include "base/error.h"
#include "base/fd.h"
#include "qemu/qmp/message.h"

/* QEMU's own number of a descriptor that we gave it: a socket below any path
 * can be named by that of its folder. */
static int
lend_folder(QmpClient *qmp, int folder, GError **error)
{
    guint64 id = 0;
    g_autoptr(Json) reply = NULL;
    json_int_t number = 0;

    if (!qmp_client_send(qmp, "add-fd", NULL, folder, &id, error))
        return -1;
    reply = qmp_client_wait(qmp, id, QMP_TIMEOUT_MS, error);
    number = json_integer_value(json_object_get(reply, "fd"));
    if (reply && (number <= 0 || number > G_MAXINT))
        fail(error, VIR_ERR_OPERATION_FAILED, "QEMU took no folder");
    return reply && number > 0 && number <= G_MAXINT ? (int)number : -1;
}

/* QEMU was started to wait for just this command (-incoming defer). */
static bool
listen_at(QmpClient *qmp, const char *uri, GError **error)
{
    return qmp_client_run(qmp, "migrate-incoming",
                          json_pack("{s:s}", "uri", uri), error);
}

/* Our own socket of a former migration is gone by now (migrate_prepare.c). */
static bool
listen_on_socket(const MigratePlace *place, QmpClient *qmp, char **ret_uri,
                 GError **error)
{
    g_auto(AutoFd) folder = migrate_place_open(place, error);
    g_autofree char *uri = NULL;
    int number = -1;

    if (folder < 0)
        return false;
    number = lend_folder(qmp, folder, error);
    uri = g_strdup_printf("unix:/proc/self/fd/%d/%s", number, place->name);
    if (number < 0 || !listen_at(qmp, uri, error))
        return false;
    *ret_uri = g_strdup_printf("unix://%s/%s", place->folder, place->name);
    return true;
}

/* Which port the host gave, where it was left to. */
static bool
ask_port(QmpClient *qmp, unsigned *ret_port, GError **error)
{
    g_autoptr(Json) reply = qmp_client_call(qmp, "query-migrate", NULL, error);
    const json_t *list = json_object_get(reply, "socket-address");
    const char *text =
        json_string_value(json_object_get(json_array_get(list, 0), "port"));
    guint64 port = 0;

    if (!reply)
        return false;
    if (!text ||
        !g_ascii_string_to_unsigned(text, 10, 1, G_MAXUINT16, &port, NULL)) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "QEMU does not say on which port it listens");
    }
    *ret_port = (unsigned)port;
    return true;
}

/* On the addresses of that name alone: on all of them anybody could reach
 * it. */
static bool
listen_on_port(const MigratePlace *place, QmpClient *qmp, char **ret_uri,
               GError **error)
{
    g_autofree char *uri = migrate_place_tcp("tcp:", place->host, place->port);
    unsigned port = place->port;

    /* Bound before this returns, so that the source may connect at once. */
    if (!listen_at(qmp, uri, error) ||
        (port == 0 && !ask_port(qmp, &port, error)))
        return false;
    *ret_uri = migrate_place_tcp("tcp://", place->host, port);
    return true;
}

/* What QEMU listens on ends with it, or with the first who connects. */
bool
migrate_listen(const MigratePlace *place, QmpClient *qmp, char **ret_uri,
               GError **error)
{
    return place->folder ? listen_on_socket(place, qmp, ret_uri, error)
                         : listen_on_port(place, qmp, ret_uri, error);
}
