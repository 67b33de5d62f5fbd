/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What lies below a disk's image.
 *
 * A guest that owns a whole image could write any header into it, and whoever
 * follows that header opens the file that it names.  So no format is guessed:
 * raw is never looked into; a qcow2 layer is read by itself, with its format
 * said; the format of what it names must be in its header; and only names of
 * plain files count.  A chain that the domain's XML states is taken from there,
 * and the headers' names are not followed at all.
 */
#pragma once

#include "model/disk.h"

#include <glib.h>
#include <stdbool.h>

enum { IMAGE_CHAIN_MAX = DISK_CHAIN_MAX };

/** image_chain_complete: fills @disk->backing (empty: nothing below), and
 * checks that each layer is there.
 * Errors: VIR_ERR_SYSTEM_ERROR (a file is missing), VIR_ERR_OPERATION_FAILED
 * (not an image of its format), VIR_ERR_CONFIG_UNSUPPORTED (a name or format
 * that is not followed; naming it). */
bool image_chain_complete(DiskDef *disk, GError **error);

/* What one image says of itself. */
typedef struct {
    guint64 virtual_size;
    guint64 actual_size;  /* bytes allocated on the host */
    char *backing;        /* nullable: as the header has it */
    char *backing_format; /* nullable */
    bool has_data_file;
} ImageHeader;

void image_header_free(ImageHeader *header);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ImageHeader, image_header_free)

/** image_header_read: also while QEMU uses @path.  VIR_ERR_OPERATION_FAILED
 * with the tool's own words. */
ImageHeader *image_header_read(const char *path, ImageFormat format,
                               GError **error);
