/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The same calls, whatever is below them. */
#include "rpc/transport.h"

#include "certificates.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

static void
make_ends(int *ret_fds)
{
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ret_fds),
                    ==, 0);
}

/* More than a socket takes: it comes in the order in which it was sent, and
 * whole, although neither end ever waits. */
static void
exchange(Transport *sender, Transport *receiver)
{
    const gsize size = 1000000;
    g_autofree guint8 *sent = g_malloc(size);
    g_autofree guint8 *got = g_malloc0(size);
    gsize out = 0;
    gsize in = 0;
    bool was_full = false;

    for (gsize i = 0; i < size; i++)
        sent[i] = (guint8)(i * 7 + i / 251);
    while (in < size) {
        ssize_t done = 0;

        while (out < size && done >= 0) {
            done = transport_send(sender, sent + out, size - out);
            out += done > 0 ? (gsize)done : 0;
            was_full |= done < 0 && errno == EAGAIN;
        }
        done = transport_receive(receiver, got + in, MIN(size - in, 1000U));
        g_assert_true(done > 0 || (done < 0 && errno == EAGAIN));
        in += done > 0 ? (gsize)done : 0;
    }
    g_assert_true(was_full);
    g_assert_cmpmem(sent, size, got, size);
    g_assert_cmpint(transport_receive(receiver, got, 1), ==, -1);
    g_assert_cmpint(errno, ==, EAGAIN);
    g_assert_false(transport_has_input(receiver));
}

static void
plain_bytes_travel(void)
{
    int fds[2] = {-1, -1};
    g_autoptr(Transport) one = NULL;
    g_autoptr(Transport) two = NULL;
    char byte = 0;

    make_ends(fds);
    one = transport_new(fds[0]);
    two = transport_new(fds[1]);
    g_assert_cmpint(transport_fd(one), ==, fds[0]);
    g_assert_cmpint(transport_open(one, NULL), ==, TLS_OPEN);
    g_assert_true(transport_carries_fds(one));
    g_assert_cmpuint(transport_bits(one), ==, 0);
    g_assert_null(transport_peer(one));
    exchange(one, two);
    transport_free(g_steal_pointer(&one));
    g_assert_cmpint(transport_receive(two, &byte, 1), ==, 0);
}

static void
bytes_travel_within_tls(void)
{
    g_autoptr(TempFolder) folder = certificates_new();
    const TlsOptions ours = certificates_server(folder, "server");
    const TlsOptions theirs = certificates_client(folder, "alice");
    g_autoptr(TlsCredentials) server_keys = certificates_load(&ours);
    g_autoptr(TlsCredentials) client_keys = certificates_load(&theirs);
    int fds[2] = {-1, -1};
    g_autoptr(Transport) server = NULL;
    g_autoptr(Transport) client = NULL;
    char byte = 0;

    make_ends(fds);
    server = transport_new_tls(fds[0], server_keys, NULL, NULL);
    client = transport_new_tls(fds[1], client_keys, "localhost", NULL);
    while (transport_open(client, NULL) != TLS_OPEN)
        g_assert_cmpint(transport_open(server, NULL), !=, TLS_FAILED);
    g_assert_false(transport_carries_fds(server));
    g_assert_cmpuint(transport_bits(client), >=, 128);
    g_assert_cmpstr(transport_peer(server), ==, "O=Strandline,CN=alice");
    exchange(client, server);
    exchange(server, client);
    transport_free(g_steal_pointer(&client));
    g_assert_cmpint(transport_receive(server, &byte, 1), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/transport/plain_bytes_travel", plain_bytes_travel);
    g_test_add_func("/transport/bytes_travel_within_tls",
                    bytes_travel_within_tls);
    return g_test_run();
}
