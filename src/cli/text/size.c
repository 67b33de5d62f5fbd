/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/text/size.h"

#include "base/error.h"

#include <string.h>

/* How often one unit is in the next is told by what follows the letter. */
static bool
parse_unit(const char *unit, uint64_t *ret_factor)
{
    static const char letters[] = "bkmgtpe";
    const char *letter = strchr(letters, g_ascii_tolower(*unit));
    uint64_t step = 1024;

    *ret_factor = 1;
    if (!*unit)
        return true;
    if (!letter)
        return false;
    unit++;
    if (g_ascii_strcasecmp(unit, "b") == 0) {
        step = 1000;
    } else if (*unit && g_ascii_strcasecmp(unit, "ib") != 0) {
        return false;
    }
    if (letter == letters && *unit)
        return false; /* "bB" */
    for (; letter > letters; letter--)
        *ret_factor *= step;
    return true;
}

bool
size_parse(const char *text, uint64_t max, uint64_t *ret_size, GError **error)
{
    uint64_t factor = 1;
    guint64 number = 0;
    char *end = NULL;

    if (g_ascii_isdigit(*text))
        number = g_ascii_strtoull(text, &end, 10);
    if (!end || !parse_unit(end, &factor)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "'%s' is no size: write a whole number, and a unit such as "
                    "K, M, MiB or MB if it is not of bytes",
                    text);
    }
    if (number > max / factor) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "'%s' is too large: at most %" G_GUINT64_FORMAT " bytes",
                    text, max);
    }
    *ret_size = number * factor;
    return true;
}
