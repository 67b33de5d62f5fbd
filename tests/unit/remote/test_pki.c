/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A client's certificates are looked for where libvirt's lie. */
#include "remote/pki.h"

#include "temp_folder.h"

static char *
path_of(const TempFolder *folder, const char *name)
{
    return temp_folder_file(folder, name);
}

static void
add(const TempFolder *folder, const char *name)
{
    g_autofree char *path = path_of(folder, name);
    g_autofree char *parent = g_path_get_dirname(path);

    g_assert_cmpint(g_mkdir_with_parents(parent, 0700), ==, 0);
    g_assert_true(g_file_set_contents(path, "x", 1, NULL));
}

/* @expected is below the folder; NULL: none. */
static void
assert_path(const TempFolder *folder, const char *path, const char *expected)
{
    g_autofree char *whole = expected ? path_of(folder, expected) : NULL;

    g_assert_cmpstr(path, ==, whole);
}

static void
a_named_folder_has_all_of_them(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(RemotePki) bare = remote_pki_find(folder->path, "/home", "/pki");
    g_autoptr(RemotePki) whole = NULL;

    assert_path(folder, bare->ca, "cacert.pem");
    g_assert_null(bare->crl);
    g_assert_null(bare->cert);
    add(folder, "cacrl.pem");
    add(folder, "clientcert.pem");
    add(folder, "clientkey.pem");
    whole = remote_pki_find(folder->path, NULL, "/pki");
    assert_path(folder, whole->crl, "cacrl.pem");
    assert_path(folder, whole->cert, "clientcert.pem");
    assert_path(folder, whole->key, "clientkey.pem");
}

static void
what_the_user_has_comes_before_what_the_host_has(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *home = path_of(folder, "home");
    g_autofree char *system = path_of(folder, "pki");
    g_autoptr(RemotePki) hosts = NULL;
    g_autoptr(RemotePki) own = NULL;
    g_autoptr(RemotePki) root = NULL;

    add(folder, "pki/CA/cacert.pem");
    add(folder, "pki/CA/cacrl.pem");
    add(folder, "pki/libvirt/clientcert.pem");
    add(folder, "pki/libvirt/private/clientkey.pem");
    /* Without its key it is none. */
    add(folder, "home/.pki/libvirt/clientcert.pem");
    hosts = remote_pki_find(NULL, home, system);
    assert_path(folder, hosts->ca, "pki/CA/cacert.pem");
    assert_path(folder, hosts->crl, "pki/CA/cacrl.pem");
    assert_path(folder, hosts->cert, "pki/libvirt/clientcert.pem");
    assert_path(folder, hosts->key, "pki/libvirt/private/clientkey.pem");

    add(folder, "home/.pki/libvirt/clientkey.pem");
    add(folder, "home/.pki/libvirt/cacert.pem");
    own = remote_pki_find(NULL, home, system);
    assert_path(folder, own->ca, "home/.pki/libvirt/cacert.pem");
    assert_path(folder, own->cert, "home/.pki/libvirt/clientcert.pem");
    assert_path(folder, own->key, "home/.pki/libvirt/clientkey.pem");
    root = remote_pki_find(NULL, NULL, system);
    assert_path(folder, root->ca, "pki/CA/cacert.pem");
    assert_path(folder, root->cert, "pki/libvirt/clientcert.pem");
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/remote/pki/" #name, name)
    TEST(a_named_folder_has_all_of_them);
    TEST(what_the_user_has_comes_before_what_the_host_has);
    return g_test_run();
}
