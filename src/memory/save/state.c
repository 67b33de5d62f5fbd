/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/save/state.h"

#include "base/error.h"
#include "base/fd.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "StrandlineGuest\n"

G_STATIC_ASSERT(DISK_TARGET_MAX < 16);
enum { VERSION = 1, DISKS_MAX = 1024, TARGET_MAX = 16 };

/* Little-endian, whatever the host: as the header of the file around it. */
typedef struct {
    char magic[16];
    guint32 version;
    guint32 frozen;
    guint32 disks;
    guint32 reserved; /* 0 */
} Head;
G_STATIC_ASSERT(sizeof(Head) == 32);

/* Followed by so many blocks, each behind its number. */
typedef struct {
    char target[TARGET_MAX]; /* ends with a NUL */
    guint64 size;
    guint64 blocks;
} DiskHead;
G_STATIC_ASSERT(sizeof(DiskHead) == 32);

/* One block, as it is written. */
typedef struct {
    guint64 index;
    uint8_t data[MEMORY_BLOCK];
} BlockEntry;

/* Where a writer or a reader is. */
typedef struct {
    int file;
    guint64 at;
    bool is_stream; /* a socket: it has no places */
} Place;

/* ---- the object ---- */

static void
free_disk(gpointer data)
{
    MemoryStateDisk *disk = data;

    memory_image_unref(disk->image);
    g_free(disk->target);
    g_free(disk);
}

static MemoryState *
state_new(unsigned frozen)
{
    MemoryState *state = g_new0(MemoryState, 1);

    state->frozen = frozen;
    state->disks = g_ptr_array_new_with_free_func(free_disk);
    return state;
}

void
memory_state_free(MemoryState *state)
{
    if (!state)
        return;
    g_ptr_array_unref(state->disks);
    g_free(state);
}

/* Takes @image over. */
static void
add_disk(MemoryState *state, const char *target, MemoryImage *image)
{
    MemoryStateDisk *disk = g_new0(MemoryStateDisk, 1);

    disk->target = g_strdup(target);
    disk->image = image;
    g_ptr_array_add(state->disks, disk);
}

static MemoryStateDisk *
find_disk(const MemoryState *state, const char *target)
{
    for (guint i = 0; i < state->disks->len; i++) {
        MemoryStateDisk *disk = g_ptr_array_index(state->disks, i);

        if (g_str_equal(disk->target, target))
            return disk;
    }
    return NULL;
}

/* A disk as a whole or not at all: most of what is written to one is written in
 * few places, and to look for them costs more than it saves. */
MemoryState *
memory_state_changed(const MemoryState *before, const MemoryState *now)
{
    MemoryState *changed = state_new(now->frozen);

    for (guint i = 0; i < now->disks->len; i++) {
        const MemoryStateDisk *disk = g_ptr_array_index(now->disks, i);
        const MemoryStateDisk *old = find_disk(before, disk->target);

        if (!old || !memory_image_same(old->image, disk->image))
            add_disk(changed, disk->target, memory_image_ref(disk->image));
    }
    return changed;
}

/* In the place of an older one of its name, so that a stream that sends a disk
 * again and again makes us hold it once. */
void
memory_state_update(MemoryState *state, MemoryState *newer)
{
    g_autoptr(MemoryState) owned = newer;

    state->frozen = owned->frozen;
    for (guint i = 0; i < owned->disks->len; i++) {
        const MemoryStateDisk *disk = g_ptr_array_index(owned->disks, i);
        MemoryStateDisk *old = find_disk(state, disk->target);

        if (old) {
            memory_image_unref(old->image);
            old->image = memory_image_ref(disk->image);
        } else {
            add_disk(state, disk->target, memory_image_ref(disk->image));
        }
    }
}

/* Under the host's lock, and so of one moment; a disk costs a reference a block,
 * however large it is. */
MemoryState *
memory_state_take(MemoryDomain *vm, bool with_disks)
{
    MemoryState *state = state_new(vm->frozen);
    const DomainDef *def = memory_domain_def(vm);

    for (guint i = 0; with_disks && i < def->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(def->disks, i);
        MemoryDisk *content = memory_disks_find(vm->disks, disk->target);

        if (content)
            add_disk(state, disk->target, memory_disk_freeze(content));
    }
    return state;
}

/* Sizes and blocks as they were; who records has not begun yet, and need not:
 * the domain is new, and so has no checkpoint. */
void
memory_state_fill(const MemoryState *state, MemoryDomain *vm)
{
    for (guint i = 0; i < state->disks->len; i++) {
        const MemoryStateDisk *disk = g_ptr_array_index(state->disks, i);
        MemoryDisk *content = memory_disks_find(vm->disks, disk->target);

        if (!content)
            continue;
        memory_disk_resize(content, memory_image_size(disk->image));
        memory_disk_restore(content, disk->image);
    }
}

/* ---- writing ---- */

/* Known beforehand, since nothing is compressed: the job's figures have an end
 * to be compared with from the first one on. */
uint64_t
memory_state_size(const MemoryState *state)
{
    uint64_t size = sizeof(Head);

    for (guint i = 0; i < state->disks->len; i++) {
        const MemoryStateDisk *disk = g_ptr_array_index(state->disks, i);
        g_autoptr(GArray) blocks = memory_image_blocks(disk->image);

        size += sizeof(DiskHead) + blocks->len * sizeof(BlockEntry);
    }
    return size;
}

/* Without a file the place is counted on all the same: figures and planned
 * failures are those of a real one. */
static bool
put(Place *place, const void *data, size_t length, GError **error)
{
    if (place->file >= 0 &&
        !(place->is_stream
              ? fd_send(place->file, data, length)
              : fd_write_at(place->file, data, length, place->at))) {
        return fail_errno(error, errno, "cannot write the state of a machine");
    }
    place->at += length;
    return true;
}

/* A block at a time: an abort is heeded after each, and a disk of any size needs
 * one buffer. */
static bool
put_disk(Place *place, const MemoryStateDisk *disk, ImageFileStep step,
         void *opaque, GError **error)
{
    g_autoptr(GArray) blocks = memory_image_blocks(disk->image);
    g_autofree BlockEntry *entry = g_new0(BlockEntry, 1);
    DiskHead head = {
        .size = GUINT64_TO_LE(memory_image_size(disk->image)),
        .blocks = GUINT64_TO_LE(blocks->len),
    };

    /* disk_target_check() takes none that is longer. */
    g_assert(g_strlcpy(head.target, disk->target, sizeof(head.target)) <
             sizeof(head.target));
    if (!put(place, &head, sizeof(head), error) ||
        !step(opaque, sizeof(head), error))
        return false;
    for (guint i = 0; i < blocks->len; i++) {
        guint64 index = g_array_index(blocks, guint64, i);

        entry->index = GUINT64_TO_LE(index);
        memcpy(entry->data, memory_image_block(disk->image, index),
               MEMORY_BLOCK);
        if (!put(place, entry, sizeof(*entry), error) ||
            !step(opaque, sizeof(*entry), error))
            return false;
    }
    return true;
}

/* What has no place to stand at is a stream. */
static bool
find_place(int file, Place *ret_place)
{
    off_t start = file >= 0 ? lseek(file, 0, SEEK_CUR) : 0;

    *ret_place = (Place){file, (guint64)MAX(start, 0), false};
    ret_place->is_stream = start < 0 && errno == ESPIPE;
    return start >= 0 || ret_place->is_stream;
}

bool
memory_state_write(const MemoryState *state, int file, ImageFileStep step,
                   void *opaque, GError **error)
{
    Place place;
    Head head = {
        .version = GUINT32_TO_LE(VERSION),
        .frozen = GUINT32_TO_LE(state->frozen),
        .disks = GUINT32_TO_LE(state->disks->len),
    };

    memcpy(head.magic, MAGIC, sizeof(head.magic));
    if (!find_place(file, &place))
        return fail_errno(error, errno, "cannot write the state of a machine");
    if (!put(&place, &head, sizeof(head), error) ||
        !step(opaque, sizeof(head), error))
        return false;
    for (guint i = 0; i < state->disks->len; i++) {
        if (!put_disk(&place, g_ptr_array_index(state->disks, i), step, opaque,
                      error))
            return false;
    }
    return true;
}

/* ---- reading ---- */

static bool
is_damaged(GError **error)
{
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "the state of the saved machine is not one of the memory "
                "driver's, or is damaged");
}

/* The end of the file within something is damage like any other. */
static bool
get(Place *place, void *ret_data, size_t length, GError **error)
{
    if (!(place->is_stream
              ? fd_receive(place->file, ret_data, length)
              : fd_read_at(place->file, ret_data, length, place->at))) {
        return errno == 0 ? is_damaged(error)
                          : fail_errno(error, errno,
                                       "cannot read the state of a machine");
    }
    place->at += length;
    return true;
}

/* Numbers go up, so that none comes twice and a file makes us allocate no more
 * than its own length. */
static MemoryImage *
get_blocks(Place *place, const DiskHead *head, GError **error)
{
    g_autoptr(MemoryImage) image =
        memory_image_new(GUINT64_FROM_LE(head->size));
    guint64 end = (memory_image_size(image) + MEMORY_BLOCK - 1) / MEMORY_BLOCK;
    guint64 least = 0;

    for (guint64 i = 0; i < GUINT64_FROM_LE(head->blocks); i++) {
        guint64 index = 0;

        if (!get(place, &index, sizeof(index), error))
            return NULL;
        index = GUINT64_FROM_LE(index);
        if (index < least || index >= end) {
            (void)is_damaged(error);
            return NULL;
        }
        if (!get(place, memory_image_add_block(image, index), MEMORY_BLOCK,
                 error))
            return NULL;
        least = index + 1;
    }
    return g_steal_pointer(&image);
}

/* Nothing that the file says is used before it was held to its rule: a name that
 * no disk has would be a disk that nobody finds. */
static bool
get_disk(Place *place, MemoryState *state, GError **error)
{
    DiskHead head;
    MemoryImage *image = NULL;

    if (!get(place, &head, sizeof(head), error))
        return false;
    if (!memchr(head.target, '\0', sizeof(head.target)) ||
        !disk_target_check(head.target, NULL) ||
        GUINT64_FROM_LE(head.size) > INT64_MAX)
        return is_damaged(error);
    image = get_blocks(place, &head, error);
    if (image)
        add_disk(state, head.target, image);
    return image != NULL;
}

/* A newer version is as strange as another program's file: what it means by its
 * numbers is not known here. */
MemoryState *
memory_state_read(int file, GError **error)
{
    g_autoptr(MemoryState) state = NULL;
    Place place;
    Head head;

    if (!find_place(file, &place)) {
        (void)fail_errno(error, errno, "cannot read the state of a machine");
        return NULL;
    }
    if (!get(&place, &head, sizeof(head), error))
        return NULL;
    if (memcmp(head.magic, MAGIC, sizeof(head.magic)) != 0 ||
        GUINT32_FROM_LE(head.version) != VERSION ||
        GUINT32_FROM_LE(head.disks) > DISKS_MAX) {
        (void)is_damaged(error);
        return NULL;
    }
    state = state_new(GUINT32_FROM_LE(head.frozen));
    for (guint32 i = 0; i < GUINT32_FROM_LE(head.disks); i++) {
        if (!get_disk(&place, state, error))
            return NULL;
    }
    return g_steal_pointer(&state);
}
