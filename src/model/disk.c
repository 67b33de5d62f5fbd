/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/disk.h"

#include "base/error.h"

#include <string.h>

/* By index, so that an enumerator added without a word is NULL at once in every
 * test and not off by one. */
static const char *const format_names[] = {
    [IMAGE_FORMAT_RAW] = "raw",
    [IMAGE_FORMAT_QCOW2] = "qcow2",
};

/* For QEMU, for qemu-img and for XML alike: the three agree on these words. */
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

/* @type is part of a layer since a chain may go from a file to a block device
 * and QEMU has a driver of its own for each. */
ImageLayer *
image_layer_new(DiskSourceType type, const char *path, ImageFormat format)
{
    ImageLayer *layer = g_new0(ImageLayer, 1);

    layer->type = type;
    layer->path = g_strdup(path);
    layer->format = format;
    return layer;
}

/* The layer alone: those below it belong to the same list and not to it. */
void
image_layer_free(ImageLayer *layer)
{
    if (!layer)
        return;
    g_free(layer->path);
    g_free(layer);
}

/* -1: 0 is a controller and a unit that a disk may have. */
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
    /* NULL where the chain was never stated nor read. */
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

/* Called once a run, before the command line is made: from then on a number
 * stays with its image, whatever is put above it. */
void
disk_def_number_nodes(DiskDef *disk)
{
    disk->node = 0;
    for (guint i = 0; disk->backing && i < disk->backing->len; i++) {
        ImageLayer *layer = disk->backing->pdata[i];

        layer->node = i + 1;
    }
}

/* By the highest there is, not by the count: a commit may have taken numbers
 * out of the middle, and one that is used twice would be two nodes of one
 * name. */
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

/* Only a CD drive can be; the reader of XML refuses a disk without a source. */
bool
disk_def_is_empty(const DiskDef *disk)
{
    return disk->source_type == DISK_SOURCE_NONE;
}

bool
disk_def_is_fixed(const DiskDef *disk)
{
    return disk->is_readonly || disk_def_is_empty(disk) ||
           disk->device == DISK_DEVICE_CDROM;
}

/* A target is part of node names, file names and option strings; with this
 * alphabet it needs no escaping in any of them. */
bool
disk_target_check(const char *target, GError **error)
{
    size_t length = strlen(target);

    /* %.64s: the text is somebody's, and the message goes to a terminal or a
     * log. */
    if (length == 0 || length > DISK_TARGET_MAX) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "disk target '%.64s' must have 1 to %d characters", target,
                    DISK_TARGET_MAX);
    }
    /* Lower case only, and ASCII only: two targets that differ in case would
     * share a file where a file system does not tell them apart. */
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
