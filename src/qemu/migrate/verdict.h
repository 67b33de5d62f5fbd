/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* migrations/ID in the destination's root: the machine is here for good.
 *
 * Making that file is the moment at which a migration succeeds.  Before it the
 * guest has not run here; after it, it must not run at the source again.  It is
 * beside the domains and not in one, since a transient domain may have come,
 * run and ended before the source asks.  Only under the root's lock.
 */
#pragma once

#include "qemu/root.h"

/* As many are kept of migrations whose source never said that it knows. */
enum { VERDICTS_MAX = 256 };

/** verdict_write: durably; the oldest go if there are too many. */
bool verdict_write(QemuRoot *root, const char *id, GError **error);

/** verdict_is_there: *@ret_is_there is set unless it cannot be known. */
bool verdict_is_there(QemuRoot *root, const char *id, bool *ret_is_there,
                      GError **error);

/** verdict_sweep: what a death while one was written has left. */
void verdict_sweep(QemuRoot *root);

/** verdict_remove: not an error if there is none. */
bool verdict_remove(QemuRoot *root, const char *id, GError **error);
