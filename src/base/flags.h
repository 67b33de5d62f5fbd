/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Flags of a public call that the one who serves it does not know.
 *
 * A bit that nobody knows was meant to do something, so it is refused and never
 * passed over.  It is asked before any lock is taken: a mistaken call costs
 * nobody else a wait.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/** flags_check: VIR_ERR_INVALID_ARG for those of @flags that are not @known;
 * @what they were given for ("the start of a domain"). */
bool flags_check(unsigned flags, unsigned known, const char *what,
                 GError **error);
