/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/snapshot/snapshot_hold.h"

#include "base/error.h"
#include "model/block/disk_chain.h"
#include "qemu/block/image_change.h"
#include "qemu/process/image_chain.h"
#include "qemu/snapshot/snapshot_store.h"
#include "xml/domain/snapshot_follow.h"
#include "xml/domain_xml.h"

/* ---- what a snapshot stands on ---- */

/* (transfer full): the machine of @record, with all below @target's image
 * unless @is_by_name; *@ret_disk is of it.  NULL and no error: it does not say,
 * and cannot be returned to. */
static DomainDef *
read_disk(const SnapshotRecord *record, const char *target, bool is_by_name,
          DiskDef **ret_disk, GError **error)
{
    g_autoptr(DomainDef) machine = NULL;
    DiskDef *disk = NULL;

    if (!record->def->domain_xml)
        return NULL;
    machine = domain_xml_parse(record->def->domain_xml, error);
    disk = machine ? domain_def_find_disk(machine, target) : NULL;
    if (!disk || disk_def_is_empty(disk))
        return NULL;
    /* A chain that the record leaves to the images is what they say by now, and
     * that is what a return would find, too. */
    if (!is_by_name && !image_chain_complete(disk, error))
        return NULL;
    *ret_disk = disk;
    return g_steal_pointer(&machine);
}

/* An internal one keeps its own clusters whatever the guest writes to its
 * image; what it did not have in them it reads below.  So for it the image
 * itself, at depth 0, may be written to. */
static bool
is_hurt(const DiskDef *disk, bool is_internal, const ImageWrite *write)
{
    const int first = is_internal ? 1 : 0;
    int image = disk_chain_depth(disk, write->image);
    int top = write->top ? disk_chain_depth(disk, write->top) : -1;

    /* Through the top nothing changes: the image below takes over what it
     * held. */
    return image >= first && top < first;
}

/* One disk of one snapshot.  What the record says of a machine is read each
 * time: there are few snapshots, and a commit or a copy is rare. */
static bool
check_disk(const SnapshotRecord *record, const SnapshotDisk *entry,
           const ImageWrite *write, GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(DomainDef) machine = NULL;
    DiskDef *disk = NULL;

    if (entry->place == SNAPSHOT_PLACE_NO ||
        (write->target && !g_str_equal(entry->name, write->target)))
        return true;
    machine =
        read_disk(record, entry->name, write->is_by_name, &disk, &problem);
    /* An image that is gone need not be all that it stood on: what cannot be
     * looked at is not written below. */
    if (problem) {
        g_propagate_prefixed_error(
            error, g_steal_pointer(&problem),
            "snapshot '%s' cannot be looked at (if its images are gone, delete "
            "its metadata): ",
            record->def->name);
        return false;
    }
    if (!machine ||
        !is_hurt(disk, entry->place == SNAPSHOT_PLACE_INTERNAL, write))
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "snapshot '%s' needs image '%s' of disk '%s' as it is; delete "
                "the snapshot first: with its data, which merges its overlay, "
                "or its metadata alone, which gives that state up",
                record->def->name, write->image, entry->name);
}

/* One whose deletion was begun is no state to return to, and nor is one that
 * is being made. */
static bool
is_state(const SnapshotRecord *record)
{
    return snapshot_record_is_visible(record) &&
           record->step != SNAPSHOT_DELETING;
}

/* A target of the caller's may be any file, that of a guest's memory, too; what
 * is written to a disk's own image cannot be one. */
static bool
check_memory(const SnapshotRecord *record, const ImageWrite *write,
             GError **error)
{
    if (write->target || g_strcmp0(record->def->memory_file, write->image) != 0)
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "'%s' holds the memory of snapshot '%s'; delete that first",
                write->image, record->def->name);
}

bool
snapshot_hold_check(QemuDomain *vm, const ImageWrite *write,
                    const SnapshotRecord *but, GError **error)
{
    const SnapshotTree *tree = snapshot_store_load(vm, error);
    const GPtrArray *records = tree ? snapshot_tree_records(tree) : NULL;

    for (guint i = 0; records && i < records->len; i++) {
        const SnapshotRecord *record = g_ptr_array_index(records, i);
        const GPtrArray *disks = record->def->disks;

        if (record == but || !is_state(record))
            continue;
        for (guint j = 0; disks && j < disks->len; j++) {
            if (!check_disk(record, g_ptr_array_index(disks, j), write, error))
                return false;
        }
        if (!check_memory(record, write, error))
            return false;
    }
    return records != NULL;
}

/* A definition that was put back on an image by hand: the guest would write
 * into the state, and no return would find it again.  In front of each start, so
 * that neither images nor what is wrong with them may hold it up. */
bool
snapshot_hold_check_start(QemuDomain *vm, GError **error)
{
    const GPtrArray *disks = vm->config->disks;

    for (guint i = 0; i < disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(disks, i);
        const ImageWrite write = {
            .target = disk->target, .image = disk->path, .is_by_name = true};

        if (disk_def_is_empty(disk) || disk->is_readonly ||
            snapshot_hold_check(vm, &write, NULL, error))
            continue;
        g_prefix_error(error,
                       "cannot start domain '%s' with disk '%s' as it is "
                       "defined (define it on an image above): ",
                       vm->name, disk->target);
        return false;
    }
    return true;
}

/* ---- what is inside an image ---- */

/* Asked of the image: there may be snapshots that qemu-img made, or whose
 * metadata was deleted. */
bool
snapshot_hold_check_empty(const char *path, GError **error)
{
    g_autoptr(GHashTable) names = image_snapshots(path, error);
    GHashTableIter walk;
    gpointer name = NULL;

    if (!names)
        return false;
    g_hash_table_iter_init(&walk, names);
    if (!g_hash_table_iter_next(&walk, &name, NULL))
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "'%s' holds %u internal snapshots ('%s'%s), which would be "
                "lost; delete those first",
                path, g_hash_table_size(names), (const char *)name,
                g_hash_table_size(names) > 1 ? ", ..." : "");
}

/* By the record, and not by the image: what only the image knows of stays in the
 * file that the disk leaves, and nobody here could have returned to it. */
static bool
is_inside(const SnapshotRecord *record, const char *target, const char *path)
{
    const SnapshotDisk *entry =
        is_state(record) ? snapshot_def_find_disk(record->def, target) : NULL;
    g_autoptr(DomainDef) machine = NULL;
    const DiskDef *disk = NULL;

    if (!entry || entry->place != SNAPSHOT_PLACE_INTERNAL ||
        !record->def->domain_xml)
        return false;
    /* Its own reading of the machine would say what is wrong with it. */
    machine = domain_xml_parse(record->def->domain_xml, NULL);
    disk = machine ? domain_def_find_disk(machine, target) : NULL;
    return disk && g_strcmp0(disk->path, path) == 0;
}

bool
snapshot_hold_check_leaving(QemuDomain *vm, const char *target,
                            const GPtrArray *images, GError **error)
{
    const SnapshotTree *tree = snapshot_store_load(vm, error);
    const GPtrArray *records = tree ? snapshot_tree_records(tree) : NULL;

    for (guint i = 0; records && i < records->len; i++) {
        const SnapshotRecord *record = g_ptr_array_index(records, i);

        for (guint j = 0; j < images->len; j++) {
            const ImageLayer *image = g_ptr_array_index(images, j);

            if (!is_inside(record, target, image->path))
                continue;
            return fail(error, VIR_ERR_OPERATION_INVALID,
                        "snapshot '%s' is inside '%s', which disk '%s' would "
                        "leave; delete the snapshot first, or its metadata "
                        "alone, which gives that state up",
                        record->def->name, image->path, target);
        }
    }
    return records != NULL;
}

/* ---- what became of an image ---- */

bool
snapshot_hold_follow(QemuDomain *vm, const char *target, const GPtrArray *gone,
                     const ImageLayer *base, GError **error)
{
    const ImageMove move = {target, gone, base};
    const SnapshotTree *tree = snapshot_store_load(vm, error);
    const GPtrArray *records = tree ? snapshot_tree_records(tree) : NULL;

    /* Without a change nothing is written: most snapshots stand on other
     * images. */
    for (guint i = 0; records && i < records->len; i++) {
        SnapshotRecord *record = g_ptr_array_index(records, i);
        bool is_changed = false;

        if (!snapshot_follow(record->def, &move, &is_changed, error) ||
            (is_changed && !snapshot_store_write(vm, record, error)))
            return false;
    }
    return records != NULL;
}
