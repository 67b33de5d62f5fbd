/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where the peer of a URI is, how it is reached, and what it is asked to open.
 *
 * The transport, the host and the options are for this end; the peer is told the
 * rest, as "qemu:///system".  What is refused is refused here, before anything is
 * connected or started: "no such driver" for a transport would send the user
 * looking in the wrong place, and an option that is passed over would be one
 * whose wish is not granted.
 */
#pragma once

#include "driver/driver.h"

/* Bits, since an option is of several. */
typedef enum {
    REMOTE_UNIX = 1 << 0, /* a socket of this host */
    REMOTE_TCP = 1 << 1,  /* bytes as they are: anybody on the way reads */
    REMOTE_TLS = 1 << 2,  /* libvirt's port and certificates */
    REMOTE_SSH = 1 << 3,  /* the ssh program, and a socket at its other end */
    REMOTE_PROGRAM = 1 << 4, /* the input and output of one: "ext" */
} RemoteWay;

typedef struct {
    RemoteWay way;
    char *name; /* what the peer is to open */
    bool is_readonly;
    bool is_session;
    char *scheme;        /* of the driver: part of the names of sockets */
    char *folder;        /* UNIX: of the socket */
    char *socket;        /* its name there */
    char *user;          /* SSH; nullable */
    char *host;          /* TCP, TLS, SSH */
    unsigned port;       /* 0: the usual one */
    GHashTable *options; /* char * -> char *: each is one of @way */
    const virConnectAuth *auth; /* as in the ConnectUri */
} RemotePlace;

/** remote_accepts: Driver.accepts: what names a transport or a host, and
 * qemu:///system and /session, which no driver inside the process has. */
bool remote_accepts(const ConnectUri *uri);

/** remote_place_new: @run is the folder below which daemons listen if the URI
 * names no socket (remote_run_folder(), but for tests).  VIR_ERR_INVALID_ARG
 * for an option that is unknown or contradicts the rest, VIR_ERR_NO_SUPPORT for
 * a transport that is not built. */
RemotePlace *remote_place_new(const ConnectUri *uri, const char *run,
                              bool is_readonly, GError **error);
void remote_place_free(RemotePlace *place);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RemotePlace, remote_place_free)

/** remote_run_folder: the host's, or for qemu:///session the user's. */
const char *remote_run_folder(const ConnectUri *uri);

/** remote_place_option: nullable. */
const char *remote_place_option(const RemotePlace *place, const char *key);
/** remote_place_has: whether an option that is a number is there and not 0. */
bool remote_place_has(const RemotePlace *place, const char *key);

/* Of whom a socket is. */
typedef enum { SOCKET_OURS, SOCKET_LIBVIRTS } SocketOwner;

/** remote_place_sockets: (transfer full): paths below the run folder, to be
 * looked for in this order; at most one of each. */
GStrv remote_place_sockets(const RemotePlace *place, SocketOwner owner);
