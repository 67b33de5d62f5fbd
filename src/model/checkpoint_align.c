/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/checkpoint_align.h"

#include "base/error.h"

/* A disk that may be left out without a word.
 *
 * What cannot change needs no tracking.  A raw disk is not in this list on
 * purpose, see align_disk(). */
static bool
is_skipped_by_default(const DiskDef *disk)
{
    return disk->is_readonly || disk_def_is_empty(disk) ||
           disk->device == DISK_DEVICE_CDROM;
}

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

/* The listed entries by the target they mean; NULL on an unknown or repeated
 * disk.  The table borrows from @def. */
static GHashTable *
map_listed(const CheckpointDef *def, const DomainDef *domain, GError **error)
{
    g_autoptr(GHashTable) listed = g_hash_table_new(g_str_hash, g_str_equal);

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
    for (guint i = 0; def->disks && i < def->disks->len; i++) {
        CheckpointDisk *entry = g_ptr_array_index(def->disks, i);
        const DiskDef *disk = domain_def_find_disk_by_name(domain, entry->name);

        if (!disk) {
            fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                 "domain '%s' has no disk '%s'; name a disk by its target",
                 domain->name, entry->name);
            return NULL;
        }
        /* The second of two entries: g_hash_table_insert() is false for a key
         * that is there. */
        if (!g_hash_table_insert(listed, disk->target, entry)) {
            fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                 "checkpoint lists disk '%s' twice", disk->target);
            return NULL;
        }
    }
    return g_steal_pointer(&listed);
}

/* A raw disk without a list is tracked here and refused later: a checkpoint
 * that silently leaves a disk out is worse than none. */
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
        aligned->is_tracked = !def->disks && !is_skipped_by_default(disk);
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
            !is_skipped_by_default(disk) && disk->format == IMAGE_FORMAT_QCOW2;
        g_ptr_array_add(def->disks, entry);
    }
}

bool
checkpoint_align_redefined(CheckpointDef *def, const DomainDef *domain,
                           GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    if (!def->disks)
        list_trackable(def, domain);
    for (guint i = 0; i < def->disks->len; i++) {
        CheckpointDisk *entry = g_ptr_array_index(def->disks, i);
        const DiskDef *disk = domain_def_find_disk_by_name(domain, entry->name);

        /* A disk that the domain no longer has keeps its name: the checkpoint
         * is a record of then, and its XML must come out as it went in. */
        if (disk) {
            g_free(entry->name);
            entry->name = g_strdup(disk->target);
            settle_auto(def, disk, entry);
        }
        if (!g_hash_table_add(seen, entry->name)) {
            return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                        "checkpoint '%s' lists disk '%s' twice", def->name,
                        entry->name);
        }
        /* Another name than the checkpoint's is allowed here, and only here:
         * libvirt allows it when redefining, and the bitmap exists as it is. */
        if (entry->is_tracked && !entry->bitmap)
            entry->bitmap = g_strdup(def->name);
    }
    return true;
}
