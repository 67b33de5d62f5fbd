/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One connection to a peer, shared by the calls of many threads.
 *
 * A thread of the channel reads: replies go to the calls that wait for them, by
 * serial and in whatever order they come; what nobody asked for goes to the
 * listener; a ping is answered.  So no call waits for another's reply, and the
 * channel is alive while no call is under way.
 *
 * It ends once: when the peer goes, breaks the protocol, is silent for too
 * long, or on channel_close().  Then every call that waits fails, and so does
 * every later one.
 */
#pragma once

#include "rpc/message.h"
#include "rpc/transport.h"

typedef struct Channel Channel;

typedef struct {
    /* A message that nobody asked for.  In the channel's thread, without its
     * lock; must not call channel_call(). */
    void (*event)(const Message *message, void *opaque);
    /* The end, once: a virConnectCloseReason.  The same. */
    void (*closed)(int reason, void *opaque);
} ChannelListener;

/** channel_new: takes @transport over, which is open.  @listener (copied)
 * is nullable, and so are its members. */
Channel *channel_new(Transport *transport, const ChannelListener *listener,
                     void *opaque, GError **error);
/** channel_close: ends it, and waits until its thread has. */
void channel_close(Channel *channel);
/** channel_free: no call may be under way.  Accepts NULL. */
void channel_free(Channel *channel);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Channel, channel_free)

/** channel_call: sends a call and waits for its reply; as remote_call()
 * (remote/call.h).  VIR_ERR_RPC if the channel ends before it comes: whether
 * the peer has done what was asked is then not known. */
bool channel_call(Channel *channel, const Procedure *procedure,
                  const void *args, void *ret, GError **error);

/** channel_protect: from now on what is said, and answered, is behind @session's
 * layer.  No call may be under way. */
void channel_protect(Channel *channel, SaslSession *session);
/** channel_bits: as transport_bits(). */
unsigned channel_bits(const Channel *channel);

bool channel_is_alive(Channel *channel);

/** channel_start_keepalive: from now on a silent peer is asked, and given up
 * (rpc/keepalive.h).  It must have agreed to be asked. */
void channel_start_keepalive(Channel *channel, int interval, unsigned count);
