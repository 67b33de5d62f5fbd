/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "peer.h"

#include "base/error.h"
#include "driver/registry.h"
#include "memory/driver.h"
#include "packet.h"
#include "roomy_limits.h"
#include "rpc/wire_error.h"

#include <libvirt/libvirt.h>
#include <sys/socket.h>
#include <unistd.h>

/* What the library's init.c does with all drivers there are. */
void add_builtin_drivers(void);
void
add_builtin_drivers(void)
{
    registry_add(&memory_driver);
}

Peer *
peer_new(bool is_readonly, const ServeAccess *access)
{
    Peer *peer = g_new0(Peer, 1);
    int ends[2] = {-1, -1};

    (void)virInitialize();
    (void)virEventRegisterDefaultImpl();
    peer->host.state_root = g_strdup("/nowhere");
    peer->host.access = access;
    peer->server =
        server_new(&roomy_limits, &dispatch_handler, &peer->host, NULL);
    g_assert_true(server_start(peer->server, NULL));
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
                    ==, 0);
    server_add(peer->server, ends[0],
               is_readonly ? CLIENT_UNIX_READONLY : CLIENT_UNIX);
    peer->fd = ends[1];
    return peer;
}

Peer *
peer_new_open(void)
{
    Peer *peer = peer_new(false, NULL);

    g_assert_true(peer_open(peer, "test:///default", 0, NULL));
    return peer;
}

void
peer_free(Peer *peer)
{
    close(peer->fd);
    server_free(peer->server);
    g_free(peer->host.state_root);
    g_free(peer);
}

void
peer_send(const Peer *peer, const char *text)
{
    g_autoptr(GByteArray) bytes = packet_parse(text);

    g_assert_cmpint(send(peer->fd, bytes->data, bytes->len, MSG_NOSIGNAL), ==,
                    bytes->len);
}

Message *
peer_receive(const Peer *peer)
{
    return packet_receive(peer->fd);
}

bool
peer_call(Peer *peer, int procedure, const void *args, void *ret,
          GError **error)
{
    const Procedure *row = procedure_find(RPC_PROGRAM_REMOTE, procedure);
    MessageHeader header = message_call_header(row, peer->serial++);
    g_autoptr(Message) call = message_new(&header, row->args_xdr, args, error);
    g_autoptr(Message) reply = NULL;

    g_assert_nonnull(call);
    g_assert_cmpint(send(peer->fd, call->bytes, call->size, MSG_NOSIGNAL), ==,
                    call->size);
    reply = peer_receive(peer);
    g_assert_cmpint(reply->header.type, ==, MESSAGE_REPLY);
    g_assert_cmpint(reply->header.procedure, ==, procedure);
    g_assert_cmpuint(reply->header.serial, ==, header.serial);
    if (reply->header.status == MESSAGE_ERROR)
        return message_fail(reply, error);
    return message_decode(reply, row->ret_xdr, ret, error);
}

bool
peer_open(Peer *peer, const char *name, unsigned flags, GError **error)
{
    const WireOpen open = {
        .name = name ? (WireTextOrNone)&name : NULL,
        .flags = flags,
    };
    WireAuthTypes types = {0};

    if (!peer_call(peer, REMOTE_AUTH_LIST, NULL, &types, error))
        return false;
    g_assert_cmpuint(types.types.types_len, ==, 1);
    g_assert_cmpint(types.types.types_val[0], ==, 0);
    xdr_free((xdrproc_t)xdr_WireAuthTypes, (char *)&types);
    return peer_call(peer, REMOTE_CONNECT_OPEN, &open, NULL, error);
}

void
peer_refused(Peer *peer, int procedure, const void *args, int code,
             const char *text)
{
    /* Nothing is decoded into it when it fails, as it must. */
    char ret[4096] = {0};
    g_autoptr(GError) error = NULL;

    g_assert_false(peer_call(peer, procedure, args, ret, &error));
    g_assert_error(error, STRANDLINE_ERROR, code);
    if (!strstr(error->message, text))
        g_error("'%s' does not say '%s'", error->message, text);
}
