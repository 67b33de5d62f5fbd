/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/migrate/migrate_place.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/tcp.h"
#include "qemu/qmp/message.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* A socket's whole path ends at 107 bytes, of which "/proc/self/fd/N/" takes
 * some. */
enum { NAME_MAX_BYTES = 80 };

/* Of a name or an address; QEMU reads more than that into its text. */
#define HOST_CHARACTERS          \
    "abcdefghijklmnopqrstuvwxyz" \
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ" \
    "0123456789.-_"

/* Of a socket or of a port: what it is not has no strings. */
void
migrate_place_free(MigratePlace *place)
{
    if (!place)
        return;
    g_free(place->folder);
    g_free(place->name);
    g_free(place->host);
    g_free(place);
}

/* Nothing after the host is a port, too: any that is free. */
static bool
parse_port(const char *text, MigratePlace *place)
{
    guint64 port = 0;

    if (*text == '\0')
        return true;
    if (*text != ':' ||
        !g_ascii_string_to_unsigned(text + 1, 10, 0, G_MAXUINT16, &port, NULL))
        return false;
    place->port = (unsigned)port;
    return true;
}

/* "host", "host:port", "[::1]:port". */
static bool
parse_host(const char *text, MigratePlace *place)
{
    bool is_address = *text == '[';
    const char *start = is_address ? text + 1 : text;
    size_t length =
        strspn(start, is_address ? HOST_CHARACTERS ":" : HOST_CHARACTERS);
    const char *end = start + length;

    if (length == 0 || (is_address && *end != ']'))
        return false;
    place->host = g_strndup(start, length);
    return parse_port(is_address ? end + 1 : end, place);
}

/* Names that QEMU would cut off are refused here, where it can be said. */
static bool
parse_socket(const char *path, MigratePlace *place)
{
    if (!g_path_is_absolute(path) || g_str_has_suffix(path, "/"))
        return false;
    place->folder = g_path_get_dirname(path);
    place->name = g_path_get_basename(path);
    return strlen(place->name) <= NAME_MAX_BYTES;
}

/* What follows @scheme, with or without slashes before it; NULL: another. */
static const char *
after(const char *uri, const char *scheme)
{
    size_t length = strlen(scheme);

    if (!g_str_has_prefix(uri, scheme))
        return NULL;
    return g_str_has_prefix(uri + length, "//") ? uri + length + 2
                                                : uri + length;
}

/* From outside, and bounded in each part: it becomes text that QEMU reads
 * again. */
MigratePlace *
migrate_place_parse(const char *uri, GError **error)
{
    g_autoptr(MigratePlace) place = g_new0(MigratePlace, 1);
    const char *path = after(uri, "unix:");
    const char *host = after(uri, "tcp:");

    if ((path && parse_socket(path, place)) ||
        (host && parse_host(host, place)))
        return g_steal_pointer(&place);
    fail(error, VIR_ERR_INVALID_ARG,
         "a migration cannot go over '%s': write unix:///folder/socket or "
         "tcp://host:port",
         uri);
    return NULL;
}

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

/* QEMU would replace whatever has that name. */
static bool
listen_on_socket(const MigratePlace *place, QmpClient *qmp, char **ret_uri,
                 GError **error)
{
    g_auto(AutoFd) folder = fd_open_folder(place->folder, error);
    g_autofree char *uri = NULL;
    int number = -1;

    if (folder < 0)
        return false;
    /* Our own socket of a former migration is gone by now (migrate_prepare.c). */
    if (faccessat(folder, place->name, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "cannot listen on '%s/%s': something of that name is there",
                    place->folder, place->name);
    }
    number = lend_folder(qmp, folder, error);
    uri = g_strdup_printf("unix:/proc/self/fd/%d/%s", number, place->name);
    if (number < 0 || !listen_at(qmp, uri, error))
        return false;
    *ret_uri = g_strdup_printf("unix://%s/%s", place->folder, place->name);
    return true;
}

/* An address with colons needs brackets, for QEMU as for everybody. */
static char *
tcp_text(const char *scheme, const char *host, unsigned port)
{
    return strchr(host, ':') ? g_strdup_printf("%s[%s]:%u", scheme, host, port)
                             : g_strdup_printf("%s%s:%u", scheme, host, port);
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
    g_autofree char *uri = tcp_text("tcp:", place->host, place->port);
    unsigned port = place->port;

    /* Bound before this returns, so that the source may connect at once. */
    if (!listen_at(qmp, uri, error) ||
        (port == 0 && !ask_port(qmp, &port, error)))
        return false;
    *ret_uri = tcp_text("tcp://", place->host, port);
    return true;
}

/* What QEMU listens on ends with it, or with the first who connects. */
bool
migrate_place_listen(const MigratePlace *place, QmpClient *qmp, char **ret_uri,
                     GError **error)
{
    return place->folder ? listen_on_socket(place, qmp, ret_uri, error)
                         : listen_on_port(place, qmp, ret_uri, error);
}

/* Only connected: what is said over it is QEMU's affair. */
int
migrate_place_connect(const MigratePlace *place, GError **error)
{
    if (place->folder)
        return unix_connect(place->folder, place->name, error);
    return tcp_connect("QEMU of the destination", place->host, place->port,
                       error);
}
