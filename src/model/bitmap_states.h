/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which dirty bitmaps the disks of a domain have at one moment: what QEMU
 * answered, reduced to what the rules of model/interval_line.h ask.
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    BITMAP_MISSING,
    BITMAP_INCONSISTENT, /* QEMU died with it open: it can only be removed */
    BITMAP_STOPPED,
    BITMAP_RECORDING,
} BitmapState;

typedef struct BitmapStates BitmapStates;

BitmapStates *bitmap_states_new(void);
void bitmap_states_free(BitmapStates *states);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BitmapStates, bitmap_states_free)

/** bitmap_states_add_disk: @disk was looked at.  @is_lasting: its image can
 * keep a bitmap (qcow2 of version 3). */
void bitmap_states_add_disk(BitmapStates *states, const char *disk,
                            bool is_lasting);
/** bitmap_states_remove_disk: it is not looked at any more. */
void bitmap_states_remove_disk(BitmapStates *states, const char *disk);
bool bitmap_states_has_disk(const BitmapStates *states, const char *disk);
bool bitmap_states_is_lasting(const BitmapStates *states, const char *disk);

/** bitmap_states_set: BITMAP_MISSING forgets it.  @count: bytes dirty. */
void bitmap_states_set(BitmapStates *states, const char *disk,
                       const char *bitmap, BitmapState state, uint64_t count);
/** bitmap_states_get: BITMAP_MISSING also for a disk not looked at. */
BitmapState bitmap_states_get(const BitmapStates *states, const char *disk,
                              const char *bitmap);
/** bitmap_states_is_sound: it is there and not inconsistent. */
bool bitmap_states_is_sound(const BitmapStates *states, const char *disk,
                            const char *bitmap);
/** bitmap_states_n_recording: how many of @disk's bitmaps record. */
unsigned bitmap_states_n_recording(const BitmapStates *states,
                                   const char *disk);
/** bitmap_states_count: bytes it had marked when it was looked at. */
uint64_t bitmap_states_count(const BitmapStates *states, const char *disk,
                             const char *bitmap);
