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
mode_says_whose_socket_it_is(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    const char *run = folder->path;

    add_socket(run, "libvirt", "virtqemud-sock");
    add_socket(run, "libvirt", "libvirt-sock");
    add_socket(run, "strandline", "strandline-sock");
    assert_found(run, "qemu:///system?mode=auto", false,
                 "/strandline/strandline-sock");
    assert_found(run, "qemu:///system?mode=legacy", false,
                 "/libvirt/libvirt-sock");
    assert_found(run, "qemu:///system?mode=direct", false,
                 "/libvirt/virtqemud-sock");
    /* Readers of a session say so when they open: it has one socket. */
    assert_found(run, "qemu:///session", true, "/strandline/strandline-sock");
}

static void
each_transport_has_its_way_and_its_host(void)
{
    static const struct {
        const char *uri;
        const char *host;
        const char *name;
        RemoteWay way;
        unsigned port;
    } ways[] = {
        {"qemu://far/system", "far", "qemu:///system", REMOTE_TLS, 0},
        {"qemu+tls://[::1]:7/system", "::1", "qemu:///system", REMOTE_TLS, 7},
        {"qemu+tcp:///system", "localhost", "qemu:///system", REMOTE_TCP, 0},
        {"test+ssh://me@far/default", "far", "test:///default", REMOTE_SSH, 0},
        {"qemu+ext:///system?command=x", "localhost", "qemu:///system",
         REMOTE_PROGRAM, 0},
        {"qemu+tcp://far/system?name=test:///default", "far", "test:///default",
         REMOTE_TCP, 0},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        g_autoptr(RemotePlace) found = place(ways[i].uri, "/run", false, NULL);

        g_assert_cmpint(found->way, ==, ways[i].way);
        g_assert_cmpstr(found->host, ==, ways[i].host);
        g_assert_cmpuint(found->port, ==, ways[i].port);
        g_assert_cmpstr(found->name, ==, ways[i].name);
    }
}

static void
what_is_not_built_or_unknown_is_refused_by_name(void)
{
    static const struct {
        const char *uri;
        int code;
        const char *text;
    } bad[] = {
        {"qemu+libssh://host/system", VIR_ERR_NO_SUPPORT, "*'libssh'*ssh*"},
        {"qemu+unix://host/system", VIR_ERR_INVALID_ARG, "*no user, host*"},
        {"qemu+ext://host/system?command=x", VIR_ERR_INVALID_ARG, "*no user*"},
        {"qemu+tcp://me@host/system", VIR_ERR_INVALID_ARG, "*only ssh*"},
        {"qemu+unix:///system?sokcet=/x", VIR_ERR_INVALID_ARG, "*'sokcet'*"},
        {"qemu+tcp://h/system?no_tty=1", VIR_ERR_INVALID_ARG, "*'no_tty'*"},
        {"qemu+ssh://h/system?no_tty=y", VIR_ERR_INVALID_ARG, "*a number*"},
        {"qemu:///system?socket=x", VIR_ERR_INVALID_ARG, "*absolute path*"},
        {"qemu:///system?mode=fast", VIR_ERR_INVALID_ARG, "*'legacy'*"},
        {"qemu+ssh://h/system?proxy=x", VIR_ERR_INVALID_ARG, "*'netcat'*"},
        {"qemu+ext:///system", VIR_ERR_INVALID_ARG, "*command=*"},
        {"qemu+ssh://-oX/system", VIR_ERR_INVALID_ARG, "*no host*"},
        {"qemu+ssh://-x@host/system", VIR_ERR_INVALID_ARG, "*no user*"},
        {"qemu+ssh://a%20b/system", VIR_ERR_INVALID_ARG, "*no host*"},
        {"qemu+ssh://a%0ab@host/system", VIR_ERR_INVALID_ARG, "*no user*"},
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
    TEST(mode_says_whose_socket_it_is);
    TEST(each_transport_has_its_way_and_its_host);
    TEST(what_is_not_built_or_unknown_is_refused_by_name);
    return g_test_run();
}
