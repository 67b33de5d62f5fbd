/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/snapshot_align.h"

#include "base/error.h"
#include "model/moment_disks.h"

#include <string.h>

static const char *const place_words[] = {"", "no", "internal", "external"};

static char **
name_of(gpointer entry)
{
    return &((SnapshotDisk *)entry)->name;
}

/* ---- memory, and what it means for the disks ---- */

/* What the document itself says, before anything is filled in: a contradiction
 * with the flags is the caller's to settle, not ours. */
static bool
check_memory(const SnapshotDef *def, unsigned flags, GError **error)
{
    bool has_memory = def->memory == SNAPSHOT_PLACE_INTERNAL ||
                      def->memory == SNAPSHOT_PLACE_EXTERNAL;

    if (has_memory && flags & SNAPSHOT_ALIGN_DISK_ONLY) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<memory snapshot='%s'> contradicts a snapshot of the "
                    "disks only; leave one of the two out",
                    place_words[def->memory]);
    }
    if (has_memory && !(flags & SNAPSHOT_ALIGN_ACTIVE)) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "<memory snapshot='%s'> needs a domain that runs; this one "
                    "is shut off",
                    place_words[def->memory]);
    }
    return true;
}

/* Memory that the document leaves open goes where the disks go: with overlays
 * into a file, with internal snapshots into the image beside them.  One moment in
 * two kinds of places is refused below. */
static void
settle_memory(SnapshotDef *def, unsigned flags)
{
    bool is_without =
        flags & SNAPSHOT_ALIGN_DISK_ONLY || !(flags & SNAPSHOT_ALIGN_ACTIVE);

    if (def->memory != SNAPSHOT_PLACE_DEFAULT)
        return;
    if (is_without) {
        def->memory = SNAPSHOT_PLACE_NO;
    } else if (def->memory_file ||
               (snapshot_def_has_disk(def, SNAPSHOT_PLACE_EXTERNAL) &&
                !snapshot_def_has_disk(def, SNAPSHOT_PLACE_INTERNAL))) {
        def->memory = SNAPSHOT_PLACE_EXTERNAL;
    } else {
        def->memory = SNAPSHOT_PLACE_INTERNAL;
    }
}

/* After settle_memory(): external memory may have followed from the disks, and
 * there is no place for it that we could choose for the caller. */
static bool
check_memory_file(const SnapshotDef *def, GError **error)
{
    if (def->memory == SNAPSHOT_PLACE_EXTERNAL && !def->memory_file) {
        return fail(error, VIR_ERR_XML_ERROR,
                    "external memory needs a file: <memory "
                    "snapshot='external' file='...'/>; or take the disks only");
    }
    return true;
}

/* Of the disks that say nothing.  Without memory a running machine has no
 * internal snapshot that all its disks would share a moment with. */
static SnapshotPlace
default_place(const SnapshotDef *def, unsigned flags)
{
    bool is_disk_only =
        def->memory == SNAPSHOT_PLACE_NO &&
        flags & (SNAPSHOT_ALIGN_ACTIVE | SNAPSHOT_ALIGN_DISK_ONLY);

    return is_disk_only || def->memory == SNAPSHOT_PLACE_EXTERNAL ||
                   snapshot_def_has_disk(def, SNAPSHOT_PLACE_EXTERNAL)
               ? SNAPSHOT_PLACE_EXTERNAL
               : SNAPSHOT_PLACE_INTERNAL;
}

/* ---- one disk ---- */

/* "/images/web.qcow2" of snapshot "one": "/images/web.one". */
static bool
name_overlay(const SnapshotDef *def, const DiskDef *disk, SnapshotDisk *entry,
             GError **error)
{
    if (entry->path)
        return true;
    if (!disk->path || disk->source_type != DISK_SOURCE_FILE ||
        entry->type == DISK_SOURCE_BLOCK) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "no name can be made up for the overlay of disk '%s', "
                    "whose image is no file; give its <source>",
                    disk->target);
    }
    entry->path = snapshot_overlay_path(disk->path, def->name);
    if (!g_str_equal(entry->path, disk->path))
        return true;
    return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "the overlay of disk '%s' would be its own image '%s'; give "
                "its <source>, or choose another name for the snapshot",
                disk->target, disk->path);
}

/* In this order: what the disk is, then what the document wants of it, since
 * advice about a format is of no use for a disk that takes no overlay at all. */
static bool
check_external(const SnapshotDef *def, const DiskDef *disk, SnapshotDisk *entry,
               GError **error)
{
    if (disk_def_is_fixed(disk)) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "snapshot '%s' cannot put an overlay on disk '%s': it is "
                    "read-only or empty; list it with snapshot='no'",
                    def->name, disk->target);
    }
    if (disk->is_shareable) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "snapshot '%s' cannot put an overlay on disk '%s': it is "
                    "shared, and others would not see what is written to it",
                    def->name, disk->target);
    }
    if (entry->format != IMAGE_FORMAT_QCOW2) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the overlay of disk '%s' cannot be of format '%s', which "
                    "has nothing below it; use qcow2",
                    disk->target, image_format_name(entry->format));
    }
    return name_overlay(def, disk, entry, error);
}

/* An internal snapshot lies in the disk's own image, so that is what counts, and
 * not what the document says of an overlay. */
static bool
check_internal(const SnapshotDef *def, const DiskDef *disk, unsigned flags,
               GError **error)
{
    if (disk_def_is_fixed(disk)) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "snapshot '%s' cannot be kept in disk '%s': it is "
                    "read-only or empty; list it with snapshot='no'",
                    def->name, disk->target);
    }
    if (disk->format != IMAGE_FORMAT_QCOW2) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "snapshot '%s' cannot be kept in disk '%s': an image of "
                    "format '%s' holds none; take an external one",
                    def->name, disk->target, image_format_name(disk->format));
    }
    if (flags & SNAPSHOT_ALIGN_ACTIVE && def->memory == SNAPSHOT_PLACE_NO) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "snapshot '%s' cannot be kept in disk '%s' alone while the "
                    "domain runs: an internal one holds the memory too; leave "
                    "disk-only out, or use snapshot='external'",
                    def->name, disk->target);
    }
    return true;
}

/* One entry for each disk of the domain, also for those that are left out: those
 * who read the record need not know what was the default then. */
static SnapshotDisk *
align_disk(const DiskDef *disk, const SnapshotDisk *entry, SnapshotPlace place)
{
    SnapshotDisk *aligned = snapshot_disk_new(disk->target);

    aligned->place = disk_def_is_fixed(disk) ? SNAPSHOT_PLACE_NO : place;
    if (!entry)
        return aligned;
    if (entry->place != SNAPSHOT_PLACE_DEFAULT)
        aligned->place = entry->place;
    aligned->type = entry->type;
    aligned->format = entry->format;
    aligned->path = g_strdup(entry->path);
    return aligned;
}

static bool
check_disk(const SnapshotDef *def, const DiskDef *disk, SnapshotDisk *entry,
           unsigned flags, GError **error)
{
    switch (entry->place) {
    case SNAPSHOT_PLACE_EXTERNAL:
        return check_external(def, disk, entry, error);
    case SNAPSHOT_PLACE_INTERNAL:
        return check_internal(def, disk, flags, error);
    default:
        return true;
    }
}

/* ---- all disks together ---- */

/* A snapshot of both kinds could be gone back to by neither of the two ways. */
static bool
check_one_kind(const SnapshotDef *def, GError **error)
{
    bool is_internal = snapshot_def_has_disk(def, SNAPSHOT_PLACE_INTERNAL) ||
                       def->memory == SNAPSHOT_PLACE_INTERNAL;

    if (is_internal && snapshot_def_is_external(def)) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "snapshot '%s' mixes internal and external; make all its "
                    "disks and the memory the same",
                    def->name);
    }
    if (!snapshot_def_has_disk(def, SNAPSHOT_PLACE_INTERNAL) &&
        !snapshot_def_has_disk(def, SNAPSHOT_PLACE_EXTERNAL)) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "snapshot '%s' takes no disk: none is selected, or none is "
                    "writable",
                    def->name);
    }
    return true;
}

/* Going back to an internal snapshot goes back with the whole machine: a disk
 * that is not in it would stay in the future. */
static bool
check_complete(const SnapshotDef *def, const DomainDef *domain, GError **error)
{
    for (guint i = 0; i < domain->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(domain->disks, i);
        const SnapshotDisk *entry = g_ptr_array_index(def->disks, i);

        if (entry->place != SNAPSHOT_PLACE_NO || disk_def_is_fixed(disk))
            continue;
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "internal snapshot '%s' leaves out disk '%s', which the "
                    "machine writes to; take all disks, or an external one",
                    def->name, disk->target);
    }
    return true;
}

/* Two overlays in one file would write over each other, and an overlay over the
 * memory; the paths were partly made up here, so the caller may not see it. */
static bool
check_paths(const SnapshotDef *def, GError **error)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);

    if (def->memory_file)
        g_hash_table_add(seen, def->memory_file);
    for (guint i = 0; i < def->disks->len; i++) {
        const SnapshotDisk *disk = g_ptr_array_index(def->disks, i);

        if (disk->place != SNAPSHOT_PLACE_EXTERNAL ||
            g_hash_table_add(seen, disk->path))
            continue;
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "snapshot '%s' uses '%s' twice; disk '%s' needs a file of "
                    "its own",
                    def->name, disk->path, disk->name);
    }
    return true;
}

/* The document's own list gives way to one of all disks. */
static bool
align_disks(SnapshotDef *def, const DomainDef *domain, GHashTable *listed,
            unsigned flags, GError **error)
{
    SnapshotPlace place = default_place(def, flags);
    g_autoptr(GPtrArray) disks =
        g_ptr_array_new_with_free_func((GDestroyNotify)snapshot_disk_free);

    for (guint i = 0; i < domain->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(domain->disks, i);
        SnapshotDisk *aligned =
            align_disk(disk, g_hash_table_lookup(listed, disk->target), place);

        g_ptr_array_add(disks, aligned);
        if (!check_disk(def, disk, aligned, flags, error))
            return false;
    }
    if (def->disks)
        g_ptr_array_unref(def->disks);
    def->disks = g_steal_pointer(&disks);
    return true;
}

/* The order is that of the knowledge: memory settles the default for disks, the
 * disks tell whether it is of one kind, and the kind what has to be complete. */
bool
snapshot_align(SnapshotDef *def, const DomainDef *domain, unsigned flags,
               GError **error)
{
    /* Borrows from the document's own list, as long as there is that. */
    g_autoptr(GHashTable) listed =
        moment_disks_map(def->disks, name_of, domain, "snapshot", error);

    if (!listed || !check_memory(def, flags, error))
        return false;
    settle_memory(def, flags);
    if (!check_memory_file(def, error) ||
        !align_disks(def, domain, listed, flags, error) ||
        !check_one_kind(def, error))
        return false;
    if (!snapshot_def_is_external(def))
        return check_complete(def, domain, error);
    return check_paths(def, error);
}

/* Of what was printed once.  A domain may have other disks by now, so nothing is
 * added, and what says nothing took no part. */
bool
snapshot_align_redefined(SnapshotDef *def, const DomainDef *domain,
                         GError **error)
{
    if (!moment_disks_rename(def->disks, name_of, domain, "snapshot", def->name,
                             error))
        return false;
    for (guint i = 0; def->disks && i < def->disks->len; i++) {
        SnapshotDisk *entry = g_ptr_array_index(def->disks, i);

        if (entry->place == SNAPSHOT_PLACE_DEFAULT) {
            entry->place =
                entry->path ? SNAPSHOT_PLACE_EXTERNAL : SNAPSHOT_PLACE_NO;
        }
    }
    if (def->memory == SNAPSHOT_PLACE_DEFAULT)
        def->memory = SNAPSHOT_PLACE_NO;
    return true;
}
