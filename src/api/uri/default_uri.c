/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/uri/default_uri.h"

#include "api/uri/client_conf.h"

#include <glib.h>
#include <stdbool.h>
#include <sys/stat.h>

/* Ours first: someone who has both libraries sets libvirt's for virsh. */
static const char *const variables[] = {"STRANDLINE_DEFAULT_URI",
                                        "LIBVIRT_DEFAULT_URI"};

/* What lies at its place and is no socket is not the daemon's; whether someone
 * still listens is told by connecting: going on without the daemon when it has
 * just died would show the user other machines than a moment ago. */
static bool
is_socket(const char *path)
{
    struct stat found;

    return stat(path, &found) == 0 && S_ISSOCK(found.st_mode);
}

static char *
embedded_uri(void)
{
    const char *state_home = g_getenv("XDG_STATE_HOME");
    g_autofree char *root = NULL;
    g_autofree char *escaped = NULL;

    /* The XDG specification: a relative path counts as none. */
    if (state_home && g_path_is_absolute(state_home)) {
        root = g_build_filename(state_home, "strandline", NULL);
    } else {
        root = g_build_filename(g_get_home_dir(), ".local", "state",
                                "strandline", NULL);
    }
    escaped = g_uri_escape_string(root, "/", TRUE);
    return g_strdup_printf("qemu:///embed?root=%s", escaped);
}

/* A file that is broken is said to be, and not passed over: the user would be
 * shown other machines than his own. */
char *
default_uri(const char *conf, const char *system_socket, GError **error)
{
    char *uri = NULL;

    for (size_t i = 0; i < G_N_ELEMENTS(variables); i++) {
        const char *value = g_getenv(variables[i]);

        /* "VARIABLE= program" is how a shell's user takes one back. */
        if (value && *value)
            return g_strdup(value);
    }
    if (!client_conf_default(conf, &uri, error))
        return NULL;
    if (uri)
        return uri;
    if (is_socket(system_socket))
        return g_strdup("qemu:///system");
    return embedded_uri();
}
