/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which URIs go to a peer, where it is looked for, and what is refused. */
#include "remote/place.h"

#include "base/error.h"
#include "base/fd.h"
#include "driver/registry.h"
#include "temp_folder.h"

#include <libvirt/virterror.h>
#include <string.h>
#include <unistd.h>

static bool
is_accepted(const char *text)
{
    g_autoptr(ConnectUri) uri = connect_uri_parse(text, NULL);

    return remote_accepts(uri);
}

static void
what_works_inside_the_process_is_left_to_the_other_drivers(void)
{
    g_assert_true(is_accepted("qemu:///system"));
    g_assert_true(is_accepted("qemu:///session?socket=/x"));
    g_assert_true(is_accepted("qemu+unix:///embed"));
    g_assert_true(is_accepted("test+unix:///default"));
    g_assert_true(is_accepted("qemu://host/system"));
    g_assert_false(is_accepted("qemu:///embed?root=/x"));
    g_assert_false(is_accepted("test:///default"));
    g_assert_false(is_accepted("xen+unix:///system"));
}

static RemotePlace *
place(const char *text, const char *run, bool is_readonly, GError **error)
{
    g_autoptr(ConnectUri) uri = connect_uri_parse(text, NULL);

    return remote_place_new(uri, run, is_readonly, error);
}

static void
a_named_socket_is_used_and_the_peer_is_not_told(void)
{
    g_autoptr(RemotePlace) named = place(
        "test+unix:///default?socket=/run/a%20b/sock", "/run", true, NULL);

    g_assert_cmpstr(named->folder, ==, "/run/a b");
    g_assert_cmpstr(named->socket, ==, "sock");
    g_assert_cmpstr(named->name, ==, "test:///default");
}

static void
assert_found(const char *run, const char *text, bool is_readonly,
             const char *expected)
{
    g_autoptr(RemotePlace) found = place(text, run, is_readonly, NULL);
    g_autofree char *path =
        g_strconcat(found->folder + strlen(run), "/", found->socket, NULL);

    g_assert_cmpstr(path, ==, expected);
}

/* A socket that is there, and nobody listens. */
static void
add_socket(const char *run, const char *folder, const char *name)
{
    g_autofree char *path = g_build_filename(run, folder, NULL);
    int fd = -1;

    g_assert_cmpint(g_mkdir_with_parents(path, 0700), ==, 0);
    fd = unix_listen(path, name, NULL);
    g_assert_cmpint(fd, >=, 0);
    (void)close(fd);
}

static void
our_socket_comes_before_those_of_libvirt(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    const char *run = folder->path;

    assert_found(run, "qemu:///system", false, "/strandline/strandline-sock");
    add_socket(run, "libvirt", "libvirt-sock");
    assert_found(run, "qemu:///system", false, "/libvirt/libvirt-sock");
    assert_found(run, "qemu:///system", true, "/strandline/strandline-sock-ro");
    add_socket(run, "libvirt", "virtqemud-sock");
    assert_found(run, "qemu:///system", false, "/libvirt/virtqemud-sock");
    assert_found(run, "test+unix:///default", false, "/libvirt/libvirt-sock");
    add_socket(run, "strandline", "strandline-sock");
    assert_found(run, "qemu:///system", false, "/strandline/strandline-sock");
}

static void
what_is_not_built_or_unknown_is_refused_by_name(void)
{
    static const struct {
        const char *uri;
        int code;
        const char *text;
    } bad[] = {
        {"qemu+ssh://root@host/system", VIR_ERR_NO_SUPPORT, "*'ssh'*'unix'*"},
        {"qemu+tcp://host/system", VIR_ERR_NO_SUPPORT, "*'tcp'*'unix'*"},
        {"qemu://host/system", VIR_ERR_NO_SUPPORT, "*'tls'*'unix'*"},
        {"qemu+unix://host/system", VIR_ERR_INVALID_ARG, "*no user, host*"},
        {"qemu+unix:///system?sokcet=/x", VIR_ERR_INVALID_ARG, "*'sokcet'*"},
        {"qemu:///system?socket=x", VIR_ERR_INVALID_ARG, "*absolute path*"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(bad); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_null(place(bad[i].uri, "/run", false, &error));
        g_assert_error(error, STRANDLINE_ERROR, bad[i].code);
        g_assert_true(g_pattern_match_simple(bad[i].text, error->message));
    }
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/remote/place/" #name, name)
    TEST(what_works_inside_the_process_is_left_to_the_other_drivers);
    TEST(a_named_socket_is_used_and_the_peer_is_not_told);
    TEST(our_socket_comes_before_those_of_libvirt);
    TEST(what_is_not_built_or_unknown_is_refused_by_name);
    return g_test_run();
}
