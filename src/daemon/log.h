/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the daemon tells of its clients: in the journal with fields of their own
 * (STRANDLINE_CLIENT, STRANDLINE_DOMAIN, STRANDLINE_JOB), so that one can ask for
 * what concerned a domain; elsewhere in the message. */
#pragma once

#include "daemon/peer.h"

#include <stdbool.h>

/* What a message is about. */
typedef struct {
    const ClientPeer *peer;
    const char *name;   /* nullable: that it has proved to have */
    const char *domain; /* nullable */
    int job;            /* 0: none */
} LogAbout;

/** log_about: "MESSAGE: user 7 (process 99), domain 'web', job 3", or
 * "MESSAGE: 192.0.2.1:40000 (alice@EXAMPLE)". */
void log_about(GLogLevelFlags level, const LogAbout *about, const char *format,
               ...) G_GNUC_PRINTF(3, 4);

/** log_refused: that @peer, of whom nothing is known, was refused for @error.
 * At most some lines a minute, and how many more there were: strangers must not
 * fill a disk. */
void log_refused(const ClientPeer *peer, const GError *error);
