/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "remote/place.h"

#include "base/error.h"

#include <sys/stat.h>

enum { EVERY_WAY = 0xff };

/* libvirt's names, and for which ways each is. */
static const struct {
    const char *key;
    unsigned ways;
    bool is_number;
} known_options[] = {
    {"name", EVERY_WAY, false},
    {"authfile", EVERY_WAY, false},
    {"socket", REMOTE_UNIX | REMOTE_SSH, false},
    {"mode", REMOTE_UNIX | REMOTE_SSH, false},
    {"pkipath", REMOTE_TLS, false},
    {"tls_priority", REMOTE_TLS, false},
    {"no_sanity", REMOTE_TLS, true},
    {"no_verify", REMOTE_TLS | REMOTE_SSH, true},
    {"keyfile", REMOTE_SSH, false},
    {"no_tty", REMOTE_SSH, true},
    {"netcat", REMOTE_SSH, false},
    {"proxy", REMOTE_SSH, false},
    {"command", REMOTE_SSH | REMOTE_PROGRAM, false},
};

static const struct {
    const char *transport;
    RemoteWay way;
} known_ways[] = {
    {"unix", REMOTE_UNIX}, {"tcp", REMOTE_TCP},     {"tls", REMOTE_TLS},
    {"ssh", REMOTE_SSH},   {"ext", REMOTE_PROGRAM},
};

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
find_way(const ConnectUri *uri, RemoteWay *ret_way, GError **error)
{
    const char *transport = uri->transport ? uri->transport
                            : uri->host    ? "tls"
                                           : "unix";

    for (gsize i = 0; i < G_N_ELEMENTS(known_ways); i++) {
        if (g_str_equal(known_ways[i].transport, transport)) {
            *ret_way = known_ways[i].way;
            return true;
        }
    }
    return fail(error, VIR_ERR_NO_SUPPORT,
                "cannot connect to '%s' by the transport '%s': there are "
                "unix, tls, tcp, ssh and ext",
                uri->text, transport);
}

/* What becomes a word on a command line, or a line of a log, is none that could
 * be taken for something else. */
static bool
check_word(const ConnectUri *uri, const char *what, const char *word,
           GError **error)
{
    bool is_fine = true;

    /* Also blanks and line ends: a percent sign in a URI brings in any byte. */
    for (const char *next = word; next && *next; next++)
        is_fine = is_fine && g_ascii_isgraph(*next);
    if (!word || (*word && *word != '-' && is_fine))
        return true;
    return fail(
        error, VIR_ERR_INVALID_ARG,
        "cannot connect to '%s': '%s' can be no %s: it is empty, begins "
        "with '-', or has a character that names have not",
        uri->text, word, what);
}

/* What has no meaning for a way is refused, and not passed over: who writes a
 * host wants that host. */
static bool
check_authority(const ConnectUri *uri, RemoteWay way, GError **error)
{
    if (way & (REMOTE_UNIX | REMOTE_PROGRAM) &&
        (uri->host || uri->user || uri->port != -1)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "cannot connect to '%s': what is on this host has no user, "
                    "host or port; leave them out, as in %s+unix://%s",
                    uri->text, uri->scheme, uri->path);
    }
    if (way & (REMOTE_TCP | REMOTE_TLS) && uri->user) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "cannot connect to '%s': only ssh has a user; leave it out",
                    uri->text);
    }
    return check_word(uri, "host", uri->host, error) &&
           check_word(uri, "user", uri->user, error);
}

/* Of one option: that there is such, that this way has it, and that it is what
 * it should be.  A number is read again where it is asked for. */
static bool
check_option(const ConnectUri *uri, RemoteWay way, const char *key,
             const char *value, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(known_options); i++) {
        gint64 number = 0;

        if (!g_str_equal(known_options[i].key, key))
            continue;
        if (!(known_options[i].ways & way)) {
            return fail(error, VIR_ERR_INVALID_ARG,
                        "cannot connect to '%s': the option '%s' is of another "
                        "transport; leave it out",
                        uri->text, key);
        }
        return !known_options[i].is_number ||
               g_ascii_string_to_signed(value, 10, G_MININT, G_MAXINT, &number,
                                        NULL) ||
               fail(error, VIR_ERR_INVALID_ARG,
                    "cannot connect to '%s': the option '%s' is a number, 1 or "
                    "0, and not '%s'",
                    uri->text, key, value);
    }
    return fail(error, VIR_ERR_INVALID_ARG,
                "cannot connect to '%s': the option '%s' is unknown", uri->text,
                key);
}

static bool
check_options(const ConnectUri *uri, RemoteWay way, GError **error)
{
    GHashTableIter all;
    gpointer key = NULL;
    gpointer value = NULL;

    g_hash_table_iter_init(&all, uri->options);
    while (g_hash_table_iter_next(&all, &key, &value)) {
        if (!check_option(uri, way, key, value, error))
            return false;
    }
    return true;
}

/* One of a few words; absent is the first of them. */
static bool
check_choice(const RemotePlace *place, const char *key,
             const char *const *choices, GError **error)
{
    const char *value = remote_place_option(place, key);
    g_autofree char *all = g_strjoinv("', '", (char **)choices);

    return !value || g_strv_contains(choices, value) ||
           fail(error, VIR_ERR_INVALID_ARG,
                "the option %s=%s is none: there are '%s'", key, value, all);
}

/* What the checks above cannot see: values that are one of a few, and what one
 * way cannot do without. */
static bool
check_values(const RemotePlace *place, GError **error)
{
    static const char *const modes[] = {"auto", "legacy", "direct", NULL};
    static const char *const proxies[] = {"auto", "netcat", "native", NULL};
    const char *path = remote_place_option(place, "socket");

    if (path && !g_path_is_absolute(path)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "the socket '%s' is no absolute path", path);
    }
    if (place->way == REMOTE_PROGRAM &&
        !remote_place_option(place, "command")) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "the transport 'ext' is a program: name it with "
                    "?command=PROGRAM");
    }
    return check_choice(place, "mode", modes, error) &&
           check_choice(place, "proxy", proxies, error);
}

const char *
remote_place_option(const RemotePlace *place, const char *key)
{
    return g_hash_table_lookup(place->options, key);
}

/* Any number but 0 is yes, as with libvirt; that it is one was checked. */
bool
remote_place_has(const RemotePlace *place, const char *key)
{
    const char *value = remote_place_option(place, key);

    return value && g_ascii_strtoll(value, NULL, 10) != 0;
}

/* libvirt has one daemon of each driver, or one of all; mode= says which.  In a
 * session there is no second socket for readers: they say so when they open. */
GStrv
remote_place_sockets(const RemotePlace *place, SocketOwner owner)
{
    g_autoptr(GStrvBuilder) paths = g_strv_builder_new();
    const char *mode = remote_place_option(place, "mode");
    bool is_any = !mode || g_str_equal(mode, "auto");
    const char *suffix = place->is_readonly && !place->is_session ? "-ro" : "";
    g_autofree char *ours =
        g_strconcat("strandline/strandline-sock", suffix, NULL);
    g_autofree char *direct =
        g_strdup_printf("libvirt/virt%sd-sock%s", place->scheme, suffix);
    g_autofree char *legacy = g_strconcat("libvirt/libvirt-sock", suffix, NULL);

    if (owner == SOCKET_OURS) {
        if (is_any)
            g_strv_builder_add(paths, ours);
        return g_strv_builder_end(paths);
    }
    /* Of the test driver nobody runs a daemon, but for who asks for it. */
    if (is_any ? g_str_equal(place->scheme, "qemu")
               : g_str_equal(mode, "direct"))
        g_strv_builder_add(paths, direct);
    if (is_any || g_str_equal(mode, "legacy"))
        g_strv_builder_add(paths, legacy);
    return g_strv_builder_end(paths);
}

/* Whatever else lies there is no daemon's. */
static bool
is_socket(const char *path)
{
    struct stat found;

    return stat(path, &found) == 0 && S_ISSOCK(found.st_mode);
}

/* Our daemon's socket, else libvirt's.  A socket that nobody listens on any more
 * still counts: going on to the next daemon would show other machines than a
 * moment ago.  With none it is the first, and connecting says that it is not
 * there. */
static char *
find_socket(const RemotePlace *place, const char *run)
{
    g_autofree char *first = NULL;

    for (int owner = SOCKET_OURS; owner <= SOCKET_LIBVIRTS; owner++) {
        g_auto(GStrv) paths = remote_place_sockets(place, (SocketOwner)owner);

        for (char **each = paths; *each; each++) {
            g_autofree char *path = g_build_filename(run, *each, NULL);

            if (is_socket(path))
                return g_steal_pointer(&path);
            if (!first)
                first = g_steal_pointer(&path);
        }
    }
    return g_steal_pointer(&first);
}

/* name= is passed on as it is: it is for a peer that serves what we do not
 * know. */
static char *
name_for_peer(const ConnectUri *uri, const RemotePlace *place)
{
    const char *given = remote_place_option(place, "name");
    /* The parsed path is without its escapes; the peer parses a URI again. */
    g_autofree char *escaped = g_uri_escape_string(uri->path, "/", TRUE);

    return given ? g_strdup(given)
                 : g_strconcat(uri->scheme, "://", escaped, NULL);
}

RemotePlace *
remote_place_new(const ConnectUri *uri, const char *run, bool is_readonly,
                 GError **error)
{
    g_autoptr(RemotePlace) place = g_new0(RemotePlace, 1);

    place->options = g_hash_table_ref(uri->options);
    place->auth = uri->auth;
    place->is_readonly = is_readonly;
    place->is_session = is_session(uri);
    if (!find_way(uri, &place->way, error) ||
        !check_authority(uri, place->way, error) ||
        !check_options(uri, place->way, error))
        return NULL;
    if (!check_values(place, error)) {
        g_prefix_error(error, "cannot connect to '%s': ", uri->text);
        return NULL;
    }
    place->scheme = g_strdup(uri->scheme);
    place->name = name_for_peer(uri, place);
    /* Only ways with a host look at it.  As libvirt's clients have it, where somebody listens for the network. */
    place->host = g_strdup(uri->host ? uri->host : "localhost");
    place->user = g_strdup(uri->user);
    place->port = uri->port > 0 ? (unsigned)uri->port : 0;
    if (place->way == REMOTE_UNIX) {
        const char *given = remote_place_option(place, "socket");
        g_autofree char *path =
            given ? g_strdup(given) : find_socket(place, run);

        place->folder = g_path_get_dirname(path);
        place->socket = g_path_get_basename(path);
    }
    return g_steal_pointer(&place);
}

void
remote_place_free(RemotePlace *place)
{
    if (!place)
        return;
    g_hash_table_unref(place->options);
    g_free(place->scheme);
    g_free(place->folder);
    g_free(place->socket);
    g_free(place->name);
    g_free(place->host);
    g_free(place->user);
    g_free(place);
}
