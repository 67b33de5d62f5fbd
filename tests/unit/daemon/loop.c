/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "loop.h"

#include "base/error.h"
#include "driver/registry.h"
#include "fake_driver.h"
#include "memory/driver.h"
#include "remote/call.h"
#include "remote/calls_made.h"
#include "rpc/wire_error.h"

#include <libvirt/libvirt.h>

static Serve served;
static bool is_libvirt;

/* The client's driver: handles of this connection are nothing but names. */
static const Driver client_driver = {
    .name = "loop",
    .error_domain = VIR_FROM_REMOTE,
};

/* What the library's init.c does with all drivers there are. */
void add_builtin_drivers(void);
void
add_builtin_drivers(void)
{
    registry_add(&memory_driver);
    registry_add(&fake_driver);
}

/* The answer to @call, as the daemon makes it. */
static Message *
answer(const Message *call)
{
    const Procedure *procedure =
        procedure_find(call->header.program, call->header.procedure);
    MessageHeader header = message_reply_header(&call->header, MESSAGE_OK);
    g_autofree void *args = g_malloc0(procedure->args_size + 1);
    g_autofree void *ret = g_malloc0(procedure->ret_size + 1);
    g_autoptr(GError) error = NULL;
    Message *reply = NULL;

    if (!message_decode(call, procedure->args_xdr, args, &error)) {
        return message_new_refusal(&call->header, error->code, "%s",
                                   error->message);
    }
    served.procedure = procedure;
    if (serve_call(&served, args, ret)) {
        reply = message_new(&header, procedure->ret_xdr, ret, &error);
        g_assert_no_error(error);
    } else {
        g_assert_nonnull(virGetLastError());
        reply = message_new_error(&call->header, virGetLastError());
    }
    if (procedure->args_xdr)
        xdr_free(procedure->args_xdr, args);
    if (procedure->ret_xdr)
        xdr_free(procedure->ret_xdr, ret);
    return reply;
}

bool
remote_is_strandline(virConnectPtr conn)
{
    (void)conn;
    return !is_libvirt;
}

bool
remote_call(virConnectPtr conn, const Procedure *procedure, const void *args,
            void *ret, GError **error)
{
    MessageHeader header = message_call_header(procedure, 0);
    g_autoptr(Message) call =
        message_new(&header, procedure->args_xdr, args, error);
    g_autoptr(Message) reply = NULL;

    g_assert_true(conn->driver == &client_driver);
    if (is_libvirt && procedure->program == RPC_PROGRAM_STRANDLINE) {
        return fail(error, VIR_ERR_NO_SUPPORT, "the peer has no %s",
                    procedure->name);
    }
    if (!call)
        return false;
    reply = answer(call);
    if (reply->header.status == MESSAGE_ERROR)
        return message_fail(reply, error);
    return message_decode(reply, procedure->ret_xdr, ret, error);
}

static Loop *
loop_on(virConnectPtr server)
{
    Loop *loop = g_new0(Loop, 1);
    g_autoptr(GError) error = NULL;

    g_assert_nonnull(server);
    loop->server = server;
    loop->conn = connect_object_new(&client_driver, NULL, "loop:///", false);
    loop->backups = serve_backups_new();
    loop->moves = serve_moves_new();
    is_libvirt = false;
    served = (Serve){.conn = server,
                     .backups = loop->backups,
                     .moves = loop->moves,
                     .is_ours = true};
    loop->domain =
        call_remote_domain_lookup_by_name(loop->conn, "test", &error);
    g_assert_no_error(error);
    return loop;
}

Loop *
loop_new(void)
{
    return loop_on(virConnectOpen("test:///default"));
}

Loop *
loop_new_fake(void)
{
    return loop_on(virConnectOpen("fake:///"));
}

Loop *
loop_new_readonly(void)
{
    return loop_on(virConnectOpenReadOnly("test:///default"));
}

void
loop_free(Loop *loop)
{
    domain_object_unref(loop->domain);
    connect_object_unref(loop->conn);
    virConnectClose(loop->server);
    serve_backups_free(loop->backups);
    serve_moves_free(loop->moves);
    g_free(loop);
}

void
loop_play_libvirt(void)
{
    is_libvirt = true;
}

void
loop_access(const ServeAccess *access)
{
    served.access = access;
}

bool
loop_call(Loop *loop, unsigned program, int number, const void *args, void *ret,
          GError **error)
{
    return remote_call(loop->conn, procedure_find(program, number), args, ret,
                       error);
}

void
loop_free_ret(unsigned program, int number, void *ret)
{
    xdr_free(procedure_find(program, number)->ret_xdr, ret);
}
