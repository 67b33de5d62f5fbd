/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A session, as session.c and session_events.c share it. */
#pragma once

#include "base/lock.h"
#include "daemon/session.h"

struct Session {
    Client *client; /* holds us, so no reference */
    const SessionHost *host;
    Login *login;
    ServeBackups *backups;
    ServeMoves *moves;
    int is_ours; /* atomic: it knows our program */

    Lock lock; /* protects the next two */
    virConnectPtr conn;
    bool is_ended;

    /* Held while a registration is made and answered, and while an event is
     * told: so an event finds the callback's id, and comes after the reply. */
    Lock events;
    GPtrArray *listening; /* of Listener in session_events.c; by @events */
};

/** session_unlisten_all: at the end; @conn is that of the session. */
void session_unlisten_all(Session *session, virConnectPtr conn);
