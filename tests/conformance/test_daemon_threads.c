/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Many clients of one daemon at a time: some call, some listen and leave without
 * a word.  tsan.sh runs it under the thread
 * sanitizer, which is what finds the mistakes. */
#include "base/error.h"
#include "peer.h"

#include <libvirt/libvirt.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CALLERS = 4,
    LISTENERS = 3,
    ROUNDS = 60,
};

/* Another client of the server of @first; only its own socket is its own. */
static Peer
join(const Peer *first)
{
    Peer peer = {.server = first->server};
    int ends[2] = {-1, -1};
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
                    ==, 0);
    server_add(first->server, ends[0], CLIENT_UNIX);
    peer.fd = ends[1];
    g_assert_true(peer_open(&peer, "test:///default", 0, &error));
    g_assert_no_error(error);
    return peer;
}

/* Each call is an event for whoever listens; refused when another caller was
 * there before. */
static void *
call(void *data)
{
    for (int i = 0; i < ROUNDS; i++) {
        Peer peer = join(data);
        WireDomain domain = {0};
        char *const name = (char *)"test";

        g_assert_true(peer_call(&peer, REMOTE_DOMAIN_LOOKUP_BY_NAME, &name,
                                &domain, NULL));
        (void)peer_call(&peer, REMOTE_DOMAIN_SUSPEND, &domain, NULL, NULL);
        (void)peer_call(&peer, REMOTE_DOMAIN_RESUME, &domain, NULL, NULL);
        xdr_free((xdrproc_t)xdr_WireDomain, (char *)&domain);
        close(peer.fd);
    }
    return NULL;
}

/* Every other one does not even wait for the reply. */
static void *
listen_and_leave(void *data)
{
    const WireRegister wanted = {.event = VIR_DOMAIN_EVENT_ID_LIFECYCLE};
    const Procedure *procedure = procedure_find(
        RPC_PROGRAM_REMOTE, REMOTE_CONNECT_DOMAIN_EVENT_CALLBACK_REGISTER_ANY);
    MessageHeader header = message_call_header(procedure, 77);
    g_autoptr(Message) message =
        message_new(&header, procedure->args_xdr, &wanted, NULL);

    for (int i = 0; i < ROUNDS; i++) {
        Peer peer = join(data);

        g_assert_cmpint(
            send(peer.fd, message->bytes, message->size, MSG_NOSIGNAL), ==,
            message->size);
        if (i % 2 == 0) {
            g_autoptr(Message) reply = peer_receive(&peer);

            g_assert_cmpint(reply->header.type, ==, MESSAGE_REPLY);
            g_assert_cmpint(reply->header.status, ==, MESSAGE_OK);
        }
        close(peer.fd);
    }
    return NULL;
}

static void
clients_come_call_listen_and_vanish(void)
{
    Peer *first = peer_new_open();
    pthread_t clients[CALLERS + LISTENERS];

    /* Nobody runs the loop of events: GLib's is not seen by the sanitizer, so
     * what is told is only queued. */
    for (int i = 0; i < CALLERS + LISTENERS; i++) {
        g_assert_cmpint(pthread_create(&clients[i], NULL,
                                       i < CALLERS ? call : listen_and_leave,
                                       first),
                        ==, 0);
    }
    for (int i = 0; i < CALLERS + LISTENERS; i++)
        g_assert_cmpint(pthread_join(clients[i], NULL), ==, 0);
    /* All of them are seen to be gone; the first is there. */
    while (server_clients(first->server) > 1)
        g_usleep(1000);
    peer_free(first);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/daemon_threads/clients_come_call_listen_and_vanish",
                    clients_come_call_listen_and_vanish);
    return g_test_run();
}
