/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lists of names with * and ?, as settings have them: who fits one is meant. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct Globs Globs;

/** globs_new: NULL for NULL: a list that is not there means everybody, and one
 * that is empty nobody. */
Globs *globs_new(const char *const *names);
/** globs_free: accepts NULL. */
void globs_free(Globs *globs);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Globs, globs_free)

/** globs_match: @globs nullable. */
bool globs_match(const Globs *globs, const char *name);
