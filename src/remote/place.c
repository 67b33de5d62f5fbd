/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "remote/place.h"

#include "base/error.h"

#include <sys/stat.h>

static bool
is_session(const ConnectUri *uri)
{
    return g_str_equal(uri->path, "/session");
}

/* Without a transport or a host, "test:///default" is the memory driver's and
 * qemu:///embed the QEMU driver's: a URI has one driver, whichever is asked
 * first. */
bool
remote_accepts(const ConnectUri *uri)
{
    if (!g_str_equal(uri->scheme, "qemu") && !g_str_equal(uri->scheme, "test"))
        return false;
    if (uri->transport || uri->host)
        return true;
    return g_str_equal(uri->scheme, "qemu") &&
           (g_str_equal(uri->path, "/system") || is_session(uri));
}

const char *
remote_run_folder(const ConnectUri *uri)
{
    return is_session(uri) ? g_get_user_runtime_dir() : "/run";
}

/* As libvirt reads it: a host without a transport means TLS. */
static bool
check_transport(const ConnectUri *uri, GError **error)
{
    const char *transport = uri->transport ? uri->transport
                            : uri->host    ? "tls"
                                           : "unix";

    if (!g_str_equal(transport, "unix")) {
        return fail(error, VIR_ERR_NO_SUPPORT,
                    "cannot connect to '%s' by the transport '%s': this "
                    "library has only 'unix', a socket on this host; forward "
                    "the peer's socket and name it with ?socket=PATH",
                    uri->text, transport);
    }
    if (uri->host || uri->user || uri->port != -1) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "cannot connect to '%s': a Unix socket is on this host, "
                    "and has no user, host or port; write %s+unix://%s",
                    uri->text, uri->scheme, uri->path);
    }
    return true;
}

/* An option that is passed over in silence would be one whose wish is not
 * granted. */
static bool
check_options(const ConnectUri *uri, GError **error)
{
    GHashTableIter all;
    gpointer key = NULL;
    gpointer value = NULL;

    g_hash_table_iter_init(&all, uri->options);
    while (g_hash_table_iter_next(&all, &key, &value)) {
        if (!g_str_equal(key, "socket")) {
            return fail(error, VIR_ERR_INVALID_ARG,
                        "cannot connect to '%s': the option '%s' is unknown; "
                        "there is socket=PATH",
                        uri->text, (const char *)key);
        }
        if (!g_path_is_absolute(value)) {
            return fail(error, VIR_ERR_INVALID_ARG,
                        "cannot connect to '%s': the socket '%s' is no "
                        "absolute path",
                        uri->text, (const char *)value);
        }
    }
    return true;
}

/* Whatever else lies there is no daemon's. */
static bool
is_socket(const char *path)
{
    struct stat found;

    return stat(path, &found) == 0 && S_ISSOCK(found.st_mode);
}

/* Our daemon's socket, else libvirt's: of the QEMU driver alone, then of all
 * drivers.  A socket that nobody listens on any more still counts: going on to
 * the next daemon would show other machines than a moment ago.  With none it is
 * ours, and connecting says that it is not there. */
static char *
find_socket(const ConnectUri *uri, const char *run, bool is_readonly)
{
    static const char *const places[] = {"strandline/strandline-sock",
                                         "libvirt/virtqemud-sock",
                                         "libvirt/libvirt-sock"};
    const char *suffix = is_readonly ? "-ro" : "";

    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autofree char *path = g_strconcat(run, "/", places[i], suffix, NULL);
        bool is_served = g_str_equal(uri->scheme, "qemu") ||
                         !g_str_has_suffix(places[i], "virtqemud-sock");

        if (is_served && is_socket(path))
            return g_steal_pointer(&path);
    }
    return g_strconcat(run, "/", places[0], suffix, NULL);
}

RemotePlace *
remote_place_new(const ConnectUri *uri, const char *run, bool is_readonly,
                 GError **error)
{
    g_autofree char *path = NULL;
    g_autofree char *escaped = NULL;
    RemotePlace *place = NULL;

    if (!check_transport(uri, error) || !check_options(uri, error))
        return NULL;
    path = g_strdup(g_hash_table_lookup(uri->options, "socket"));
    if (!path)
        path = find_socket(uri, run, is_readonly);
    /* The parsed path is without its escapes; the peer parses a URI again. */
    escaped = g_uri_escape_string(uri->path, "/", TRUE);
    place = g_new0(RemotePlace, 1);
    place->folder = g_path_get_dirname(path);
    place->socket = g_path_get_basename(path);
    place->name = g_strconcat(uri->scheme, "://", escaped, NULL);
    return place;
}

void
remote_place_free(RemotePlace *place)
{
    if (!place)
        return;
    g_free(place->folder);
    g_free(place->socket);
    g_free(place->name);
    g_free(place);
}
