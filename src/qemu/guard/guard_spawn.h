/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Starting strandline-guard (guard.c), the process that outlives us. */
#pragma once

#include <glib.h>

/* Where it finds what it was lent. */
enum { GUARD_LENT_FD = 3 };

/** guard_spawn: with @args (NULL at the end); @lent: -1, or a descriptor for it.
 * Returns: our end of the pair whose other end is its stdin and stdout, and which
 * tells it of our own end; or -1: VIR_ERR_SYSTEM_ERROR, VIR_ERR_OPERATION_FAILED. */
int guard_spawn(const char *const *args, int lent, GError **error);
