/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "remote/auth_file.h"

#include "base/error.h"

#define SERVICE "libvirt"

/* More is no list of passwords, and a device would have no end. */
enum { FILE_LIMIT = 1024 * 1024 };

struct AuthFile {
    GKeyFile *keys;
    char *group; /* "credentials-NAME"; NULL: none is meant */
};

/* (transfer full): NULL: there is none.  One that is named is taken to be
 * there: that it is not is said when it is read. */
static char *
find(const RemotePlace *place)
{
    const char *named = remote_place_option(place, "authfile");
    g_autofree char *own =
        g_build_filename(g_get_user_config_dir(), SERVICE, "auth.conf", NULL);
    static const char *const hosts = "/etc/" SERVICE "/auth.conf";

    if (!named)
        named = g_getenv("LIBVIRT_AUTH_FILE");
    if (named)
        return g_strdup(named);
    if (g_file_test(own, G_FILE_TEST_EXISTS))
        return g_steal_pointer(&own);
    return g_file_test(hosts, G_FILE_TEST_EXISTS) ? g_strdup(hosts) : NULL;
}

/* The group that the host's own entry names, or that of all others. */
static char *
choose_group(GKeyFile *keys, const char *host)
{
    const char *const hosts[] = {host, "default"};

    for (gsize i = 0; i < G_N_ELEMENTS(hosts); i++) {
        g_autofree char *entry =
            g_strdup_printf("auth-" SERVICE "-%s", hosts[i]);
        g_autofree char *name =
            g_key_file_get_string(keys, entry, "credentials", NULL);

        if (name)
            return g_strconcat("credentials-", name, NULL);
    }
    return NULL;
}

/* Whose it is and who may read it is its owner's affair, as with libvirt's
 * clients; nothing of it is kept longer than a connection is being opened. */
static bool
read_file(AuthFile *file, const char *path, GError **error)
{
    g_autoptr(GMappedFile) bytes = NULL;
    g_autoptr(GError) reason = NULL;

    /* A file that is mapped is a file, and its size is known. */
    bytes = g_mapped_file_new(path, FALSE, &reason);
    if (!bytes || g_mapped_file_get_length(bytes) > FILE_LIMIT) {
        return fail(error, VIR_ERR_SYSTEM_ERROR,
                    "cannot read the credentials in '%s': %s", path,
                    reason ? reason->message : "it is too large");
    }
    if (g_mapped_file_get_length(bytes) == 0 ||
        g_key_file_load_from_data(file->keys, g_mapped_file_get_contents(bytes),
                                  g_mapped_file_get_length(bytes),
                                  G_KEY_FILE_NONE, &reason))
        return true;
    /* Its own words may quote a line, and a password in it. */
    return fail(error, VIR_ERR_CONF_SYNTAX,
                "the credentials in '%s' are not written as in [GROUP] and "
                "KEY=VALUE",
                path);
}

AuthFile *
auth_file_load(const RemotePlace *place, GError **error)
{
    g_autoptr(AuthFile) file = g_new0(AuthFile, 1);
    g_autofree char *path = find(place);

    file->keys = g_key_file_new();
    if (path && !read_file(file, path, error))
        return NULL;
    /* As libvirt's clients, which know no host of a Unix socket's. */
    file->group = choose_group(file->keys, place->host);
    if (file->group && !g_key_file_has_group(file->keys, file->group)) {
        fail(error, VIR_ERR_CONF_SYNTAX,
             "'%s' names the group [%s], which it does not have", path,
             file->group);
        return NULL;
    }
    return g_steal_pointer(&file);
}

void
auth_file_free(AuthFile *file)
{
    if (!file)
        return;
    g_key_file_free(file->keys);
    g_free(file->group);
    g_free(file);
}

/* Of what somebody has to be asked at that moment (a challenge) no file has an
 * answer. */
char *
auth_file_answer(const AuthFile *file, int kind)
{
    static const struct {
        int kind;
        const char *key;
    } keys[] = {
        {VIR_CRED_USERNAME, "username"},
        {VIR_CRED_AUTHNAME, "authname"},
        {VIR_CRED_PASSPHRASE, "password"},
        {VIR_CRED_REALM, "realm"},
    };

    for (gsize i = 0; file->group && i < G_N_ELEMENTS(keys); i++) {
        if (keys[i].kind == kind) {
            return g_key_file_get_string(file->keys, file->group, keys[i].key,
                                         NULL);
        }
    }
    return NULL;
}
