/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/disk.h"

#include "base/error.h"
#include "memory/block/chain.h"
#include "xml/host/test_xml.h"

#include <string.h>

/* Everything here is under the host's lock, but for images: a backup's writer
 * reads them in a thread of its own while the guest goes on writing.  That is
 * safe because a block with more than one reference is never written to again:
 * own_block() copies it, and the image keeps the former one.
 *
 * A disk is known by its target, and its content belongs to the path of its
 * source: overlays and pivots change the path and keep the content
 * (memory_disks_relocate()), another medium under the same target is another
 * disk (memory_disks_fit()).
 */

/* What a disk has whose definition does not say. */
static const uint64_t default_size = UINT64_C(16) * 1024 * 1024;

/* Written to only by whoever holds the last reference: images that share it
 * are read by threads that do not hold the host's lock. */
typedef struct {
    gint refs;
    uint8_t data[MEMORY_BLOCK];
} Block;

struct MemoryImage {
    gint refs;
    uint64_t size;
    GHashTable *blocks; /* number -> Block, a reference each */
};

struct MemoryBits {
    GHashTable *blocks; /* set of numbers; NULL: none, as most stay for ever */
};

struct MemoryDisk {
    char *target;
    char *path; /* the source that the content belongs to */
    uint64_t size;
    GHashTable *blocks;   /* number -> Block, a reference each */
    GHashTable *bitmaps;  /* name -> MemoryBits, both owned */
    GPtrArray *recording; /* of MemoryBits, not owned: those that writes set */
    MemoryChain *chain;
    MemoryDiskFigures figures;
};

struct MemoryDisks {
    GHashTable *disks;    /* target -> MemoryDisk, owned */
    BitmapStates *states; /* of their bitmaps */
};

/* ---- blocks ---- */

static void
block_unref(gpointer data)
{
    Block *block = data;

    if (g_atomic_int_dec_and_test(&block->refs))
        g_free(block);
}

/* Numbers are kept in the pointers themselves, which have 64 bits too: a table
 * of 10,000 checkpoints' bits would else be mostly allocations of keys. */
static gpointer
key_of(uint64_t index)
{
    G_STATIC_ASSERT(sizeof(gpointer) == sizeof(uint64_t));
    return (gpointer)(uintptr_t)index; /* NOLINT(performance-no-int-to-ptr) */
}

static uint64_t
number_of(gconstpointer key)
{
    return (uint64_t)(uintptr_t)key;
}

static GHashTable *
blocks_new(void)
{
    return g_hash_table_new_full(NULL, NULL, NULL, block_unref);
}

/* As many references as there are blocks, and no copy of any. */
static GHashTable *
blocks_share(GHashTable *blocks)
{
    GHashTable *copy = blocks_new();
    GHashTableIter iter;
    gpointer key = NULL;
    gpointer value = NULL;

    g_hash_table_iter_init(&iter, blocks);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        g_atomic_int_inc(&((Block *)value)->refs);
        g_hash_table_insert(copy, key, value);
    }
    return copy;
}

/* One that may be written to.  That somebody gives a reference up meanwhile
 * costs a copy that was not needed, and nothing else. */
static Block *
own_block(GHashTable *blocks, uint64_t index)
{
    Block *shared = g_hash_table_lookup(blocks, key_of(index));
    Block *mine = NULL;

    if (shared && g_atomic_int_get(&shared->refs) == 1)
        return shared;
    mine = g_new0(Block, 1);
    mine->refs = 1;
    if (shared)
        memcpy(mine->data, shared->data, MEMORY_BLOCK);
    g_hash_table_replace(blocks, key_of(index), mine);
    return mine;
}

static gint
compare_numbers(gconstpointer a, gconstpointer b)
{
    guint64 first = *(const guint64 *)a;
    guint64 second = *(const guint64 *)b;

    return (first > second) - (first < second);
}

/* The keys of @blocks (nullable), ascending. */
static GArray *
sorted_numbers(GHashTable *blocks)
{
    GArray *numbers = g_array_new(FALSE, FALSE, sizeof(guint64));
    GHashTableIter iter;
    gpointer key = NULL;

    if (!blocks)
        return numbers;
    g_hash_table_iter_init(&iter, blocks);
    while (g_hash_table_iter_next(&iter, &key, NULL)) {
        guint64 number = number_of(key);

        g_array_append_val(numbers, number);
    }
    g_array_sort(numbers, compare_numbers);
    return numbers;
}

/* ---- images ---- */

MemoryImage *
memory_image_ref(MemoryImage *image)
{
    g_atomic_int_inc(&image->refs);
    return image;
}

void
memory_image_unref(MemoryImage *image)
{
    if (!image || !g_atomic_int_dec_and_test(&image->refs))
        return;
    g_hash_table_unref(image->blocks);
    g_free(image);
}

MemoryImage *
memory_image_new(uint64_t size)
{
    MemoryImage *image = g_new0(MemoryImage, 1);

    image->refs = 1;
    image->size = size;
    image->blocks = blocks_new();
    return image;
}

/* The one change that an image knows, and only as long as it is its maker's. */
uint8_t *
memory_image_add_block(MemoryImage *image, uint64_t index)
{
    g_assert(g_atomic_int_get(&image->refs) == 1);
    return own_block(image->blocks, index)->data;
}

uint64_t
memory_image_size(const MemoryImage *image)
{
    return image->size;
}

/* By the blocks themselves and not by what is in them: who writes to a block that
 * an image holds makes another one. */
bool
memory_image_same(const MemoryImage *image, const MemoryImage *other)
{
    GHashTableIter iter;
    gpointer key = NULL;
    gpointer value = NULL;

    if (image->size != other->size ||
        g_hash_table_size(image->blocks) != g_hash_table_size(other->blocks))
        return false;
    g_hash_table_iter_init(&iter, image->blocks);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        if (g_hash_table_lookup(other->blocks, key) != value)
            return false;
    }
    return true;
}

/* NULL: zeroes.  Good as long as the image is referenced. */
const uint8_t *
memory_image_block(const MemoryImage *image, uint64_t index)
{
    const Block *block = g_hash_table_lookup(image->blocks, key_of(index));

    return block ? block->data : NULL;
}

GArray *
memory_image_blocks(const MemoryImage *image)
{
    return sorted_numbers(image->blocks);
}

/* ---- bits ---- */

MemoryBits *
memory_bits_new(void)
{
    return g_new0(MemoryBits, 1);
}

void
memory_bits_free(MemoryBits *bits)
{
    if (!bits)
        return;
    g_clear_pointer(&bits->blocks, g_hash_table_unref);
    g_free(bits);
}

/* The table comes with the first bit: most bitmaps stay empty, and ten thousand
 * empty tables would cost megabytes. */
void
memory_bits_add(MemoryBits *bits, uint64_t index)
{
    if (!bits->blocks)
        bits->blocks = g_hash_table_new(NULL, NULL);
    g_hash_table_add(bits->blocks, key_of(index));
}

/* Into a set, so a block counts once however often it was written. */
void
memory_bits_merge(MemoryBits *bits, const MemoryBits *more)
{
    GHashTableIter iter;
    gpointer key = NULL;

    if (!more->blocks)
        return;
    g_hash_table_iter_init(&iter, more->blocks);
    while (g_hash_table_iter_next(&iter, &key, NULL))
        memory_bits_add(bits, number_of(key));
}

bool
memory_bits_has(const MemoryBits *bits, uint64_t index)
{
    return bits->blocks && g_hash_table_contains(bits->blocks, key_of(index));
}

GArray *
memory_bits_sorted(const MemoryBits *bits)
{
    return sorted_numbers(bits->blocks);
}

uint64_t
memory_bits_bytes(const MemoryBits *bits, uint64_t size)
{
    uint64_t count = bits->blocks ? g_hash_table_size(bits->blocks) : 0;
    uint64_t rest = size % MEMORY_BLOCK;
    uint64_t bytes = count * MEMORY_BLOCK;

    /* The last block of a disk may be a part of one. */
    if (rest > 0 && memory_bits_has(bits, size / MEMORY_BLOCK))
        bytes -= MEMORY_BLOCK - rest;
    return bytes;
}

/* ---- one disk ---- */

static void
free_bits(gpointer bits)
{
    memory_bits_free(bits);
}

/* Nothing is allocated for the content: what was not written is zeroes. */
static MemoryDisk *
disk_new(const DiskDef *def, uint64_t size)
{
    MemoryDisk *disk = g_new0(MemoryDisk, 1);

    disk->target = g_strdup(def->target);
    disk->path = g_strdup(def->path);
    disk->size = size;
    disk->blocks = blocks_new();
    disk->bitmaps =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_bits);
    disk->recording = g_ptr_array_new();
    disk->chain = memory_chain_new();
    return disk;
}

static void
disk_free(gpointer data)
{
    MemoryDisk *disk = data;

    memory_chain_free(disk->chain);
    g_ptr_array_unref(disk->recording);
    g_hash_table_unref(disk->bitmaps);
    g_hash_table_unref(disk->blocks);
    g_free(disk->path);
    g_free(disk->target);
    g_free(disk);
}

const char *
memory_disk_target(const MemoryDisk *disk)
{
    return disk->target;
}

uint64_t
memory_disk_size(const MemoryDisk *disk)
{
    return disk->size;
}

uint64_t
memory_disk_allocated(const MemoryDisk *disk)
{
    const MemoryBits *held = memory_chain_held(disk->chain, disk->path);

    return held ? memory_bits_bytes(held, disk->size)
                : (uint64_t)g_hash_table_size(disk->blocks) * MEMORY_BLOCK;
}

MemoryChain *
memory_disk_chain(const MemoryDisk *disk)
{
    return disk->chain;
}

MemoryDiskFigures *
memory_disk_figures(MemoryDisk *disk)
{
    return &disk->figures;
}

/* Compared without a sum, which could overflow. */
bool
memory_disk_check_range(const MemoryDisk *disk, uint64_t offset,
                        uint64_t length, GError **error)
{
    if (offset <= disk->size && length <= disk->size - offset)
        return true;
    return fail(error, VIR_ERR_INVALID_ARG,
                "%" G_GUINT64_FORMAT " bytes at %" G_GUINT64_FORMAT
                " leave disk '%s', which has %" G_GUINT64_FORMAT,
                length, offset, disk->target, disk->size);
}

/* Recorded first, written then.  Zeroes for a whole block give it back: zero is
 * what is not there, and yet it is recorded as a change. */
static void
write_block(MemoryDisk *disk, uint64_t index, uint64_t start,
            const uint8_t *bytes, uint64_t length)
{
    Block *block = NULL;

    for (guint i = 0; i < disk->recording->len; i++)
        memory_bits_add(g_ptr_array_index(disk->recording, i), index);
    memory_chain_write(disk->chain, disk->path, index);
    if (bytes) {
        block = own_block(disk->blocks, index);
        memcpy(block->data + start, bytes, length);
    } else if (length == MEMORY_BLOCK) {
        g_hash_table_remove(disk->blocks, key_of(index));
    } else if (g_hash_table_contains(disk->blocks, key_of(index))) {
        block = own_block(disk->blocks, index);
        memset(block->data + start, 0, length);
    }
}

/* Cut at the borders of blocks; @buffer NULL writes zeroes.  The range was checked
 * (memory_disk_check_range()): a call refuses before it writes a part. */
void
memory_disk_write(MemoryDisk *disk, uint64_t offset, const void *buffer,
                  uint64_t length)
{
    const uint8_t *bytes = buffer;

    disk->figures.writes++;
    disk->figures.bytes += length;
    while (length > 0) {
        uint64_t start = offset % MEMORY_BLOCK;
        uint64_t part = MIN(length, MEMORY_BLOCK - start);

        write_block(disk, offset / MEMORY_BLOCK, start, bytes, part);
        offset += part;
        length -= part;
        if (bytes)
            bytes += part;
    }
}

void
memory_disk_read(const MemoryDisk *disk, uint64_t offset, void *ret_buffer,
                 uint64_t length)
{
    uint8_t *bytes = ret_buffer;

    while (length > 0) {
        uint64_t start = offset % MEMORY_BLOCK;
        uint64_t part = MIN(length, MEMORY_BLOCK - start);
        const Block *block =
            g_hash_table_lookup(disk->blocks, key_of(offset / MEMORY_BLOCK));

        if (block) {
            memcpy(bytes, block->data + start, part);
        } else {
            memset(bytes, 0, part);
        }
        bytes += part;
        offset += part;
        length -= part;
    }
}

static gboolean
is_beyond(gpointer key, gpointer value, gpointer data)
{
    (void)value;
    return number_of(key) * MEMORY_BLOCK >= *(const uint64_t *)data;
}

/* Nobody records this either: what a bitmap says of blocks beyond a new end is
 * cut off by whoever reads it, and a disk that grows has zeroes there, which no
 * base had. */
void
memory_disk_resize(MemoryDisk *disk, uint64_t size)
{
    uint64_t rest = size % MEMORY_BLOCK;

    disk->size = size;
    g_hash_table_foreach_remove(disk->blocks, is_beyond, &size);
    /* Should it grow again, what comes back is zeroes. */
    if (rest > 0 &&
        g_hash_table_contains(disk->blocks, key_of(size / MEMORY_BLOCK))) {
        Block *last = own_block(disk->blocks, size / MEMORY_BLOCK);

        memset(last->data + rest, 0, MEMORY_BLOCK - rest);
    }
}

/* The disk's blocks at this moment, in time that grows with what was written
 * and not with the disk's size. */
MemoryImage *
memory_disk_freeze(MemoryDisk *disk)
{
    MemoryImage *image = g_new0(MemoryImage, 1);

    image->refs = 1;
    image->size = disk->size;
    image->blocks = blocks_share(disk->blocks);
    return image;
}

/* Bitmaps are not looked at: who restores says what becomes of them. */
void
memory_disk_restore(MemoryDisk *disk, const MemoryImage *image)
{
    g_autoptr(GArray) blocks = memory_image_blocks(image);

    g_hash_table_unref(disk->blocks);
    disk->blocks = blocks_share(image->blocks);
    disk->size = image->size;
    memory_chain_restore(disk->chain, disk->path, blocks);
}

/* ---- the disks of a domain ---- */

MemoryDisks *
memory_disks_new(void)
{
    MemoryDisks *disks = g_new0(MemoryDisks, 1);

    disks->disks =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, disk_free);
    disks->states = bitmap_states_new();
    return disks;
}

void
memory_disks_free(MemoryDisks *disks)
{
    if (!disks)
        return;
    g_hash_table_unref(disks->disks);
    bitmap_states_free(disks->states);
    g_free(disks);
}

/* Its bitmaps are gone with it; checkpoints hear of it when they are looked at
 * next. */
static void
remove_disk(MemoryDisks *disks, const char *target)
{
    bitmap_states_remove_disk(disks->states, target);
    g_hash_table_remove(disks->disks, target);
}

/* Bitmaps last beyond a run in a qcow2 image alone, here as with QEMU. */
static void
add_disk(MemoryDisks *disks, const DomainDef *domain, const DiskDef *def)
{
    uint64_t size = test_xml_disk_size(domain, def->target);
    MemoryDisk *disk = disk_new(def, size > 0 ? size : default_size);

    g_hash_table_insert(disks->disks, disk->target, disk);
    bitmap_states_add_disk(disks->states, disk->target,
                           def->format == IMAGE_FORMAT_QCOW2);
}

/* Another source under the same target is another medium. */
static bool
is_still_there(const MemoryDisk *disk, const DomainDef *def)
{
    const DiskDef *now = domain_def_find_disk(def, disk->target);

    return now && g_strcmp0(now->path, disk->path) == 0;
}

/* Those that stay keep content and bitmaps. */
void
memory_disks_fit(MemoryDisks *disks, const DomainDef *def)
{
    g_autoptr(GList) known = g_hash_table_get_values(disks->disks);

    for (GList *item = known; item; item = item->next) {
        const MemoryDisk *disk = item->data;

        if (!is_still_there(disk, def))
            remove_disk(disks, disk->target);
    }
    for (guint i = 0; i < def->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(def->disks, i);

        if (!disk_def_is_empty(disk) && !memory_disks_find(disks, disk->target))
            add_disk(disks, def, disk);
    }
}

/* For an overlay: another path, the same content. */
void
memory_disks_relocate(MemoryDisks *disks, const DomainDef *def)
{
    for (guint i = 0; i < def->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(def->disks, i);
        MemoryDisk *known = memory_disks_find(disks, disk->target);

        if (known && disk->path) {
            g_free(known->path);
            known->path = g_strdup(disk->path);
        }
    }
}

MemoryDisk *
memory_disks_find(const MemoryDisks *disks, const char *target)
{
    return g_hash_table_lookup(disks->disks, target);
}

const BitmapStates *
memory_disks_states(const MemoryDisks *disks)
{
    return disks->states;
}

/* Taken out first: a bitmap that was enabled twice would be in it twice. */
static void
set_recording(MemoryDisk *disk, MemoryBits *bits, bool is_recording)
{
    g_ptr_array_remove_fast(disk->recording, bits);
    if (is_recording)
        g_ptr_array_add(disk->recording, bits);
}

/* Owned by the table of its disk; who records has it borrowed. */
static MemoryBits *
add_bits(MemoryDisk *disk, const char *name)
{
    MemoryBits *bits = memory_bits_new();

    g_hash_table_insert(disk->bitmaps, g_strdup(name), bits);
    return bits;
}

/* The steps are those that QEMU would get as one transaction, and in its order:
 * a merge reads what an earlier step has stopped. */
static void
run_step(MemoryDisk *disk, const IntervalStep *step)
{
    MemoryBits *bits = step->act == INTERVAL_ADD
                           ? add_bits(disk, step->bitmap)
                           : g_hash_table_lookup(disk->bitmaps, step->bitmap);

    switch (step->act) {
    case INTERVAL_ADD:
    case INTERVAL_ENABLE:
        set_recording(disk, bits, true);
        break;
    case INTERVAL_DISABLE:
        set_recording(disk, bits, false);
        break;
    case INTERVAL_MERGE:
        memory_bits_merge(g_hash_table_lookup(disk->bitmaps, step->target),
                          bits);
        break;
    case INTERVAL_REMOVE:
        set_recording(disk, bits, false);
        g_hash_table_remove(disk->bitmaps, step->bitmap);
        break;
    }
}

/* At once, since whoever writes waits for the host's lock. */
void
memory_disks_run(MemoryDisks *disks, const IntervalPlan *plan)
{
    for (guint i = 0; i < plan->steps->len; i++) {
        const IntervalStep *step = g_ptr_array_index(plan->steps, i);

        run_step(memory_disks_find(disks, step->disk), step);
    }
    interval_note(disks->states, plan);
}

/* What a test breaks.  It stops recording, as QEMU would. */
bool
memory_disks_spoil(MemoryDisks *disks, const char *target, const char *bitmap,
                   BitmapState state)
{
    MemoryDisk *disk = memory_disks_find(disks, target);
    MemoryBits *bits = disk ? g_hash_table_lookup(disk->bitmaps, bitmap) : NULL;

    if (!bits)
        return false;
    set_recording(disk, bits, false);
    if (state == BITMAP_MISSING)
        g_hash_table_remove(disk->bitmaps, bitmap);
    bitmap_states_set(disks->states, target, bitmap, state, 0);
    return true;
}

/* Over a copy of the names: spoiling may change the table. */
static void
spoil_recording(MemoryDisks *disks, MemoryDisk *disk)
{
    g_autoptr(GList) names = g_hash_table_get_keys(disk->bitmaps);

    for (GList *item = names; item; item = item->next) {
        if (bitmap_states_get(disks->states, disk->target, item->data) ==
            BITMAP_RECORDING) {
            (void)memory_disks_spoil(disks, disk->target, item->data,
                                     BITMAP_INCONSISTENT);
        }
    }
}

void
memory_disks_spoil_recording(MemoryDisks *disks)
{
    GHashTableIter iter;
    gpointer disk = NULL;

    g_hash_table_iter_init(&iter, disks->disks);
    while (g_hash_table_iter_next(&iter, NULL, &disk))
        spoil_recording(disks, disk);
}

/* The caller has checked that each of @bitmaps is there. */
MemoryBits *
memory_disks_union(const MemoryDisks *disks, const char *target,
                   const GPtrArray *bitmaps)
{
    const MemoryDisk *disk = memory_disks_find(disks, target);
    MemoryBits *all = memory_bits_new();

    for (guint i = 0; i < bitmaps->len; i++) {
        memory_bits_merge(
            all,
            g_hash_table_lookup(disk->bitmaps, g_ptr_array_index(bitmaps, i)));
    }
    return all;
}
