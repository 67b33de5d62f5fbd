/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "certificates.h"

#include "base/spawn.h"

#include <unistd.h>

enum { MAKE_TIMEOUT_MS = 60 * 1000, OUTPUT_MAX = 10000 };

TempFolder *
certificates_new(void)
{
    TempFolder *folder = temp_folder_new();
    const char *const argv[] = {g_getenv("STRANDLINE_CERTIFICATES"),
                                folder->path, NULL};
    g_autoptr(GError) error = NULL;
    g_autofree char *said =
        spawn_tool(argv, OUTPUT_MAX, MAKE_TIMEOUT_MS, &error);

    g_assert_no_error(error);
    return folder;
}

/* Interned: there are few, and nobody has to free them. */
static const char *
path_of(const TempFolder *folder, const char *name, const char *file)
{
    g_autofree char *path = g_build_filename(folder->path, name, file, NULL);

    return g_intern_string(path);
}

TlsOptions
certificates_server(const TempFolder *folder, const char *name)
{
    return (TlsOptions){
        .is_server = true,
        .ca_file = path_of(folder, name, "cacert.pem"),
        .cert_file = path_of(folder, name, "servercert.pem"),
        .key_file = path_of(folder, name, "serverkey.pem"),
    };
}

TlsOptions
certificates_client(const TempFolder *folder, const char *name)
{
    TlsOptions options = {
        .ca_file = path_of(folder, name, "cacert.pem"),
        .cert_file = path_of(folder, name, "clientcert.pem"),
        .key_file = path_of(folder, name, "clientkey.pem"),
        /* Wrong ones are what a test wants to show. */
        .is_ours_unchecked = true,
    };

    if (access(options.cert_file, F_OK) != 0)
        options.cert_file = NULL;
    return options;
}

TlsCredentials *
certificates_load(const TlsOptions *options)
{
    g_autoptr(GError) error = NULL;
    TlsCredentials *credentials = tls_credentials_new(options, &error);

    g_assert_no_error(error);
    return credentials;
}
