/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/blockjob/blockjob_copy.h"

#include "base/caller.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"
#include "qemu/block/batch.h"
#include "qemu/block/disk_nodes.h"
#include "qemu/block/image_tool.h"
#include "qemu/block/store.h"
#include "qemu/process/caller_rules.h"
#include "qemu/process/image_chain.h"
#include "xml/disk_xml.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* QEMU's own bounds for the unit in which a mirror notes changes. */
enum { GRANULARITY_MIN = 512, GRANULARITY_MAX = 64 * 1024 * 1024 };

/* What the file of a caller's own image names below it is not followed: the
 * copy stands on what the disk stands on.  So it must name just that, or the
 * next start would find another chain. */
static bool
check_reused_backing(const ImageLayer *target, const ImageLayer *below,
                     GError **error)
{
    g_autoptr(ImageHeader) header =
        image_header_read(target->path, target->format, error);
    g_autofree char *folder = g_path_get_dirname(target->path);
    g_autofree char *named = NULL;

    if (!header)
        return false;
    /* Relative names are relative to the image that names them, not to where a
     * process runs; that is qemu-img's rule. */
    if (header->backing) {
        named = g_path_is_absolute(header->backing)
                    ? g_strdup(header->backing)
                    : g_build_filename(folder, header->backing, NULL);
    }
    if (g_strcmp0(named, below ? below->path : NULL) == 0)
        return true;
    return fail(error, VIR_ERR_INVALID_ARG,
                "the image '%s' names '%s' below it, and the copy will have "
                "'%s' there; make it so with qemu-img",
                target->path, named ? named : "nothing",
                below ? below->path : "nothing");
}

static bool
check_reused(const ImageLayer *target, const ImageLayer *below, uint64_t size,
             GError **error)
{
    ImageInfo info = {0};

    if (access(target->path, R_OK | W_OK) < 0) {
        return fail_errno(error, errno, "cannot use the image '%s'",
                          target->path);
    }
    if (!image_tool_info(target->path, target->format, &info, error))
        return false;
    /* Larger would do for QEMU, but the guest would find its disk grown after
     * the pivot.  A data file is a second file that nothing here would remove,
     * or refuse to share. */
    if (info.has_data_file || info.virtual_size != size) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "the image '%s' cannot take a copy: it must hold "
                    "%" G_GUINT64_FORMAT " bytes, and all its data itself",
                    target->path, size);
    }
    /* A raw image names nothing below it; that the copy is a full one is
     * checked before. */
    return target->format == IMAGE_FORMAT_RAW ||
           check_reused_backing(target, below, error);
}

/* (transfer full): the target as what block/store.h can check and make.  Job
 * number 0: of the number only names of hidden files are made, and this one has
 * its name. */
static Store *
store_of(const DiskJob *job, uint64_t size)
{
    Store *store = store_new(0, job->disk, "tgt", job->target->path);

    store->format = job->target->format;
    store->is_block = job->target->type == DISK_SOURCE_BLOCK;
    store->size = size;
    return store;
}

static bool
check_target(const BlockjobPlan *plan, const ImageLayer *below, GError **error)
{
    const ImageLayer *target = plan->job->target;
    g_autoptr(Store) store = store_of(plan->job, plan->size);

    return plan->is_reused ? check_reused(target, below, plan->size, error)
                           : store_check(store, error);
}

static bool
check_granularity(unsigned granularity, GError **error)
{
    if (granularity == 0 ||
        (granularity >= GRANULARITY_MIN && granularity <= GRANULARITY_MAX))
        return true;
    /* Whether it is a power of two QEMU checks, before anything is begun; out
     * of its bounds its message is about a parameter that nobody here has
     * named. */
    return fail(error, VIR_ERR_INVALID_ARG,
                "a granularity of %u is not one of QEMU's: a power of two, %d "
                "to %d",
                granularity, GRANULARITY_MIN, GRANULARITY_MAX);
}

/* QEMU 7.2 stands still for ever when such a mirror is to exchange a node below
 * the one it reads from: it waits for the disk's thread with a lock that it took
 * twice.  It is refused at the begin, where nothing has been copied yet. */
static bool
check_thread(const DiskDef *disk, GError **error)
{
    if (disk->iothread == 0)
        return true;
    return fail(error, VIR_ERR_OPERATION_UNSUPPORTED,
                "disk '%s' is served by iothread %u, and QEMU would hang at "
                "the end of its copy; pull or commit it, back it up, or take "
                "the iothread from its definition",
                disk->target, disk->iothread);
}

/* The mirror reads through our filter, and exchanges what is below it. */
static void
set_arguments(BlockjobPlan *plan, const DiskDef *disk, const BlockCopy *copy,
              bool is_shallow, unsigned flags)
{
    /* Writes of the guest are seen above our filter and mirrored; what is
     * exchanged at the pivot is the node below it, so that the device above
     * stays as it is. */
    g_autofree char *device = node_top(disk->target);
    g_autofree char *replaces = node_format(disk);
    g_autofree char *target = node_layer(disk->target, plan->job->target->node);
    bool is_synchronous = flags & VIR_DOMAIN_BLOCK_COPY_SYNCHRONOUS_WRITES;

    plan->command = "blockdev-mirror";
    plan->arguments = json_pack(
        "{s:s, s:s, s:s, s:s, s:s}", "device", device, "target", target,
        "replaces", replaces, "sync", is_shallow ? "top" : "full", "copy-mode",
        /* In the background the guest may write faster than the copy runs, and
         * it never gets in step; with writes that wait for both it does. */
        is_synchronous ? "write-blocking" : "background");
    if (copy->granularity > 0) {
        json_object_set_new(plan->arguments, "granularity",
                            json_integer(copy->granularity));
    }
    if (copy->buf_size > 0) {
        json_object_set_new(plan->arguments, "buf-size",
                            json_integer((json_int_t)copy->buf_size));
    }
}

BlockjobPlan *
blockjob_copy_plan(const DomainDef *domain, const DiskDef *disk,
                   const BlockCopy *copy, uint64_t size, unsigned flags,
                   GError **error)
{
    g_autoptr(BlockjobPlan) plan = g_new0(BlockjobPlan, 1);
    const ImageLayer *below = disk_job_copy_below(disk, flags);
    ImageLayer *target =
        disk_xml_parse_target(copy->dest_xml, disk->format, error);

    if (!target)
        return NULL;
    if (!caller_rules_layer(target, error)) {
        image_layer_free(target);
        return NULL;
    }
    plan->job = disk_job_plan_copy(domain, disk, target, flags, error);
    plan->disk = disk;
    plan->size = size;
    plan->is_reused = flags & VIR_DOMAIN_BLOCK_COPY_REUSE_EXT;
    plan->below = below;
    if (!plan->job || !check_thread(disk, error) ||
        !check_granularity(copy->granularity, error) ||
        !check_target(plan, below, error))
        return NULL;
    set_arguments(plan, disk, copy, below != NULL, flags);
    return g_steal_pointer(&plan);
}

/* The name of a new file must last as long as what will be written to it. */
static bool
sync_folder(const char *path, GError **error)
{
    g_auto(AutoFd) fd = caller_open_parent(path);

    if (!fault_point("file:sync-target", error))
        return false;
    if (fd < 0 || fsync(fd) < 0) {
        return fail_errno(error, errno, "cannot flush the folder of '%s'",
                          path);
    }
    return true;
}

static bool
make_target(const BlockjobPlan *plan, Job *job, GError **error)
{
    const ImageLayer *target = job->disk_job->target;
    g_autoptr(Store) store = store_of(job->disk_job, plan->size);
    bool is_made = store_make(store, error);

    /* Somebody was faster: the file is theirs.
     *
     * store_make() claims with O_EXCL, so it knows. */
    if (!is_made && !store->is_created)
        job->disk_job->is_created = false;
    if (!is_made || (plan->below &&
                     !image_tool_name_backing(target->path, plan->below->path,
                                              plan->below->format, error)))
        return false;
    return target->type == DISK_SOURCE_BLOCK ||
           sync_folder(target->path, error);
}

/* The copy stands on the same node as the disk until the pivot, so that what is
 * read through it is right from the first moment.
 *
 * Two nodes, the file and the format, with names of ours; one that
 * "blockdev-add" would make in one go has a generated name for its file, which
 * nobody could delete by name. */
bool
blockjob_copy_prepare(const BlockjobPlan *plan, Job *job, QmpClient *qmp,
                      GError **error)
{
    const ImageLayer *target = job->disk_job->target;
    g_autoptr(Batch) batch = batch_new();
    g_autofree char *below =
        plan->below ? node_layer(plan->disk->target, plan->below->node) : NULL;

    if (!plan->is_reused && !make_target(plan, job, error))
        return false;
    batch_add(batch, "blockdev-add",
              disk_nodes_file_options(plan->disk, target, false));
    batch_add(batch, "blockdev-add",
              disk_nodes_format_options(plan->disk, target, below, false));
    return batch_run(batch, qmp, NULL, error);
}
