/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/recover.h"

#include "base/error.h"
#include "model/domain/domain_rules.h"
#include "qemu/backup.h"
#include "qemu/blockjob/blockjob.h"
#include "qemu/checkpoint.h"
#include "qemu/checkpoint/checkpoint_store.h"
#include "qemu/domain/domain_end.h"
#include "qemu/domain/domain_record.h"
#include "qemu/jobs/job_store.h"
#include "qemu/process/launch.h"
#include "qemu/save/managed.h"
#include "qemu/save/save_job.h"
#include "qemu/snapshot.h"

/* A start that died before the guest ran: the machine is of no use to anybody,
 * and its images are to be closed in good order.  If it died before it could
 * write down which QEMU it had started, that one still holds the images. */
static bool
end_half_started(QemuDomain *vm, GError **error)
{
    /* No process on record, and perhaps one that was never recorded. */
    if (!qemu_domain_is_active(vm)) {
        launch_end_stray(vm->folder);
        return true;
    }
    if (vm->state != VIR_DOMAIN_PAUSED ||
        vm->reason != VIR_DOMAIN_PAUSED_STARTING_UP)
        return true;
    /* Asked to quit before it is killed: it has opened the images. */
    return domain_end_kill(vm, false, error) &&
           domain_end_record(vm, VIR_DOMAIN_SHUTOFF_FAILED, error);
}

/* Jobs first: a checkpoint that a job carries waits for how that ends.  In a
 * QEMU that was just started no job can be left.  Snapshots before checkpoints:
 * they say which images are on top, and there the bitmaps are looked for. */
bool
domain_recover(QemuDomain *vm, bool at_start, GError **error)
{
    if (!at_start && !end_half_started(vm, error))
        return false;
    if (!(at_start ? domain_abort_jobs(vm, "QEMU ended", error)
                   : domain_refresh_jobs(vm, error)))
        return false;
    /* QEMU may give its images, and the bitmaps in them, up at any moment: what
     * is not there would look lost. */
    if (save_job_is_live(vm))
        return true;
    return snapshot_recover(vm, at_start, error) &&
           checkpoint_recover(vm, at_start, error) &&
           (at_start || managed_save_recover(vm, error));
}

bool
domain_refresh_jobs(QemuDomain *vm, GError **error)
{
    return backup_refresh(vm, error) && blockjob_refresh(vm, error) &&
           save_job_refresh(vm, error);
}

bool
domain_release_guest(QemuDomain *vm, GError **error)
{
    return !domain_record_is_busy(vm) || backup_release_guest(vm, error);
}

bool
domain_has_running_jobs(QemuDomain *vm)
{
    return backup_has_running(vm);
}

/* For the filter of listings, which looks first whether one has concluded. */
bool
domain_has_running_backup(QemuDomain *vm, bool *ret_has, GError **error)
{
    const JobTable *jobs =
        backup_refresh(vm, error) ? job_store_load(vm, error) : NULL;

    if (!jobs)
        return false;
    *ret_has = false;
    for (guint i = 0; i < jobs->jobs->len; i++) {
        const Job *job = g_ptr_array_index(jobs->jobs, i);

        if (job->operation == VIR_DOMAIN_JOB_OPERATION_BACKUP &&
            job_is_live(job))
            *ret_has = true;
    }
    return true;
}

bool
domain_abort_jobs(QemuDomain *vm, const char *why, GError **error)
{
    return backup_abort_all(vm, why, error) &&
           blockjob_abort_all(vm, why, error) &&
           save_job_abort_all(vm, why, error);
}

bool
domain_has_checkpoints(QemuDomain *vm, bool *ret_has, GError **error)
{
    if (!checkpoint_store_load(vm, error))
        return false;
    /* The records were loaded just above, so the count cannot fail. */
    *ret_has = checkpoint_count(vm, NULL) > 0;
    return true;
}

/* Undefining would make them unreachable: their bitmaps stay and cost every
 * write. */
bool
domain_refuse_checkpoints(QemuDomain *vm, GError **error)
{
    return checkpoint_store_load(vm, error) &&
           domain_rules_check_left(vm->name, checkpoint_count(vm, NULL),
                                   "checkpoints", error);
}

bool
domain_has_snapshots(QemuDomain *vm, bool *ret_has, GError **error)
{
    g_autoptr(GError) problem = NULL;

    *ret_has = snapshot_count(vm, &problem) > 0;
    if (!problem)
        return true;
    g_propagate_error(error, g_steal_pointer(&problem));
    return false;
}

bool
domain_refuse_snapshots(QemuDomain *vm, GError **error)
{
    g_autoptr(GError) problem = NULL;
    unsigned n_snapshots = snapshot_count(vm, &problem);

    if (problem) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    return domain_rules_check_left(vm->name, n_snapshots, "snapshots", error);
}

bool
domain_forget_checkpoints(QemuDomain *vm, GError **error)
{
    return checkpoint_forget_all(vm, error);
}

void
domain_free_parts(QemuDomain *vm)
{
    checkpoint_set_free(vm->checkpoints);
    /* Read anew on the next ask: the record lives on, what it knew of its parts
     * does not. */
    vm->checkpoints = NULL;
    snapshot_forget(vm);
    job_table_free(vm->jobs);
    vm->jobs = NULL;
}
