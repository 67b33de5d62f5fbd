/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/disk.h"

#include "base/error.h"

#include <string.h>

static const char *const format_names[] = {
    [IMAGE_FORMAT_RAW] = "raw",
    [IMAGE_FORMAT_QCOW2] = "qcow2",
};

const char *
image_format_name(ImageFormat format)
{
    return format_names[format];
}

/* Exactly these words: QEMU would take others, and open what was never
 * looked at. */
int
image_format_parse(const char *name)
{
    for (guint i = 0; i < G_N_ELEMENTS(format_names); i++) {
        if (g_strcmp0(name, format_names[i]) == 0)
            return (int)i;
    }
    return -1;
}

ImageLayer *
image_layer_new(DiskSourceType type, const char *path, ImageFormat format)
{
    ImageLayer *layer = g_new0(ImageLayer, 1);

    layer->type = type;
    layer->path = g_strdup(path);
    layer->format = format;
    return layer;
}

void
image_layer_free(ImageLayer *layer)
{
    if (!layer)
        return;
    g_free(layer->path);
    g_free(layer);
}

DiskDef *
disk_def_new(void)
{
    DiskDef *disk = g_new0(DiskDef, 1);

    disk->controller = -1;
    disk->unit = -1;
    return disk;
}

void
disk_def_free(DiskDef *disk)
{
    if (!disk)
        return;
    g_free(disk->target);
    g_free(disk->path);
    g_clear_pointer(&disk->backing, g_ptr_array_unref);
    g_free(disk->cache);
    g_free(disk->io);
    g_free(disk->discard);
    g_free(disk->detect_zeroes);
    g_free(disk->error_policy);
    g_free(disk->serial);
    g_free(disk->alias);
    g_free(disk);
}

void
disk_def_number_nodes(DiskDef *disk)
{
    disk->node = 0;
    for (guint i = 0; disk->backing && i < disk->backing->len; i++) {
        ImageLayer *layer = disk->backing->pdata[i];

        layer->node = i + 1;
    }
}

unsigned
disk_def_next_node(const DiskDef *disk)
{
    unsigned highest = disk->node;

    for (guint i = 0; disk->backing && i < disk->backing->len; i++) {
        const ImageLayer *layer = disk->backing->pdata[i];

        highest = MAX(highest, layer->node);
    }
    return highest + 1;
}

bool
disk_def_is_empty(const DiskDef *disk)
{
    return disk->source_type == DISK_SOURCE_NONE;
}

/* A target is part of node names, file names and option strings; with this
 * alphabet it needs no escaping in any of them. */
bool
disk_target_check(const char *target, GError **error)
{
    size_t length = strlen(target);

    if (length == 0 || length > DISK_TARGET_MAX) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "disk target '%.64s' must have 1 to %d characters", target,
                    DISK_TARGET_MAX);
    }
    for (const char *p = target; *p; p++) {
        if (!g_ascii_islower(*p) && !g_ascii_isdigit(*p)) {
            return fail(error, VIR_ERR_XML_ERROR,
                        "disk target '%s' may hold lower case letters and "
                        "digits only, such as 'vda'",
                        target);
        }
    }
    return true;
}
