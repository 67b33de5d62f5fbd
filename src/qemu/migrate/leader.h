/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who leads a migration from phase to phase.
 *
 * A migration whose leader is gone ends: nobody else knows both sides.  The
 * leader is a process, on each side the one that made the driver's call; and in
 * it somebody who has not yet given up, since a process may outlive the call
 * that failed in it.
 */
#pragma once

#include "model/memory/migration.h"

/** leader_take: by this process, from now on; noted in @migration. */
void leader_take(Migration *migration);
/** leader_leave: whatever comes now, we will not see @id's side through;
 * @is_incoming: as the destination. */
void leader_leave(const char *id, bool is_incoming);
/** leader_is_there: nobody else may end it. */
bool leader_is_there(const Migration *migration);
