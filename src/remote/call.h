/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A call over the wire, as the driver's members make it.
 *
 * The members whose shape is regular are made at build time
 * (remote/calls_made.h, docs/design/rpc.md), and the others are written by
 * hand (remote/members.h): each fills in the struct of the arguments, calls
 * this, and takes what it wants out of the struct of the result.
 */
#pragma once

#include "driver/object.h"
#include "rpc/procedures.h"

/** remote_call: sends @args (what @procedure takes; NULL for nothing) over
 * @conn's connection, and waits for the reply, which it decodes into @ret (zero
 * before; NULL for nothing).  Other threads' calls go on meanwhile.
 * VIR_ERR_NO_SUPPORT, without asking, for our own program if the peer has not
 * got it.
 * Returns: whether it succeeded; @ret is then for xdr_free() with
 * @procedure->ret_xdr, and otherwise as before. */
bool remote_call(virConnectPtr conn, const Procedure *procedure,
                 const void *args, void *ret, GError **error);

/** remote_is_strandline: whether the peer of @conn has our own program. */
bool remote_is_strandline(virConnectPtr conn);
