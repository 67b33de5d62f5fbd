/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How we prove to a peer who we are, before it opens anything for us. */
#pragma once

#include "remote/channel.h"
#include "remote/place.h"

/** remote_login: by the way that the peer wants first.  *@ret_bits: of the layer
 * that all is behind from now on; 0: there is none.  VIR_ERR_AUTH_FAILED,
 * VIR_ERR_AUTH_UNAVAILABLE (nothing that both can do), VIR_ERR_AUTH_CANCELLED
 * (who was asked gave up). */
bool remote_login(Channel *channel, const RemotePlace *place,
                  unsigned *ret_bits, GError **error);
