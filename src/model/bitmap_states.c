/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/bitmap_states.h"

/* A missing one has no entry, so that "never seen" and "gone" are the same. */
typedef struct {
    BitmapState state;
    uint64_t count;
} Bitmap;

typedef struct {
    bool is_lasting;
    unsigned n_recording; /* of the bitmaps */
    GHashTable *bitmaps;  /* name -> Bitmap, both owned */
} Disk;

struct BitmapStates {
    GHashTable *disks; /* target -> Disk, both owned */
};

static void
disk_free(Disk *disk)
{
    g_hash_table_unref(disk->bitmaps);
    g_free(disk);
}

/* A snapshot of one answer of QEMU's.  Nothing refreshes it: whoever carries
 * out a plan notes the steps in it (interval_note()), or asks anew. */
BitmapStates *
bitmap_states_new(void)
{
    BitmapStates *states = g_new0(BitmapStates, 1);

    states->disks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify)disk_free);
    return states;
}

void
bitmap_states_free(BitmapStates *states)
{
    if (!states)
        return;
    g_hash_table_unref(states->disks);
    g_free(states);
}

/* A disk without any bitmap has an entry too: "looked at, and it has none"
 * marks checkpoints as broken, "not looked at" must not. */
void
bitmap_states_add_disk(BitmapStates *states, const char *disk, bool is_lasting)
{
    Disk *entry = g_new0(Disk, 1);

    entry->is_lasting = is_lasting;
    entry->bitmaps =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_replace(states->disks, g_strdup(disk), entry);
}

void
bitmap_states_remove_disk(BitmapStates *states, const char *disk)
{
    g_hash_table_remove(states->disks, disk);
}

bool
bitmap_states_has_disk(const BitmapStates *states, const char *disk)
{
    return g_hash_table_contains(states->disks, disk);
}

/* False for a disk not looked at: what is not known to keep a bitmap is not
 * trusted with one. */
bool
bitmap_states_is_lasting(const BitmapStates *states, const char *disk)
{
    const Disk *entry = g_hash_table_lookup(states->disks, disk);

    return entry && entry->is_lasting;
}

void
bitmap_states_set(BitmapStates *states, const char *disk, const char *bitmap,
                  BitmapState state, uint64_t count)
{
    Disk *entry = g_hash_table_lookup(states->disks, disk);
    Bitmap *value;

    /* A state of a disk that was not looked at would be an invention. */
    g_assert(entry);
    value = g_hash_table_lookup(entry->bitmaps, bitmap);
    if (value && value->state == BITMAP_RECORDING)
        entry->n_recording--;
    if (state == BITMAP_RECORDING)
        entry->n_recording++;
    /* Absence has one form only, or has_disk() and get() could disagree. */
    if (state == BITMAP_MISSING) {
        g_hash_table_remove(entry->bitmaps, bitmap);
        return;
    }
    value = g_new0(Bitmap, 1);
    value->state = state;
    value->count = count;
    g_hash_table_replace(entry->bitmaps, g_strdup(bitmap), value);
}

/* NULL in both cases, disk unknown and bitmap unknown; who must tell them apart
 * asks bitmap_states_has_disk() first. */
static const Bitmap *
find_bitmap(const BitmapStates *states, const char *disk, const char *bitmap)
{
    const Disk *entry = g_hash_table_lookup(states->disks, disk);

    return entry ? g_hash_table_lookup(entry->bitmaps, bitmap) : NULL;
}

BitmapState
bitmap_states_get(const BitmapStates *states, const char *disk,
                  const char *bitmap)
{
    const Bitmap *value = find_bitmap(states, disk, bitmap);

    return value ? value->state : BITMAP_MISSING;
}

/* An inconsistent bitmap counts as absent for every rule but removal: QEMU
 * refuses to merge from it, to enable and to export it. */
bool
bitmap_states_is_sound(const BitmapStates *states, const char *disk,
                       const char *bitmap)
{
    BitmapState state = bitmap_states_get(states, disk, bitmap);

    return state == BITMAP_STOPPED || state == BITMAP_RECORDING;
}

/* As of the moment it was looked at.  A recording one has grown since, so this
 * is a lower bound for whoever plans space. */
uint64_t
bitmap_states_count(const BitmapStates *states, const char *disk,
                    const char *bitmap)
{
    const Bitmap *value = find_bitmap(states, disk, bitmap);

    return value ? value->count : 0;
}

unsigned
bitmap_states_n_recording(const BitmapStates *states, const char *disk)
{
    const Disk *entry = g_hash_table_lookup(states->disks, disk);

    return entry ? entry->n_recording : 0;
}
