/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/snapshot.h"

#include "base/error.h"

#include <string.h>

SnapshotDisk *
snapshot_disk_new(const char *name)
{
    SnapshotDisk *disk = g_new0(SnapshotDisk, 1);

    disk->name = g_strdup(name);
    disk->type = DISK_SOURCE_FILE;
    disk->format = IMAGE_FORMAT_QCOW2;
    return disk;
}

void
snapshot_disk_free(SnapshotDisk *disk)
{
    if (!disk)
        return;
    g_free(disk->name);
    g_free(disk->path);
    g_free(disk);
}

SnapshotDef *
snapshot_def_new(void)
{
    SnapshotDef *def = g_new0(SnapshotDef, 1);

    def->creation_time = -1;
    return def;
}

void
snapshot_def_free(SnapshotDef *def)
{
    if (!def)
        return;
    g_free(def->name);
    g_free(def->description);
    g_free(def->parent);
    g_free(def->memory_file);
    if (def->disks)
        g_ptr_array_unref(def->disks);
    g_free(def->domain_xml);
    g_free(def->inactive_xml);
    g_free(def);
}

static SnapshotDisk *
copy_disk(const SnapshotDisk *disk)
{
    SnapshotDisk *copy = snapshot_disk_new(disk->name);

    copy->place = disk->place;
    copy->type = disk->type;
    copy->format = disk->format;
    copy->path = g_strdup(disk->path);
    return copy;
}

SnapshotDef *
snapshot_def_copy(const SnapshotDef *def)
{
    SnapshotDef *copy = snapshot_def_new();

    /* Field by field: by way of the XML it would parse a whole domain. */
    copy->name = g_strdup(def->name);
    copy->description = g_strdup(def->description);
    copy->parent = g_strdup(def->parent);
    copy->creation_time = def->creation_time;
    copy->state = def->state;
    copy->memory = def->memory;
    copy->memory_file = g_strdup(def->memory_file);
    copy->domain_xml = g_strdup(def->domain_xml);
    copy->inactive_xml = g_strdup(def->inactive_xml);
    if (def->disks) {
        copy->disks =
            g_ptr_array_new_with_free_func((GDestroyNotify)snapshot_disk_free);
    }
    for (guint i = 0; def->disks && i < def->disks->len; i++) {
        g_ptr_array_add(copy->disks,
                        copy_disk(g_ptr_array_index(def->disks, i)));
    }
    return copy;
}

SnapshotDisk *
snapshot_def_find_disk(const SnapshotDef *def, const char *target)
{
    for (guint i = 0; def->disks && i < def->disks->len; i++) {
        SnapshotDisk *disk = g_ptr_array_index(def->disks, i);

        if (g_str_equal(disk->name, target))
            return disk;
    }
    return NULL;
}

bool
snapshot_def_has_disk(const SnapshotDef *def, SnapshotPlace place)
{
    for (guint i = 0; def->disks && i < def->disks->len; i++) {
        const SnapshotDisk *disk = g_ptr_array_index(def->disks, i);

        if (disk->place == place)
            return true;
    }
    return false;
}

bool
snapshot_def_is_external(const SnapshotDef *def)
{
    return def->memory == SNAPSHOT_PLACE_EXTERNAL ||
           snapshot_def_has_disk(def, SNAPSHOT_PLACE_EXTERNAL);
}

/* Wider than a checkpoint's: users have had blanks in the names of their
 * snapshots for as long as libvirt has let them.  But it becomes a file's name
 * and a line of a listing, so nothing that ends either gets in. */
bool
snapshot_name_check(const char *name, GError **error)
{
    if (strchr(name, '/') || name[0] == '.') {
        return fail(error, VIR_ERR_XML_DETAIL,
                    "snapshot name '%s' could leave the folder of snapshots; "
                    "leave out '/', and '.' as the first character",
                    name);
    }
    if (!name[0]) {
        return fail(error, VIR_ERR_XML_DETAIL,
                    "element <name> of the snapshot is empty; leave it out for "
                    "a generated name");
    }
    if (strlen(name) > SNAPSHOT_NAME_MAX) {
        return fail(error, VIR_ERR_XML_DETAIL,
                    "snapshot name '%.20s...' is longer than %d bytes", name,
                    SNAPSHOT_NAME_MAX);
    }
    for (const char *c = name; *c; c++) {
        if (g_ascii_iscntrl(*c)) {
            return fail(error, VIR_ERR_XML_DETAIL,
                        "snapshot name '%.20s...' has a control character",
                        name);
        }
    }
    return true;
}

/* Only a dot of the last part of the path is one of a suffix. */
char *
snapshot_overlay_path(const char *image, const char *name)
{
    const char *dot = strrchr(image, '.');
    int length =
        (int)(dot && !strchr(dot, '/') ? (gsize)(dot - image) : strlen(image));

    return g_strdup_printf("%.*s.%s", length, image, name);
}
