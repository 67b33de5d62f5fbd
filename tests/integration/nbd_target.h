/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An NBD server that backups are pushed to: nbdkit, on a socket that is ours. */
#pragma once

#include "machine.h"

typedef struct {
    GPid pid;
    char *xml;    /* <host .../> of it */
    char *uri;    /* without an export */
    char *socket; /* NULL: it listens on TCP */
} NbdTarget;

/** nbd_target_start: @arguments of nbdkit, split at blanks ("memory 16M"). */
NbdTarget *nbd_target_start(const Machine *machine, bool is_tcp,
                            const char *arguments);
void nbd_target_stop(NbdTarget *target);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(NbdTarget, nbd_target_stop)
