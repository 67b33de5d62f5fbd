/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/memory/migrate_place.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fd.h"
#include "base/tcp.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { BOOT_ID_LIMIT = 256 };

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

/* From outside, and bounded in each part: it becomes text that a
 * listener reads again. */
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

/* An address with colons needs brackets, for QEMU as for everybody. */
char *
migrate_place_tcp(const char *scheme, const char *host, unsigned port)
{
    return strchr(host, ':') ? g_strdup_printf("%s[%s]:%u", scheme, host, port)
                             : g_strdup_printf("%s%s:%u", scheme, host, port);
}

/* Who listens would replace whatever has that name, be it an image. */
int
migrate_place_open(const MigratePlace *place, GError **error)
{
    g_auto(AutoFd) folder = fd_open_folder(place->folder, error);

    if (folder < 0)
        return -1;
    if (faccessat(folder, place->name, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
        fail(error, VIR_ERR_OPERATION_FAILED,
             "cannot listen on '%s/%s': something of that name is there",
             place->folder, place->name);
        return -1;
    }
    return fd_steal(&folder);
}

/* Only connected: what is said over it is the two sides' affair. */
int
migrate_place_connect(const MigratePlace *place, GError **error)
{
    if (place->folder)
        return unix_connect(place->folder, place->name, error);
    return tcp_connect("the destination", place->host, place->port, error);
}

/* Not a name, which two hosts may share; and another one after each boot, when
 * numbers of devices may have changed. */
char *
migrate_place_host(GError **error)
{
    g_auto(AutoFd) folder = fd_open_folder("/proc/sys/kernel/random", error);
    bool is_absent = false;
    char *text = folder >= 0
                     ? atomic_file_read(folder, "boot_id", BOOT_ID_LIMIT,
                                        &is_absent, error)
                     : NULL;

    if (text)
        return g_strstrip(text);
    if (is_absent)
        fail(error, VIR_ERR_SYSTEM_ERROR, "the kernel has no boot id");
    return NULL;
}
