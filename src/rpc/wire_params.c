/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rpc/wire_params.h"

#include "base/error.h"
#include "base/typed_params.h"

/* Types are numbered alike on both sides, and each arm has its kind. */
static WireParamValue
encode_value(const virTypedParameter *param)
{
    WireParamValue wire = {.type = param->type};

    switch (param->type) {
    case VIR_TYPED_PARAM_INT:
        wire.WireParamValue_u.i = param->value.i;
        break;
    case VIR_TYPED_PARAM_UINT:
        wire.WireParamValue_u.ui = param->value.ui;
        break;
    case VIR_TYPED_PARAM_LLONG:
        wire.WireParamValue_u.l = param->value.l;
        break;
    case VIR_TYPED_PARAM_ULLONG:
        wire.WireParamValue_u.ul = param->value.ul;
        break;
    case VIR_TYPED_PARAM_DOUBLE:
        wire.WireParamValue_u.d = param->value.d;
        break;
    case VIR_TYPED_PARAM_BOOLEAN:
        wire.WireParamValue_u.b = !!param->value.b;
        break;
    case VIR_TYPED_PARAM_STRING:
        wire.WireParamValue_u.s = param->value.s;
        break;
    default: /* a program's mistake; its number does not encode */
        break;
    }
    return wire;
}

/* Borrowed: a message is encoded from it at once. */
WireParam *
wire_params_encode(const virTypedParameter *params, int nparams)
{
    WireParam *wire = g_new0(WireParam, nparams);

    for (int i = 0; i < nparams; i++) {
        wire[i].field = (char *)params[i].field;
        wire[i].value = encode_value(&params[i]);
    }
    return wire;
}

WireParam *
wire_params_own(virTypedParameterPtr params, int nparams)
{
    WireParam *wire = wire_params_encode(params, nparams);

    /* The names lie within @params and are copied; the texts change hands. */
    for (int i = 0; i < nparams; i++)
        wire[i].field = g_strdup(params[i].field);
    g_free(params);
    return wire;
}

/* XDR has refused every type but these. */
static void
decode_value(const WireParamValue *wire, virTypedParameterPtr param)
{
    switch (wire->type) {
    case VIR_TYPED_PARAM_INT:
        param->value.i = wire->WireParamValue_u.i;
        break;
    case VIR_TYPED_PARAM_UINT:
        param->value.ui = wire->WireParamValue_u.ui;
        break;
    case VIR_TYPED_PARAM_LLONG:
        param->value.l = wire->WireParamValue_u.l;
        break;
    case VIR_TYPED_PARAM_ULLONG:
        param->value.ul = wire->WireParamValue_u.ul;
        break;
    case VIR_TYPED_PARAM_DOUBLE:
        param->value.d = wire->WireParamValue_u.d;
        break;
    case VIR_TYPED_PARAM_BOOLEAN:
        param->value.b = wire->WireParamValue_u.b != 0;
        break;
    default: /* a text: nothing else decodes */
        param->value.s = g_strdup(wire->WireParamValue_u.s);
        break;
    }
}

/* Through the list's own function, which holds names to their length; it grows
 * by half, so a long list is not copied for each of its members. */
bool
wire_params_decode(const WireParam *wire, unsigned count,
                   virTypedParameterPtr *ret_params, int *ret_nparams,
                   GError **error)
{
    virTypedParameterPtr params = NULL;
    int nparams = 0;
    int capacity = 0;

    for (unsigned i = 0; i < count; i++) {
        virTypedParameterPtr param =
            typed_params_append(&params, &nparams, &capacity, wire[i].field,
                                wire[i].value.type, NULL);

        if (!param) {
            typed_params_free(params, nparams);
            return fail(error, VIR_ERR_RPC,
                        "the peer sent a parameter without a name");
        }
        decode_value(&wire[i].value, param);
    }
    *ret_params = params;
    *ret_nparams = nparams;
    return true;
}
