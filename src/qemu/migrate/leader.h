/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who leads a migration from phase to phase.
 *
 * A migration whose leader is gone ends: nobody else knows both sides.  The
 * leader is a process, on each side the one that made the driver's call; and in
 * it somebody who has not yet given up, since a process may outlive the call
 * that failed in it.  Through a daemon that is a client, whose connection to the
 * driver ends with it: a side is led by a connection for as long as that is open.
 */
#pragma once

#include "model/memory/migration.h"

/** leader_take: by this process, from now on; noted in @migration.  @owner is
 * the session that does. */
void leader_take(Migration *migration, const void *owner);
/** leader_leave: whatever comes now, we will not see @id's side through;
 * @is_incoming: as the destination. */
void leader_leave(const char *id, bool is_incoming);
/** leader_leave_all: all that @owner leads: it ends. */
void leader_leave_all(const void *owner);
/** leader_is_there: nobody else may end it. */
bool leader_is_there(const Migration *migration);
