/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/blockjob/blockjob_plan.h"

#include "base/error.h"
#include "qemu/block/disk_chain.h"
#include "qemu/block/node_list.h"
#include "qemu/blockjob/blockjob.h"
#include "qemu/checkpoint/checkpoint_store.h"
#include "qemu/jobs/job_store.h"

#include <string.h>

/* Of the checkpoints that a message names. */
enum { NAMES_MAX = 5 };

void
blockjob_plan_free(BlockjobPlan *plan)
{
    if (!plan)
        return;
    disk_job_free(plan->job);
    json_decref(plan->arguments);
    g_free(plan);
}

DiskDef *
blockjob_plan_disk(QemuDomain *vm, const char *name, GError **error)
{
    DiskDef *disk = NULL;

    if (!qemu_domain_is_active(vm)) {
        fail(error, VIR_ERR_OPERATION_INVALID,
             "domain '%s' is not running: block jobs are of running domains; "
             "with qemu-img its images can be changed",
             vm->name);
        return NULL;
    }
    /* Of the live definition: a disk that was added to the stored one since the
     * start is in no QEMU. */
    disk = domain_def_find_disk_by_name(vm->live, name);
    if (!disk) {
        fail(error, VIR_ERR_INVALID_ARG,
             "domain '%s' has no disk '%s'; domblklist names its disks",
             vm->name, name);
    }
    return disk;
}

/* A commit writes to an image under its bitmaps, a pivot leaves them behind:
 * until they are carried along, a checkpoint would be silently wrong. */
static bool
refuse_checkpoints(QemuDomain *vm, const DiskDef *disk, GError **error)
{
    g_autoptr(GString) names = g_string_new(NULL);
    const CheckpointSet *set = checkpoint_store_load(vm, error);
    const GPtrArray *records = NULL;
    guint n_names = 0;

    if (!set)
        return false;
    records = checkpoint_tree_records(set->tree);
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
                disk->target, vm->name, n_names, names->str,
                n_names > NAMES_MAX ? ", ..." : "");
}

static bool
refuse_backup(QemuDomain *vm, const DiskDef *disk, GError **error)
{
    const JobTable *jobs = job_store_load(vm, error);

    if (!jobs)
        return false;
    /* All of them: there may be several backups at a time, each with other
     * disks. */
    for (guint i = 0; i < jobs->jobs->len; i++) {
        const Job *job = g_ptr_array_index(jobs->jobs, i);

        if (job_is_live(job) && job->backup &&
            job_find_disk(job, disk->target)) {
            return fail(error, VIR_ERR_OPERATION_INVALID,
                        "cannot begin a block job on disk '%s' of domain '%s': "
                        "it is in backup %d; end that with 'backup-end %s --id "
                        "%d' first",
                        disk->target, vm->name, job->id, vm->name, job->id);
        }
    }
    return true;
}

/* From what costs nothing to what asks QEMU.  The size is QEMU's: an image may
 * have been resized since the start. */
bool
blockjob_plan_check(QemuDomain *vm, const DiskDef *disk, uint64_t *ret_size,
                    GError **error)
{
    g_autofree char *node = node_format(disk);
    g_autoptr(NodeList) nodes = NULL;
    QmpClient *qmp = NULL;

    if (disk_def_is_empty(disk) || disk->is_readonly) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "disk '%s' of domain '%s' is %s; a block job needs a disk "
                    "that can be written to",
                    disk->target, vm->name,
                    disk->is_readonly ? "read-only" : "empty");
    }
    if (!blockjob_refuse(vm, disk->target, "begin a block job", error) ||
        !refuse_backup(vm, disk, error) || !refuse_checkpoints(vm, disk, error))
        return false;
    qmp = qemu_domain_monitor(vm, error);
    nodes = qmp ? node_list_query(qmp, error) : NULL;
    if (!nodes)
        return false;
    if (node_list_size(nodes, node, ret_size))
        return true;
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "QEMU of domain '%s' has no node '%s' for disk '%s'; was it "
                "changed by hand?",
                vm->name, node, disk->target);
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

/* The name that goes into the header of an image in place of @below's: as short
 * as it can be where it is asked for, which is below @above's own folder;
 * ".." is not counted on, since links decide what that means. */
static char *
header_name(const ImageLayer *above, const ImageLayer *below, bool is_relative)
{
    g_autofree char *folder = g_path_get_dirname(above->path);
    g_autofree char *prefix = g_str_has_suffix(folder, "/")
                                  ? g_strdup(folder)
                                  : g_strconcat(folder, "/", NULL);

    /* A name that cannot be made relative this way is written in full, which is
     * right, if not as asked. */
    if (is_relative && g_str_has_prefix(below->path, prefix))
        return g_strdup(below->path + strlen(prefix));
    return g_strdup(below->path);
}

static void
set_text(json_t *arguments, const char *key, const char *value)
{
    json_object_set_new(arguments, key, json_string(value));
}

static BlockjobPlan *
plan_new(int type, const DiskDef *disk, const char *command)
{
    BlockjobPlan *plan = g_new0(BlockjobPlan, 1);

    plan->job = disk_job_new(type, disk);
    plan->command = command;
    plan->arguments = json_object();
    return plan;
}

/* The images from @depth down to above @end. */
static void
let_leave(BlockjobPlan *plan, const DiskDef *disk, unsigned depth, unsigned end)
{
    for (; depth < end; depth++) {
        const ImageLayer layer = disk_chain_layer(disk, depth);

        disk_job_add_leaving(plan->job, &layer);
    }
}

/* QEMU's stream fills the node that it is told of, and puts a filter above that
 * for the while: below ours, which it cannot see through. */
BlockjobPlan *
blockjob_plan_pull(const DiskDef *disk, const char *base, unsigned flags,
                   GError **error)
{
    const ImageLayer top = disk_chain_layer(disk, 0);
    bool is_relative = flags & VIR_DOMAIN_BLOCK_REBASE_RELATIVE;
    g_autofree char *device = node_format(disk);
    BlockjobPlan *plan = NULL;
    /* Without a base everything below the top leaves. */
    unsigned depth = disk_chain_length(disk);

    if (base && !find_image(disk, base, &depth, error))
        return NULL;
    if (base && depth == 0) {
        fail(error, VIR_ERR_INVALID_ARG,
             "'%s' is the image of disk '%s' itself; a pull goes down to one "
             "below it",
             base, disk->target);
        return NULL;
    }
    plan = plan_new(VIR_DOMAIN_BLOCK_JOB_TYPE_PULL, disk, "block-stream");
    let_leave(plan, disk, 1, depth);
    set_text(plan->arguments, "device", device);
    if (base) {
        const ImageLayer layer = disk_chain_layer(disk, depth);
        g_autofree char *node = node_layer(disk->target, layer.node);
        g_autofree char *name = header_name(&top, &layer, is_relative);

        set_text(plan->arguments, "base-node", node);
        /* What QEMU writes into the header when the stream is done.  Without it
         * that would be the name by which QEMU has the image open, which need
         * not be the one that the definition has. */
        set_text(plan->arguments, "backing-file", name);
    }
    return plan;
}

typedef struct {
    unsigned top;
    unsigned base;
} CommitRange;

static bool
check_active(const DiskDef *disk, const CommitRange *range, unsigned flags,
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
find_range(const DiskDef *disk, const BlockCommit *commit, unsigned flags,
           CommitRange *ret_range, GError **error)
{
    /* By default all of the chain into its lowest image. */
    CommitRange range = {0, disk_chain_length(disk) - 1};

    if (commit->top && !find_image(disk, commit->top, &range.top, error))
        return false;
    if (range.top + 1 >= disk_chain_length(disk)) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "there is no image below '%s' of disk '%s' to commit into",
                    disk_chain_layer(disk, range.top).path, disk->target);
    }
    if (flags & VIR_DOMAIN_BLOCK_COMMIT_SHALLOW)
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
    return check_active(disk, &range, flags, error);
}

/* The commit is one of the disk as a whole, whose uppermost node QEMU wants to
 * hear; the image to merge is named besides, so that our filter stays. */
BlockjobPlan *
blockjob_plan_commit(const DiskDef *disk, const BlockCommit *commit,
                     unsigned flags, GError **error)
{
    bool is_relative = flags & VIR_DOMAIN_BLOCK_COMMIT_RELATIVE;
    g_autofree char *device = node_top(disk->target);
    g_autofree char *top = NULL;
    g_autofree char *base = NULL;
    CommitRange range = {0};
    BlockjobPlan *plan = NULL;
    ImageLayer layer;

    if (!find_range(disk, commit, flags, &range, error))
        return NULL;
    plan = plan_new(range.top == 0 ? VIR_DOMAIN_BLOCK_JOB_TYPE_ACTIVE_COMMIT
                                   : VIR_DOMAIN_BLOCK_JOB_TYPE_COMMIT,
                    disk, "block-commit");
    plan->job->deletes = flags & VIR_DOMAIN_BLOCK_COMMIT_DELETE;
    /* Those that are merged; the base takes their place. */
    let_leave(plan, disk, range.top, range.base);
    layer = disk_chain_layer(disk, range.base);
    top = node_layer(disk->target, disk_chain_layer(disk, range.top).node);
    base = node_layer(disk->target, layer.node);
    set_text(plan->arguments, "device", device);
    set_text(plan->arguments, "top-node", top);
    set_text(plan->arguments, "base-node", base);
    /* The base becomes what the guest writes to, as a copy's target does; a
     * finish treats the two alike. */
    if (range.top == 0) {
        plan->job->target =
            image_layer_new(layer.type, layer.path, layer.format);
        plan->job->target->node = layer.node;
    } else {
        const ImageLayer above = disk_chain_layer(disk, range.top - 1);
        g_autofree char *name = header_name(&above, &layer, is_relative);

        /* For the header of the image above, which has named the topmost of
         * those that go. */
        set_text(plan->arguments, "backing-file", name);
    }
    return plan;
}
