/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/checkpoint_align.h"

#include "base/error.h"
#include "model/moment_disks.h"

/* Refused rather than left out: who lists a disk relies on its being tracked,
 * and an incremental without it would be found missing at the restore.
 *
 * The three reasons in the order in which a user can do something about them.
 * What only QEMU knows of an image (qcow2 of version 2) is asked later. */
static bool
check_trackable(const CheckpointDef *def, const DiskDef *disk, GError **error)
{
    if (disk_def_is_empty(disk)) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "checkpoint '%s' cannot track disk '%s': the drive is "
                    "empty; list it with checkpoint='no'",
                    def->name, disk->target);
    }
    if (disk->is_readonly || disk->device == DISK_DEVICE_CDROM) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "checkpoint '%s' cannot track disk '%s': it is read-only; "
                    "list it with checkpoint='no'",
                    def->name, disk->target);
    }
    /* Of the formats that machines can have, qcow2 alone keeps a bitmap over
     * the end of QEMU.  A bitmap in memory would be lost with the process, and
     * the checkpoint with it, without anybody being told. */
    if (disk->format != IMAGE_FORMAT_QCOW2) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "checkpoint '%s' cannot track disk '%s': an image of "
                    "format '%s' keeps no bitmap; list the disk with "
                    "checkpoint='no', or convert it to qcow2",
                    def->name, disk->target, image_format_name(disk->format));
    }
    return true;
}

/* checkpoint='auto' asks for what can be had: the reasons that refuse a disk
 * with 'bitmap' leave it out here.  What only QEMU knows of the image (qcow2 of
 * version 2) is settled later, with is_auto still set. */
static void
settle_auto(const CheckpointDef *def, const DiskDef *disk,
            CheckpointDisk *entry)
{
    if (entry->is_auto && !check_trackable(def, disk, NULL))
        checkpoint_disk_leave_out(entry);
}

/* The bitmap is the checkpoint's by its name; another one would make two
 * checkpoints share an interval. */
static bool
settle_bitmap(const CheckpointDef *def, CheckpointDisk *disk, GError **error)
{
    if (!disk->is_tracked)
        return true;
    /* The usual case: documents seldom name it. */
    if (!disk->bitmap)
        disk->bitmap = g_strdup(def->name);
    if (g_str_equal(disk->bitmap, def->name))
        return true;
    return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "bitmap '%s' of disk '%s' must have the name of its new "
                "checkpoint, '%s'; leave the attribute out",
                disk->bitmap, disk->name, def->name);
}

static char **
name_of(gpointer entry)
{
    return &((CheckpointDisk *)entry)->name;
}

/* The listed entries by the target they mean, borrowed from @def; NULL on an
 * unknown or repeated disk. */
static GHashTable *
map_listed(const CheckpointDef *def, const DomainDef *domain, GError **error)
{
    /* Before any name is looked at, as libvirt does.
     *
     * And it keeps a document with a million entries from being looked up one
     * by one. */
    if (def->disks && def->disks->len > domain->disks->len) {
        fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
             "checkpoint lists %u disks, and domain '%s' has %u",
             def->disks->len, domain->name, domain->disks->len);
        return NULL;
    }
    return moment_disks_map(def->disks, name_of, domain, "checkpoint", error);
}

/* Without a list what cannot change is left out without a word.  A raw disk is
 * tracked here and refused later: a checkpoint that silently leaves a disk out
 * is worse than none. */
static CheckpointDisk *
align_disk(const CheckpointDef *def, const DiskDef *disk,
           const CheckpointDisk *entry)
{
    CheckpointDisk *aligned = checkpoint_disk_new(disk->target);

    if (entry) {
        /* A bitmap's name that came with checkpoint='no' is kept so far and
         * plays no part; settle_bitmap() looks at tracked ones only. */
        aligned->is_tracked = entry->is_tracked;
        aligned->is_auto = entry->is_auto;
        aligned->bitmap = g_strdup(entry->bitmap);
        settle_auto(def, disk, aligned);
    } else {
        aligned->is_tracked = !def->disks && !disk_def_is_fixed(disk);
    }
    return aligned;
}

bool
checkpoint_align(CheckpointDef *def, const DomainDef *domain, GError **error)
{
    g_autoptr(GHashTable) listed = map_listed(def, domain, error);
    g_autoptr(GPtrArray) disks =
        g_ptr_array_new_with_free_func((GDestroyNotify)checkpoint_disk_free);

    if (!listed)
        return false;
    for (guint i = 0; i < domain->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(domain->disks, i);
        const CheckpointDisk *entry = g_hash_table_lookup(listed, disk->target);
        CheckpointDisk *aligned = align_disk(def, disk, entry);

        /* Into the array before anything can fail, which then frees it. */
        g_ptr_array_add(disks, aligned);
        /* Only what is tracked can be untrackable: checkpoint='no' on an empty
         * drive is what our own XML says of it. */
        if (aligned->is_tracked && !check_trackable(def, disk, error))
            return false;
        if (!settle_bitmap(def, aligned, error))
            return false;
    }
    /* The table borrows the entries that go now. */
    g_hash_table_remove_all(listed);
    if (def->disks)
        g_ptr_array_unref(def->disks);
    def->disks = g_steal_pointer(&disks);
    return true;
}

/* A document without a list: what tracking all disks would have meant.
 *
 * One entry for every disk, tracked or not, as an aligned document of a new
 * checkpoint has it. */
static void
list_trackable(CheckpointDef *def, const DomainDef *domain)
{
    def->disks =
        g_ptr_array_new_with_free_func((GDestroyNotify)checkpoint_disk_free);
    for (guint i = 0; i < domain->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(domain->disks, i);
        CheckpointDisk *entry = checkpoint_disk_new(disk->target);

        /* Unlike in a new checkpoint, a raw disk is left out in silence: the
         * document tells of bitmaps that exist, and there it has none. */
        entry->is_tracked =
            !disk_def_is_fixed(disk) && disk->format == IMAGE_FORMAT_QCOW2;
        g_ptr_array_add(def->disks, entry);
    }
}

bool
checkpoint_align_redefined(CheckpointDef *def, const DomainDef *domain,
                           GError **error)
{
    if (!def->disks)
        list_trackable(def, domain);
    if (!moment_disks_rename(def->disks, name_of, domain, "checkpoint",
                             def->name, error))
        return false;
    for (guint i = 0; i < def->disks->len; i++) {
        CheckpointDisk *entry = g_ptr_array_index(def->disks, i);
        const DiskDef *disk = domain_def_find_disk(domain, entry->name);

        if (disk)
            settle_auto(def, disk, entry);
        /* Another name than the checkpoint's is allowed here, and only here:
         * libvirt allows it when redefining, and the bitmap exists as it is. */
        if (entry->is_tracked && !entry->bitmap)
            entry->bitmap = g_strdup(def->name);
    }
    return true;
}
