/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An open connection to a peer: what Driver.open makes, and what is asked of
 * the connection itself.  What libvirt's protocol has first is done when it is
 * opened: the way there, authentication, the peer's driver, and whether the peer is one of
 * ours (docs/format/wire.md).  remote_call() (remote/call.h) is here, too.
 */
#pragma once

#include "driver/driver.h"
#include "remote/channel.h"
#include "remote/events.h"
#include "remote/link.h"

typedef struct {
    Channel *channel;
    RemoteLink *link; /* its transport is the channel's */
    RemoteWay way;
    unsigned layer_bits; /* of SASL's layer; 0: there is none */
    bool is_strandline;
    bool is_answering; /* the peer has agreed to be asked if it is there */
    char *type;        /* of the peer's driver: "QEMU" */
    RemoteEvents events;
} RemoteSession;

void *remote_open(const ConnectUri *uri, bool is_readonly, char **ret_uri,
                  GError **error);
void remote_close(void *session);

const char *remote_type(virConnectPtr conn);
int remote_is_alive(virConnectPtr conn);
int remote_is_secure(virConnectPtr conn);
int remote_is_encrypted(virConnectPtr conn);
int remote_set_keepalive(virConnectPtr conn, int interval, unsigned count);
