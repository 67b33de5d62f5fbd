/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the two sides of a migration know of each other. */
#pragma once

#include "model/memory/migration.h"

/** migrate_peer_settle: asks the destination of @migration: Driver.migrate_settle().
 * Called under the source's lock, and so with little patience. */
int migrate_peer_settle(const Migration *migration, const unsigned char *uuid,
                        bool is_last, GError **error);
