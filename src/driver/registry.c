/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "driver/registry.h"

#include "base/error.h"

#include <string.h>

/* A URI comes from outside: longer than this is no path anybody has. */
enum { URI_LIMIT = 8192, DRIVERS_LIMIT = 8 };

static struct {
    Lock lock;
    const Driver *drivers[DRIVERS_LIMIT]; /* in the order they were added */
    size_t count;
} registry = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* "qemu+ssh" is the driver's scheme and a transport. */
static void
split_scheme(ConnectUri *uri, const char *scheme)
{
    /* At the first '+': schemes have none. */
    const char *plus = strchr(scheme, '+');

    uri->scheme =
        plus ? g_strndup(scheme, (gsize)(plus - scheme)) : g_strdup(scheme);
    uri->transport = plus ? g_strdup(plus + 1) : NULL;
}

/* Keys count as they are written: g_uri_parse_params() decodes both halves. */
static bool
parse_options(ConnectUri *uri, const char *query, GError **error)
{
    g_autoptr(GError) reason = NULL;

    if (!query) {
        uri->options =
            g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
        return true;
    }
    uri->options =
        g_uri_parse_params(query, -1, "&", G_URI_PARAMS_NONE, &reason);
    if (!uri->options) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "cannot read the options of the connection URI '%s': %s; "
                    "write them as ?key=value&key=value",
                    uri->text, reason->message);
    }
    return true;
}

/* Scheme, transport, place and options, taken apart once for all drivers.  What
 * an option means is the driver's to say. */
ConnectUri *
connect_uri_parse(const char *text, GError **error)
{
    g_autoptr(ConnectUri) uri = g_new0(ConnectUri, 1);
    g_autoptr(GError) reason = NULL;
    g_autofree char *scheme = NULL;
    g_autofree char *query = NULL;

    /* Before it is taken apart, and not repeated in the message. */
    if (strlen(text) > URI_LIMIT) {
        fail(error, VIR_ERR_INVALID_ARG,
             "the connection URI is longer than %d bytes", URI_LIMIT);
        return NULL;
    }
    uri->text = g_strdup(text);
    /* The query stays encoded here, or an encoded '&' in a value would split
     * it. */
    if (!g_uri_split(text, G_URI_FLAGS_ENCODED_QUERY, &scheme, &uri->user,
                     &uri->host, &uri->port, &uri->path, &query, NULL,
                     &reason) ||
        !scheme) {
        fail(error, VIR_ERR_INVALID_ARG,
             "'%s' is no connection URI (%s); write "
             "driver://host/path, for example qemu:///system",
             text, reason ? reason->message : "there is no scheme");
        return NULL;
    }
    split_scheme(uri, scheme);
    /* "qemu:///system" has an empty host, which is none. */
    if (uri->host && !*uri->host) {
        g_clear_pointer(&uri->host, g_free);
    }
    if (!parse_options(uri, query, error))
        return NULL;
    return g_steal_pointer(&uri);
}

/* Accepts what connect_uri_parse() left half filled. */
void
connect_uri_free(ConnectUri *uri)
{
    if (!uri)
        return;
    g_free(uri->text);
    g_free(uri->scheme);
    g_free(uri->transport);
    g_free(uri->user);
    g_free(uri->host);
    g_free(uri->path);
    g_clear_pointer(&uri->options, g_hash_table_unref);
    g_free(uri);
}

/* Static tables only: nothing is ever removed. */
void
registry_add(const Driver *driver)
{
    LOCK_SCOPE(&registry.lock);

    for (size_t i = 0; i < registry.count; i++) {
        if (registry.drivers[i] == driver)
            return;
    }
    /* Drivers are ours, and known when this is written. */
    g_assert(registry.count < DRIVERS_LIMIT);
    registry.drivers[registry.count++] = driver;
}

/* Drivers are asked, not matched by a table: which URIs one serves is its own
 * knowledge. */
const Driver *
registry_find(const ConnectUri *uri, GError **error)
{
    LOCK_SCOPE(&registry.lock);

    /* In the order they were added: the first that takes the URI serves it, so
     * a more particular driver is added first. */
    for (size_t i = 0; i < registry.count; i++) {
        if (registry.drivers[i]->accepts(uri))
            return registry.drivers[i];
    }
    fail(error, VIR_ERR_NO_CONNECT,
         "no driver of this library serves the connection URI '%s'; "
         "an embedded one is qemu:///embed?root=/some/folder",
         uri->text);
    return NULL;
}
