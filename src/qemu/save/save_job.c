/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/save/save_job.h"

#include "base/error.h"
#include "base/fd.h"
#include "model/save/save_file.h"
#include "qemu/domain/domain_end.h"
#include "qemu/domain/domain_state.h"
#include "qemu/jobs/job_end.h"
#include "qemu/jobs/job_store.h"
#include "qemu/migrate/migrate_job.h"
#include "qemu/save/stream.h"
#include "qemu/snapshot/snapshot_job.h"

enum { US_PER_MS = 1000, KIB = 1024 };

/* QEMU writes no more: its file may go, its guest may go on. */
static bool
stop_writing(QemuDomain *vm, const Job *job, GError **error)
{
    QmpClient *qmp = NULL;

    if (!qemu_domain_is_active(vm))
        return true;
    qmp = qemu_domain_monitor(vm, error);
    return qmp && stream_stop(qmp, job->memory->kind, error);
}

/* Of a guest that somebody had paused: an older migration's end says nothing, so
 * something must have come from this one. */
static bool
take_back(QemuDomain *vm, const Job *job, GError **error)
{
    QmpClient *qmp = NULL;

    if (job->memory->kind == MEMORY_JOB_CORE ||
        (job->outcome != JOB_COMPLETED && !save_file_has_stream(job)))
        return true;
    qmp = qemu_domain_monitor(vm, error);
    return qmp && stream_take_back(qmp, job->memory->kind, error);
}

/* It ran before, so it runs after; and takes the images back with that. */
static bool
wake(QemuDomain *vm, const Job *job, GError **error)
{
    bool is_given_up = job->operation == VIR_DOMAIN_JOB_OPERATION_SAVE;
    QmpClient *qmp = NULL;

    if (!qemu_domain_is_active(vm))
        return true;
    if (!job->holds_guest)
        return take_back(vm, job, error);
    qmp = qemu_domain_monitor(vm, error);
    if (!qmp || !qmp_client_run(qmp, "cont", NULL, error))
        return false;
    /* A live dump never said that it stands still, and need not say that it goes
     * on: to everybody else the guest ran all the time. */
    if (vm->state == VIR_DOMAIN_RUNNING)
        return true;
    return domain_state_set(vm, VIR_DOMAIN_RUNNING,
                            is_given_up ? VIR_DOMAIN_RUNNING_SAVE_CANCELED
                                        : VIR_DOMAIN_RUNNING_UNPAUSED,
                            VIR_DOMAIN_EVENT_RESUMED,
                            VIR_DOMAIN_EVENT_RESUMED_UNPAUSED, error);
}

/* What is told of the domain that ended by this job, in its state and in the
 * event. */
static int
shutoff_reason(const Job *job)
{
    switch (job->memory->then) {
    case MEMORY_THEN_CRASH:
        return VIR_DOMAIN_SHUTOFF_CRASHED;
    case MEMORY_THEN_HALT:
        return VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT;
    default:
        return VIR_DOMAIN_SHUTOFF_SAVED;
    }
}

/* Only once the file is whole: a job that failed or was given up leaves the
 * machine as it was, whatever was to follow. */
static bool
ends_machine(const Job *job)
{
    return job->outcome == JOB_COMPLETED &&
           job->memory->then != MEMORY_THEN_GO_ON &&
           job->memory->then != MEMORY_THEN_RESET;
}

/* The record of the run's end looks after the jobs, finds this one ENDING
 * without a QEMU, and closes it: so does a call that finds QEMU gone because we
 * died here. */
static bool
end_machine(QemuDomain *vm, const Job *job, GError **error)
{
    int reason = shutoff_reason(job);

    /* It has given its images up, so even a kill costs no bitmap. */
    return domain_end_kill(vm, false, error) &&
           domain_end_record(vm, reason, error);
}

/* Reset first and let go then: the guest never runs on with the memory that was
 * dumped. */
static bool
go_on(QemuDomain *vm, const Job *job, GError **error)
{
    QmpClient *qmp = NULL;

    if (job->outcome == JOB_COMPLETED &&
        job->memory->then == MEMORY_THEN_RESET && qemu_domain_is_active(vm)) {
        qmp = qemu_domain_monitor(vm, error);
        if (!qmp || !qmp_client_run(qmp, "system_reset", NULL, error))
            return false;
    }
    return wake(vm, job, error);
}

/* The disks follow their memory, while the guest still stands; once they have,
 * the guest goes on, and the rest is a matter of records.  The job has failed if
 * they did not; false if nobody knows, or it cannot be written down. */
static bool
settle_snapshot(QemuDomain *vm, Job *job, GError **ret_problem, GError **error)
{
    switch (snapshot_job_cut(vm, job, ret_problem)) {
    case SNAPSHOT_CUT_REFUSED:
        return true;
    case SNAPSHOT_CUT_OPEN:
        qemu_domain_distrust(vm);
        g_propagate_error(error, g_steal_pointer(ret_problem));
        return false;
    case SNAPSHOT_CUT_DONE:
        break;
    }
    return (job->memory->then == MEMORY_THEN_HALT || wake(vm, job, error)) &&
           snapshot_job_record(vm, job, error);
}

/* Where the file cannot get its name the guest can still go on, as long as its
 * QEMU is there: the job has failed then. */
static bool
settle(QemuDomain *vm, Job *job, GError **error)
{
    g_autoptr(GError) problem = NULL;

    if (!save_file_settle(job, &problem)) {
        /* A file that has its name is found by the next start: a guest that went
         * on as well would be there twice.  The next look sees it through. */
        if (!qemu_domain_is_active(vm) || !save_file_is_partial(job)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return false;
        }
    } else if (job->memory->snapshot &&
               !settle_snapshot(vm, job, &problem, error)) {
        return false;
    }
    if (!problem)
        return true;
    job->outcome = JOB_FAILED;
    job->error = g_strdup(problem->message);
    return job_store_save(vm, error);
}

static bool
finish(QemuDomain *vm, Job *job, JobOutcome outcome, const char *why,
       GError **error)
{
    if (!job_end_decide(vm, job, outcome, why, error))
        return false;
    /* Two ways out, and the same end of both: the file has its name, or is gone;
     * then the machine ends, or goes on. */
    if (job->outcome == JOB_COMPLETED && !settle(vm, job, error))
        return false;
    /* The guest before its file, which tells whether QEMU had come to its end. */
    if (job->outcome != JOB_COMPLETED &&
        (!stop_writing(vm, job, error) || !wake(vm, job, error) ||
         !save_file_drop(job, error)))
        return false;
    if (ends_machine(job) && qemu_domain_is_active(vm))
        return end_machine(vm, job, error);
    if (!go_on(vm, job, error))
        return false;
    if (job->memory->snapshot && job->outcome != JOB_COMPLETED)
        snapshot_job_drop(vm, job);
    return job_end_close(vm, job, JOB_ENDED, error);
}

/* The steps of a begin, backwards, each as far as it was done: QEMU stops, the
 * guest goes on, the file goes.
 *
 * A begin that did not succeed, or whose caller died: as if it had never been,
 * except that the id stays used. */
static bool
undo(QemuDomain *vm, Job *job, GError **error)
{
    if (!stop_writing(vm, job, error) || !wake(vm, job, error) ||
        !save_file_drop(job, error))
        return false;
    job_table_remove(vm->jobs, job);
    return job_store_save(vm, error);
}

/* It may have concluded with nobody there. */
static bool
refresh_running(QemuDomain *vm, Job *job, GError **error)
{
    MemoryJob *memory = job->memory;
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    g_auto(StreamLook) look = {.state = STREAM_WORKING};
    g_autoptr(GError) problem = NULL;

    if (!qmp || !stream_look(qmp, memory->kind, &look, error))
        return false;
    memory->total = look.total;
    memory->processed = look.processed;
    memory->remaining = look.remaining;
    if (look.state == STREAM_WORKING)
        return true;
    if (look.state == STREAM_FAILED) {
        return finish(vm, job, JOB_FAILED,
                      look.problem ? look.problem : "QEMU does not say why",
                      error);
    }
    /* Before the record says that it is whole: what cannot be written to disk
     * is no image, and the guest still can go on. */
    if (!save_file_seal(job, &problem))
        return finish(vm, job, JOB_FAILED, problem->message, error);
    return finish(vm, job, JOB_COMPLETED, NULL, error);
}

/* A caller that died between QEMU's begin and the record of it.  A save whose
 * stream is whole by now is seen through: a guest that was paused would else have
 * to run for a moment (take_back()). */
static bool
take_up_start(QemuDomain *vm, Job *job, GError **error)
{
    g_auto(StreamLook) look = {.state = STREAM_WORKING};
    QmpClient *qmp = NULL;

    if (job->operation != VIR_DOMAIN_JOB_OPERATION_SAVE || job->holds_guest ||
        !save_file_has_stream(job))
        return undo(vm, job, error);
    qmp = qemu_domain_monitor(vm, error);
    if (!qmp || !stream_look(qmp, job->memory->kind, &look, error))
        return false;
    return look.state == STREAM_DONE ? refresh_running(vm, job, error)
                                     : undo(vm, job, error);
}

bool
save_job_refresh(QemuDomain *vm, GError **error)
{
    const JobTable *jobs = job_store_load(vm, error);
    Job *job = jobs ? job_table_memory(jobs) : NULL;

    /* The usual case, in front of almost every call: it must cost nothing. */
    if (!job)
        return jobs != NULL;
    /* The other half of it may be anywhere, so it has ways of its own. */
    if (job->memory->migration)
        return migrate_job_refresh(vm, job, error);
    /* We hold the lock: whoever set these two states is not at work any more. */
    if (job->state == JOB_ENDING)
        return finish(vm, job, job->outcome, NULL, error);
    if (job->state == JOB_STARTING && qemu_domain_is_active(vm))
        return take_up_start(vm, job, error);
    if (!qemu_domain_is_active(vm)) {
        return finish(vm, job, JOB_FAILED,
                      "QEMU ended before the memory was written", error);
    }
    return refresh_running(vm, job, error);
}

/* The guest goes on as it was: its memory is still where it was, and QEMU takes
 * its images back. */
bool
save_job_cancel(QemuDomain *vm, Job *job, GError **error)
{
    if (job->memory->migration)
        return migrate_job_cancel(vm, job, error);
    return save_plan_check_cancel(vm->name, job, error) &&
           finish(vm, job, JOB_CANCELLED, "aborted", error);
}

/* For a machine that is about to be killed, or was: nothing is to go on. */
bool
save_job_abort_all(QemuDomain *vm, const char *why, GError **error)
{
    const JobTable *jobs = job_store_load(vm, error);
    Job *job = jobs ? job_table_memory(jobs) : NULL;

    if (!job)
        return jobs != NULL;
    /* It is about to end, and need not run for that. */
    job->holds_guest = false;
    if (job->memory->migration)
        return migrate_job_give_up(vm, job, why, error);
    if (job->state == JOB_ENDING || job->memory->kind != MEMORY_JOB_CORE)
        return finish(vm, job, JOB_CANCELLED, why, error);
    /* A dump is not waited for: who destroys a machine does not want it. */
    job->state = JOB_ENDING;
    job->outcome = JOB_CANCELLED;
    g_free(job->error);
    job->error = g_strdup(why);
    return save_file_drop(job, error) &&
           job_end_close(vm, job, JOB_ENDED, error);
}

bool
save_job_refuse(QemuDomain *vm, const char *what, GError **error)
{
    const JobTable *jobs = job_store_load(vm, error);

    return jobs && save_plan_refuse(vm->name, jobs, what, error);
}

/* A record that cannot be read counts as none: whoever needs it has failed by
 * then. */
bool
save_job_is_live(QemuDomain *vm)
{
    const JobTable *jobs = job_store_load(vm, NULL);

    return jobs && job_table_memory(jobs);
}

/* For the look that finds QEMU gone: we died between its end and the record, or
 * it died by itself at the very end, which comes to the same. */
int
save_job_end_reason(QemuDomain *vm, int reason)
{
    const JobTable *jobs = job_store_load(vm, NULL);
    const Job *job = jobs ? job_table_memory(jobs) : NULL;

    if (job && job->memory->migration)
        return migrate_job_end_reason(job, reason);
    return job && job->state == JOB_ENDING && ends_machine(job)
               ? shutoff_reason(job)
               : reason;
}

/* QEMU answers nobody meanwhile, so nobody could have looked or given it up; but
 * its id, its end and its event are those of a job.  One that failed has told its
 * caller so, and left nothing; and what was done stays done if this fails. */
void
save_job_note(QemuDomain *vm, int operation, int64_t started_ms)
{
    JobTable *jobs = job_store_load(vm, NULL);
    Job *job = jobs ? job_table_add(jobs, operation, NULL) : NULL;

    if (!job)
        return;
    save_plan_note(job, started_ms, qemu_domain_def(vm)->memory_kib * KIB);
    if (!job_end_close(vm, job, JOB_ENDED, NULL))
        qemu_domain_distrust(vm);
}

/* ---- begin ---- */

/* The guest stands still, and a record says why. */
static bool
hold(QemuDomain *vm, const Job *job, QmpClient *qmp, GError **error)
{
    return qmp_client_run(qmp, "stop", NULL, error) &&
           domain_state_set(vm, VIR_DOMAIN_PAUSED,
                            save_plan_pause_reason(job->operation),
                            VIR_DOMAIN_EVENT_SUSPENDED,
                            VIR_DOMAIN_EVENT_SUSPENDED_PAUSED, error);
}

/* Everything that the undo takes back, in an order in which the guest stands
 * still for as short as can be. */
static bool
carry_out(QemuDomain *vm, const SavePlan *plan, const Job *job, int *ret_file,
          GError **error)
{
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    g_auto(AutoFd) file = -1;

    if (!qmp)
        return false;
    /* The file first: that it cannot be made is the most likely failure, and the
     * guest does not notice it. */
    file = save_file_make(job, plan->xml, plan->runs_again, error);
    if (file < 0)
        return false;
    if (job->holds_guest && !plan->is_live && !hold(vm, job, qmp, error))
        return false;
    if (!stream_begin(qmp, plan->kind, plan->format, file, error))
        return false;
    *ret_file = fd_steal(&file);
    return true;
}

/* Written down before anything is made: whoever finds the record takes back what
 * follows from it, however much of that there is.  The id is the job's for ever,
 * and part of the file's name. */
static Job *
record_start(QemuDomain *vm, const SavePlan *plan, GError **error)
{
    JobTable *jobs = job_store_load(vm, error);
    Job *job = jobs ? job_table_add(jobs, plan->operation, error) : NULL;

    if (!job)
        return NULL;
    /* As QEMU said a moment ago (save_job_check()). */
    save_plan_record(plan, vm->state, job);
    if (job_store_save(vm, error))
        return job;
    job_table_remove(vm->jobs, job);
    return NULL;
}

/* Record, act, record.  A death between the two records is undone by the next
 * call, one behind the second is seen through. */
Job *
save_job_begin(QemuDomain *vm, const SavePlan *plan, int *ret_file,
               GError **error)
{
    g_auto(AutoFd) file = -1;
    Job *job = record_start(vm, plan, error);

    if (!job)
        return NULL;
    if (carry_out(vm, plan, job, &file, error)) {
        job->state = JOB_RUNNING;
        if (job_store_save(vm, error)) {
            *ret_file = fd_steal(&file);
            return job;
        }
        job->state = JOB_STARTING;
    }
    /* What cannot be taken back now is by the next call. */
    if (!undo(vm, job, NULL))
        qemu_domain_distrust(vm);
    return NULL;
}
