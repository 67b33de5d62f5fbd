/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/uri/client_conf.h"

#include "base/config_file.h"
#include "base/error.h"

#include <string.h>
#include <unistd.h>

/* libvirt's: what an alias may be made of.  No URI is, so a URI is never looked
 * up, and a broken file harms nobody who has no use for it. */
#define ALIAS_LETTERS \
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

enum { FILE_LIMIT = 1024 * 1024 };

/* libvirt's two places.  The effective user counts, as for the sockets: a program
 * that has become another has his names, too. */
char *
client_conf_path(void)
{
    return geteuid() == 0 ? g_strdup("/etc/libvirt/libvirt.conf")
                          : g_build_filename(g_get_user_config_dir(), "libvirt",
                                             "libvirt.conf", NULL);
}

/* Most hosts have none, or one in which nothing is said: *@ret_entries is then
 * NULL, and empty. */
static bool
load(const char *path, GPtrArray **ret_entries, GError **error)
{
    g_autoptr(GError) reason = NULL;
    g_autofree char *text = NULL;
    gsize length = 0;

    *ret_entries = NULL;
    if (!g_file_get_contents(path, &text, &length, &reason)) {
        return g_error_matches(reason, G_FILE_ERROR, G_FILE_ERROR_NOENT) ||
               fail(error, VIR_ERR_SYSTEM_ERROR, "cannot read '%s': %s", path,
                    reason->message);
    }
    if (length > FILE_LIMIT || memchr(text, '\0', length)) {
        return fail(error, VIR_ERR_CONF_SYNTAX,
                    "'%s' is longer than %d bytes, or no text: it is no "
                    "libvirt.conf",
                    path, FILE_LIMIT);
    }
    *ret_entries = config_file_parse(path, text, error);
    return *ret_entries != NULL;
}

/* The value of @key if it is of @type; NULL without an error: it is not there. */
static const ConfigEntry *
find(GPtrArray *entries, const char *path, const char *key, ConfigType type,
     GError **error)
{
    for (guint i = 0; entries && i < entries->len; i++) {
        const ConfigEntry *entry = g_ptr_array_index(entries, i);

        if (!g_str_equal(entry->key, key))
            continue;
        if (entry->type == type)
            return entry;
        (void)fail(error, VIR_ERR_CONF_SYNTAX, "%s:%d: '%s' has to be %s", path,
                   entry->line, key, config_type_name(type));
        return NULL;
    }
    return NULL;
}

/* "NAME=URI"; the first that fits counts. */
static bool
look_up(const ConfigEntry *entry, const char *path, const char *name,
        char **ret_uri, GError **error)
{
    for (char **alias = entry->list; *alias; alias++) {
        gsize length = strspn(*alias, ALIAS_LETTERS);

        if (length == 0 || (*alias)[length] != '=' || !(*alias)[length + 1]) {
            return fail(error, VIR_ERR_CONF_SYNTAX,
                        "%s:%d: '%s' is no alias; write \"name=URI\", with "
                        "letters, digits, '_' and '-' in the name",
                        path, entry->line, *alias);
        }
        if (strlen(name) == length && strncmp(*alias, name, length) == 0) {
            *ret_uri = g_strdup(*alias + length + 1);
            return true;
        }
    }
    return true;
}

/* One alias, and no alias of an alias: what a user writes is a URI. */
bool
client_conf_alias(const char *path, const char *name, char **ret_uri,
                  GError **error)
{
    g_autoptr(GPtrArray) entries = NULL;
    const ConfigEntry *entry = NULL;
    GError *reason = NULL;

    *ret_uri = NULL;
    if (name[strspn(name, ALIAS_LETTERS)])
        return true;
    if (!load(path, &entries, error))
        return false;
    entry = find(entries, path, "uri_aliases", CONFIG_LIST, &reason);
    if (entry)
        return look_up(entry, path, name, ret_uri, error);
    if (!reason)
        return true;
    g_propagate_error(error, reason);
    return false;
}

/* Read anew each time: it is short, and a program that runs for months sees what
 * was changed. */
bool
client_conf_default(const char *path, char **ret_uri, GError **error)
{
    g_autoptr(GPtrArray) entries = NULL;
    const ConfigEntry *entry = NULL;
    GError *reason = NULL;

    *ret_uri = NULL;
    if (!load(path, &entries, error))
        return false;
    entry = find(entries, path, "uri_default", CONFIG_TEXT, &reason);
    if (reason) {
        g_propagate_error(error, reason);
        return false;
    }
    /* "" is how the commented line of some files looks when it is taken in. */
    if (entry && *entry->text)
        *ret_uri = g_strdup(entry->text);
    return true;
}
