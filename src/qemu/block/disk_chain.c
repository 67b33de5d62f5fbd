/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/block/disk_chain.h"

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

unsigned
disk_chain_length(const DiskDef *disk)
{
    return disk->backing ? disk->backing->len + 1 : 1;
}

/* 0 is the image that the guest writes to. */
ImageLayer
disk_chain_layer(const DiskDef *disk, unsigned depth)
{
    /* The top image is the disk itself; only what lies below it is a list.  A
     * copy of the struct is returned, its path stays @disk's. */
    if (depth == 0) {
        return (ImageLayer){disk->source_type, disk->path, disk->format,
                            disk->node};
    }
    g_assert(disk->backing && depth <= disk->backing->len);
    return *(const ImageLayer *)g_ptr_array_index(disk->backing, depth - 1);
}

/* The number in "vda[2]" as the XML counts; 0 if @name is of another form. */
static unsigned
read_number(const DiskDef *disk, const char *name)
{
    size_t length = strlen(disk->target);
    g_autofree char *digits = NULL;
    guint64 number = 0;

    if (strncmp(name, disk->target, length) != 0 || name[length] != '[' ||
        !g_str_has_suffix(name, "]"))
        return 0;
    digits = g_strndup(name + length + 1, strlen(name) - length - 2);
    if (!g_ascii_string_to_unsigned(digits, 10, 1, G_MAXINT, &number, NULL))
        return 0;
    return (unsigned)number;
}

bool
disk_chain_find(const DiskDef *disk, const char *name, unsigned *ret_depth)
{
    unsigned number = read_number(disk, name);

    for (unsigned depth = 0; depth < disk_chain_length(disk); depth++) {
        const ImageLayer layer = disk_chain_layer(disk, depth);

        if ((number > 0 && layer.node + 1 == number) ||
            strcmp(layer.path, name) == 0) {
            *ret_depth = depth;
            return true;
        }
    }
    return false;
}

static void
free_layer(gpointer layer)
{
    image_layer_free(layer);
}

/* What becomes of a disk whose top is @image: its owner's, with the path. */
static void
take_top(DiskDef *disk, ImageLayer *image)
{
    g_free(disk->path);
    disk->path = g_steal_pointer(&image->path);
    disk->source_type = image->type;
    disk->format = image->format;
    disk->node = image->node;
    image_layer_free(image);
}

/* After QEMU has it: the definition follows the graph and does not lead it. */
void
disk_chain_push(DiskDef *disk, ImageLayer *image)
{
    ImageLayer *former =
        image_layer_new(disk->source_type, disk->path, disk->format);

    former->node = disk->node;
    if (!disk->backing)
        disk->backing = g_ptr_array_new_with_free_func(free_layer);
    /* The former top keeps its number, as its node keeps its name. */
    g_ptr_array_insert(disk->backing, 0, former);
    take_top(disk, image);
}

/* After a commit or a pull, or for an overlay that is taken off again. */
void
disk_chain_drop(DiskDef *disk, unsigned depth, unsigned n)
{
    g_assert(n < disk_chain_length(disk) &&
             depth + n <= disk_chain_length(disk));
    if (n == 0)
        return;
    /* A middle part: the top stays, and with it all that the disk says of
     * itself. */
    if (depth > 0) {
        g_ptr_array_remove_range(disk->backing, depth - 1, n);
        return;
    }
    /* Those above the new top go, and it leaves the list unfreed. */
    if (n > 1)
        g_ptr_array_remove_range(disk->backing, 0, n - 1);
    take_top(disk, g_ptr_array_steal_index(disk->backing, 0));
}

/* The stored definition counts from the next start, which must find the image
 * that the guest has written to last. */
void
disk_chain_follow(DiskDef *stored, const DiskDef *live)
{
    g_free(stored->path);
    stored->path = g_strdup(live->path);
    /* The number is left alone: it belongs to a run, and the next one counts
     * anew. */
    stored->source_type = live->source_type;
    stored->format = live->format;
    /* One that leaves its chain to the images finds the new one there. */
    if (!stored->backing)
        return;
    g_ptr_array_set_size(stored->backing, 0);
    for (unsigned depth = 1; depth < disk_chain_length(live); depth++) {
        const ImageLayer layer = disk_chain_layer(live, depth);

        g_ptr_array_add(stored->backing,
                        image_layer_new(layer.type, layer.path, layer.format));
    }
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

    /* The write cache is the device's (disk_chain_write_cache()): of the three
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
disk_chain_file_options(const DiskDef *disk, const ImageLayer *image,
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
disk_chain_format_options(const DiskDef *disk, const ImageLayer *image,
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
disk_chain_write_cache(const DiskDef *disk)
{
    const CacheMode *mode = find_cache(disk);

    /* Nothing is said then, and the device's own default holds. */
    if (!mode)
        return NULL;
    return mode->has_write_cache ? "on" : "off";
}
