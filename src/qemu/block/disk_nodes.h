/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The nodes that the images of a disk (model/block/disk_chain.h) are in QEMU. */
#pragma once

#include "model/block/disk_chain.h"
#include "qemu/block/node_names.h"

#include <jansson.h>

/** disk_nodes_file_options: (transfer full): for -blockdev and blockdev-add of
 * the node that reads and writes @image's file.  A read-only one below the top
 * can be written to by a commit. */
json_t *disk_nodes_file_options(const DiskDef *disk, const ImageLayer *image,
                                bool is_readonly);

/** disk_nodes_format_options: the same for the format node above it; @below:
 * (nullable): the node of its backing image. */
json_t *disk_nodes_format_options(const DiskDef *disk, const ImageLayer *image,
                                  const char *below, bool is_readonly);

/** disk_nodes_write_cache: (nullable): the device's: "on", "off". */
const char *disk_nodes_write_cache(const DiskDef *disk);
