/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/globs.h"

struct Globs {
    GPtrArray *patterns; /* of GPatternSpec */
};

static void
pattern_free(gpointer pattern)
{
    g_pattern_spec_free(pattern);
}

/* Compiled once: each that comes is held against all of them. */
Globs *
globs_new(const char *const *names)
{
    Globs *globs = NULL;

    if (!names)
        return NULL;
    globs = g_new0(Globs, 1);
    globs->patterns = g_ptr_array_new_with_free_func(pattern_free);
    for (; *names; names++)
        g_ptr_array_add(globs->patterns, g_pattern_spec_new(*names));
    return globs;
}

void
globs_free(Globs *globs)
{
    if (!globs)
        return;
    g_ptr_array_unref(globs->patterns);
    g_free(globs);
}

/* Lists are written by hand, and as long as such are. */
bool
globs_match(const Globs *globs, const char *name)
{
    if (!globs)
        return true;
    for (guint i = 0; i < globs->patterns->len; i++) {
        if (g_pattern_spec_match_string(globs->patterns->pdata[i], name))
            return true;
    }
    return false;
}
