/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An error arrives as it left: code, domain and text. */
#include "rpc/wire_error.h"

#include "base/error.h"
#include "packet.h"

static const MessageHeader call = {
    .program = RPC_PROGRAM_REMOTE,
    .version = PROCEDURE_VERSION,
    .procedure = REMOTE_DOMAIN_LOOKUP_BY_NAME,
    .type = MESSAGE_CALL,
    .serial = 7,
};

static void
code_domain_and_text_arrive(void)
{
    g_autoptr(GError) error = NULL;
    virError reason = {.code = VIR_ERR_NO_DOMAIN,
                       .domain = VIR_FROM_QEMU,
                       .message = (char *)"no domain 'web'",
                       .int1 = -1,
                       .int2 = -1};
    g_autoptr(Message) reply = message_new_error(&call, &reason);

    g_assert_cmpint(reply->header.type, ==, MESSAGE_REPLY);
    g_assert_cmpint(reply->header.status, ==, MESSAGE_ERROR);
    g_assert_cmpuint(reply->header.serial, ==, 7);
    g_assert_false(message_fail(reply, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_NO_DOMAIN);
    g_assert_cmpstr(error->message, ==, "no domain 'web'");
    g_assert_cmpint(error_origin(error), ==, VIR_FROM_QEMU);
}

static void
the_fields_stand_where_libvirt_has_them(void)
{
    virError reason = {.code = 104,
                       .domain = 10,
                       .message = (char *)"abc",
                       .str1 = (char *)"d",
                       .int1 = -1,
                       .int2 = -1};
    g_autoptr(Message) reply = message_new_error(&call, &reason);

    packet_assert(reply,
                  "00000058 20008086 00000001 00000017 00000001 00000007 "
                  "00000001 00000068 0000000a 00000001 00000003 61626300 "
                  "00000002 00000000 00000001 00000001 64000000 00000000 "
                  "00000000 ffffffff ffffffff 00000000");
}

static void
an_unknown_procedure_is_no_support(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Message) reply = message_new_unknown(&call);

    g_assert_false(message_fail(reply, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_NO_SUPPORT);
    g_assert_cmpstr(error->message, ==, "unknown procedure: 23");
}

static void
an_unknown_program_is_told_in_libvirts_words(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Message) reply = message_new_no_program(&call);

    g_assert_false(message_fail(reply, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_RPC);
    g_assert_cmpstr(error->message, ==,
                    "Cannot find program 536903814 version 1");
}

static void
a_failure_without_a_reason_is_still_one(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) empty = NULL;
    g_autoptr(Message) reply = message_new_error(&call, NULL);
    g_autoptr(Message) nameless = packet_read_text(
        "00000048 20008086 00000001 00000017 00000001 00000007 00000001 "
        "00000000 00000000 00000000 00000002 00000000 00000000 00000000 "
        "00000000 00000000 00000000 00000000");

    g_assert_false(message_fail(reply, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INTERNAL_ERROR);
    g_assert_false(message_fail(nameless, &empty));
    g_assert_error(empty, STRANDLINE_ERROR, VIR_ERR_INTERNAL_ERROR);
}

static void
an_error_that_is_cut_short_is_an_error_of_the_protocol(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(Message) reply = packet_read_text(
        "00000020 20008086 00000001 00000017 00000001 00000007 00000001 "
        "00000068");

    g_assert_false(message_fail(reply, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_RPC);
}

static void
a_text_without_end_is_shortened(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = g_strnfill(WIRE_TEXT_MAX + 1, 'x');
    virError reason = {.code = 1, .message = text};
    g_autoptr(Message) reply = message_new_error(&call, &reason);

    g_assert_cmpuint(reply->size, <, WIRE_TEXT_MAX);
    g_assert_false(message_fail(reply, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INTERNAL_ERROR);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/rpc/wire_error/" #name, name)
    TEST(code_domain_and_text_arrive);
    TEST(the_fields_stand_where_libvirt_has_them);
    TEST(an_unknown_procedure_is_no_support);
    TEST(an_unknown_program_is_told_in_libvirts_words);
    TEST(a_failure_without_a_reason_is_still_one);
    TEST(an_error_that_is_cut_short_is_an_error_of_the_protocol);
    TEST(a_text_without_end_is_shortened);
    return g_test_run();
}
