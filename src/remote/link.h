/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The bytes to a peer, by each of the ways: a socket, TLS on one, or a program
 * that carries them. */
#pragma once

#include "remote/place.h"
#include "rpc/transport.h"

typedef struct RemoteLink RemoteLink;

/** remote_link_open: connects; with TLS both sides have accepted each other.  A
 * program has been started, and what becomes of it shows when it is spoken
 * with.  VIR_ERR_SYSTEM_ERROR, VIR_ERR_OPERATION_FAILED, VIR_ERR_AUTH_FAILED. */
RemoteLink *remote_link_open(const RemotePlace *place, GError **error);

/** remote_link_take: the transport is the caller's from now on, and is freed
 * before the link. */
Transport *remote_link_take(RemoteLink *link);

/** remote_link_words: (transfer full): what the program said on its standard
 * error; NULL: nothing, or there is no program. */
char *remote_link_words(const RemoteLink *link);

/** remote_link_free: waits until the program has ended, which it does when the
 * transport is gone.  Accepts NULL. */
void remote_link_free(RemoteLink *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RemoteLink, remote_link_free)
