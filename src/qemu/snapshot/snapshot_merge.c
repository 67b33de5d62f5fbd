/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Deleting an external snapshot with its data.
 *
 *     before   ... above ── overlay ── image
 *     after    ... above ── image                 with what the overlay held
 *
 * The overlay is written into the image that held the snapshot, and goes.  The
 * snapshots taken above it see the same bytes as before, and their records are
 * told where.  A running machine does it by a block job, which keeps its own
 * record; for one that is off qemu-img does it.
 *
 * Every step can be repeated, so a deletion that died is gone through again by
 * who deletes the snapshot again; until then it is marked, and no state to
 * return to.
 */
#include "base/error.h"
#include "base/fault.h"
#include "model/block/disk_chain.h"
#include "model/job.h"
#include "qemu/block/image_change.h"
#include "qemu/block/patience.h"
#include "qemu/blockjob/blockjob.h"
#include "qemu/blockjob/blockjob_begin.h"
#include "qemu/domain/domain_record.h"
#include "qemu/jobs/job_store.h"
#include "qemu/process/image_chain.h"
#include "qemu/snapshot/snapshot_hold.h"
#include "qemu/snapshot/snapshot_steps.h"
#include "qemu/snapshot/snapshot_store.h"
#include "xml/domain_xml.h"

#include <errno.h>
#include <unistd.h>

/* The root's lock is held meanwhile.  Whoever is told that it took too long may
 * ask for the deletion again, which goes on where this one was. */
enum {
    POLL_US = 5 * 1000,
    MERGE_TIMEOUT_MS = 3600 * 1000,
    STALL_TIMEOUT_MS = 60 * 1000,
};

/* ---- chains ---- */

/* (transfer full): the disk as it is, with everything below it. */
static DiskDef *
present_disk(const QemuDomain *vm, const char *target, DomainDef **ret_owner,
             GError **error)
{
    g_autoptr(DomainDef) copy = domain_def_copy(qemu_domain_def(vm));
    DiskDef *disk = domain_def_find_disk(copy, target);

    if (!disk) {
        fail(error, VIR_ERR_OPERATION_INVALID,
             "domain '%s' has no disk '%s' any more; delete the metadata only",
             vm->name, target);
        return NULL;
    }
    if (!image_chain_complete(disk, error))
        return NULL;
    *ret_owner = g_steal_pointer(&copy);
    return disk;
}

/* One disk of the snapshot, as a merge sees it. */
typedef struct {
    const char *target;
    const char *overlay; /* what is to go */
    char *image;         /* what it goes into */
    DomainDef *owner;    /* of @disk */
    DiskDef *disk;       /* the present chain */
    int depth;           /* of the overlay; -1: it is merged already */
} Merge;

static void
merge_clear(Merge *merge)
{
    g_free(merge->image);
    domain_def_free(merge->owner);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Merge, merge_clear)

/* The image that held the disk at the moment of the snapshot. */
static char *
image_of(const SnapshotRecord *record, const char *target, GError **error)
{
    g_autoptr(DomainDef) machine = NULL;
    const DiskDef *disk = NULL;

    if (record->def->domain_xml)
        machine = domain_xml_parse(record->def->domain_xml, error);
    disk = machine ? domain_def_find_disk(machine, target) : NULL;
    if (disk && disk->path)
        return g_strdup(disk->path);
    if (!error || !*error) {
        fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
             "snapshot '%s' does not say what disk '%s' was; delete its "
             "metadata only",
             record->def->name, target);
    }
    return NULL;
}

static bool
look(QemuDomain *vm, const SnapshotRecord *record, const SnapshotDisk *entry,
     Merge *merge, GError **error)
{
    int below = -1;

    merge->target = entry->name;
    merge->overlay = entry->path;
    merge->image = image_of(record, entry->name, error);
    if (!merge->image)
        return false;
    merge->disk = present_disk(vm, entry->name, &merge->owner, error);
    if (!merge->disk)
        return false;
    merge->depth = disk_chain_depth(merge->disk, merge->overlay);
    below = disk_chain_depth(merge->disk, merge->image);
    if (below >= 0 && (merge->depth < 0 ? record->step == SNAPSHOT_DELETING
                                        : below == merge->depth + 1))
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "snapshot '%s' is not in the chain of disk '%s' as it is now "
                "('%s' directly on '%s'); return to it or to a child of it "
                "first, or delete its metadata only",
                record->def->name, merge->target, merge->overlay, merge->image);
}

/* ---- checks ---- */

/* What would be lost with the overlay, and another branch that stands on the
 * image, and would see what never happened in it. */
static bool
check_merge(QemuDomain *vm, const SnapshotRecord *record, const Merge *merge,
            GError **error)
{
    const ImageWrite write = {merge->target, merge->image, merge->overlay};

    if (merge->depth >= 0 && !snapshot_hold_check_empty(merge->overlay, error))
        return false;
    return record->step == SNAPSHOT_DELETING ||
           snapshot_hold_check(vm, &write, record, error);
}

bool
snapshot_merge_check(QemuDomain *vm, const SnapshotRecord *record,
                     GError **error)
{
    for (guint i = 0; i < record->def->disks->len; i++) {
        const SnapshotDisk *entry = g_ptr_array_index(record->def->disks, i);
        g_auto(Merge) merge = {0};

        if (entry->place != SNAPSHOT_PLACE_EXTERNAL)
            continue;
        if (!look(vm, record, entry, &merge, error) ||
            !check_merge(vm, record, &merge, error))
            return false;
    }
    return true;
}

/* ---- the merge of one disk ---- */

/* An active commit gets in step and waits to be told; any other ends by
 * itself. */
static bool
see_through(QemuDomain *vm, const char *target, GError **error)
{
    g_autofree char *what = g_strdup_printf("the commit on disk '%s'", target);
    Patience patience = patience_begin(MERGE_TIMEOUT_MS, STALL_TIMEOUT_MS);

    for (;;) {
        const JobTable *jobs =
            blockjob_refresh(vm, error) ? job_store_load(vm, error) : NULL;
        Job *job = jobs ? job_table_disk_job(jobs, target) : NULL;
        const JobDisk *progress = NULL;

        if (!jobs)
            return false;
        if (!job)
            return true;
        if (disk_job_is_stepping(job->disk_job) && job->disk_job->is_ready)
            return blockjob_ask(vm, job, DISK_JOB_PIVOT, true, error);
        progress = g_ptr_array_index(job->disks, 0);
        if (!patience_goes_on(&patience, progress->processed, what, error))
            return false;
        g_usleep(POLL_US);
    }
}

/* A commit, as a dead deletion leaves it; anything else is somebody's own. */
static bool
is_commit(const Job *job)
{
    return job &&
           (job->disk_job->type == VIR_DOMAIN_BLOCK_JOB_TYPE_COMMIT ||
            job->disk_job->type == VIR_DOMAIN_BLOCK_JOB_TYPE_ACTIVE_COMMIT);
}

bool
snapshot_merge_resume(QemuDomain *vm, const SnapshotRecord *record,
                      GError **error)
{
    const JobTable *jobs = job_store_load(vm, error);

    if (!jobs)
        return false;
    if (record->step != SNAPSHOT_DELETING || !qemu_domain_is_active(vm))
        return true;
    for (guint i = 0; i < record->def->disks->len; i++) {
        const SnapshotDisk *entry = g_ptr_array_index(record->def->disks, i);

        if (entry->place == SNAPSHOT_PLACE_EXTERNAL &&
            is_commit(job_table_disk_job(jobs, entry->name)) &&
            !see_through(vm, entry->name, error))
            return false;
    }
    return true;
}

static bool
merge_live(QemuDomain *vm, const SnapshotRecord *record, const Merge *merge,
           GError **error)
{
    const BlockCommit commit = {.base = merge->image, .top = merge->overlay};
    const DiskDef *disk = domain_def_find_disk(vm->live, merge->target);
    unsigned flags = 0;
    uint64_t size = 0;
    g_autoptr(BlockjobPlan) plan = NULL;

    if (merge->depth == 0)
        flags |= VIR_DOMAIN_BLOCK_COMMIT_ACTIVE;
    if (!record->is_reused)
        flags |= VIR_DOMAIN_BLOCK_COMMIT_DELETE;
    if (!blockjob_plan_check(vm, disk, &size, error))
        return false;
    plan = blockjob_plan_commit(disk, &commit, flags, error);
    if (!plan)
        return false;
    plan->size = size;
    if (!blockjob_begin(vm, plan, error) ||
        !see_through(vm, merge->target, error))
        return false;
    disk = domain_def_find_disk(vm->live, merge->target);
    if (disk_chain_depth(disk, merge->overlay) < 0)
        return true;
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "'%s' could not be merged into '%s'; the domain's jobs say why",
                merge->overlay, merge->image);
}

/* The layer above names another one below it before the definition does: read
 * from either, the chain is whole at each step. */
static bool
merge_off(QemuDomain *vm, const Merge *merge, GError **error)
{
    const unsigned depth = (unsigned)merge->depth;
    const ImageLayer image = disk_chain_layer(merge->disk, depth + 1);
    DomainDef *after = NULL;
    DiskDef *disk = NULL;

    if (!image_commit(merge->overlay, merge->image, error))
        return false;
    if (depth > 0) {
        const ImageLayer above = disk_chain_layer(merge->disk, depth - 1);

        if (!image_rebase(above.path, &image, error))
            return false;
    }
    after = domain_def_copy(vm->config);
    disk = domain_def_find_disk(after, merge->target);
    disk_chain_drop(merge->disk, depth, 1);
    disk_chain_follow(disk, merge->disk);
    if (domain_record_save_config(vm, after, error))
        return true;
    domain_def_free(after);
    qemu_domain_distrust(vm);
    return false;
}

static bool
remove_overlay(const SnapshotRecord *record, const Merge *merge, GError **error)
{
    if (record->is_reused)
        return true;
    if (!fault_point("file:unlink", error))
        return false;
    if (unlink(merge->overlay) < 0 && errno != ENOENT)
        return fail_errno(error, errno, "cannot remove '%s'", merge->overlay);
    return true;
}

static bool
merge_disk(QemuDomain *vm, const SnapshotRecord *record,
           const SnapshotDisk *entry, GError **error)
{
    g_auto(Merge) merge = {0};

    if (!look(vm, record, entry, &merge, error))
        return false;
    if (merge.depth >= 0 &&
        !(qemu_domain_is_active(vm) ? merge_live(vm, record, &merge, error)
                                    : merge_off(vm, &merge, error)))
        return false;
    return remove_overlay(record, &merge, error);
}

/* ---- the records of the others ---- */

/* Of one disk; @machine is that of the snapshot that goes. */
static bool
tell_of_disk(QemuDomain *vm, const DomainDef *machine,
             const SnapshotDisk *entry, GError **error)
{
    g_autoptr(GPtrArray) gone =
        g_ptr_array_new_with_free_func((GDestroyNotify)image_layer_free);
    const DiskDef *image = domain_def_find_disk(machine, entry->name);
    const ImageLayer base = disk_chain_layer(image, 0);

    g_ptr_array_add(gone,
                    image_layer_new(entry->type, entry->path, entry->format));
    return snapshot_hold_follow(vm, entry->name, gone, &base, error);
}

static bool
tell_others(QemuDomain *vm, const SnapshotRecord *record, GError **error)
{
    g_autoptr(DomainDef) machine =
        domain_xml_parse(record->def->domain_xml, error);

    for (guint i = 0; machine && i < record->def->disks->len; i++) {
        const SnapshotDisk *entry = g_ptr_array_index(record->def->disks, i);

        if (entry->place == SNAPSHOT_PLACE_EXTERNAL &&
            !tell_of_disk(vm, machine, entry, error))
            return false;
    }
    return machine != NULL;
}

bool
snapshot_merge(QemuDomain *vm, SnapshotRecord *record, GError **error)
{
    if (record->step != SNAPSHOT_DELETING &&
        !snapshot_store_set_step(vm, record, SNAPSHOT_DELETING, error))
        return false;
    for (guint i = 0; i < record->def->disks->len; i++) {
        const SnapshotDisk *entry = g_ptr_array_index(record->def->disks, i);

        if (entry->place == SNAPSHOT_PLACE_EXTERNAL &&
            !merge_disk(vm, record, entry, error))
            return false;
    }
    return tell_others(vm, record, error) &&
           snapshot_memory_remove(record->def, error) &&
           snapshot_store_drop(vm, record, error);
}
