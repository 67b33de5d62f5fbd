/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/block/disk_chain.h"

#include "base/error.h"

#include <string.h>

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

const DiskDef *
disk_chain_find_image(const DomainDef *domain, const char *name,
                      unsigned *ret_depth)
{
    for (guint i = 0; i < domain->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(domain->disks, i);

        *ret_depth = 0;
        if (!disk_def_is_empty(disk) &&
            (g_str_equal(disk->target, name) ||
             disk_chain_find(disk, name, ret_depth)))
            return disk;
    }
    return NULL;
}

char *
disk_chain_device(const DiskDef *disk, unsigned depth)
{
    return g_strdup_printf("%s[%u]", disk->target,
                           disk_chain_layer(disk, depth).node + 1);
}

int
disk_chain_depth(const DiskDef *disk, const char *path)
{
    for (unsigned depth = 0; depth < disk_chain_length(disk); depth++) {
        /* An empty drive has no path. */
        if (path && g_strcmp0(disk_chain_layer(disk, depth).path, path) == 0)
            return (int)depth;
    }
    return -1;
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
    disk_chain_state(disk);
    /* The former top keeps its number, as its node keeps its name. */
    g_ptr_array_insert(disk->backing, 0, former);
    take_top(disk, image);
}

void
disk_chain_state(DiskDef *disk)
{
    if (!disk->backing)
        disk->backing = g_ptr_array_new_with_free_func(free_layer);
}

void
disk_chain_append(DiskDef *disk, const ImageLayer *image)
{
    disk_chain_state(disk);
    g_ptr_array_add(disk->backing,
                    image_layer_new(image->type, image->path, image->format));
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

/* Where the image of node number @node is in @disk's chain; its length if it is
 * not there. */
static unsigned
find_node(const DiskDef *disk, unsigned node)
{
    unsigned depth = 0;

    while (depth < disk_chain_length(disk) &&
           disk_chain_layer(disk, depth).node != node)
        depth++;
    return depth;
}

/* Goes by the numbers of the nodes, so that it can be repeated: a target that
 * is in the chain is not put there twice, an image that has left is not looked
 * for again. */
void
disk_chain_settle(DiskDef *disk, const DiskJob *job)
{
    if (job->target &&
        find_node(disk, job->target->node) == disk_chain_length(disk)) {
        /* A copy of it: the record is freed with the job, the definition lives
         * on. */
        ImageLayer *top = image_layer_new(job->target->type, job->target->path,
                                          job->target->format);

        top->node = job->target->node;
        disk_chain_push(disk, top);
    }
    for (guint i = 0; i < job->leaving->len; i++) {
        const ImageLayer *layer = g_ptr_array_index(job->leaving, i);
        unsigned depth = find_node(disk, layer->node);

        if (depth < disk_chain_length(disk))
            disk_chain_drop(disk, depth, 1);
    }
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

        disk_chain_append(stored, &layer);
    }
}
