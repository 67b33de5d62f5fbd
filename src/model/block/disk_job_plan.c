/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/block/disk_job_plan.h"

#include "base/error.h"

#include <libvirt/libvirt.h>
#include <string.h>

/* Of the checkpoints that a message names. */
enum { NAMES_MAX = 5 };

DiskDef *
disk_job_find_disk(const char *vm, const DomainDef *live, const char *name,
                   GError **error)
{
    DiskDef *disk = NULL;

    if (!live) {
        fail(error, VIR_ERR_OPERATION_INVALID,
             "domain '%s' is not running: block jobs are of running domains; "
             "with qemu-img its images can be changed",
             vm);
        return NULL;
    }
    /* Of the live definition: a disk that was added to the stored one since the
     * start is in no machine. */
    disk = domain_def_find_disk_by_name(live, name);
    if (!disk) {
        fail(error, VIR_ERR_INVALID_ARG,
             "domain '%s' has no disk '%s'; domblklist names its disks", vm,
             name);
    }
    return disk;
}

/* Two jobs on one disk would each move what the other is about. */
bool
disk_job_refuse(const char *vm, const JobTable *jobs, const char *target,
                const char *what, GError **error)
{
    const Job *job = job_table_disk_job(jobs, target);

    if (!job)
        return true;
    return fail(
        error, VIR_ERR_OPERATION_INVALID,
        "cannot %s: disk '%s' of domain '%s' has a block job (%s, job "
        "%d); wait for its end, or end it with 'blockjob %s %s --abort'",
        what, job->disk_job->disk, vm, disk_job_type_name(job->disk_job->type),
        job->id, vm, job->disk_job->disk);
}

/* A commit writes to an image under its bitmaps, a pivot leaves them behind:
 * until they are carried along, a checkpoint would be silently wrong. */
static bool
refuse_checkpoints(const char *vm, const DiskDef *disk,
                   const CheckpointTree *tree, GError **error)
{
    g_autoptr(GString) names = g_string_new(NULL);
    const GPtrArray *records = checkpoint_tree_records(tree);
    guint n_names = 0;

    for (guint i = 0; i < records->len; i++) {
        const CheckpointRecord *record = g_ptr_array_index(records, i);

        if (!checkpoint_record_is_visible(record))
            continue;
        if (n_names < NAMES_MAX) {
            g_string_append_printf(names, "%s'%s'", n_names ? ", " : "",
                                   record->def->name);
        }
        n_names++;
    }
    if (n_names == 0)
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "cannot begin a block job on disk '%s' of domain '%s': it has "
                "%u checkpoints (%s%s), whose record of changes would be lost; "
                "delete them first",
                disk->target, vm, n_names, names->str,
                n_names > NAMES_MAX ? ", ..." : "");
}

bool
disk_job_refuse_backup(const char *vm, const JobTable *jobs, const char *target,
                       const char *what, GError **error)
{
    /* All of them: there may be several backups at a time, each with other
     * disks. */
    for (guint i = 0; i < jobs->jobs->len; i++) {
        const Job *job = g_ptr_array_index(jobs->jobs, i);

        if (job_is_live(job) && job->backup && job_find_disk(job, target)) {
            return fail(error, VIR_ERR_OPERATION_INVALID,
                        "cannot %s: disk '%s' of domain '%s' is in backup %d; "
                        "end that with 'backup-end %s --id %d' first",
                        what, target, vm, job->id, vm, job->id);
        }
    }
    return true;
}

/* From what is told of the disk itself to what somebody has begun on it: the
 * first that is in the way is named. */
bool
disk_job_check(const char *vm, const DiskDef *disk, const JobTable *jobs,
               const CheckpointTree *checkpoints, GError **error)
{
    const char *what = "begin a block job";

    if (disk_def_is_empty(disk) || disk->is_readonly) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "disk '%s' of domain '%s' is %s; a block job needs a disk "
                    "that can be written to",
                    disk->target, vm,
                    disk->is_readonly ? "read-only" : "empty");
    }
    return disk_job_refuse(vm, jobs, disk->target, what, error) &&
           disk_job_refuse_backup(vm, jobs, disk->target, what, error) &&
           refuse_checkpoints(vm, disk, checkpoints, error);
}

/* Where in @disk's chain the image called @name is. */
static bool
find_image(const DiskDef *disk, const char *name, unsigned *ret_depth,
           GError **error)
{
    if (disk_chain_find(disk, name, ret_depth))
        return true;
    return fail(error, VIR_ERR_INVALID_ARG,
                "disk '%s' has no image '%s'; dumpxml shows its images",
                disk->target, name);
}

/* The images from @depth down to above @end. */
static void
let_leave(DiskJob *job, const DiskDef *disk, unsigned depth, unsigned end)
{
    for (; depth < end; depth++) {
        const ImageLayer layer = disk_chain_layer(disk, depth);

        disk_job_add_leaving(job, &layer);
    }
}

/* The top takes in what leaves, so it stays whatever it is. */
DiskJob *
disk_job_plan_pull(const DiskDef *disk, const char *base, unsigned *ret_base,
                   GError **error)
{
    /* Without a base everything below the top leaves. */
    unsigned depth = disk_chain_length(disk);
    DiskJob *job = NULL;

    if (base && !find_image(disk, base, &depth, error))
        return NULL;
    if (depth == 0) {
        fail(error, VIR_ERR_INVALID_ARG,
             "'%s' is the image of disk '%s' itself; a pull goes down to one "
             "below it",
             base, disk->target);
        return NULL;
    }
    job = disk_job_new(VIR_DOMAIN_BLOCK_JOB_TYPE_PULL, disk);
    let_leave(job, disk, 1, depth);
    *ret_base = depth;
    return job;
}

static bool
check_active(const DiskDef *disk, const DiskJobRange *range, unsigned flags,
             GError **error)
{
    bool is_active = flags & VIR_DOMAIN_BLOCK_COMMIT_ACTIVE;

    /* As libvirt: an active commit does not end by itself, and who does not
     * know that would wait for ever. */
    if (range->top == 0 && !is_active) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "'%s' is the image that disk '%s' writes to; its commit "
                    "needs the flag for active ones",
                    disk->path, disk->target);
    }
    if (range->top > 0 && is_active) {
        const ImageLayer layer = disk_chain_layer(disk, range->top);

        return fail(error, VIR_ERR_INVALID_ARG,
                    "'%s' is not the image that disk '%s' writes to; leave the "
                    "flag for active ones out",
                    layer.path, disk->target);
    }
    return true;
}

static bool
find_range(const DiskDef *disk, const DiskJobCommit *commit,
           DiskJobRange *ret_range, GError **error)
{
    /* By default all of the chain into its lowest image. */
    DiskJobRange range = {0, disk_chain_length(disk) - 1};

    if (commit->top && !find_image(disk, commit->top, &range.top, error))
        return false;
    if (range.top + 1 >= disk_chain_length(disk)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "there is no image below '%s' of disk '%s' to commit into",
                    disk_chain_layer(disk, range.top).path, disk->target);
    }
    if (commit->flags & VIR_DOMAIN_BLOCK_COMMIT_SHALLOW)
        range.base = range.top + 1;
    if (commit->base && !find_image(disk, commit->base, &range.base, error))
        return false;
    /* Only a given base can be wrong: the other two are below the top. */
    if (range.base <= range.top) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "'%s' is not below '%s' in the chain of disk '%s'",
                    commit->base, disk_chain_layer(disk, range.top).path,
                    disk->target);
    }
    *ret_range = range;
    return check_active(disk, &range, commit->flags, error);
}

DiskJob *
disk_job_plan_commit(const DiskDef *disk, const DiskJobCommit *commit,
                     DiskJobRange *ret_range, GError **error)
{
    DiskJobRange range = {0};
    DiskJob *job = NULL;
    ImageLayer layer;
    ImageLayer *base = NULL;

    if (!find_range(disk, commit, &range, error))
        return NULL;
    job = disk_job_new(range.top == 0 ? VIR_DOMAIN_BLOCK_JOB_TYPE_ACTIVE_COMMIT
                                      : VIR_DOMAIN_BLOCK_JOB_TYPE_COMMIT,
                       disk);
    job->deletes = commit->flags & VIR_DOMAIN_BLOCK_COMMIT_DELETE;
    /* Those that are merged; the base takes their place. */
    let_leave(job, disk, range.top, range.base);
    layer = disk_chain_layer(disk, range.base);
    base = image_layer_new(layer.type, layer.path, layer.format);
    base->node = layer.node;
    /* The base of an active one becomes what the guest writes to, as a copy's
     * target does; an end treats the two alike. */
    *(range.top == 0 ? &job->target : &job->base) = base;
    *ret_range = range;
    return job;
}

/* A copy onto an image of the machine would destroy it while it is read. */
static bool
check_unused(const DomainDef *domain, const char *path, GError **error)
{
    for (guint i = 0; i < domain->disks->len; i++) {
        const DiskDef *disk = g_ptr_array_index(domain->disks, i);

        /* By name only.  A link to an image in use is caught by the check that
         * a new file must not exist, and for a reused one by QEMU's lock on the
         * image. */
        for (unsigned depth = 0;
             !disk_def_is_empty(disk) && depth < disk_chain_length(disk);
             depth++) {
            if (strcmp(disk_chain_layer(disk, depth).path, path) == 0) {
                return fail(error, VIR_ERR_INVALID_ARG,
                            "'%s' is an image of disk '%s'; copy to another",
                            path, disk->target);
            }
        }
    }
    return true;
}

const ImageLayer *
disk_job_copy_below(const DiskDef *disk, unsigned flags)
{
    /* Without a backing image the top alone is all there is. */
    return flags & VIR_DOMAIN_BLOCK_COPY_SHALLOW && disk_chain_length(disk) > 1
               ? g_ptr_array_index(disk->backing, 0)
               : NULL;
}

DiskJob *
disk_job_plan_copy(const DomainDef *domain, const DiskDef *disk,
                   ImageLayer *target, unsigned flags, GError **error)
{
    const ImageLayer *below = disk_job_copy_below(disk, flags);
    g_autoptr(DiskJob) job = disk_job_new(VIR_DOMAIN_BLOCK_JOB_TYPE_COPY, disk);

    job->target = target;
    /* Above every number that the chain uses, so no name of a node is used
     * twice, before the pivot or after it. */
    target->node = disk_def_next_node(disk);
    if (!check_unused(domain, target->path, error))
        return NULL;
    /* A shallow copy holds the changes of the top image alone, so it needs a
     * header that says what they are changes to. */
    if (below && target->format == IMAGE_FORMAT_RAW) {
        fail(error, VIR_ERR_INVALID_ARG,
             "a copy of the top image alone cannot be raw: '%s' would have no "
             "place to name '%s' in",
             target->path, below->path);
        return NULL;
    }
    /* By intent: a begin that dies leaves a file that may be there. */
    job->is_created = !(flags & VIR_DOMAIN_BLOCK_COPY_REUSE_EXT) &&
                      target->type == DISK_SOURCE_FILE;
    /* What a pivot replaces: the top alone for a shallow copy, the whole chain
     * for a full one. */
    let_leave(job, disk, 0, below ? 1 : disk_chain_length(disk));
    return g_steal_pointer(&job);
}

bool
disk_job_check_pivot(const char *vm, const Job *job, GError **error)
{
    const DiskJob *disk_job = job->disk_job;

    /* The refresh in front of the call may have finished it a moment ago: a job
     * that just failed is told as that, and not as one that never was. */
    if (!job_is_live(job)) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "job %d on disk '%s' of domain '%s' has ended: %s", job->id,
                    disk_job->disk, vm,
                    job->error ? job->error : job_outcome_name(job->outcome));
    }
    if (!disk_job_is_stepping(disk_job)) {
        return fail(error, VIR_ERR_OPERATION_UNSUPPORTED,
                    "job %d on disk '%s' of domain '%s' is a %s, which ends by "
                    "itself; only a copy or an active commit has a pivot",
                    job->id, disk_job->disk, vm,
                    disk_job_type_name(disk_job->type));
    }
    /* QEMU would refuse too, but libvirt's programs poll for this code and ask
     * again. */
    if (!disk_job->is_ready) {
        return fail(error, VIR_ERR_BLOCK_COPY_ACTIVE,
                    "job %d on disk '%s' of domain '%s' is not in step with "
                    "the disk yet; wait until it is ready",
                    job->id, disk_job->disk, vm);
    }
    return true;
}
