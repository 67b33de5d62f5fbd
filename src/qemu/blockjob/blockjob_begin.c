/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/blockjob/blockjob_begin.h"

#include "base/error.h"
#include "base/undo.h"
#include "qemu/block/handed_files.h"
#include "qemu/block/node_names.h"
#include "qemu/blockjob/blockjob_copy.h"
#include "qemu/blockjob/blockjob_finish.h"
#include "qemu/jobs/job_store.h"

#include <fcntl.h>

enum { US_PER_MS = 1000 };

/* What the undo step needs. */
typedef struct {
    QemuDomain *vm;
    Job *job;
} Begun;

static void
undo_begin(gpointer data)
{
    Begun *begun = data;

    /* If it fails, the record is still there, and the next call on the domain
     * finishes the work. */
    (void)blockjob_finish_undo(begun->vm, begun->job, NULL);
}

/* Nothing has been made when this is written, and what will be made follows
 * from it.  The plan's job becomes the record's part; the plan keeps the disk
 * and the arguments. */
static Job *
record_start(QemuDomain *vm, BlockjobPlan *plan, GError **error)
{
    JobTable *jobs = job_store_load(vm, error);
    Job *job =
        jobs ? job_table_add(jobs, VIR_DOMAIN_JOB_OPERATION_UNKNOWN, error)
             : NULL;
    JobDisk *progress = NULL;

    if (!job)
        return NULL;
    progress = job_disk_new(plan->job->disk);
    progress->size = plan->size;
    g_ptr_array_add(job->disks, progress);
    job->started_ms = g_get_real_time() / US_PER_MS;
    job->disk_job = g_steal_pointer(&plan->job);
    if (job_store_save(vm, error))
        return job;
    /* In memory as it is on disk, but for the id, which stays used. */
    job_table_remove(vm->jobs, job);
    return NULL;
}

/* What a job needs before its command. */
static bool
prepare(const BlockjobPlan *plan, Job *job, QmpClient *qmp, GError **error)
{
    /* Pull and commit work on nodes that are there; only a copy has one to
     * make. */
    return !plan->disk || blockjob_copy_prepare(plan, job, qmp, error);
}

/* A commit writes to an image that QEMU may have for reading alone. */
static bool
run_commit(const QemuDomain *vm, const BlockjobPlan *plan, const Job *job,
           json_t *arguments, GError **error)
{
    const DiskDef *disk = domain_def_find_disk(vm->live, job->disk_job->disk);
    const char *base =
        json_string_value(json_object_get(arguments, "base-node"));

    for (unsigned i = 0; disk && i < disk_chain_length(disk); i++) {
        const ImageLayer layer = disk_chain_layer(disk, i);
        g_autofree char *node = node_layer(disk->target, layer.node);
        g_autofree char *below = node_layer_protocol(disk->target, layer.node);
        const HandedFile file = {below, layer.path, O_RDWR};

        if (g_strcmp0(node, base) == 0) {
            return handed_files_run(vm->qmp, &file, plan->command, arguments,
                                    error);
        }
    }
    return qmp_client_run(vm->qmp, plan->command, arguments, error);
}

/* A job that concludes stays with its result until it was read: whoever looks
 * at the domain next does that, in whichever process. */
static bool
start(const QemuDomain *vm, const BlockjobPlan *plan, const Job *job,
      GError **error)
{
    g_autofree char *id = blockjob_qemu_id(job);
    /* QEMU puts a filter of its own above the node for the while.  With a
     * generated name ("#block123") it would be in the way of whoever looks for
     * the nodes of a disk. */
    g_autofree char *filter = node_job(job->id, job->disk_job->disk, "flt");
    /* The command takes its arguments over, and the plan frees its own. */
    json_t *arguments = json_deep_copy(plan->arguments);

    json_object_set_new(arguments, "job-id", json_string(id));
    json_object_set_new(arguments, "filter-node-name", json_string(filter));
    /* Without that a job that ends between two calls would be gone with its
     * result, and nobody could tell a success from a failure. */
    json_object_set_new(arguments, "auto-dismiss", json_false());
    /* A pull waits for us before it changes the header (blockjob.c). */
    if (job->disk_job->type == VIR_DOMAIN_BLOCK_JOB_TYPE_PULL)
        json_object_set_new(arguments, "auto-finalize", json_false());
    /* 0 is "no limit", which is what QEMU does unasked. */
    if (job->disk_job->bandwidth > 0) {
        json_object_set_new(arguments, "speed",
                            json_integer((json_int_t)job->disk_job->bandwidth));
    }
    if (g_str_equal(plan->command, "block-commit"))
        return run_commit(vm, plan, job, arguments, error);
    return qmp_client_run(vm->qmp, plan->command, arguments, error);
}

/* QEMU's command is the last step that can be refused: whatever fails before it
 * is undone as if it had never been, and what fails after it, too, since the
 * job is cancelled by force. */
bool
blockjob_begin(QemuDomain *vm, BlockjobPlan *plan, GError **error)
{
    g_autoptr(Undo) undo = undo_new();
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    Job *job = qmp ? record_start(vm, plan, error) : NULL;
    Begun begun = {vm, job};

    if (!job)
        return false;
    undo_push(undo, undo_begin, &begun);
    if (!prepare(plan, job, qmp, error) || !start(vm, plan, job, error)) {
        g_prefix_error(error,
                       "cannot begin a block job on disk '%s' of domain "
                       "'%s': ",
                       job->disk_job->disk, vm->name);
        return false;
    }
    job->state = JOB_RUNNING;
    if (!job_store_save(vm, error)) {
        /* The undo goes by the record on disk, which says so still. */
        job->state = JOB_STARTING;
        return false;
    }
    undo_commit(undo);
    return true;
}
