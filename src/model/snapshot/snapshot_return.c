/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/snapshot/snapshot_return.h"

#include "base/error.h"

/* The machine writes to that image again, so it is no state of the past any
 * more: its overlay was committed, or somebody put it back by hand. */
static bool
check_below(const SnapshotDef *def, const DiskDef *disk, const DiskDef *now,
            GError **error)
{
    if (disk->source_type != DISK_SOURCE_FILE) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "snapshot '%s' has disk '%s' on a device, beside which "
                    "there is no place for a new overlay",
                    def->name, disk->target);
    }
    if (now && g_strcmp0(now->path, disk->path) == 0) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "image '%s' is no longer what it was at snapshot '%s': "
                    "disk '%s' writes to it",
                    disk->path, def->name, disk->target);
    }
    return true;
}

/* The snapshot's own overlay has the name without a number, so they begin with
 * two. */
static char *
free_path(const DiskDef *disk, const char *name, SnapshotPathTaken is_taken,
          gconstpointer opaque)
{
    g_autofree char *own = snapshot_overlay_path(disk->path, name);
    char *path = NULL;

    for (unsigned n = 2;; n++) {
        path = g_strdup_printf("%s-%u", own, n);
        if (!is_taken(disk, path, opaque))
            return path;
        g_free(path);
    }
}

GPtrArray *
snapshot_return_overlays(const SnapshotDef *def, const DomainDef *machine,
                         const DomainDef *now, SnapshotPathTaken is_taken,
                         gconstpointer opaque, GError **error)
{
    g_autoptr(GPtrArray) overlays =
        g_ptr_array_new_with_free_func((GDestroyNotify)snapshot_disk_free);

    for (guint i = 0; i < machine->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(machine->disks, i);
        const SnapshotDisk *entry = snapshot_def_find_disk(def, disk->target);
        SnapshotDisk *overlay = NULL;

        if (!entry || entry->place != SNAPSHOT_PLACE_EXTERNAL)
            continue;
        if (!check_below(def, disk, domain_def_find_disk(now, disk->target),
                         error))
            return NULL;
        overlay = snapshot_disk_new(disk->target);
        overlay->place = SNAPSHOT_PLACE_EXTERNAL;
        overlay->path = free_path(disk, def->name, is_taken, opaque);
        g_ptr_array_add(overlays, overlay);
    }
    return g_steal_pointer(&overlays);
}
