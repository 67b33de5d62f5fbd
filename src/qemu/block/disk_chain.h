/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The images of a disk, from the top down, and the nodes they are in QEMU.
 *
 * A run begins with the chain that the definition or the images name.  It
 * changes while the machine runs: a snapshot puts an image on top, a commit or
 * a pull takes some out, a copy exchanges them all.  The live definition is the
 * record of it (status.xml): who changes QEMU's graph changes that, with the
 * functions below.
 */
#pragma once

#include "model/domain.h"
#include "qemu/block/node_names.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/** disk_chain_length: how many images @disk has (1 without a backing file). */
unsigned disk_chain_length(const DiskDef *disk);

/** disk_chain_layer: the image at @depth (0: the top), borrowed from @disk. */
ImageLayer disk_chain_layer(const DiskDef *disk, unsigned depth);

/** disk_chain_find: where the image called @name is: by its path, or as
 * "vda[2]", with the number that the XML shows. */
bool disk_chain_find(const DiskDef *disk, const char *name,
                     unsigned *ret_depth);

/** disk_chain_push: @image (transfer full), numbered, is the top now. */
void disk_chain_push(DiskDef *disk, ImageLayer *image);

/** disk_chain_drop: @n images from @depth on are no part of the disk any more;
 * at least one is left. */
void disk_chain_drop(DiskDef *disk, unsigned depth, unsigned n);

/** disk_chain_follow: the stored definition's disk @stored, after what happened
 * to @live's: the same top and, if it states its chain, the same chain. */
void disk_chain_follow(DiskDef *stored, const DiskDef *live);

/** disk_chain_file_options: (transfer full): for -blockdev and blockdev-add of
 * the node that reads and writes @image's file.  A read-only one below the top
 * can be written to by a commit. */
json_t *disk_chain_file_options(const DiskDef *disk, const ImageLayer *image,
                                bool is_readonly);

/** disk_chain_format_options: the same for the format node above it; @below:
 * (nullable): the node of its backing image. */
json_t *disk_chain_format_options(const DiskDef *disk, const ImageLayer *image,
                                  const char *below, bool is_readonly);

/** disk_chain_write_cache: (nullable): the device's: "on", "off". */
const char *disk_chain_write_cache(const DiskDef *disk);
