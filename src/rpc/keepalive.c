/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rpc/keepalive.h"

void
keepalive_start(Keepalive *keepalive, int interval, unsigned count, gint64 now)
{
    *keepalive = (Keepalive){
        .interval = interval * G_TIME_SPAN_SECOND,
        .count = count,
        .since = now,
    };
}

/* Whatever came: a peer that sends replies is alive, even if it is too busy to
 * answer what it was asked. */
void
keepalive_heard(Keepalive *keepalive, gint64 now)
{
    keepalive->asked = 0;
    keepalive->since = now;
}

/* A caller that was late (a machine that slept) asks once, not once for each
 * interval that it missed: the peer gets its time to answer. */
KeepaliveDuty
keepalive_due(Keepalive *keepalive, gint64 now)
{
    if (keepalive->interval <= 0 || now < keepalive_next(keepalive))
        return KEEPALIVE_WAIT;
    if (keepalive->asked >= keepalive->count)
        return KEEPALIVE_DEAD;
    keepalive->asked++;
    keepalive->since = now;
    return KEEPALIVE_ASK;
}

gint64
keepalive_next(const Keepalive *keepalive)
{
    return keepalive->interval > 0 ? keepalive->since + keepalive->interval
                                   : -1;
}

/* As a call, or of another version, it is none, and libvirt's daemon does not
 * answer it either. */
bool
keepalive_is_ping(const Message *message)
{
    const MessageHeader *header = &message->header;

    return header->program == RPC_PROGRAM_KEEPALIVE &&
           header->version == PROCEDURE_VERSION &&
           header->type == MESSAGE_EVENT && header->procedure == KEEPALIVE_PING;
}
