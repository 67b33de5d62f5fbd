/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/snapshot/snapshot_overlay.h"

#include "base/atomic_file.h"
#include "base/caller.h"
#include "base/error.h"
#include "base/fault.h"
#include "model/job/job_files.h"
#include "qemu/block/batch.h"
#include "qemu/block/disk_nodes.h"
#include "qemu/block/image_change.h"
#include "qemu/block/image_tool.h"
#include "qemu/block/node_list.h"
#include "qemu/domain/domain_record.h"
#include "qemu/process/image_chain.h"
#include "xml/domain_xml.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MS_PER_S = 1000 };

/* ---- what the domain looks like with them ---- */

static bool
is_on_top(const DiskDef *disk, const SnapshotDisk *overlay)
{
    return g_strcmp0(disk->path, overlay->path) == 0;
}

static void
put_one(DiskDef *disk, const SnapshotDisk *overlay, bool is_stated)
{
    bool was_stated = disk->backing != NULL;
    ImageLayer *image =
        image_layer_new(overlay->type, overlay->path, overlay->format);

    /* Above every number that the chain uses: names of nodes are made of it,
     * and those of images below stay. */
    image->node = disk_def_next_node(disk);
    disk_chain_push(disk, image);
    /* A chain that is read from the images is read from the overlay's header,
     * which we wrote.
     *
     * What disk_chain_push() has stated is what the header says as well; a
     * definition that leaves its chain to the images is kept as short as it
     * is. */
    if (!was_stated && !is_stated) {
        g_clear_pointer(&disk->backing, g_ptr_array_unref);
    }
}

DomainDef *
snapshot_overlay_put(const DomainDef *domain, const SnapshotDef *def,
                     bool is_stated)
{
    DomainDef *after = domain_def_copy(domain);

    for (guint i = 0; i < def->disks->len; i++) {
        const SnapshotDisk *overlay = g_ptr_array_index(def->disks, i);
        DiskDef *disk = domain_def_find_disk(after, overlay->name);

        if (disk && overlay->place == SNAPSHOT_PLACE_EXTERNAL &&
            !is_on_top(disk, overlay))
            put_one(disk, overlay, is_stated);
    }
    return after;
}

/* Overlay number *@i or a later one, with the disk that it is put on (in
 * @before, nullable) and its disk in @after; false behind the last one. */
typedef struct {
    const SnapshotDisk *overlay;
    const DiskDef *before;
    const DiskDef *after;
} Pair;

/* Goes through the external disks of @def that are in both definitions: a disk
 * may have been taken away between a creation and the recovery of what it
 * left. */
static bool
next_pair(const SnapshotDef *def, const DomainDef *before,
          const DomainDef *after, guint *i, Pair *ret_pair)
{
    for (; *i < def->disks->len; (*i)++) {
        const SnapshotDisk *overlay = g_ptr_array_index(def->disks, *i);

        if (overlay->place != SNAPSHOT_PLACE_EXTERNAL)
            continue;
        ret_pair->overlay = overlay;
        ret_pair->before = domain_def_find_disk(before, overlay->name);
        ret_pair->after = domain_def_find_disk(after, overlay->name);
        if (ret_pair->before && ret_pair->after) {
            (*i)++;
            return true;
        }
    }
    return false;
}

/* ---- checks ---- */

static bool
check_absent(const SnapshotDisk *overlay, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(overlay->path);
    struct stat status;

    /* lstat(): a link that leads nowhere is in the way too, and following it is
     * not ours to do. */
    if (caller_look(overlay->path, &status)) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the overlay '%s' of disk '%s' exists already; choose "
                    "another file, remove it, or pass the flag to reuse it",
                    overlay->path, overlay->name);
    }
    /* Told here, and not when the first of several overlays has been made.  It
     * promises nothing: the claim, with O_EXCL, is what counts. */
    if (errno != ENOENT ||
        (!caller_is_below(overlay->path) && access(folder, W_OK | X_OK) < 0)) {
        return fail_errno(error, errno,
                          "cannot create the overlay '%s' of disk '%s'",
                          overlay->path, overlay->name);
    }
    return true;
}

static bool
check_device(const SnapshotDisk *overlay, GError **error)
{
    struct stat status;

    if (stat(overlay->path, &status) < 0) {
        return fail_errno(error, errno, "cannot find '%s' for disk '%s'",
                          overlay->path, overlay->name);
    }
    if (S_ISBLK(status.st_mode))
        return true;
    return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "'%s' for disk '%s' is no block device; use type 'file'",
                overlay->path, overlay->name);
}

static bool
check_reused(const DiskDef *disk, const SnapshotDisk *overlay, GError **error)
{
    ImageInfo below = {0};
    ImageInfo info = {0};

    if (access(overlay->path, R_OK | W_OK) < 0) {
        return fail_errno(error, errno,
                          "cannot reuse the overlay '%s' of disk '%s'",
                          overlay->path, overlay->name);
    }
    if (!image_tool_info(overlay->path, overlay->format, &info, error) ||
        !image_tool_info(disk->path, disk->format, &below, error))
        return false;
    /* A guest would see its disk change its size between two writes. */
    if (info.has_data_file || info.virtual_size != below.virtual_size) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the overlay '%s' of disk '%s' cannot be reused: it must "
                    "have %" G_GUINT64_FORMAT " bytes, as the disk has, and no "
                    "data_file",
                    overlay->path, overlay->name, below.virtual_size);
    }
    return true;
}

/* Two overlays could have one file by different names only through a link, and
 * then the second one exists. */
bool
snapshot_overlay_check(const DomainDef *domain, const SnapshotDef *def,
                       bool is_reused, GError **error)
{
    Pair pair;

    for (guint i = 0; next_pair(def, domain, domain, &i, &pair);) {
        bool is_block = pair.overlay->type == DISK_SOURCE_BLOCK;
        bool is_free = true;

        /* Each image is a few descriptors of QEMU's and a step of each read; a
         * script that takes one every hour and merges none is told here. */
        if (disk_chain_length(pair.before) > IMAGE_CHAIN_MAX) {
            return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                        "disk '%s' has %u images already; commit some of them",
                        pair.overlay->name, disk_chain_length(pair.before));
        }
        if (is_block && !check_device(pair.overlay, error))
            return false;
        if (is_reused) {
            is_free = check_reused(pair.before, pair.overlay, error);
        } else if (!is_block) {
            is_free = check_absent(pair.overlay, error);
        }
        if (!is_free)
            return false;
    }
    return true;
}

/* ---- making ---- */

static bool
claim_file(const SnapshotDisk *overlay, GError **error)
{
    return overlay->type == DISK_SOURCE_BLOCK ||
           atomic_file_claim(overlay->path, error);
}

static bool
make_file(const SnapshotRecord *record, const Pair *pair, uint64_t size,
          GError **error)
{
    /* The uppermost one only: overlays of several snapshots in one transaction
     * cannot be. */
    const ImageLayer below = disk_chain_layer(pair->before, 0);

    return record->is_reused ||
           (claim_file(pair->overlay, error) &&
            image_make_overlay(pair->overlay->path, size, &below, error));
}

/* Of a running disk the size is QEMU's to say: it may have been changed, and a
 * raw image has it nowhere else. */
static bool
make_files_live(const QemuDomain *vm, const SnapshotRecord *record,
                const DomainDef *after, GError **error)
{
    /* Queried once for all disks. */
    g_autoptr(NodeList) nodes = node_list_query(vm->qmp, error);
    Pair pair;

    if (!nodes)
        return false;
    for (guint i = 0; next_pair(record->def, vm->live, after, &i, &pair);) {
        g_autofree char *below = node_format(pair.before);
        uint64_t size = 0;

        if (!node_list_size(nodes, below, &size)) {
            return fail(error, VIR_ERR_OPERATION_FAILED,
                        "QEMU of domain '%s' has no node '%s' for disk '%s'",
                        vm->name, below, pair.overlay->name);
        }
        if (!make_file(record, &pair, size, error))
            return false;
    }
    return true;
}

/* Without what is below: blockdev-snapshot puts that there, and refuses an
 * overlay that has something below it already. */
static bool
open_images(const QemuDomain *vm, const SnapshotDef *def,
            const DomainDef *after, GError **error)
{
    g_autoptr(Batch) batch = batch_new();
    Pair pair;

    for (guint i = 0; next_pair(def, vm->live, after, &i, &pair);) {
        const ImageLayer top = disk_chain_layer(pair.after, 0);

        batch_add(batch, "blockdev-add",
                  disk_nodes_file_options(pair.after, &top, false));
        batch_add(batch, "blockdev-add",
                  disk_nodes_format_options(pair.after, &top, NULL, false));
    }
    return batch_run(batch, vm->qmp, NULL, error);
}

static bool
make_live(QemuDomain *vm, const SnapshotRecord *record, const DomainDef *after,
          GError **error)
{
    /* Files first: QEMU opens what is there. */
    return qemu_domain_monitor(vm, error) &&
           make_files_live(vm, record, after, error) &&
           open_images(vm, record->def, after, error);
}

static bool
make_offline(QemuDomain *vm, const SnapshotRecord *record,
             const DomainDef *after, GError **error)
{
    Pair pair;

    for (guint i = 0; next_pair(record->def, vm->config, after, &i, &pair);) {
        const ImageLayer below = disk_chain_layer(pair.before, 0);
        ImageInfo info = {0};

        if (!image_tool_info(below.path, below.format, &info, error) ||
            !make_file(record, &pair, info.virtual_size, error))
            return false;
    }
    return true;
}

bool
snapshot_overlay_make(QemuDomain *vm, const SnapshotRecord *record,
                      const DomainDef *after, GError **error)
{
    return (qemu_domain_is_active(vm) ? make_live : make_offline)(vm, record,
                                                                  after, error);
}

/* ---- QEMU's step ---- */

void
snapshot_overlay_add_actions(const QemuDomain *vm, const SnapshotDef *def,
                             const DomainDef *after, Transaction *actions)
{
    Pair pair;

    for (guint i = 0; next_pair(def, vm->live, after, &i, &pair);) {
        g_autofree char *below = node_format(pair.before);
        g_autofree char *overlay = node_format(pair.after);

        /* "blockdev-snapshot" and not its older relative with "-sync": that one
         * makes the file itself, with names and options of its own choice. */
        transaction_add(
            actions, "blockdev-snapshot",
            json_pack("{s:s, s:s}", "node", below, "overlay", overlay));
    }
}

/* An overlay that only stands ready was opened with nothing below it, whatever
 * its header says; what QEMU 7.2 gives as the depth of its chain is 0 always. */
static bool
stands_on_something(const json_t *nodes, const char *name)
{
    size_t i = 0;
    json_t *node = NULL;

    json_array_foreach(nodes, i, node)
    {
        const char *other =
            json_string_value(json_object_get(node, "node-name"));

        if (g_strcmp0(other, name) == 0)
            return json_object_get(node, "backing_file") != NULL;
    }
    return false;
}

/* One moment for all: the first one tells.  It is asked in two ways, since the
 * definition may have been adopted already: then the overlay is what it names
 * on top. */
bool
snapshot_overlay_is_used(QemuDomain *vm, const SnapshotDef *def,
                         const DomainDef *after, bool *ret_is_used,
                         GError **error)
{
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    json_t *nodes = qmp ? qmp_client_call(qmp, "query-named-block-nodes",
                                          json_pack("{s:b}", "flat", 1), error)
                        : NULL;
    Pair pair;

    if (!nodes)
        return false;
    *ret_is_used = false;
    for (guint i = 0; next_pair(def, vm->live, after, &i, &pair);) {
        g_autofree char *overlay = node_format(pair.after);

        *ret_is_used = is_on_top(pair.before, pair.overlay) ||
                       stands_on_something(nodes, overlay);
        break;
    }
    json_decref(nodes);
    return true;
}

/* ---- taking away ---- */

static void
remove_node(const NodeList *nodes, const char *name, Batch *batch)
{
    if (node_list_has(nodes, name))
        batch_add(batch, "blockdev-del", json_pack("{s:s}", "node-name", name));
}

static bool
remove_nodes(QemuDomain *vm, const SnapshotDef *def, const DomainDef *after,
             GError **error)
{
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    g_autoptr(NodeList) nodes = qmp ? node_list_query(qmp, error) : NULL;
    g_autoptr(Batch) batch = batch_new();
    Pair pair;

    if (!nodes)
        return false;
    for (guint i = 0; next_pair(def, vm->live, after, &i, &pair);) {
        g_autofree char *format = node_format(pair.after);
        g_autofree char *file =
            node_layer_protocol(pair.after->target, pair.after->node);

        /* The format holds the file, so it goes first. */
        remove_node(nodes, format, batch);
        remove_node(nodes, file, batch);
    }
    return batch_run(batch, qmp, NULL, error);
}

/* A file that was never made is as good as removed, and one that somebody else
 * put there between our look and our claim is not ours to remove. */
bool
snapshot_overlay_remove_file(const SnapshotDef *def, const char *path,
                             GError **error)
{
    /* Of a record that was edited by hand: the product must not wrap. */
    int64_t seconds = MIN(def->creation_time, G_MAXINT64 / MS_PER_S);

    if (!job_file_is_born_since(seconds * MS_PER_S, path))
        return true;
    if (!fault_point("file:unlink", error))
        return false;
    if (!caller_unlink(path) && errno != ENOENT)
        return fail_errno(error, errno, "cannot remove '%s'", path);
    return true;
}

static bool
remove_files(const SnapshotRecord *record, GError **error)
{
    const SnapshotDef *def = record->def;

    for (guint i = 0; !record->is_reused && i < def->disks->len; i++) {
        const SnapshotDisk *overlay = g_ptr_array_index(def->disks, i);

        if (overlay->place != SNAPSHOT_PLACE_EXTERNAL ||
            overlay->type != DISK_SOURCE_FILE)
            continue;
        if (!snapshot_overlay_remove_file(def, overlay->path, error))
            return false;
    }
    return true;
}

bool
snapshot_overlay_remove(QemuDomain *vm, const SnapshotRecord *record,
                        const DomainDef *after, GError **error)
{
    /* Nodes before files: QEMU's lock on an image would outlast its name, and a
     * write by it go nowhere. */
    if (qemu_domain_is_active(vm) &&
        !remove_nodes(vm, record->def, after, error))
        return false;
    return remove_files(record, error);
}

/* ---- in the records ---- */

static bool
adopt_live(QemuDomain *vm, const SnapshotRecord *record, GError **error)
{
    DomainDef *after = snapshot_overlay_put(vm->live, record->def, true);

    /* In memory even if the write fails: it is what QEMU has.  The next process
     * reads the record, which is still prepared, and writes it then. */
    domain_def_free(vm->live);
    vm->live = after;
    return qemu_domain_save_status(vm, error);
}

/* A definition that was changed since the start may have another image there,
 * which is none of this run's affairs. */
static bool
is_followed(const DiskDef *stored, const DiskDef *live)
{
    if (!live || g_strcmp0(stored->path, live->path) == 0)
        return false;
    /* The stored definition names an image that this run has below its top: it
     * is behind by our overlays, and nothing else. */
    for (unsigned depth = 1; depth < disk_chain_length(live); depth++) {
        if (g_strcmp0(stored->path, disk_chain_layer(live, depth).path) == 0)
            return true;
    }
    return false;
}

static bool
adopt_config_of_run(QemuDomain *vm, const SnapshotRecord *record,
                    GError **error)
{
    DomainDef *after = domain_def_copy(vm->config);

    for (guint i = 0; i < after->disks->len; i++) {
        DiskDef *stored = g_ptr_array_index(after->disks, i);
        const SnapshotDisk *overlay =
            snapshot_def_find_disk(record->def, stored->target);
        const DiskDef *live = domain_def_find_disk(vm->live, stored->target);

        if (!overlay || overlay->place != SNAPSHOT_PLACE_EXTERNAL ||
            !is_followed(stored, live))
            continue;
        /* A caller's own overlay may name anything below it.
         *
         * So what is below is stated, from the chain that runs, for such a
         * one. */
        if (record->is_reused && !stored->backing) {
            stored->backing = g_ptr_array_new_with_free_func(
                (GDestroyNotify)image_layer_free);
        }
        disk_chain_follow(stored, live);
    }
    if (domain_record_save_config(vm, after, error))
        return true;
    domain_def_free(after);
    qemu_domain_distrust(vm);
    return false;
}

static bool
adopt_config(QemuDomain *vm, const SnapshotRecord *record, GError **error)
{
    /* A disk that has its overlay stays as it is, so a repetition changes
     * nothing. */
    DomainDef *after =
        snapshot_overlay_put(vm->config, record->def, record->is_reused);

    if (domain_record_save_config(vm, after, error))
        return true;
    domain_def_free(after);
    qemu_domain_distrust(vm);
    return false;
}

/* Marks the domain as written to first, so that other processes read it
 * anew. */
bool
snapshot_overlay_adopt(QemuDomain *vm, const SnapshotRecord *record,
                       GError **error)
{
    if (!qemu_domain_touch(vm, error))
        return false;
    if (!qemu_domain_is_active(vm))
        return adopt_config(vm, record, error);
    return adopt_live(vm, record, error) &&
           (!vm->config || adopt_config_of_run(vm, record, error));
}
