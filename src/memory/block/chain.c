/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/block/chain.h"

#include <libvirt/libvirt.h>

typedef struct {
    MemoryBits *held;
    ImageLayer *below; /* nullable */
} Image;

struct MemoryChain {
    GHashTable *images; /* path -> Image, both owned */
};

static void
image_free(gpointer data)
{
    Image *image = data;

    memory_bits_free(image->held);
    image_layer_free(image->below);
    g_free(image);
}

MemoryChain *
memory_chain_new(void)
{
    MemoryChain *chain = g_new0(MemoryChain, 1);

    chain->images =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, image_free);
    return chain;
}

void
memory_chain_free(MemoryChain *chain)
{
    if (!chain)
        return;
    g_hash_table_unref(chain->images);
    g_free(chain);
}

/* That of @path, empty if it is new. */
static Image *
get_image(MemoryChain *chain, const char *path)
{
    Image *image = g_hash_table_lookup(chain->images, path);

    if (image)
        return image;
    image = g_new0(Image, 1);
    image->held = memory_bits_new();
    g_hash_table_insert(chain->images, g_strdup(path), image);
    return image;
}

/* A copy: definitions change and are freed, and images outlive them. */
static void
set_below(Image *image, const ImageLayer *below)
{
    image_layer_free(image->below);
    image->below =
        below ? image_layer_new(below->type, below->path, below->format) : NULL;
}

/* An image that nobody knows yet is the only one, and has everything. */
void
memory_chain_write(MemoryChain *chain, const char *top, uint64_t block)
{
    const Image *image = g_hash_table_lookup(chain->images, top);

    if (image)
        memory_bits_add(image->held, block);
}

static void
add_blocks(MemoryBits *bits, const GArray *blocks)
{
    for (guint i = 0; i < blocks->len; i++)
        memory_bits_add(bits, g_array_index(blocks, guint64, i));
}

void
memory_chain_push(MemoryChain *chain, const ImageLayer *former,
                  const GArray *blocks, const char *overlay)
{
    const Image *below = g_hash_table_lookup(chain->images, former->path);

    /* Until now it held everything, and nobody had to write that down. */
    if (!below) {
        below = get_image(chain, former->path);
        add_blocks(below->held, blocks);
    }
    /* An image of that name that was here before is overwritten. */
    g_hash_table_remove(chain->images, overlay);
    set_below(get_image(chain, overlay), former);
}

/* Which of its images had what then is not remembered: the one that it goes
 * back to has all of it. */
void
memory_chain_restore(MemoryChain *chain, const char *path, const GArray *blocks)
{
    Image *image = g_hash_table_lookup(chain->images, path);

    if (!image)
        return;
    memory_bits_free(image->held);
    image->held = memory_bits_new();
    add_blocks(image->held, blocks);
}

/* By the numbers of the nodes, as the chain itself is changed: a path may be in
 * it twice by mistake of whoever defined it.
 *
 * What is below those that leave; false: nothing is. */
static bool
find_below(const DiskDef *disk, const DiskJob *job, ImageLayer *ret_below)
{
    const ImageLayer *last = NULL;
    unsigned depth = 0;

    if (job->leaving->len == 0)
        return false;
    last = g_ptr_array_index(job->leaving, job->leaving->len - 1);
    while (depth < disk_chain_length(disk) &&
           disk_chain_layer(disk, depth).node != last->node)
        depth++;
    if (depth + 1 >= disk_chain_length(disk))
        return false;
    *ret_below = disk_chain_layer(disk, depth + 1);
    return true;
}

/* The image that takes the blocks of those that leave. */
static Image *
receiver(MemoryChain *chain, const DiskDef *disk, const DiskJob *job)
{
    ImageLayer below;

    if (job->type == VIR_DOMAIN_BLOCK_JOB_TYPE_PULL)
        return get_image(chain, disk->path);
    if (job->type == VIR_DOMAIN_BLOCK_JOB_TYPE_COPY)
        return get_image(chain, job->target->path);
    return find_below(disk, job, &below) ? get_image(chain, below.path) : NULL;
}

/* Can be repeated: blocks are only added.  That a job that is given up has added
 * some changes no byte of the disk, and with QEMU they would be in the file as
 * well. */
void
memory_chain_copy(MemoryChain *chain, const DiskDef *disk, const DiskJob *job)
{
    Image *into = NULL;

    /* One image holds everything: a copy of it does, too. */
    if (g_hash_table_size(chain->images) == 0)
        return;
    into = receiver(chain, disk, job);
    for (guint i = 0; into && i < job->leaving->len; i++) {
        const ImageLayer *layer = g_ptr_array_index(job->leaving, i);
        const Image *from = g_hash_table_lookup(chain->images, layer->path);

        if (from && from != into)
            memory_bits_merge(into->held, from->held);
    }
}

/* The image right above those that leave, whose header names another now. */
static void
set_above(MemoryChain *chain, const DiskDef *disk, const DiskJob *job,
          const ImageLayer *below)
{
    const ImageLayer *first = g_ptr_array_index(job->leaving, 0);

    for (unsigned depth = 1; depth < disk_chain_length(disk); depth++) {
        if (disk_chain_layer(disk, depth).node == first->node) {
            set_below(get_image(chain, disk_chain_layer(disk, depth - 1).path),
                      below);
        }
    }
}

/* Only what is below whom is left to change; blocks were moved when the job got
 * in step, and those that were written since are moved now. */
void
memory_chain_settle(MemoryChain *chain, const DiskDef *disk, const DiskJob *job)
{
    ImageLayer below = {0};
    bool has_below = find_below(disk, job, &below);

    if (g_hash_table_size(chain->images) == 0 || job->leaving->len == 0)
        return;
    /* What the guest wrote since it was in step. */
    memory_chain_copy(chain, disk, job);
    if (job->type == VIR_DOMAIN_BLOCK_JOB_TYPE_COPY) {
        set_below(get_image(chain, job->target->path),
                  has_below ? &below : NULL);
    } else {
        set_above(chain, disk, job, has_below ? &below : NULL);
    }
    for (guint i = 0; i < job->leaving->len; i++) {
        const ImageLayer *layer = g_ptr_array_index(job->leaving, i);

        g_hash_table_remove(chain->images, layer->path);
    }
}

/* Bounded, since a ring of names can be made by overlays of odd names. */
void
memory_chain_complete(const MemoryChain *chain, DiskDef *disk)
{
    const Image *image =
        disk->path ? g_hash_table_lookup(chain->images, disk->path) : NULL;

    if (disk->backing || !image)
        return;
    while (image && image->below && disk_chain_length(disk) < DISK_CHAIN_MAX) {
        disk_chain_append(disk, image->below);
        image = g_hash_table_lookup(chain->images, image->below->path);
    }
}

const MemoryBits *
memory_chain_held(const MemoryChain *chain, const char *path)
{
    const Image *image = g_hash_table_lookup(chain->images, path);

    return image ? image->held : NULL;
}
