/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* qemu-img, for changing images that no QEMU has open.
 *
 * Formats are always said, and what an image's header names is not opened but
 * by image_commit(), whose chain is the caller's own.
 */
#pragma once

#include "model/disk.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/** image_make_overlay: an empty qcow2 image of @size bytes in @path, which was
 * claimed (base/atomic_file.h) or is a device, above @base. */
bool image_make_overlay(const char *path, uint64_t size, const ImageLayer *base,
                        GError **error);

/** image_rebase: only the header of the qcow2 image @path changes. */
bool image_rebase(const char *path, const ImageLayer *base, GError **error);

/** image_commit: what the qcow2 image @path holds goes into the image below it,
 * which must be @base; @path is left as it is. */
bool image_commit(const char *path, const char *base, GError **error);

/** image_snapshots: (transfer full): the names of @path's internal snapshots to
 * their numbers.  Also while QEMU uses it. */
GHashTable *image_snapshots(const char *path, GError **error);

/* By name; of two with one name the first.  A deletion of what is not there
 * does nothing. */
bool image_snapshot_create(const char *path, const char *name, GError **error);
bool image_snapshot_apply(const char *path, const char *name, GError **error);
bool image_snapshot_delete(const char *path, const char *name, GError **error);
