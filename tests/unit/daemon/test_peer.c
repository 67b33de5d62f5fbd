/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who is there, by what the kernel says. */
#include "daemon/peer.h"

#include "base/fd.h"
#include "base/tcp.h"

#include <sys/socket.h>
#include <unistd.h>

static void
a_process_is_known_by_its_user(void)
{
    g_auto(AutoFd) one = -1;
    g_auto(AutoFd) other = -1;
    int ends[2] = {-1, -1};
    ClientPeer peer = {0};
    g_autofree char *text = NULL;
    g_autofree char *wanted = g_strdup_printf(
        "user %u (process %d)", (unsigned)getuid(), (int)getpid());

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
                    ==, 0);
    one = ends[0];
    other = ends[1];
    peer = client_peer_of(one);
    g_assert_cmpuint(peer.uid, ==, getuid());
    g_assert_cmpuint(g_array_index(peer.groups, gid_t, 0), ==, getgid());
    g_assert_null(peer.address);
    /* In ticks since the host began, which was before us. */
    g_assert_cmpuint(peer.started, >, 0);
    g_assert_cmpuint(peer.started / (guint64)sysconf(_SC_CLK_TCK), <=,
                     (guint64)g_get_monotonic_time() / G_USEC_PER_SEC);
    text = client_peer_text(&peer);
    g_assert_cmpstr(text, ==, wanted);
    client_peer_clear(&peer);
}

static void
who_comes_over_the_network_is_nobody_with_an_address(void)
{
    static const char *const hosts[] = {"127.0.0.1", "::1"};

    for (gsize i = 0; i < G_N_ELEMENTS(hosts); i++) {
        unsigned port = 0;
        g_auto(AutoFd) listening = tcp_listen(hosts[i], 0, &port, NULL);
        g_auto(AutoFd) client = -1;
        g_auto(AutoFd) server = -1;
        g_autofree char *wanted = NULL;
        g_autofree char *text = NULL;
        ClientPeer peer = {0};

        /* A host without IPv6. */
        if (listening < 0 && i > 0)
            return;
        client = tcp_connect("it", hosts[i], port, NULL);
        server = accept4(listening, NULL, NULL, SOCK_CLOEXEC);
        wanted = g_strdup_printf(i == 0 ? "%s:%u" : "[%s]:%u", hosts[i],
                                 tcp_port(client));
        peer = client_peer_of(server);
        g_assert_cmpuint(peer.uid, ==, (uid_t)-1);
        g_assert_cmpstr(peer.address, ==, wanted);
        text = client_peer_text(&peer);
        g_assert_cmpstr(text, ==, wanted);
        client_peer_clear(&peer);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/peer/a_process_is_known_by_its_user",
                    a_process_is_known_by_its_user);
    g_test_add_func(
        "/peer/who_comes_over_the_network_is_nobody_with_an_address",
        who_comes_over_the_network_is_nobody_with_an_address);
    return g_test_run();
}
