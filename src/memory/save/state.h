/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is left of a guest when it stands still: docs/format/save.md.
 *
 * There is no memory to be kept.  What a machine of this driver has besides its
 * definition is how many file systems stand frozen, and its disks, each at the
 * moment of the save: they live in this process and nowhere else, so a file that
 * is to bring the machine back in another one, or after a transient domain is
 * gone, has to have them.
 */
#pragma once

#include "memory/domain.h"
#include "memory/image_file.h"

typedef struct {
    char *target;
    MemoryImage *image;
} MemoryStateDisk;

typedef struct {
    unsigned frozen;
    GPtrArray *disks; /* of MemoryStateDisk */
} MemoryState;

/** memory_state_take: as @vm is now; references on blocks, and no copy.
 * @with_disks: else what a domain keeps that stays where it is. */
MemoryState *memory_state_take(MemoryDomain *vm, bool with_disks);
void memory_state_free(MemoryState *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MemoryState, memory_state_free)

/** memory_state_size: the bytes that it has in a file. */
uint64_t memory_state_size(const MemoryState *state);

/** memory_state_changed: (transfer full): @now without the disks that nobody has
 * written to since @before. */
MemoryState *memory_state_changed(const MemoryState *before,
                                  const MemoryState *now);
/** memory_state_update: what @newer (taken over) has is @state's from now on. */
void memory_state_update(MemoryState *state, MemoryState *newer);

/** memory_state_write: from where @file stands; -1: nowhere, only counted.  A
 * socket is written to as a stream.
 * @step as in memory/image_file.h. */
bool memory_state_write(const MemoryState *state, int file, ImageFileStep step,
                        void *opaque, GError **error);

/** memory_state_read: from where @file stands, which may be anything; a socket is
 * read as a stream, and blocks until its peer has sent all of it.
 * VIR_ERR_OPERATION_FAILED. */
MemoryState *memory_state_read(int file, GError **error);

/** memory_state_fill: the disks of @vm, which is new, hold what they did. */
void memory_state_fill(const MemoryState *state, MemoryDomain *vm);
