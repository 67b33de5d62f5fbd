/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Events from a peer, into the queue of the connection; and that it has gone.
 *
 * While the program wants any, the peer is asked for each kind that we tell:
 * it does not send what nobody registered for, and which domains and kinds the
 * program meant is the queue's to know.
 */
#pragma once

#include "driver/driver.h"
#include "rpc/message.h"

enum { REMOTE_EVENT_KINDS = 10 };

typedef struct {
    Lock lock;
    EventQueue *queue;  /* the connection's; NULL: no event is wanted */
    EventQueue *ending; /* the same; NULL: its end is of no interest */
    int end_reason;     /* a virConnectCloseReason; -1: it has not ended */
    /* The peer's number of each registration; -1: none.  Only of use to
     * remote_events_wanted(), which never runs twice at a time. */
    int callbacks[REMOTE_EVENT_KINDS];
} RemoteEvents;

void remote_events_init(RemoteEvents *events);
void remote_events_clear(RemoteEvents *events);

/** remote_events_wanted: Driver.events_wanted. */
void remote_events_wanted(virConnectPtr conn, bool is_wanted);

/** remote_events_take: puts @message in, if it is an event of a domain that is
 * wanted; one that does not decode is passed over.  From the channel's thread. */
void remote_events_take(RemoteEvents *events, const Message *message);

/** remote_end_wanted: Driver.end_wanted. */
void remote_end_wanted(virConnectPtr conn);
/** remote_events_end: the peer has gone, for a virConnectCloseReason. */
void remote_events_end(RemoteEvents *events, int reason);
