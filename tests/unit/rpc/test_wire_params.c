/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Typed parameters of every type survive the way there and back. */
#include "rpc/wire_params.h"

#include "base/error.h"
#include "base/typed_params.h"
#include "rpc/message.h"

static void
add(virTypedParameterPtr *params, int *nparams, const char *name, int type,
    virTypedParameter value)
{
    virTypedParameterPtr added =
        typed_params_append(params, nparams, NULL, name, type, NULL);

    added->value = value.value;
}

#define VALUE(member, what) ((virTypedParameter){.value.member = (what)})

static void
each_type_travels_with_its_extremes(void)
{
    virTypedParameterPtr params = NULL;
    virTypedParameterPtr again = NULL;
    int nparams = 0;
    int count = 0;
    WireJobStats body = {0};
    WireJobStats came = {0};
    g_autofree WireParam *wire = NULL;
    g_autoptr(Message) message = NULL;
    const MessageHeader header = {.type = MESSAGE_REPLY};

    add(&params, &nparams, "i", VIR_TYPED_PARAM_INT, VALUE(i, G_MININT));
    add(&params, &nparams, "u", VIR_TYPED_PARAM_UINT, VALUE(ui, G_MAXUINT));
    add(&params, &nparams, "l", VIR_TYPED_PARAM_LLONG, VALUE(l, G_MININT64));
    add(&params, &nparams, "ul", VIR_TYPED_PARAM_ULLONG,
        VALUE(ul, G_MAXUINT64));
    add(&params, &nparams, "d", VIR_TYPED_PARAM_DOUBLE, VALUE(d, -0.1));
    add(&params, &nparams, "b", VIR_TYPED_PARAM_BOOLEAN, VALUE(b, 1));
    typed_params_add_string(&params, &nparams, "s", "");

    wire = wire_params_encode(params, nparams);
    body.params.params_val = wire;
    body.params.params_len = nparams;
    message = message_new(&header, (xdrproc_t)xdr_WireJobStats, &body, NULL);
    g_assert_true(
        message_decode(message, (xdrproc_t)xdr_WireJobStats, &came, NULL));
    g_assert_true(wire_params_decode(
        came.params.params_val, came.params.params_len, &again, &count, NULL));
    xdr_free((xdrproc_t)xdr_WireJobStats, (char *)&came);

    g_assert_cmpint(count, ==, 7);
    for (int i = 0; i < count; i++) {
        g_assert_cmpstr(again[i].field, ==, params[i].field);
        g_assert_cmpint(again[i].type, ==, params[i].type);
    }
    g_assert_cmpint(again[0].value.i, ==, G_MININT);
    g_assert_cmpuint(again[1].value.ui, ==, G_MAXUINT);
    g_assert_cmpint(again[2].value.l, ==, G_MININT64);
    g_assert_cmpuint(again[3].value.ul, ==, G_MAXUINT64);
    g_assert_cmpfloat(again[4].value.d, ==, -0.1);
    g_assert_cmpint(again[5].value.b, ==, 1);
    g_assert_cmpstr(again[6].value.s, ==, "");
    typed_params_free(params, nparams);
    typed_params_free(again, count);
}

static void
a_parameter_without_a_name_is_refused(void)
{
    g_autoptr(GError) error = NULL;
    virTypedParameterPtr params = NULL;
    int nparams = 0;
    const WireParam wire[] = {
        {.field = (char *)"text",
         .value = {.type = VIR_TYPED_PARAM_STRING,
                   .WireParamValue_u = {.s = (char *)"x"}}},
        {.field = (char *)"", .value = {.type = VIR_TYPED_PARAM_INT}},
    };

    g_assert_false(wire_params_decode(wire, 2, &params, &nparams, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_RPC);
    g_assert_null(params);
}

static void
a_parameter_of_no_type_does_not_encode(void)
{
    g_autoptr(GError) error = NULL;
    virTypedParameter param = {.field = "x", .type = 99};
    g_autofree WireParam *wire = wire_params_encode(&param, 1);
    WireJobStats body = {.params = {.params_len = 1, .params_val = wire}};
    const MessageHeader header = {.type = MESSAGE_REPLY};

    g_assert_null(
        message_new(&header, (xdrproc_t)xdr_WireJobStats, &body, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_RPC);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/rpc/wire_params/" #name, name)
    TEST(each_type_travels_with_its_extremes);
    TEST(a_parameter_without_a_name_is_refused);
    TEST(a_parameter_of_no_type_does_not_encode);
    return g_test_run();
}
