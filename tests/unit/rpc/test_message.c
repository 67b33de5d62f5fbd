/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Packets are, bit for bit, those that libvirt's programs exchange. */
#include "rpc/message.h"

#include "base/error.h"
#include "packet.h"

#include <string.h>
#include <unistd.h>

/* Captured between libvirt's clients and its daemon. */
static const char *const captured[] = {
    /* AUTH_LIST */
    "0000001c 20008086 00000001 00000042 00000000 00000000 00000000",
    "00000024 20008086 00000001 00000042 00000001 00000000 00000000 00000001 "
    "00000000",
    /* SUPPORTS_FEATURE(10) */
    "00000020 20008086 00000001 0000003c 00000000 00000001 00000000 0000000a",
    "00000020 20008086 00000001 0000003c 00000001 00000001 00000000 00000001",
    /* OPEN */
    "00000038 20008086 00000001 00000001 00000000 00000002 00000000 00000001 "
    "0000000e 71656d75 3a2f2f2f 73797374 656d0000 00000000",
    "0000001c 20008086 00000001 00000001 00000001 00000002 00000000",
    /* REGISTER(21) */
    "00000024 20008086 00000001 0000013c 00000000 00000003 00000000 00000015 "
    "00000000",
    "00000020 20008086 00000001 0000013c 00000001 00000003 00000000 0000017b",
    /* LOOKUP_BY_NAME */
    "00000028 20008086 00000001 00000017 00000000 00000004 00000000 00000007 "
    "77697265 2d766d00",
    "0000003c 20008086 00000001 00000017 00000001 00000004 00000000 00000007 "
    "77697265 2d766d00 11111111 22224333 84445555 55555555 00000033",
    /* BACKUP_XML, BACKUP_BEGIN */
    "00000040 20008086 00000001 000001a6 00000000 00000005 00000000 00000007 "
    "77697265 2d766d00 11111111 22224333 84445555 55555555 ffffffff 00000000",
    "0000001c 20008086 00000001 000001a5 00000001 00000007 00000000",
    /* FSFREEZE of two */
    "00000058 20008086 00000001 0000014f 00000000 00000009 00000000 00000007 "
    "77697265 2d766d00 11111111 22224333 84445555 55555555 ffffffff 00000002 "
    "00000001 2f000000 00000005 2f686f6d 65000000 00000000",
    /* JOB_STATS */
    "000000c8 20008086 00000001 0000012a 00000001 00000008 00000000 00000003 "
    "00000006 00000009 6f706572 6174696f 6e000000 00000001 00000009 0000000c "
    "74696d65 5f656c61 70736564 00000004 00000000 0000001c 0000000a 6469736b "
    "5f746f74 616c0000 00000004 00000000 04000000 0000000e 6469736b 5f70726f "
    "63657373 65640000 00000004 00000000 04000000 0000000e 6469736b 5f72656d "
    "61696e69 6e670000 00000004 00000000 00000000 00000007 73756363 65737300 "
    "00000006 00000001",
    /* JOB_COMPLETED */
    "000000e8 20008086 00000001 0000016b 00000002 00000001 00000000 0000017b "
    "00000007 77697265 2d766d00 11111111 22224333 84445555 55555555 00000033 "
    "00000006 00000009 6f706572 6174696f 6e000000 00000001 00000009 0000000c "
    "74696d65 5f656c61 70736564 00000004 00000000 0000001c 0000000a 6469736b "
    "5f746f74 616c0000 00000004 00000000 04000000 0000000e 6469736b 5f70726f "
    "63657373 65640000 00000004 00000000 04000000 0000000e 6469736b 5f72656d "
    "61696e69 6e670000 00000004 00000000 00000000 00000007 73756363 65737300 "
    "00000006 00000001",
    /* PING, PONG */
    "0000001c 6b656570 00000001 00000001 00000002 00000000 00000000",
    "0000001c 6b656570 00000001 00000002 00000002 00000000 00000000",
    /* CLOSE */
    "0000001c 20008086 00000001 00000002 00000000 0000000a 00000000",
    "0000001c 20008086 00000001 00000002 00000001 0000000a 00000000",
    /* NODE_GET_INFO */
    "000000bc 20008086 00000001 00000006 00000001 00000006 00000000 00000078 "
    "00000038 00000036 0000005f 00000036 00000034 00000000*26 00000000 "
    "014d68d4 00000002 00000a24 00000001 00000001 00000002 00000001",
};

static void
what_was_captured_is_decoded_and_encoded_again(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(captured); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Message) message = packet_read_text(captured[i]);
        g_autoptr(Message) again = NULL;
        g_autofree void *body = NULL;
        const Procedure *procedure =
            procedure_find(message->header.program, message->header.procedure);
        bool is_reply = message->header.type == MESSAGE_REPLY;
        xdrproc_t xdr = is_reply ? procedure->ret_xdr : procedure->args_xdr;

        body = g_malloc0(MAX(procedure->args_size, procedure->ret_size) + 1);
        g_assert_true(message_decode(message, xdr, body, &error));
        again = message_new(&message->header, xdr, body, &error);
        g_assert_no_error(error);
        packet_assert(again, captured[i]);
        if (xdr)
            xdr_free(xdr, body);
    }
}

static void
a_call_is_made_as_libvirt_makes_it(void)
{
    const Procedure *open =
        procedure_find(RPC_PROGRAM_REMOTE, REMOTE_CONNECT_OPEN);
    MessageHeader header = message_call_header(open, 2);
    WireText name = (char *)"qemu:///system";
    const WireOpen args = {.name = &name};
    g_autoptr(Message) call = message_new(&header, open->args_xdr, &args, NULL);

    packet_assert(call, captured[4]);
}

static void
keepalive_messages_are_libvirts(void)
{
    g_autoptr(Message) ping = message_new_ping();
    g_autoptr(Message) pong = message_new_pong();

    packet_assert(ping, captured[15]);
    packet_assert(pong, captured[16]);
}

static void
a_text_over_its_limit_is_not_encoded(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = g_strnfill(WIRE_TEXT_MAX + 1, 'x');
    const Procedure *lookup =
        procedure_find(RPC_PROGRAM_REMOTE, REMOTE_DOMAIN_LOOKUP_BY_NAME);
    MessageHeader header = message_call_header(lookup, 0);

    g_assert_null(message_new(&header, lookup->args_xdr, &text, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_RPC);
}

static void
a_text_at_its_limit_travels(void)
{
    g_autofree char *text = g_strnfill(WIRE_TEXT_MAX, 'x');
    const Procedure *lookup =
        procedure_find(RPC_PROGRAM_REMOTE, REMOTE_DOMAIN_LOOKUP_BY_NAME);
    MessageHeader header = message_call_header(lookup, 0);
    g_autoptr(Message) call =
        message_new(&header, lookup->args_xdr, &text, NULL);
    char *again = NULL;

    g_assert_true(message_decode(call, lookup->args_xdr, &again, NULL));
    g_assert_cmpstr(again, ==, text);
    xdr_free(lookup->args_xdr, (char *)&again);
}

static void
a_count_over_its_limit_is_refused_before_it_is_allocated(void)
{
    g_autoptr(GError) error = NULL;
    /* LIST_ALL_DOMAINS with 16,385 domains, none of which is there. */
    g_autoptr(Message) reply = packet_read_text(
        "00000020 20008086 00000001 00000111 00000001 00000000 00000000 "
        "00004001");
    WireDomainList list = {0};

    g_assert_false(
        message_decode(reply, (xdrproc_t)xdr_WireDomainList, &list, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_RPC);
    g_assert_null(list.items.items_val);
}

static void
bytes_behind_the_body_are_ignored(void)
{
    g_autoptr(Message) message = packet_read_text(
        "00000024 20008086 00000001 0000003c 00000000 00000001 00000000 "
        "0000000a 12345678");
    int feature = 0;

    g_assert_true(message_decode(message, (xdrproc_t)xdr_int, &feature, NULL));
    g_assert_cmpint(feature, ==, 10);
}

static void
a_parameter_of_an_unknown_type_is_refused(void)
{
    g_autoptr(GError) error = NULL;
    /* JOB_STATS with one parameter "a" of type 8. */
    g_autoptr(Message) reply = packet_read_text(
        "00000034 20008086 00000001 0000012a 00000001 00000008 00000000 "
        "00000002 00000001 00000001 61000000 00000008 00000009");
    WireJobStats stats = {0};

    g_assert_false(
        message_decode(reply, (xdrproc_t)xdr_WireJobStats, &stats, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_RPC);
}

static void
descriptors_are_counted_before_the_body(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Message) call = NULL;
    const MessageHeader header = {
        .program = RPC_PROGRAM_REMOTE,
        .version = PROCEDURE_VERSION,
        .procedure = REMOTE_CONNECT_SUPPORTS_FEATURE,
        .type = MESSAGE_CALL_WITH_FDS,
    };
    const int fds[] = {STDOUT_FILENO, STDOUT_FILENO};
    int feature = 8;
    int again = 0;

    call = message_new_with_fds(&header, (xdrproc_t)xdr_int, &feature, fds, 2,
                                &error);
    g_assert_no_error(error);
    packet_assert(call, "00000024 20008086 00000001 0000003c 00000004 "
                        "00000000 00000000 00000002 00000008");
    g_assert_cmpuint(call->nfds, ==, 2);
    g_assert_cmpint(call->fds[0], !=, STDOUT_FILENO);
    g_assert_true(message_decode(call, (xdrproc_t)xdr_int, &again, NULL));
    g_assert_cmpint(again, ==, 8);
}

static void
a_stream_carries_bytes_as_they_are(void)
{
    const MessageHeader header = {
        .program = RPC_PROGRAM_REMOTE,
        .version = PROCEDURE_VERSION,
        .procedure = 211,
        .type = MESSAGE_STREAM,
        .serial = 5,
        .status = MESSAGE_CONTINUE,
    };
    g_autoptr(Message) data = message_new_bytes(&header, "abc", 3);
    gsize size = 0;
    const guint8 *payload = message_payload(data, &size);

    g_assert_cmpmem(payload, size, "abc", 3);
    g_assert_cmpuint(data->size, ==, 31);
    g_assert_cmpmem(data->bytes, 4, "\0\0\0\x1f", 4);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/rpc/message/" #name, name)
    TEST(what_was_captured_is_decoded_and_encoded_again);
    TEST(a_call_is_made_as_libvirt_makes_it);
    TEST(keepalive_messages_are_libvirts);
    TEST(a_text_over_its_limit_is_not_encoded);
    TEST(a_text_at_its_limit_travels);
    TEST(a_count_over_its_limit_is_refused_before_it_is_allocated);
    TEST(bytes_behind_the_body_are_ignored);
    TEST(a_parameter_of_an_unknown_type_is_refused);
    TEST(descriptors_are_counted_before_the_body);
    TEST(a_stream_carries_bytes_as_they_are);
    return g_test_run();
}
