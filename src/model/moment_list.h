/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Listing a tree of moments (checkpoints, snapshots) from the top.
 *
 * Either kind keeps records that know the one above and not their children,
 * since its rules walk towards the root; only a listing goes the other way, and
 * maps the children once.  That is all the two trees share: what makes a record
 * visible, current or removable differs.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>

/** MomentParent: the visible record above @record; NULL for a root. */
typedef gpointer (*MomentParent)(gconstpointer tree, gconstpointer record);

/** moment_children: (transfer full): record (NULL: the roots) -> GPtrArray of
 * its children, for those of @records that are listed at all. */
GHashTable *moment_children(const GPtrArray *records, MomentParent parent_of,
                            gconstpointer tree);

/** moment_list: (transfer container): what is below @from (NULL: everything),
 * parents before their children; without @is_deep only the next level. */
GPtrArray *moment_list(GHashTable *children, gconstpointer from, bool is_deep);
