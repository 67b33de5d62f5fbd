/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/blockjob/blockjob_finish.h"

#include "base/error.h"
#include "base/fault.h"
#include "model/block/disk_chain.h"
#include "model/job/job_files.h"
#include "qemu/block/block_job.h"
#include "qemu/block/node_list.h"
#include "qemu/block/node_names.h"
#include "qemu/domain/domain_record.h"
#include "qemu/jobs/job_end.h"
#include "qemu/jobs/job_store.h"
#include "qemu/process/image_chain.h"
#include "qemu/snapshot/snapshot_hold.h"
#include "xml/domain_xml.h"

#include <errno.h>
#include <unistd.h>

char *
blockjob_qemu_id(const Job *job)
{
    return node_job(job->id, job->disk_job->disk, "job");
}

/* ---- the definitions ---- */

/* The stored definition is of the machine's next start.  One that meanwhile
 * names another image for the disk was changed on purpose, and stays. */
static bool
follow_in_config(QemuDomain *vm, const DiskJob *job, const DiskDef *live,
                 GError **error)
{
    g_autoptr(DomainDef) config = NULL;
    DiskDef *stored =
        vm->config ? domain_def_find_disk(vm->config, job->disk) : NULL;

    /* Two paths count as "the same disk still": the one that the job began on,
     * and the one that it has come to, for a repetition after a death between
     * the two writes. */
    if (!stored || (g_strcmp0(stored->path, job->source) != 0 &&
                    g_strcmp0(stored->path, live->path) != 0))
        return true;
    /* Worked out on a copy: if the write fails, what is in memory is still what
     * is on disk. */
    config = domain_def_copy(vm->config);
    stored = domain_def_find_disk(config, job->disk);
    disk_chain_follow(stored, live);
    if (!domain_record_save_config(vm, config, error))
        return false;
    (void)g_steal_pointer(&config);
    return true;
}

static bool
follow_live(QemuDomain *vm, const DiskJob *job, GError **error)
{
    DiskDef *disk = domain_def_find_disk(vm->live, job->disk);

    if (!disk)
        return true;
    disk_chain_settle(disk, job);
    /* The status first: from it another process knows the nodes, without which
     * it could not even speak to this disk. */
    return qemu_domain_save_status(vm, error) &&
           follow_in_config(vm, job, disk, error);
}

/* QEMU is gone, and with it the live definition.  What the images name is the
 * truth then; only the uppermost of them is the definition's to name. */
static bool
follow_images(QemuDomain *vm, const Job *job, GError **error)
{
    const DiskJob *disk_job = job->disk_job;
    g_autoptr(DomainDef) config = domain_def_copy(vm->config);
    DiskDef *disk = domain_def_find_disk(config, disk_job->disk);
    bool is_stated = disk && disk->backing;

    /* Redefined meanwhile, or done before: nothing to follow. */
    if (!disk || g_strcmp0(disk->path, disk_job->source) != 0)
        return true;
    if (disk_job->target && job->outcome == JOB_COMPLETED) {
        g_free(disk->path);
        disk->path = g_strdup(disk_job->target->path);
        disk->source_type = disk_job->target->type;
        disk->format = disk_job->target->format;
    }
    g_clear_pointer(&disk->backing, g_ptr_array_unref);
    /* Images that cannot be read say nothing: the definition stays.
     *
     * A chain that the definition states must be stated anew; one that it
     * leaves to the images follows by itself. */
    if (is_stated && !image_chain_complete(disk, NULL))
        return true;
    if (!domain_record_save_config(vm, config, error))
        return false;
    (void)g_steal_pointer(&config);
    return true;
}

/* Snapshots that were taken on an image that a commit wrote down to its base are
 * on that base now.  First of all: the images may go after it, and a repetition
 * finds nothing to change. */
static bool
follow_snapshots(QemuDomain *vm, const Job *job, GError **error)
{
    const DiskJob *disk_job = job->disk_job;

    return job->outcome != JOB_COMPLETED || !disk_job->base ||
           snapshot_hold_follow(vm, disk_job->disk, disk_job->leaving,
                                disk_job->base, error);
}

/* A job that failed or was cancelled has changed no chain, as long as QEMU
 * lives to say so.  One whose QEMU is gone may have changed headers on disk,
 * whatever its outcome: then these are read. */
static bool
follow_chain(QemuDomain *vm, const Job *job, GError **error)
{
    if (!qemu_domain_is_active(vm))
        return !vm->config || follow_images(vm, job, error);
    return job->outcome != JOB_COMPLETED ||
           follow_live(vm, job->disk_job, error);
}

/* ---- what goes ---- */

/* (transfer full) of @name. */
static void
delete_node(QmpClient *qmp, const NodeList *nodes, char *name)
{
    /* Somebody else may use it (an export made by hand): then it is theirs.
     *
     * Looked for first, since this is repeated: an error for one that is gone
     * could not be told from one that matters. */
    if (node_list_has(nodes, name) &&
        !qmp_client_run(qmp, "blockdev-del",
                        json_pack("{s:s}", "node-name", name), NULL))
        g_debug("node '%s' is in use and stays", name);
    g_free(name);
}

static void
delete_image(QmpClient *qmp, const NodeList *nodes, const DiskJob *job,
             const ImageLayer *image)
{
    delete_node(qmp, nodes, node_layer(job->disk, image->node));
    delete_node(qmp, nodes, node_layer_protocol(job->disk, image->node));
}

/* A concluded job still holds the nodes it worked on, so it goes first.  Nodes
 * go from the top down: each holds the one below it. */
static bool
leave_qemu(QemuDomain *vm, const Job *job, GError **error)
{
    const DiskJob *disk_job = job->disk_job;
    g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(NodeList) nodes = NULL;
    QmpClient *qmp = NULL;

    if (!qemu_domain_is_active(vm))
        return true;
    qmp = qemu_domain_monitor(vm, error);
    g_ptr_array_add(ids, blockjob_qemu_id(job));
    /* Cancels what runs, waits for its end and dismisses it.  Afterwards there
     * is no such job, whatever was there. */
    if (!qmp || !block_job_settle(qmp, ids, error))
        return false;
    nodes = node_list_query(qmp, error);
    if (!nodes)
        return false;
    /* On success the images that left the chain have nodes that nobody uses;
     * else the copy has. */
    if (job->outcome == JOB_COMPLETED) {
        for (guint i = 0; i < disk_job->leaving->len; i++) {
            delete_image(qmp, nodes, disk_job,
                         g_ptr_array_index(disk_job->leaving, i));
        }
    } else if (disk_job->type == VIR_DOMAIN_BLOCK_JOB_TYPE_COPY) {
        delete_image(qmp, nodes, disk_job, disk_job->target);
    }
    return true;
}

static bool
remove_file(const ImageLayer *image, GError **error)
{
    /* A device is the caller's. */
    if (image->type != DISK_SOURCE_FILE)
        return true;
    if (!fault_point("file:unlink", error))
        return false;
    if (unlink(image->path) == 0 || errno == ENOENT)
        return true;
    return fail_errno(error, errno, "cannot remove '%s'", image->path);
}

/* A pivot that was asked for and of which nobody knows whether it happened
 * leaves two images that may each be the newest: none goes. */
static bool
remove_files(const QemuDomain *vm, const Job *job, GError **error)
{
    const DiskJob *disk_job = job->disk_job;
    bool is_unknown =
        disk_job->wish == DISK_JOB_PIVOT && !qemu_domain_is_active(vm);

    /* The record says what was to be created, not what was: asked of the file
     * itself. */
    if (job->outcome != JOB_COMPLETED) {
        return !disk_job->is_created || disk_job->keeps_target || is_unknown ||
               !job_file_is_ours(job, disk_job->target->path) ||
               remove_file(disk_job->target, error);
    }
    /* Only now, when the definitions that name the other images are on disk: a
     * death before leaves files too many, and never a definition that names one
     * that is gone. */
    for (guint i = 0; disk_job->deletes && i < disk_job->leaving->len; i++) {
        if (!remove_file(g_ptr_array_index(disk_job->leaving, i), error))
            return false;
    }
    return true;
}

static bool
take_down(QemuDomain *vm, const Job *job, GError **error)
{
    return leave_qemu(vm, job, error) && remove_files(vm, job, error);
}

/* The order is that of what may be lost.  First the outcome goes on record,
 * since QEMU forgets it with the job; then the definitions, since the next
 * start reads them; then nodes and files; last the event, which nobody can be
 * sent twice. */
bool
blockjob_finish(QemuDomain *vm, Job *job, JobOutcome outcome, const char *why,
                GError **error)
{
    if (!job_end_decide(vm, job, outcome, why, error))
        return false;
    if (!follow_snapshots(vm, job, error) || !follow_chain(vm, job, error) ||
        !take_down(vm, job, error)) {
        g_prefix_error(error, "cannot end job %d of domain '%s' yet: ", job->id,
                       vm->name);
        return false;
    }
    return job_end_close(vm, job, JOB_ENDED, error);
}

/* Whether QEMU's job, which is cancelled if it still works, came to its end all
 * the same: a pull or a commit may be done before anybody can stop it. */
static bool
stop_job(QemuDomain *vm, const Job *job, bool *ret_is_done, GError **error)
{
    g_autofree char *id = blockjob_qemu_id(job);
    g_autoptr(GPtrArray) ids = g_ptr_array_new();
    g_autoptr(GHashTable) states = NULL;
    const BlockJob *state = NULL;
    QmpClient *qmp = NULL;

    *ret_is_done = false;
    if (!qemu_domain_is_active(vm))
        return true;
    qmp = qemu_domain_monitor(vm, error);
    g_ptr_array_add(ids, id);
    states = qmp ? block_job_cancel(qmp, ids, error) : NULL;
    if (!states)
        return false;
    state = g_hash_table_lookup(states, id);
    *ret_is_done =
        state && !state->error && !disk_job_is_stepping(job->disk_job);
    return true;
}

/* What is done cannot be undone, and is finished: the images that QEMU took out
 * of its chain must go out of the definitions, too.  Not dismissed before that
 * is on record, so that whoever comes next, if it fails here, finds the same. */
bool
blockjob_finish_undo(QemuDomain *vm, Job *job, GError **error)
{
    bool is_done = false;

    if (!stop_job(vm, job, &is_done, error))
        return false;
    if (is_done)
        return blockjob_finish(vm, job, JOB_COMPLETED, NULL, error);
    job->outcome = JOB_CANCELLED;
    if (!take_down(vm, job, error))
        return false;
    job_table_remove(vm->jobs, job);
    return job_store_save(vm, error);
}
