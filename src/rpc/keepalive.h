/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* When to ask a silent peer whether it is there, and when to give it up.
 *
 * No clock and no socket of its own: the caller tells when something came, asks
 * what is due at a moment, and does it.  Anything that comes counts as an
 * answer.  A peer that answers nothing is asked @count times, @interval apart,
 * and given up one interval later.
 *
 * Both sides may ask.  Whoever is asked answers at once, also before
 * authentication and while calls are under way; that needs no state and is not
 * here (message_new_pong()).
 */
#pragma once

#include "rpc/message.h"

typedef struct {
    gint64 interval; /* microseconds; <= 0: never ask */
    unsigned count;  /* questions before the peer is given up */
    unsigned asked;  /* since something came */
    gint64 since;    /* when something came, or was asked */
} Keepalive;

typedef enum {
    KEEPALIVE_WAIT, /* nothing is due */
    KEEPALIVE_ASK,  /* send a ping; it counts as sent */
    KEEPALIVE_DEAD, /* the peer is gone: close */
} KeepaliveDuty;

/** keepalive_start: @interval in seconds; begins at @now (microseconds, of any
 * clock that only goes forward). */
void keepalive_start(Keepalive *keepalive, int interval, unsigned count,
                     gint64 now);
/** keepalive_heard: anything came. */
void keepalive_heard(Keepalive *keepalive, gint64 now);
/** keepalive_due: what to do at @now. */
KeepaliveDuty keepalive_due(Keepalive *keepalive, gint64 now);
/** keepalive_next: when to ask keepalive_due() again; -1: never. */
gint64 keepalive_next(const Keepalive *keepalive);
/** keepalive_is_ping: whether @message is a ping, which is to be answered. */
bool keepalive_is_ping(const Message *message);
