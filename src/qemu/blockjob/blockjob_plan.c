/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/blockjob/blockjob_plan.h"

#include "base/error.h"
#include "qemu/block/node_list.h"
#include "qemu/block/node_names.h"
#include "qemu/blockjob/blockjob.h"
#include "qemu/checkpoint/checkpoint_store.h"
#include "qemu/jobs/job_store.h"
#include "qemu/save/save_job.h"
#include "qemu/snapshot/snapshot_hold.h"

#include <string.h>

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
    return disk_job_find_disk(
        vm->name, qemu_domain_is_active(vm) ? vm->live : NULL, name, error);
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
    const JobTable *jobs = job_store_load(vm, error);
    const CheckpointSet *set = jobs ? checkpoint_store_load(vm, error) : NULL;

    if (!jobs || !set || !save_job_refuse(vm, "begin a block job", error) ||
        !disk_job_check(vm->name, disk, jobs, set->tree, error))
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

/* Internal snapshots read what they do not hold from below their image: without
 * that they would read zeroes. */
static bool
check_pull(const DiskJob *job, GError **error)
{
    return job->leaving->len == 0 ||
           snapshot_hold_check_empty(job->source, error);
}

static bool
check_deleted(const DiskJob *job, GError **error)
{
    for (guint i = 0; job->deletes && i < job->leaving->len; i++) {
        const ImageLayer *image = g_ptr_array_index(job->leaving, i);

        if (image->format == IMAGE_FORMAT_QCOW2 &&
            !snapshot_hold_check_empty(image->path, error))
            return false;
    }
    return true;
}

/* The base of an active commit is what the guest writes to next; that of
 * another holds what the topmost of those that leave has shown, and stays
 * so. */
static bool
check_commit(QemuDomain *vm, const DiskJob *job, GError **error)
{
    const ImageLayer *top = g_ptr_array_index(job->leaving, 0);
    const ImageWrite write = {
        .target = job->disk,
        .image = job->base ? job->base->path : job->target->path,
        .top = job->base ? top->path : NULL,
    };

    return snapshot_hold_check(vm, &write, NULL, error) &&
           check_deleted(job, error);
}

/* The images of other branches are in no chain of now.  A file that is made for
 * the copy is nobody's. */
static bool
check_copy(QemuDomain *vm, const DiskJob *job, GError **error)
{
    const ImageWrite write = {.image = job->target->path};

    return job->is_created || snapshot_hold_check(vm, &write, NULL, error);
}

bool
blockjob_plan_check_snapshots(QemuDomain *vm, const DiskJob *job,
                              GError **error)
{
    bool is_sound = false;

    if (job->type == VIR_DOMAIN_BLOCK_JOB_TYPE_PULL) {
        is_sound = check_pull(job, error);
    } else if (job->type == VIR_DOMAIN_BLOCK_JOB_TYPE_COPY) {
        is_sound = check_copy(vm, job, error);
    } else {
        is_sound = check_commit(vm, job, error);
    }
    if (!is_sound) {
        g_prefix_error(error,
                       "cannot begin the %s of disk '%s' of domain '%s': ",
                       disk_job_type_name(job->type), job->disk, vm->name);
    }
    return is_sound;
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

/* Takes @job over. */
static BlockjobPlan *
plan_new(DiskJob *job, const char *command)
{
    BlockjobPlan *plan = g_new0(BlockjobPlan, 1);

    plan->job = job;
    plan->command = command;
    plan->arguments = json_object();
    return plan;
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
    unsigned depth = 0;
    DiskJob *job = disk_job_plan_pull(disk, base, &depth, error);
    BlockjobPlan *plan = job ? plan_new(job, "block-stream") : NULL;

    if (!plan)
        return NULL;
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
    const DiskJobCommit wanted = {commit->base, commit->top, flags};
    DiskJobRange range = {0};
    DiskJob *job = disk_job_plan_commit(disk, &wanted, &range, error);
    BlockjobPlan *plan = job ? plan_new(job, "block-commit") : NULL;
    ImageLayer layer;

    if (!plan)
        return NULL;
    layer = disk_chain_layer(disk, range.base);
    top = node_layer(disk->target, disk_chain_layer(disk, range.top).node);
    base = node_layer(disk->target, layer.node);
    set_text(plan->arguments, "device", device);
    set_text(plan->arguments, "top-node", top);
    set_text(plan->arguments, "base-node", base);
    if (range.top > 0) {
        const ImageLayer above = disk_chain_layer(disk, range.top - 1);
        g_autofree char *name = header_name(&above, &layer, is_relative);

        /* For the header of the image above, which has named the topmost of
         * those that go. */
        set_text(plan->arguments, "backing-file", name);
    }
    return plan;
}
