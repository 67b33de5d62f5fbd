/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/blockjob/blockjob_begin.h"

#include "base/error.h"
#include "base/undo.h"
#include "qemu/block/node_names.h"
#include "qemu/blockjob/blockjob_copy.h"
#include "qemu/blockjob/blockjob_finish.h"
#include "qemu/jobs/job_store.h"

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
 * from it. */
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
    job_table_remove(vm->jobs, job);
    return NULL;
}

/* What a job needs before its command. */
static bool
prepare(const BlockjobPlan *plan, Job *job, QmpClient *qmp, GError **error)
{
    return !plan->disk || blockjob_copy_prepare(plan, job, qmp, error);
}

/* A job that concludes stays with its result until it was read: whoever looks
 * at the domain next does that, in whichever process. */
static bool
start(const BlockjobPlan *plan, const Job *job, QmpClient *qmp, GError **error)
{
    g_autofree char *id = blockjob_qemu_id(job);
    g_autofree char *filter = node_job(job->id, job->disk_job->disk, "flt");
    json_t *arguments = json_deep_copy(plan->arguments);

    json_object_set_new(arguments, "job-id", json_string(id));
    json_object_set_new(arguments, "filter-node-name", json_string(filter));
    json_object_set_new(arguments, "auto-dismiss", json_false());
    if (job->disk_job->bandwidth > 0) {
        json_object_set_new(arguments, "speed",
                            json_integer((json_int_t)job->disk_job->bandwidth));
    }
    return qmp_client_run(qmp, plan->command, arguments, error);
}

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
    if (!prepare(plan, job, qmp, error) || !start(plan, job, qmp, error)) {
        g_prefix_error(error,
                       "cannot begin a block job on disk '%s' of domain "
                       "'%s': ",
                       job->disk_job->disk, vm->name);
        return false;
    }
    job->state = JOB_RUNNING;
    if (!job_store_save(vm, error)) {
        job->state = JOB_STARTING;
        return false;
    }
    undo_commit(undo);
    return true;
}
