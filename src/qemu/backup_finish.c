/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/backup_finish.h"

#include "base/caller.h"
#include "base/error.h"
#include "base/fault.h"
#include "model/job/job_files.h"
#include "qemu/backup_cut.h"
#include "qemu/backup_expose.h"
#include "qemu/backup_pull.h"
#include "qemu/backup_push.h"
#include "qemu/backup_tls.h"
#include "qemu/block/stall.h"
#include "qemu/checkpoint.h"
#include "qemu/domain/domain_state.h"
#include "qemu/jobs/job_end.h"
#include "qemu/jobs/job_store.h"

#include <errno.h>
#include <unistd.h>

/* Everything that @job has in QEMU. */
static bool
leave_qemu(QemuDomain *vm, const Job *job, GError **error)
{
    QmpClient *qmp = NULL;

    if (!qemu_domain_is_active(vm)) {
        backup_tls_remove(vm, NULL, job->id);
        return true;
    }
    qmp = qemu_domain_monitor(vm, error);
    if (!qmp)
        return false;
    if (!(job->backup->mode == BACKUP_MODE_PULL
              ? backup_pull_stop(job, qmp, error)
              : backup_push_stop(job, qmp, error)))
        return false;
    /* No server uses them any more. */
    if (job->backup->mode == BACKUP_MODE_PULL &&
        backup_server_is_encrypted(job->backup->server))
        backup_tls_remove(vm, qmp, job->id);
    return backup_cut_take_out(vm, job, error);
}

static bool
remove_file(const Job *job, const char *path, bool is_known, GError **error)
{
    if (!is_known && !job_file_is_ours(job, path))
        return true;
    if (!fault_point("file:unlink", error))
        return false;
    if (caller_unlink(path) || errno == ENOENT)
        return true;
    return fail_errno(error, errno, "cannot remove '%s'", path);
}

/* Scratch always goes, targets unless the job completed; never what the caller
 * brought along, nor a device. */
static bool
remove_files(QemuDomain *vm, const Job *job, GError **error)
{
    bool keeps_targets =
        job->outcome == JOB_COMPLETED && job->backup->mode == BACKUP_MODE_PUSH;

    for (guint i = 0; i < job->disks->len; i++) {
        const JobDisk *disk = g_ptr_array_index(job->disks, i);
        const BackupDisk *wanted =
            backup_def_find_disk(job->backup, disk->target);

        if (disk->hidden_scratch &&
            !remove_file(job, disk->hidden_scratch, false, error))
            return false;
        if (job->keeps_files || keeps_targets ||
            wanted->type != DISK_SOURCE_FILE)
            continue;
        if (!remove_file(job, wanted->store, disk->is_created, error))
            return false;
    }
    backup_pull_remove_socket(job->backup->server);
    return !backup_expose_is_needed(job->backup) ||
           backup_expose_forget(vm, error);
}

/* That it is gone is what an earlier, interrupted try may have come to. */
static bool
settle_checkpoint(QemuDomain *vm, const Job *job, GError **error)
{
    g_autoptr(GError) problem = NULL;
    bool is_settled = false;

    if (!job->checkpoint)
        return true;
    is_settled = job->outcome == JOB_COMPLETED
                     ? checkpoint_seal(vm, job->checkpoint, &problem)
                     : checkpoint_roll_back(vm, job->checkpoint, &problem);
    if (is_settled || error_is(problem, VIR_ERR_NO_DOMAIN_CHECKPOINT))
        return true;
    g_propagate_error(error, g_steal_pointer(&problem));
    return false;
}

/* With the last job, a guest that is off may take its QEMU along again. */
static void
release_shutdown(QemuDomain *vm)
{
    if (qemu_domain_is_active(vm) && !job_table_live(vm->jobs)) {
        /* Should it fail, QEMU waits for us after the guest's power-off, and
         * the next call on the domain finds that. */
        (void)qemu_domain_set_shutdown_action(vm, false, NULL);
    }
}

static bool
take_down(QemuDomain *vm, const Job *job, GError **error)
{
    return leave_qemu(vm, job, error) && remove_files(vm, job, error) &&
           settle_checkpoint(vm, job, error);
}

/* A copy counts once it is on disk; if it does not get there, the job failed
 * after all. */
static void
make_durable(QemuDomain *vm, Job *job)
{
    g_autoptr(GError) problem = NULL;
    QmpClient *qmp = NULL;

    if (job->outcome != JOB_COMPLETED || job->backup->mode != BACKUP_MODE_PUSH)
        return;
    /* Sealing is the last step of an end, so an earlier try has come past the
     * flush.  The record of that is all that is missing: to call the copy lost
     * now, because QEMU is, would leave a checkpoint whose backup is not there. */
    if (job->checkpoint && checkpoint_is_sealed(vm, job->checkpoint, job->id))
        return;
    if (qemu_domain_is_active(vm)) {
        qmp = qemu_domain_monitor(vm, &problem);
        if (qmp && backup_push_stop(job, qmp, &problem) &&
            backup_push_flush(job, qmp, &problem))
            return;
    }
    job->outcome = JOB_FAILED;
    g_free(job->error);
    if (job_failed_disk(job)) {
        job->error = job_failure(job);
        return;
    }
    job->error = g_strdup(problem ? problem->message
                                  : "QEMU ended before the copy was flushed");
}

/* A push that came to its own end is listed until somebody ends it, if there is
 * anybody who could. */
static JobState
final_state(const QemuDomain *vm, const Job *job)
{
    bool is_awaited = job->backup->mode == BACKUP_MODE_PUSH &&
                      job->outcome != JOB_CANCELLED && !job->ends_itself &&
                      qemu_domain_is_active(vm);

    return is_awaited ? JOB_DONE : JOB_ENDED;
}

/* The scratch of a pull is where its caller said, and that storage may hang:
 * the guest goes on meanwhile, and must not be stopped for the backup's end.
 * That of a push lies beside the disk. */
static Stall *
ask_scratch(const QemuDomain *vm, const Job *job)
{
    bool is_asked =
        job->backup->mode == BACKUP_MODE_PULL && qemu_domain_is_active(vm);
    g_autoptr(GPtrArray) paths = g_ptr_array_new();

    for (guint i = 0; is_asked && i < job->disks->len; i++) {
        const JobDisk *disk = g_ptr_array_index(job->disks, i);
        const BackupDisk *wanted =
            backup_def_find_disk(job->backup, disk->target);

        if (wanted && wanted->store)
            g_ptr_array_add(paths, wanted->store);
    }
    return stall_ask(paths);
}

/* That the storage answers is known before the end is decided. */
static bool
finish(QemuDomain *vm, Job *job, JobOutcome outcome, const char *why,
       Stall *scratch, GError **error)
{
    if (!stall_is_answered(scratch, error)) {
        g_prefix_error(error, "cannot end job %d of domain '%s' yet: ", job->id,
                       vm->name);
        return false;
    }
    if (!job_end_decide(vm, job, outcome, why, error))
        return false;
    make_durable(vm, job);
    if (!take_down(vm, job, error)) {
        g_prefix_error(error, "cannot end job %d of domain '%s' yet: ", job->id,
                       vm->name);
        return false;
    }
    if (!job_end_close(vm, job, final_state(vm, job), error))
        return false;
    release_shutdown(vm);
    return true;
}

bool
backup_finish(QemuDomain *vm, Job *job, JobOutcome outcome, const char *why,
              GError **error)
{
    g_autoptr(Stall) scratch = ask_scratch(vm, job);

    return finish(vm, job, outcome, why, scratch, error);
}

/* The guest that a begin stopped and, with it, did not let go. */
static bool
release_guest(QemuDomain *vm, const Job *job, GError **error)
{
    QmpClient *qmp = NULL;

    if (!job->holds_guest || !qemu_domain_is_active(vm))
        return true;
    qmp = qemu_domain_monitor(vm, error);
    if (!qmp || !qmp_client_run(qmp, "cont", NULL, error))
        return false;
    /* This call has looked before, and would tell that the guest is paused. */
    (void)domain_state_refresh(vm);
    return true;
}

bool
backup_finish_release(QemuDomain *vm, Job *job, GError **error)
{
    if (!job->holds_guest)
        return true;
    if (!release_guest(vm, job, error))
        return false;
    /* Whoever pauses the guest from here on means it. */
    job->holds_guest = false;
    return job_store_save(vm, error);
}

bool
backup_finish_undo(QemuDomain *vm, Job *job, GError **error)
{
    job->outcome = JOB_CANCELLED;
    if (!release_guest(vm, job, error) || !take_down(vm, job, error))
        return false;
    job_table_remove(vm->jobs, job);
    release_shutdown(vm);
    return job_store_save(vm, error);
}

/* A view that broke makes the whole job worthless. */
bool
backup_end_pull(QemuDomain *vm, Job *job, GError **error)
{
    g_autoptr(GError) problem = NULL;
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    g_autoptr(Stall) scratch = NULL;

    if (!qmp)
        return false;
    /* The storage is asked while we read the views. */
    scratch = ask_scratch(vm, job);
    if (backup_pull_check(vm, job, qmp, &problem))
        return finish(vm, job, JOB_COMPLETED, NULL, scratch, error);
    if (finish(vm, job, JOB_FAILED, problem->message, scratch, error))
        g_propagate_error(error, g_steal_pointer(&problem));
    return false;
}
