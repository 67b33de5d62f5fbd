/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* qemu-img, for what is rarely asked of an image, or made of a device, that no
 * QEMU has open.  Formats are always said, never probed. */
#pragma once

#include "model/disk.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint64_t virtual_size;
    uint64_t cluster_size; /* 0: the format has none */
    bool has_data_file;    /* qcow2: the data is in another file */
} ImageInfo;

/** image_tool_info: VIR_ERR_OPERATION_FAILED with qemu-img's own words if @path
 * is no image of @format. */
bool image_tool_info(const char *path, ImageFormat format, ImageInfo *ret_info,
                     GError **error);

typedef struct {
    gsize size; /* of what it prints */
    int timeout_ms;
} ImageToolLimits;

/** image_tool_run: runs qemu-img with @argv, of which each word that is @path is
 * replaced by that very file (base/caller.h).  VIR_ERR_SYSTEM_ERROR if it cannot
 * be opened; else as spawn_tool(). */
char *image_tool_run(const char *const *argv, const char *path,
                     const ImageToolLimits *limits, GError **error);

/** image_tool_create: an empty image of @size bytes on @path, which is there;
 * not while another process uses it.  VIR_ERR_OPERATION_FAILED. */
bool image_tool_create(const char *path, ImageFormat format, uint64_t size,
                       GError **error);

/** image_tool_name_backing: the header of the qcow2 image @path names @backing
 * (absolute) as its backing file; neither is looked into.  VIR_ERR_OPERATION_FAILED. */
bool image_tool_name_backing(const char *path, const char *backing,
                             ImageFormat backing_format, GError **error);
