/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files that are either the old or the new content, whatever happens.
 *
 * A write goes to a temporary file beside the target, is synced, renamed over
 * it, and the folder is synced; mode 0600.  Every step passes a fault point.
 * @folder is a descriptor, so that no path is walked twice.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

/** atomic_file_write: replaces or creates @name in @folder with @text. */
bool atomic_file_write(int folder, const char *name, const char *text,
                       GError **error);

/** atomic_file_claim: makes the empty file @path, 0600, durably, for somebody
 * else to write.  VIR_ERR_SYSTEM_ERROR if there is something already. */
bool atomic_file_claim(const char *path, GError **error);

/** atomic_file_rename: durably renames @from to @to, which is replaced. */
bool atomic_file_rename(int folder, const char *from, const char *to,
                        GError **error);

/** atomic_file_remove: durably removes @name; not an error if it is absent. */
bool atomic_file_remove(int folder, const char *name, GError **error);

/** atomic_file_make_folder: durably makes the folder @name, 0700, in @folder;
 * not an error if it is there. */
bool atomic_file_make_folder(int folder, const char *name, GError **error);

/** atomic_file_read: the whole of @name, NUL-terminated; larger than @limit
 * bytes is refused.  Returns: (transfer full): NULL with VIR_ERR_SYSTEM_ERROR
 * (message) on failure; *@ret_absent (nullable) tells ENOENT apart. */
char *atomic_file_read(int folder, const char *name, size_t limit,
                       bool *ret_absent, GError **error);
