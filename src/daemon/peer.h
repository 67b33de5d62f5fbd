/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who is at the other end of a client's socket: by the kernel's word on a Unix
 * socket, by an address on the network. */
#pragma once

#include <glib.h>
#include <sys/types.h>

typedef struct {
    uid_t uid; /* -1: nobody of this host */
    pid_t pid;
    guint64 started; /* when the process was, in ticks; 0: not known */
    GArray *groups;  /* of gid_t: all that it is in */
    char *address;   /* "192.0.2.1:40000"; NULL on a Unix socket */
    /* "192.0.2.1;40000", as SASL wants it, of both ends; NULL likewise. */
    char *sasl_remote;
    char *sasl_local;
} ClientPeer;

/** client_peer_of: of @fd, which is connected. */
ClientPeer client_peer_of(int fd);
void client_peer_clear(ClientPeer *peer);

/** client_peer_text: for a message: "user 1000 (process 77)" or the address. */
char *client_peer_text(const ClientPeer *peer);
