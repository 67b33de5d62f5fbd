/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The disks of one domain: their content, and who records writes to it.
 *
 * Content is kept in blocks of 64 KiB, and only where something was written; a
 * block that is not there reads as zeroes.  A block is shared by everyone who
 * holds the disk as it was at some moment (MemoryImage), and copied by the first
 * write after that: freezing a disk costs a reference per block and no copy.
 *
 * Bitmaps have the same granularity.  Every write passes memory_disk_write(),
 * which sets its bits in whatever records at that moment; which bitmaps record
 * is decided elsewhere, by the rules of model/interval_line.h, and carried out
 * by memory_disks_run().
 */
#pragma once

#include "model/domain.h"
#include "model/interval_line.h"

enum { MEMORY_BLOCK = 64 * 1024 };

/* The content of a disk at one moment; never changes. */
typedef struct MemoryImage MemoryImage;
MemoryImage *memory_image_ref(MemoryImage *image);
void memory_image_unref(MemoryImage *image);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MemoryImage, memory_image_unref)
/** memory_image_new, memory_image_add_block: for a reader: until somebody else
 * has a reference, MEMORY_BLOCK bytes of block @index to be filled in. */
MemoryImage *memory_image_new(uint64_t size);
uint8_t *memory_image_add_block(MemoryImage *image, uint64_t index);
uint64_t memory_image_size(const MemoryImage *image);
/** memory_image_same: nobody has written between the two. */
bool memory_image_same(const MemoryImage *image, const MemoryImage *other);
/** memory_image_blocks: (transfer full): of guint64, ascending: those that are
 * more than zeroes that nobody wrote. */
GArray *memory_image_blocks(const MemoryImage *image);
/** memory_image_block: MEMORY_BLOCK bytes, or NULL where nothing is but zeroes.
 * Good as long as @image. */
const uint8_t *memory_image_block(const MemoryImage *image, uint64_t index);

/* A set of blocks, sparse. */
typedef struct MemoryBits MemoryBits;
MemoryBits *memory_bits_new(void);
void memory_bits_free(MemoryBits *bits);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MemoryBits, memory_bits_free)
void memory_bits_add(MemoryBits *bits, uint64_t index);
void memory_bits_merge(MemoryBits *bits, const MemoryBits *more);
bool memory_bits_has(const MemoryBits *bits, uint64_t index);
/** memory_bits_sorted: (transfer full): of guint64, ascending. */
GArray *memory_bits_sorted(const MemoryBits *bits);
/** memory_bits_bytes: what the blocks cover of a disk of @size bytes. */
uint64_t memory_bits_bytes(const MemoryBits *bits, uint64_t size);

typedef struct MemoryChain MemoryChain; /* memory/block/chain.h */

/* What a guest has done to a disk since its domain was started. */
typedef struct {
    uint64_t writes;
    uint64_t bytes;
    uint64_t errors; /* planned by tests */
} MemoryDiskFigures;

typedef struct MemoryDisk MemoryDisk;
const char *memory_disk_target(const MemoryDisk *disk);
uint64_t memory_disk_size(const MemoryDisk *disk);
/** memory_disk_allocated: what the image on top holds. */
uint64_t memory_disk_allocated(const MemoryDisk *disk);
MemoryChain *memory_disk_chain(const MemoryDisk *disk);
MemoryDiskFigures *memory_disk_figures(MemoryDisk *disk);

/** memory_disk_write: @buffer NULL: zeroes.  The range lies within the disk. */
void memory_disk_write(MemoryDisk *disk, uint64_t offset, const void *buffer,
                       uint64_t length);
void memory_disk_read(const MemoryDisk *disk, uint64_t offset, void *ret_buffer,
                      uint64_t length);
/** memory_disk_resize: what is beyond a smaller size is gone. */
void memory_disk_resize(MemoryDisk *disk, uint64_t size);
/** memory_disk_check_range: VIR_ERR_INVALID_ARG if it leaves the disk. */
bool memory_disk_check_range(const MemoryDisk *disk, uint64_t offset,
                             uint64_t length, GError **error);

/** memory_disk_freeze: the content as it is now. */
MemoryImage *memory_disk_freeze(MemoryDisk *disk);
/** memory_disk_restore: the content is that of @image again.  Nobody records
 * this: going back in time is no write, and bitmaps know nothing of it. */
void memory_disk_restore(MemoryDisk *disk, const MemoryImage *image);

typedef struct MemoryDisks MemoryDisks;
MemoryDisks *memory_disks_new(void);
void memory_disks_free(MemoryDisks *disks);

/** memory_disks_fit: one disk for each of @def's that has a medium; content and
 * bitmaps stay where target and source stay. */
void memory_disks_fit(MemoryDisks *disks, const DomainDef *def);
/** memory_disks_relocate: each disk has the source that @def says, and keeps its
 * content; to be done before @def becomes the definition.  What its images hold
 * is the caller's to say (memory_disk_chain()). */
void memory_disks_relocate(MemoryDisks *disks, const DomainDef *def);
/** memory_disks_find: NULL if there is none. */
MemoryDisk *memory_disks_find(const MemoryDisks *disks, const char *target);

/** memory_disks_states: which bitmaps there are; kept right by us. */
const BitmapStates *memory_disks_states(const MemoryDisks *disks);
/** memory_disks_run: the steps of @plan, all of them at once. */
void memory_disks_run(MemoryDisks *disks, const IntervalPlan *plan);
/** memory_disks_spoil: as if the host had died: the bitmap is BITMAP_MISSING or
 * BITMAP_INCONSISTENT from now on.  False: there is none of that name. */
bool memory_disks_spoil(MemoryDisks *disks, const char *target,
                        const char *bitmap, BitmapState state);
/** memory_disks_spoil_recording: that of all that record (QEMU was killed). */
void memory_disks_spoil_recording(MemoryDisks *disks);
/** memory_disks_union: (transfer full): the bits of @bitmaps (of char *). */
MemoryBits *memory_disks_union(const MemoryDisks *disks, const char *target,
                               const GPtrArray *bitmaps);
