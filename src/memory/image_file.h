/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Writing a frozen disk, or what changed of it, into an image file.
 *
 * A qcow2 image is written from front to back, with tables that are known
 * beforehand: all of a disk's blocks are in memory and nothing is added later.
 * That needs no other program, and puts into the image exactly what is meant: a
 * block that became zeroes is there as zeroes, one that did not change is not
 * there at all.  Clusters are blocks (MEMORY_BLOCK).
 */
#pragma once

#include "memory/disk.h"

typedef struct {
    const MemoryImage *image;
    const GArray *blocks; /* of guint64, ascending: which of its blocks */
    ImageFormat format;
    /* qcow2 only, all nullable: */
    const char *backing; /* what is below; of @backing_format */
    ImageFormat backing_format;
    const char *bitmap; /* the name of a bitmap in it, with these bits: */
    const MemoryBits *bits;
} ImageFile;

/* After so many more bytes: false, with @error, gives up. */
typedef bool (*ImageFileStep)(void *opaque, uint64_t bytes, GError **error);

/** image_file_write: from the start of @fd, which is empty or a device.
 * @step is nullable.  VIR_ERR_SYSTEM_ERROR, or what @step says. */
bool image_file_write(int fd, const ImageFile *file, ImageFileStep step,
                      void *opaque, GError **error);

/** image_file_size: of the disk in an image that somebody made.
 * VIR_ERR_OPERATION_FAILED if @path is not of @format; VIR_ERR_SYSTEM_ERROR. */
bool image_file_size(const char *path, ImageFormat format, uint64_t *ret_size,
                     GError **error);
