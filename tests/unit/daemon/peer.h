/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A client that speaks the protocol by hand to a server of this process, whose
 * sessions have the memory driver. */
#pragma once

#include "daemon/dispatch.h"
#include "rpc/message_reader.h"

typedef struct {
    Server *server;
    SessionHost host;
    int fd;
    guint32 serial; /* of the next call */
} Peer;

/** peer_new: connected, and nothing said yet; @access nullable. */
Peer *peer_new(bool is_readonly, const ServeAccess *access);
/** peer_new_open: authenticated, test:///default open. */
Peer *peer_new_open(void);
void peer_free(Peer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Peer, peer_free)

/** peer_send: packets as text (rpc/packet.h). */
void peer_send(const Peer *peer, const char *text);
/** peer_receive: the next message. */
Message *peer_receive(const Peer *peer);
/** peer_call: of the program REMOTE; @ret is for xdr_free(). */
bool peer_call(Peer *peer, int procedure, const void *args, void *ret,
               GError **error);
/** peer_open: AUTH_LIST, and CONNECT_OPEN of @name. */
bool peer_open(Peer *peer, const char *name, unsigned flags, GError **error);
/** peer_refused: the call fails with @code and says @text. */
void peer_refused(Peer *peer, int procedure, const void *args, int code,
                  const char *text);
