/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The other side of a migration, asked by a source that nobody leads. */
#pragma once

#include <glib.h>
#include <stdbool.h>

/** migrate_peer_settle: asks the destination at @uri: Driver.migrate_settle(); with
 * little patience, since a lock of the source's may be held. */
int migrate_peer_settle(const char *uri, const char *cookie, bool is_last,
                        GError **error);
