/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/checkpoint_new.h"

#include "base/error.h"
#include "model/checkpoint_align.h"

/* Epoch seconds, as everywhere; a second one within the same second gets a
 * suffix rather than an error. */
static char *
generate_name(const CheckpointTree *tree, const BitmapStates *states,
              const DomainDef *domain, gint64 seconds)
{
    for (unsigned suffix = 1;; suffix++) {
        g_autofree char *name =
            suffix == 1
                ? g_strdup_printf("%" G_GINT64_FORMAT, seconds)
                : g_strdup_printf("%" G_GINT64_FORMAT "-%u", seconds, suffix);
        /* Neither a record nor a bitmap of that name: a bitmap that libvirt
         * made in the same second would be taken for ours. */
        bool is_free = !checkpoint_tree_find(tree, name);

        for (guint i = 0; i < domain->disks->len; i++) {
            const DiskDef *disk = g_ptr_array_index(domain->disks, i);

            if (bitmap_states_get(states, disk->target, name) != BITMAP_MISSING)
                is_free = false;
        }
        /* Ends, since each turn tries a name not tried before and there are
         * finitely many taken. */
        if (is_free)
            return g_steal_pointer(&name);
    }
}

static bool
check_name_free(const CheckpointTree *tree, const char *name,
                const char *domain, GError **error)
{
    const CheckpointRecord *taken = checkpoint_tree_find(tree, name);

    if (!taken)
        return true;
    /* Told apart from a plain duplicate, since the user sees no checkpoint of
     * that name in any list. */
    if (taken->state == CHECKPOINT_NAMELESS) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "cannot create checkpoint '%s' of domain '%s': bitmap "
                    "'%s' is still there, since only the metadata of its "
                    "checkpoint was deleted; redefine the checkpoint to have "
                    "it again, or choose another name",
                    name, domain, name);
    }
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "domain '%s' already has a checkpoint '%s'; choose another "
                "name",
                domain, name);
}

/* What only a look at the image tells about a disk. */
static bool
check_image(const CheckpointDef *def, const CheckpointDisk *disk,
            const BitmapStates *states, GError **error)
{
    if (!bitmap_states_has_disk(states, disk->name)) {
        return fail(error, VIR_ERR_INTERNAL_ERROR,
                    "checkpoint '%s' cannot track disk '%s': nothing is known "
                    "of its image",
                    def->name, disk->name);
    }
    if (!bitmap_states_is_lasting(states, disk->name)) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "checkpoint '%s' cannot track disk '%s': its image is "
                    "qcow2 of version 2 (compat 0.10), which keeps no bitmap; "
                    "'qemu-img amend -o compat=1.1' raises it while the domain "
                    "is shut off",
                    def->name, disk->name);
    }
    /* QEMU would refuse the whole transaction as well; here it is said which
     * disk, and what to do. */
    if (bitmap_states_get(states, disk->name, disk->bitmap) == BITMAP_MISSING)
        return true;
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "cannot create checkpoint '%s': disk '%s' already has a bitmap "
                "'%s'; choose another name, or redefine the checkpoint that "
                "the bitmap belongs to",
                def->name, disk->name, disk->bitmap);
}

/* An overlay of our own making. */
static bool
is_new_image(const DomainDef *now, const DomainDef *domain, const char *target)
{
    const DiskDef *before = domain_def_find_disk(now, target);
    const DiskDef *after = domain_def_find_disk(domain, target);

    return before && after && g_strcmp0(before->path, after->path) != 0;
}

/* A disk with checkpoint='auto' whose image keeps no bitmap is left out. */
static bool
check_images(CheckpointDef *def, const BitmapStates *states,
             const DomainDef *now, const DomainDef *domain, GError **error)
{
    for (guint i = 0; i < def->disks->len; i++) {
        CheckpointDisk *disk = g_ptr_array_index(def->disks, i);

        if (is_new_image(now, domain, disk->name))
            continue;
        if (disk->is_tracked && disk->is_auto &&
            !bitmap_states_is_lasting(states, disk->name))
            checkpoint_disk_leave_out(disk);
        /* The others may be anything: raw, empty, or not plugged in. */
        if (disk->is_tracked && !check_image(def, disk, states, error))
            return false;
    }
    return true;
}

bool
checkpoint_new_complete(CheckpointDef *def, const CheckpointTree *tree,
                        const BitmapStates *states, const DomainDef *now,
                        const DomainDef *domain, GError **error)
{
    const CheckpointRecord *current = checkpoint_tree_current(tree);

    /* Time and parent are facts, whatever the document says. */
    def->creation_time = g_get_real_time() / G_USEC_PER_SEC;
    if (!def->name)
        def->name = generate_name(tree, states, domain, def->creation_time);
    if (!check_name_free(tree, def->name, domain->name, error) ||
        !checkpoint_align(def, domain, error) ||
        !check_images(def, states, now, domain, error))
        return false;
    /* The record above, nameless or not: this is the place in the line, and not
     * what users are shown. */
    g_free(def->parent);
    def->parent = g_strdup(current ? current->def->name : NULL);
    return true;
}

CheckpointRecord *
checkpoint_new_record(const CheckpointTree *tree, CheckpointDef *def, int job,
                      bool is_beside)
{
    const CheckpointRecord *current = checkpoint_tree_current(tree);
    CheckpointRecord *record = checkpoint_record_new(def);

    record->state = CHECKPOINT_PENDING;
    record->job = job;
    record->is_beside = is_beside;
    /* Below nobody and of order 0: no line has it, and none is stopped for
     * it. */
    if (is_beside) {
        g_clear_pointer(&def->parent, g_free);
    } else {
        /* Orders rise and are not reused while the newest stays; gaps that
         * deletions leave mean nothing. */
        record->order = (current ? current->order : 0) + 1;
    }
    return record;
}
