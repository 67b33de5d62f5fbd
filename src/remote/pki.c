/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "remote/pki.h"

#include <stdbool.h>

/* In one folder: a user's, or one that was named. */
static char *
inside(const char *folder, const char *name)
{
    return g_build_filename(folder, name, NULL);
}

static bool
is_there(const char *path)
{
    return g_file_test(path, G_FILE_TEST_EXISTS);
}

/* @path (taken over), if it is there. */
static char *
if_there(char *path)
{
    if (is_there(path))
        return path;
    g_free(path);
    return NULL;
}

/* Both or none: a certificate without its key is of no use, and the other
 * folder may have a whole pair. */
static bool
take_pair(RemotePki *pki, char *cert, char *key)
{
    pki->cert = cert;
    pki->key = key;
    if (is_there(cert) && is_there(key))
        return true;
    g_clear_pointer(&pki->cert, g_free);
    g_clear_pointer(&pki->key, g_free);
    return false;
}

/* The CA is named in any case, so that an error names what is missing. */
static RemotePki *
find_in(const char *folder)
{
    RemotePki *pki = g_new0(RemotePki, 1);

    pki->ca = inside(folder, "cacert.pem");
    pki->crl = if_there(inside(folder, "cacrl.pem"));
    (void)take_pair(pki, inside(folder, "clientcert.pem"),
                    inside(folder, "clientkey.pem"));
    return pki;
}

/* Each by itself: a user may have a certificate of his own of the CA that the
 * whole host has. */
RemotePki *
remote_pki_find(const char *folder, const char *home, const char *system)
{
    g_autofree char *own =
        home ? g_build_filename(home, ".pki", "libvirt", NULL) : NULL;
    RemotePki *pki = NULL;

    if (folder)
        return find_in(folder);
    pki = own ? find_in(own) : g_new0(RemotePki, 1);
    if (!pki->ca || !is_there(pki->ca)) {
        g_free(pki->ca);
        pki->ca = g_build_filename(system, "CA", "cacert.pem", NULL);
    }
    if (!pki->crl)
        pki->crl = if_there(g_build_filename(system, "CA", "cacrl.pem", NULL));
    if (!pki->cert) {
        (void)take_pair(
            pki, g_build_filename(system, "libvirt", "clientcert.pem", NULL),
            g_build_filename(system, "libvirt", "private", "clientkey.pem",
                             NULL));
    }
    return pki;
}

void
remote_pki_free(RemotePki *pki)
{
    if (!pki)
        return;
    g_free(pki->ca);
    g_free(pki->crl);
    g_free(pki->cert);
    g_free(pki->key);
    g_free(pki);
}
