/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the images of one disk hold, and what each stands on.
 *
 * With QEMU that is in the headers and tables of the files.  Here a disk has one
 * content (memory/disk.h), whatever it is made up of, and this remembers which
 * image has which blocks of it: how large each is, and what chain the next start
 * finds.  An image is known by its path, from the moment at which the first
 * overlay is put on the disk; until then one image holds everything.
 */
#pragma once

#include "memory/disk.h"
#include "model/block/disk_chain.h"

MemoryChain *memory_chain_new(void);
void memory_chain_free(MemoryChain *chain);

/** memory_chain_write: @block was written to @top; nothing while one image holds
 * everything. */
void memory_chain_write(MemoryChain *chain, const char *top, uint64_t block);

/** memory_chain_push: an empty image @overlay stands on @former from now on;
 * @blocks: of guint64: those of the disk. */
void memory_chain_push(MemoryChain *chain, const ImageLayer *former,
                       const GArray *blocks, const char *overlay);

/** memory_chain_restore: the disk went back to what @path held: @blocks. */
void memory_chain_restore(MemoryChain *chain, const char *path,
                          const GArray *blocks);

/** memory_chain_copy: what @job moves is where it goes: in @disk's top (a pull),
 * in the image below those that leave (a commit), in the copy. */
void memory_chain_copy(MemoryChain *chain, const DiskDef *disk,
                       const DiskJob *job);
/** memory_chain_settle: @job came to a good end; @disk as it was before. */
void memory_chain_settle(MemoryChain *chain, const DiskDef *disk,
                         const DiskJob *job);

/** memory_chain_complete: @disk's chain, if its definition leaves it open. */
void memory_chain_complete(const MemoryChain *chain, DiskDef *disk);

/** memory_chain_held: (borrowed): the blocks that @path has itself; NULL: it is
 * not known, which is so while one image holds everything. */
const MemoryBits *memory_chain_held(const MemoryChain *chain, const char *path);
