/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/flags.h"

#include "base/error.h"

bool
flags_check(unsigned flags, unsigned known, const char *what, GError **error)
{
    unsigned unknown = flags & ~known;

    /* Only the unknown ones are told: they are what to leave out. */
    return !unknown || fail(error, VIR_ERR_INVALID_ARG,
                            "unsupported flags (0x%x) for %s", unknown, what);
}
