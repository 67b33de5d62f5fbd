/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/block/disk_nodes.h"

#include <string.h>

/* libvirt's cache modes, taken apart into what QEMU has instead. */
typedef struct {
    const char *name;
    bool is_direct;
    bool is_no_flush;
    bool has_write_cache;
} CacheMode;

static const CacheMode cache_modes[] = {
    {"writeback", false, false, true},     {"none", true, false, true},
    {"writethrough", false, false, false}, {"directsync", true, false, false},
    {"unsafe", false, true, true},
};

/* NULL for "default" and for none stated: QEMU's own. */
static const CacheMode *
find_cache(const DiskDef *disk)
{
    /* The parser has checked the word, so one that is not in the table is
     * "default". */
    for (gsize i = 0; disk->cache && i < G_N_ELEMENTS(cache_modes); i++) {
        if (g_str_equal(cache_modes[i].name, disk->cache))
            return &cache_modes[i];
    }
    return NULL;
}

/* Only if it was asked for: without, a guest's discard does not reach the host,
 * as with libvirt. */
static bool
is_unmapping(const DiskDef *disk)
{
    return g_strcmp0(disk->discard, "unmap") == 0;
}

static void
set_text(json_t *object, const char *key, const char *value)
{
    if (value)
        json_object_set_new(object, key, json_string(value));
}

/* On every node of the chain: what one of them caches the others cannot
 * undo. */
static void
set_cache(json_t *node, const DiskDef *disk)
{
    const CacheMode *mode = find_cache(disk);

    /* The write cache is the device's (disk_nodes_write_cache()): of the three
     * halves of a libvirt mode, two are the node's. */
    if (mode) {
        json_object_set_new(node, "cache",
                            json_pack("{s:b, s:b}", "direct", mode->is_direct,
                                      "no-flush", mode->is_no_flush));
    }
}

/* Below the top a file is opened for reading, and for writing only while a
 * commit writes to it: QEMU 7.2 cannot reopen one that was opened read-only
 * when only the node above it is asked to be writable. */
json_t *
disk_nodes_file_options(const DiskDef *disk, const ImageLayer *image,
                        bool is_readonly)
{
    g_autofree char *name = node_layer_protocol(disk->target, image->node);
    bool is_device = image->type == DISK_SOURCE_BLOCK;
    json_t *node = json_object();

    set_text(node, "driver", is_device ? "host_device" : "file");
    set_text(node, "node-name", name);
    set_text(node, "filename", image->path);
    if (disk->is_readonly) {
        json_object_set_new(node, "read-only", json_true());
    } else if (is_readonly) {
        json_object_set_new(node, "auto-read-only", json_true());
    }
    if (!disk->is_readonly && is_unmapping(disk))
        set_text(node, "discard", "unmap");
    /* On the file node alone: it is the one that talks to the host. */
    set_text(node, "aio", disk->io);
    set_cache(node, disk);
    return node;
}

/* What the guest may ask of the disk is asked of whichever image is the top, so
 * it is said of all that may become it. */
json_t *
disk_nodes_format_options(const DiskDef *disk, const ImageLayer *image,
                          const char *below, bool is_readonly)
{
    g_autofree char *name = node_layer(disk->target, image->node);
    g_autofree char *file = node_layer_protocol(disk->target, image->node);
    json_t *node = json_object();

    set_text(node, "driver", image_format_name(image->format));
    set_text(node, "node-name", name);
    set_text(node, "file", file);
    /* Always said, even when there is none: else QEMU follows the header. */
    if (image->format == IMAGE_FORMAT_QCOW2) {
        json_object_set_new(node, "backing",
                            below ? json_string(below) : json_null());
    }
    if (is_readonly)
        json_object_set_new(node, "read-only", json_true());
    if (!disk->is_readonly) {
        set_text(node, "discard", is_unmapping(disk) ? "unmap" : NULL);
        /* QEMU refuses to unmap zeroes on a node that may not discard. */
        set_text(node, "detect-zeroes",
                 g_strcmp0(disk->detect_zeroes, "unmap") == 0 &&
                         !is_unmapping(disk)
                     ? "on"
                     : disk->detect_zeroes);
    }
    set_cache(node, disk);
    return node;
}

/* NULL leaves it to QEMU, which has it on. */
const char *
disk_nodes_write_cache(const DiskDef *disk)
{
    const CacheMode *mode = find_cache(disk);

    /* Nothing is said then, and the device's own default holds. */
    if (!mode)
        return NULL;
    return mode->has_write_cache ? "on" : "off";
}
