/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Typed parameters, as they travel and as programs have them. */
#pragma once

#include "rpc/wire.h"

#include <glib.h>
#include <libvirt/libvirt-common.h>
#include <stdbool.h>

/** wire_params_encode: the array for a message's body, of @nparams; for
 * g_free().  It borrows names and texts of @params. */
WireParam *wire_params_encode(const virTypedParameter *params, int nparams);

/** wire_params_own: the array for xdr_free(); @params, of @nparams, is taken
 * over. */
WireParam *wire_params_own(virTypedParameterPtr params, int nparams);

/** wire_params_decode: the other way; *@ret_params is for
 * typed_params_free().  VIR_ERR_RPC for a name that no parameter can have. */
bool wire_params_decode(const WireParam *wire, unsigned count,
                        virTypedParameterPtr *ret_params, int *ret_nparams,
                        GError **error);
