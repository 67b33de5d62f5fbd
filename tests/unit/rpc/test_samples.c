/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whatever a procedure takes or gives travels as RFC 4506 says, comes back, and
 * is refused without a leak when it is cut short. */
#include "base/error.h"
#include "rpc/message.h"
#include "samples.h"

#include <string.h>

static const MessageHeader header = {
    .program = RPC_PROGRAM_REMOTE,
    .version = PROCEDURE_VERSION,
    .procedure = 1,
    .type = MESSAGE_REPLY,
};

/* A packet with a payload of any bytes. */
static Message *
packet(const unsigned char *bytes, size_t length)
{
    return message_new_bytes(&header, bytes, length);
}

static void
assert_payload(const Sample *sample, const Message *message)
{
    gsize size = 0;
    const guint8 *payload = message_payload(message, &size);

    if (size != sample->length || memcmp(payload, sample->bytes, size) != 0)
        g_error("%s travels otherwise", sample->name);
}

static void
every_value_travels_as_the_rules_say(void)
{
    for (unsigned i = 0; i < sample_count; i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(Message) message =
            message_new(&header, samples[i].xdr, samples[i].value, &error);

        g_assert_no_error(error);
        assert_payload(&samples[i], message);
    }
}

static void
every_value_comes_back(void)
{
    for (unsigned i = 0; i < sample_count; i++) {
        g_autofree char *value = g_malloc0(samples[i].size);
        g_autoptr(GError) error = NULL;
        g_autoptr(Message) came = packet(samples[i].bytes, samples[i].length);
        g_autoptr(Message) again = NULL;

        g_assert_true(message_decode(came, samples[i].xdr, value, &error));
        again = message_new(&header, samples[i].xdr, value, &error);
        g_assert_no_error(error);
        assert_payload(&samples[i], again);
        xdr_free(samples[i].xdr, value);
    }
}

/* LeakSanitizer sees what is left behind. */
static void
a_value_that_is_cut_short_at_any_byte_is_refused(void)
{
    for (unsigned i = 0; i < sample_count; i++) {
        for (size_t cut = 0; cut < samples[i].length; cut++) {
            g_autofree char *value = g_malloc0(samples[i].size);
            g_autoptr(GError) error = NULL;
            g_autoptr(Message) came = packet(samples[i].bytes, cut);

            if (message_decode(came, samples[i].xdr, value, &error))
                g_error("%s decodes from %zu bytes", samples[i].name, cut);
            g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_RPC);
        }
    }
}

static bool
has_sample(xdrproc_t xdr)
{
    for (unsigned i = 0; i < sample_count; i++) {
        if (samples[i].xdr == xdr)
            return true;
    }
    return !xdr;
}

static void
no_procedure_is_left_out(void)
{
    unsigned count = 0;
    const Procedure *rows = procedure_all(&count);

    for (unsigned i = 0; i < count; i++) {
        if (!has_sample(rows[i].args_xdr) || !has_sample(rows[i].ret_xdr))
            g_error("%s has a type without a sample", rows[i].name);
    }
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/rpc/samples/" #name, name)
    TEST(every_value_travels_as_the_rules_say);
    TEST(every_value_comes_back);
    TEST(a_value_that_is_cut_short_at_any_byte_is_refused);
    TEST(no_procedure_is_left_out);
    return g_test_run();
}
