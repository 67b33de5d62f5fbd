/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A connection opens as far as the peer at the socket lets it, knows whom it
 * has before it, and says so when the peer has gone. */
#include "remote/session.h"

#include "base/fd.h"
#include "daemon/server.h"
#include "driver/registry.h"
#include "remote/call.h"
#include "roomy_limits.h"
#include "rpc/wire_error.h"
#include "temp_folder.h"

#include <libvirt/libvirt.h>
#include <string.h>

/* What the peer is, and what it was asked last. */
static struct {
    int way; /* of authentication; -1: it names none */
    bool is_strandline;
    bool is_denying; /* by polkit */
    gint polkits;    /* atomic: how often it was asked to ask that */
    bool is_between; /* and its own peer goes when it is asked to tell of it */
    gint opened;     /* atomic: the flags it was opened with */
    gint closes;     /* atomic */
} playing;

/* What the library's init.c does with all drivers there are. */
void add_builtin_drivers(void);
void
add_builtin_drivers(void)
{
    registry_add(&remote_driver);
}

static void
begin(Client *client, void *opaque)
{
    (void)opaque;
    client_set_data(client, &playing, NULL);
    client_set_authenticated(client);
}

static bool
is_high(const Message *message)
{
    (void)message;
    return false;
}

static void
end(Client *client)
{
    (void)client;
}

static Message *
reply_with(const Message *call, const void *ret)
{
    const Procedure *procedure =
        procedure_find(call->header.program, call->header.procedure);
    const MessageHeader header =
        message_reply_header(&call->header, MESSAGE_OK);

    return message_new(&header, ret ? procedure->ret_xdr : NULL, ret, NULL);
}

static Message *
answer_ours(const Message *call)
{
    const WireHello hello = {.release = (char *)"9.9.9", .level = 1};

    return playing.is_strandline ? reply_with(call, &hello)
                                 : message_new_no_program(&call->header);
}

/* NULL: none, the peer goes instead. */
static Message *
answer(const Message *call)
{
    const WireAuthTypes ways = {
        .types = {.types_len = playing.way >= 0, .types_val = &playing.way}};
    const int feature = 1;
    char *const type = (char *)"PLAYED";
    WireOpen open = {0};

    if (call->header.program == RPC_PROGRAM_STRANDLINE)
        return answer_ours(call);
    switch (call->header.procedure) {
    case REMOTE_AUTH_LIST:
        return reply_with(call, &ways);
    case REMOTE_AUTH_POLKIT:
        g_atomic_int_inc(&playing.polkits);
        return playing.is_denying
                   ? message_new_refusal(&call->header, VIR_ERR_AUTH_FAILED,
                                         "polkit says no")
                   : reply_with(call, &feature);
    case REMOTE_CONNECT_SUPPORTS_FEATURE:
        return reply_with(call, &feature);
    case REMOTE_CONNECT_GET_TYPE:
        return reply_with(call, &type);
    case REMOTE_CONNECT_OPEN:
        g_assert_true(
            message_decode(call, (xdrproc_t)xdr_WireOpen, &open, NULL));
        g_assert_cmpstr(*open.name, ==, "test:///default");
        g_atomic_int_set(&playing.opened, (gint)open.flags);
        xdr_free((xdrproc_t)xdr_WireOpen, (char *)&open);
        return reply_with(call, NULL);
    case REMOTE_CONNECT_REGISTER_CLOSE_CALLBACK:
        return reply_with(call, NULL);
    case REMOTE_CONNECT_CLOSE:
        g_atomic_int_inc(&playing.closes);
        return reply_with(call, NULL);
    default:
        return NULL;
    }
}

static Message *
new_end(void)
{
    const Procedure *procedure = procedure_find(
        RPC_PROGRAM_REMOTE, REMOTE_CONNECT_EVENT_CONNECTION_CLOSED);
    const MessageHeader header = message_event_header(procedure);
    const int reason = VIR_CONNECT_CLOSE_REASON_KEEPALIVE;

    return message_new(&header, procedure->args_xdr, &reason, NULL);
}

static void
serve_message(Client *client, Message *message)
{
    Message *reply = answer(message);

    if (playing.is_between &&
        message->header.procedure == REMOTE_CONNECT_REGISTER_CLOSE_CALLBACK)
        client_tell(client, new_end());
    if (reply) {
        client_reply(client, reply);
    } else {
        client_skip(client);
        client_drop(client);
    }
    message_free(message);
}

static const ServerHandler handler = {begin, is_high, serve_message, end};
typedef struct {
    TempFolder *folder;
    Server *server;
    char *uri;
} Played;

static Played *
played_new(int way, bool is_strandline)
{
    Played *played = g_new0(Played, 1);
    GError *error = NULL;
    int fd = -1;

    (void)virEventRegisterDefaultImpl();
    playing.way = way;
    playing.is_strandline = is_strandline;
    played->folder = temp_folder_new();
    fd = unix_listen(played->folder->path, "peer", &error);
    g_assert_no_error(error);
    played->server = server_new(&roomy_limits, &handler, NULL, &error);
    g_assert_no_error(error);
    server_listen(played->server, fd, false);
    g_assert_true(server_start(played->server, NULL));
    played->uri = g_strdup_printf("test+unix:///default?socket=%s/peer",
                                  played->folder->path);
    return played;
}

static void
played_free(Played *played)
{
    server_free(played->server);
    temp_folder_free(played->folder);
    g_free(played->uri);
    g_free(played);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Played, played_free)

static void
fails_with(int code, const char *text)
{
    g_assert_nonnull(virGetLastError());
    g_assert_cmpint(virGetLastErrorCode(), ==, code);
    if (!strstr(virGetLastErrorMessage(), text))
        g_error("'%s' does not say '%s'", virGetLastErrorMessage(), text);
}

static void
test_an_open_connection_knows_its_peer(void)
{
    g_autoptr(Played) played = played_new(0, true);
    virConnectPtr conn = virConnectOpen(played->uri);
    int closes = g_atomic_int_get(&playing.closes);

    g_assert_nonnull(conn);
    g_assert_true(remote_is_strandline(conn));
    g_assert_cmpstr(virConnectGetType(conn), ==, "PLAYED");
    g_assert_cmpint(virConnectIsAlive(conn), ==, 1);
    g_assert_cmpint(virConnectSetKeepAlive(conn, -1, 5), ==, 0);
    g_assert_cmpint(g_atomic_int_get(&playing.opened), ==, 0);
    g_assert_cmpint(virConnectClose(conn), ==, 0);
    g_assert_cmpint(g_atomic_int_get(&playing.closes), ==, closes + 1);
}

/* The peer is told that nothing may be changed: it is its word that counts. */
static void
test_a_reader_opens_the_peer_for_reading(void)
{
    g_autoptr(Played) played = played_new(-1, true);
    virConnectPtr conn = virConnectOpenReadOnly(played->uri);

    g_assert_nonnull(conn);
    g_assert_cmpint(g_atomic_int_get(&playing.opened), ==, VIR_CONNECT_RO);
    g_assert_cmpint(virConnectClose(conn), ==, 0);
}

static void
test_a_way_of_authentication_that_we_lack_is_named(void)
{
    const struct {
        int way;
        int code;
        const char *text;
        /* One that wants SASL, and goes when it is asked for it. */
    } cases[] = {{1, VIR_ERR_RPC, "ended the connection"},
                 {7, VIR_ERR_AUTH_FAILED, "a way that is unknown"}};

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Played) played = played_new(cases[i].way, true);

        g_assert_null(virConnectOpen(played->uri));
        fails_with(cases[i].code, cases[i].text);
    }
}

static void
test_polkit_is_asked_by_the_peer_and_may_say_no(void)
{
    g_autoptr(Played) played = played_new(2, true);
    virConnectPtr conn = virConnectOpen(played->uri);

    g_assert_nonnull(conn);
    g_assert_cmpint(g_atomic_int_get(&playing.polkits), ==, 1);
    g_assert_cmpint(virConnectClose(conn), ==, 0);
    playing.is_denying = true;
    g_assert_null(virConnectOpen(played->uri));
    fails_with(VIR_ERR_AUTH_FAILED, "polkit says no");
    playing.is_denying = false;
}

/* And what libvirt's program cannot carry is refused before it is sent. */
static void
test_a_peer_without_our_program_is_a_libvirtd(void)
{
    g_autoptr(Played) played = played_new(0, false);
    virConnectPtr conn = virConnectOpen(played->uri);

    g_assert_nonnull(conn);
    g_assert_false(remote_is_strandline(conn));
    g_assert_null(virConnectGetDaemonStatus(conn, 0));
    fails_with(VIR_ERR_NO_SUPPORT, "needs strandlined");
    g_assert_cmpint(virConnectIsAlive(conn), ==, 1);
    g_assert_cmpint(virConnectClose(conn), ==, 0);
}

static void
test_a_peer_that_goes_fails_the_call_and_every_later_one(void)
{
    g_autoptr(Played) played = played_new(0, true);
    virConnectPtr conn = virConnectOpen(played->uri);
    unsigned long version = 0;

    g_assert_nonnull(conn);
    g_assert_cmpint(virConnectGetVersion(conn, &version), ==, -1);
    fails_with(VIR_ERR_RPC, "the peer ended the connection");
    g_assert_cmpint(virConnectIsAlive(conn), ==, 0);
    g_assert_cmpint(virConnectGetVersion(conn, &version), ==, -1);
    fails_with(VIR_ERR_RPC, "connect again");
    g_assert_cmpint(virConnectClose(conn), ==, 0);
}

typedef struct {
    int told;
    int reason;
    int freed;
} Ending;

static void
on_close(virConnectPtr conn, int reason, void *opaque)
{
    Ending *ending = opaque;

    ending->told++;
    ending->reason = reason;
    /* What it was given stays until it returns. */
    g_assert_cmpint(virConnectUnregisterCloseCallback(conn, on_close), ==, 0);
    g_assert_cmpint(ending->freed, ==, 0);
}

static void
on_free(void *opaque)
{
    ((Ending *)opaque)->freed++;
}

static void
await(const int *count)
{
    while (*count == 0)
        g_assert_cmpint(virEventRunDefaultImpl(), ==, 0);
}

static void
lose(virConnectPtr conn)
{
    unsigned long version = 0;

    g_assert_cmpint(virConnectGetVersion(conn, &version), ==, -1);
}

static void
test_the_end_is_told_from_the_loop_once(void)
{
    g_autoptr(Played) played = played_new(0, true);
    virConnectPtr conn = virConnectOpen(played->uri);
    Ending ending = {0};

    g_assert_cmpint(
        virConnectRegisterCloseCallback(conn, on_close, &ending, on_free), ==,
        0);
    lose(conn);
    g_assert_cmpint(ending.told, ==, 0);
    await(&ending.freed);
    g_assert_cmpint(ending.told, ==, 1);
    g_assert_cmpint(ending.reason, ==, VIR_CONNECT_CLOSE_REASON_EOF);
    /* Whoever comes late is told at once. */
    ending = (Ending){0};
    g_assert_cmpint(
        virConnectRegisterCloseCallback(conn, on_close, &ending, on_free), ==,
        0);
    await(&ending.freed);
    g_assert_cmpint(ending.told, ==, 1);
    g_assert_cmpint(virConnectClose(conn), ==, 0);
}

/* Closing is no end by itself: it is the program that does it. */
static void
test_closing_tells_nobody_and_frees(void)
{
    g_autoptr(Played) played = played_new(0, true);
    virConnectPtr conn = virConnectOpen(played->uri);
    Ending ending = {0};

    g_assert_cmpint(
        virConnectRegisterCloseCallback(conn, on_close, &ending, on_free), ==,
        0);
    g_assert_cmpint(virConnectClose(conn), ==, 0);
    g_assert_cmpint(ending.told, ==, 0);
    g_assert_cmpint(ending.freed, ==, 1);
}

static void
test_a_daemon_between_tells_of_its_own_peers_end(void)
{
    g_autoptr(Played) played = played_new(0, false);
    virConnectPtr conn = NULL;
    Ending ending = {0};

    playing.is_between = true;
    conn = virConnectOpen(played->uri);
    g_assert_cmpint(
        virConnectRegisterCloseCallback(conn, on_close, &ending, on_free), ==,
        0);
    await(&ending.freed);
    g_assert_cmpint(ending.reason, ==, VIR_CONNECT_CLOSE_REASON_KEEPALIVE);
    g_assert_cmpint(virConnectClose(conn), ==, 0);
    playing.is_between = false;
}

static void
test_a_socket_that_is_not_there_is_named(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *uri =
        g_strdup_printf("qemu:///system?socket=%s/none", folder->path);

    g_assert_null(virConnectOpen(uri));
    fails_with(VIR_ERR_SYSTEM_ERROR, uri);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/session/an_open_connection_knows_its_peer",
                    test_an_open_connection_knows_its_peer);
    g_test_add_func("/session/a_reader_opens_the_peer_for_reading",
                    test_a_reader_opens_the_peer_for_reading);
    g_test_add_func("/session/a_way_of_authentication_that_we_lack_is_named",
                    test_a_way_of_authentication_that_we_lack_is_named);
    g_test_add_func("/session/polkit_is_asked_by_the_peer_and_may_say_no",
                    test_polkit_is_asked_by_the_peer_and_may_say_no);
    g_test_add_func("/session/a_peer_without_our_program_is_a_libvirtd",
                    test_a_peer_without_our_program_is_a_libvirtd);
    g_test_add_func(
        "/session/a_peer_that_goes_fails_the_call_and_every_later_one",
        test_a_peer_that_goes_fails_the_call_and_every_later_one);
    g_test_add_func("/session/the_end_is_told_from_the_loop_once",
                    test_the_end_is_told_from_the_loop_once);
    g_test_add_func("/session/closing_tells_nobody_and_frees",
                    test_closing_tells_nobody_and_frees);
    g_test_add_func("/session/a_daemon_between_tells_of_its_own_peers_end",
                    test_a_daemon_between_tells_of_its_own_peers_end);
    g_test_add_func("/session/a_socket_that_is_not_there_is_named",
                    test_a_socket_that_is_not_there_is_named);
    return g_test_run();
}
