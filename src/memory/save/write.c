/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/save/write.h"

#include "base/error.h"
#include "base/fd.h"
#include "memory/block/tell.h"
#include "memory/fault.h"
#include "memory/migrate/arrival.h"
#include "memory/save/core.h"
#include "memory/save/managed.h"
#include "model/save/save_file.h"

#include <sys/socket.h>

enum { US_PER_MS = 1000, NS_PER_US = 1000, KIB = 1024 };

/* Two have one: the domain while the job is live, and the call that writes. */
MemoryWrite *
memory_write_ref(MemoryWrite *writing)
{
    g_atomic_int_inc(&writing->refs);
    return writing;
}

void
memory_write_unref(MemoryWrite *writing)
{
    if (!writing || !g_atomic_int_dec_and_test(&writing->refs))
        return;
    auto_fd_close(writing->file);
    memory_saved_free(writing->saved);
    memory_state_free(writing->state);
    job_free(writing->record);
    pthread_cond_destroy(&writing->is_released);
    lock_clear(&writing->lock);
    g_free(writing);
}

/* ---- writing ---- */

/* With every piece: counted, and stopped where a test or an abort wants it.  With
 * the writer's lock, which a wait gives up. */
static bool
advance(MemoryWrite *writing, uint64_t bytes, GError **error)
{
    writing->done += bytes;
    if (writing->done > writing->fail_at) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "it fails after %" G_GUINT64_FORMAT " bytes, as planned",
                    writing->fail_at);
    }
    while (writing->done > writing->hold_at && !writing->is_cancelled) {
        g_assert(pthread_cond_wait(&writing->is_released, &writing->lock) == 0);
    }
    return !writing->is_cancelled ||
           fail(error, VIR_ERR_OPERATION_FAILED, "it was aborted");
}

/* Until as much time has passed as the bytes may take; an abort or another speed
 * wakes it.  The condition's clock is that of the day: a jump of it makes one
 * wait longer or shorter, and nothing worse. */
static void
pace(MemoryWrite *writing, uint64_t bytes)
{
    writing->paced += bytes;
    while (!writing->is_cancelled && writing->speed < G_MAXINT64) {
        gint64 due_us =
            writing->paced_us +
            (gint64)((double)writing->paced * G_USEC_PER_SEC / writing->speed);
        struct timespec due = {due_us / G_USEC_PER_SEC,
                               due_us % G_USEC_PER_SEC * NS_PER_US};

        if (g_get_real_time() >= due_us)
            return;
        (void)pthread_cond_timedwait(&writing->is_released, &writing->lock,
                                     &due);
    }
}

/* Paced before it is counted: what a limit holds back has not been written as far
 * as anybody sees. */
bool
memory_write_step(void *opaque, uint64_t bytes, GError **error)
{
    MemoryWrite *writing = opaque;
    LOCK_SCOPE(&writing->lock);

    pace(writing, bytes);
    return advance(writing, bytes, error);
}

/* At once, whatever the limit is: nothing of it is sent. */
bool
memory_write_skip(MemoryWrite *writing, uint64_t bytes, GError **error)
{
    LOCK_SCOPE(&writing->lock);

    return advance(writing, bytes, error);
}

/* What was sent before counts no more: a limit is about what is to come. */
void
memory_write_set_speed(MemoryWrite *writing, uint64_t speed)
{
    LOCK_SCOPE(&writing->lock);

    writing->speed = speed;
    writing->paced = 0;
    writing->paced_us = g_get_real_time();
    g_assert(pthread_cond_broadcast(&writing->is_released) == 0);
}

/* Sealed before the end takes the host's lock: a sync is slow. */
bool
memory_write_copy(MemoryWrite *writing, GError **error)
{
    bool is_written =
        writing->state
            ? memory_state_write(writing->state, writing->file,
                                 memory_write_step, writing, error)
            : memory_core_write(writing->file, writing->memory, error) &&
                  memory_write_step(writing, memory_core_size(), error);

    return is_written &&
           (writing->file < 0 || save_file_seal(writing->record, error));
}

/* Nothing tells the job of each piece: its figures are brought up to date when
 * somebody asks. */
void
memory_write_look(MemoryDomain *vm)
{
    MemoryWrite *writing = vm->writing;
    MemoryJob *figures =
        writing ? job_table_find(vm->jobs, writing->record->id)->memory : NULL;

    if (!writing)
        return;
    LOCK_SCOPE(&writing->lock);
    figures->total = writing->total;
    figures->processed = MIN(writing->done, writing->total);
    figures->remaining = figures->total - figures->processed;
}

/* An end that was decided wakes one that a test holds, too: else the call that
 * began it would never come back. */
static void
wake_writer(MemoryWrite *writing, bool is_cancelled)
{
    LOCK_SCOPE(&writing->lock);

    writing->is_cancelled = is_cancelled;
    writing->hold_at = UINT64_MAX;
    /* It may wait for a peer that does not read, and not for us. */
    if (is_cancelled && writing->record->memory->migration)
        (void)shutdown(writing->file, SHUT_RDWR);
    g_assert(pthread_cond_broadcast(&writing->is_released) == 0);
}

void
memory_write_release(MemoryWrite *writing)
{
    wake_writer(writing, false);
}

/* ---- the guest meanwhile ---- */

/* Until the end of the job; what is written is one moment of the guest's. */
static void
hold(MemoryDomain *vm, const Job *job)
{
    vm->state = VIR_DOMAIN_PAUSED;
    vm->reason = save_plan_pause_reason(job->operation);
    memory_domain_event(vm, VIR_DOMAIN_EVENT_SUSPENDED,
                        VIR_DOMAIN_EVENT_SUSPENDED_PAUSED);
}

/* libvirt has words for what was begun to end the run and did not. */
static int
go_on_reason(int operation)
{
    switch (operation) {
    case VIR_DOMAIN_JOB_OPERATION_SAVE:
        return VIR_DOMAIN_RUNNING_SAVE_CANCELED;
    case VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT:
        return VIR_DOMAIN_RUNNING_MIGRATION_CANCELED;
    default:
        return VIR_DOMAIN_RUNNING_UNPAUSED;
    }
}

/* It ran before, so it runs after.  One that was never held, since the job was
 * live, has nothing to be told; nor has one that meanwhile stands still for
 * another reason, such as a disk that failed. */
static void
wake_guest(MemoryDomain *vm, const Job *job)
{
    if (!job->holds_guest || vm->state != VIR_DOMAIN_PAUSED ||
        vm->reason != save_plan_pause_reason(job->operation))
        return;
    vm->state = VIR_DOMAIN_RUNNING;
    vm->reason = go_on_reason(job->operation);
    memory_domain_event(vm, VIR_DOMAIN_EVENT_RESUMED,
                        job->memory->migration
                            ? VIR_DOMAIN_EVENT_RESUMED_MIGRATED
                            : VIR_DOMAIN_EVENT_RESUMED_UNPAUSED);
}

/* ---- the end ---- */

/* The file has its name, or is gone.  What cannot get its name has failed, and
 * the guest goes on. */
static void
settle_file(const MemoryWrite *writing, Job *job)
{
    g_autoptr(GError) problem = NULL;

    if (writing->file < 0 || job->memory->migration)
        return;
    if (job->outcome == JOB_COMPLETED && !save_file_settle(job, &problem) &&
        save_file_is_partial(job)) {
        job->outcome = JOB_FAILED;
        job->error = g_strdup(problem->message);
    }
    /* One that cannot be removed keeps its first name, which says that it is
     * not whole. */
    if (job->outcome != JOB_COMPLETED)
        (void)save_file_drop(job, NULL);
}

/* The event is sent before the machine ends, which is an event of its own, and
 * the trim comes last, since it may free @job. */
void
memory_write_close(MemoryDomain *vm, Job *job, JobOutcome outcome,
                   const char *why)
{
    char *reason = g_strdup(why); /* which may be the job's own */

    g_free(job->error);
    job->error = reason;
    job->outcome = outcome;
    job->state = JOB_ENDED;
    job->ended_ms = g_get_real_time() / US_PER_MS;
    memory_tell_job(vm, job);
    job_table_trim(vm->jobs);
}

/* The writer's copy says what the table may have forgotten by then. */
static void
close_job(MemoryDomain *vm, MemoryWrite *writing, Job *job)
{
    writing->record->outcome = job->outcome;
    g_free(writing->record->error);
    writing->record->error = g_strdup(job->error);
    memory_write_close(vm, job, job->outcome, job->error);
}

/* The machine is somewhere else: what is left here is at most its definition.
 * That goes while there is a run, whose end takes the rest along. */
static void
leave(MemoryDomain *vm, const Migration *migration)
{
    if (!(migration->flags & VIR_MIGRATE_UNDEFINE_SOURCE) || !vm->config)
        return;
    memory_domain_event(vm, VIR_DOMAIN_EVENT_UNDEFINED,
                        VIR_DOMAIN_EVENT_UNDEFINED_REMOVED);
    vm->is_autostart = false;
    memory_domain_set_config(vm, NULL);
}

/* The one way out, whoever asks for it.  The domain forgets the writer before
 * the event is sent, so that who hears of the end finds no job. */
void
memory_write_finish(MemoryDomain *vm, Job *job, JobOutcome outcome,
                    const char *why)
{
    g_autoptr(MemoryWrite) writing = NULL;
    MemoryJobThen then = job->memory->then;
    bool is_gone = job->memory->migration && outcome == JOB_COMPLETED;
    bool is_done = false;

    memory_write_look(vm);
    writing = g_steal_pointer(&vm->writing);
    wake_writer(writing, true);
    job->outcome = outcome;
    g_free(job->error);
    job->error = g_strdup(why);
    settle_file(writing, job);
    is_done = job->outcome == JOB_COMPLETED;
    if (is_done && then == MEMORY_THEN_RESET)
        memory_domain_restart(vm);
    if (is_gone) {
        leave(vm, job->memory->migration);
    } else if (!is_done || then == MEMORY_THEN_GO_ON ||
               then == MEMORY_THEN_RESET) {
        wake_guest(vm, job);
    }
    if (is_done && writing->saved) {
        /* The note comes before the end of the run that it is about. */
        memory_saved_free(vm->saved);
        vm->saved = g_steal_pointer(&writing->saved);
    }
    close_job(vm, writing, job);
    if (is_gone)
        memory_domain_stop(vm, VIR_DOMAIN_SHUTOFF_MIGRATED);
    if (is_done && then == MEMORY_THEN_SAVED)
        memory_domain_stop(vm, VIR_DOMAIN_SHUTOFF_SAVED);
    if (is_done && then == MEMORY_THEN_CRASH)
        memory_domain_stop(vm, VIR_DOMAIN_SHUTOFF_CRASHED);
    if (is_done && then == MEMORY_THEN_HALT)
        memory_domain_stop(vm, VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT);
}

/* The file goes and the guest goes on: nothing of the attempt is left but the
 * job's record. */
bool
memory_write_cancel(MemoryDomain *vm, Job *job, GError **error)
{
    if (!save_plan_check_cancel(vm->name, job, error))
        return false;
    memory_write_finish(vm, job, JOB_CANCELLED, "aborted");
    return true;
}

/* What is to be destroyed need not run for a moment more, and its guest hears
 * nothing of a job that never came to its end. */
void
memory_write_abandon(MemoryDomain *vm, JobOutcome outcome, const char *why)
{
    Job *job = job_table_memory(vm->jobs);

    if (!job)
        return;
    job->holds_guest = false;
    /* Nothing of ours writes it. */
    if (job->memory->migration && job->memory->migration->is_incoming) {
        memory_arrival_end(vm, job, outcome, why);
    } else {
        memory_write_finish(vm, job, outcome, why);
    }
}

/* By the host and not by the domain's pointer, which may be of one that is
 * gone; and another one of its name has another job. */
bool
memory_write_conclude(virDomainPtr domain, MemoryWrite *writing,
                      const GError *problem, GError **error)
{
    const MemorySession *session = domain->conn->session;
    MemoryDomain *vm = memory_host_find_uuid(session->host, domain->uuid);
    int id = writing->record->id;

    if (vm && vm->writing == writing) {
        memory_write_finish(vm, job_table_find(vm->jobs, id),
                            problem ? JOB_FAILED : JOB_COMPLETED,
                            problem ? problem->message : NULL);
    }
    return save_plan_judge(domain->name, id, writing->record, error);
}

/* ---- the beginning ---- */

/* Everything that is the same of all of them; what is written, and where to, the
 * caller says before anybody else sees it. */
MemoryWrite *
memory_write_new(const MemoryDomain *vm, Job *record)
{
    MemoryWrite *writing = g_new0(MemoryWrite, 1);

    writing->refs = 1;
    writing->file = -1;
    writing->record = record;
    writing->memory = memory_domain_def(vm)->memory_kib * KIB;
    writing->hold_at = writing->fail_at = UINT64_MAX;
    writing->speed = G_MAXINT64;
    lock_init(&writing->lock);
    g_assert(pthread_cond_init(&writing->is_released, NULL) == 0);
    return writing;
}

/* The table's record stays with the table; the copy is of what the writer needs
 * of it.  A state that stays in the process leaves the disks where they are. */
static MemoryWrite *
write_planned(MemoryDomain *vm, const SavePlan *plan, const Job *job)
{
    MemoryWrite *writing =
        memory_write_new(vm, job_new(job->id, job->operation));

    save_plan_record(plan, vm->state, writing->record);
    writing->record->started_ms = job->started_ms;
    if (plan->kind != MEMORY_JOB_CORE)
        writing->state = memory_state_take(vm, plan->path && !plan->snapshot);
    writing->total =
        writing->state ? memory_state_size(writing->state) : memory_core_size();
    return writing;
}

/* The file first: that it cannot be made is the one failure, and then nothing
 * has been. */
MemoryWrite *
memory_write_begin(MemoryDomain *vm, const SavePlan *plan, GError **error)
{
    Job *job = job_table_add(vm->jobs, plan->operation, error);
    g_autoptr(MemoryWrite) writing = NULL;

    if (!job)
        return NULL;
    save_plan_record(plan, vm->state, job);
    writing = write_planned(vm, plan, job);
    if (plan->path) {
        writing->file = save_file_make(job, plan->xml, plan->runs_again, error);
        if (writing->file < 0) {
            (void)save_file_drop(job, NULL);
            job_table_remove(vm->jobs, job);
            return NULL;
        }
    } else if (plan->kind == MEMORY_JOB_IMAGE) {
        writing->saved =
            memory_saved_new(plan->xml, plan->runs_again, vm->frozen);
    }
    memory_fault_arm_write(vm, writing);
    job->state = JOB_RUNNING;
    if (job->holds_guest && !plan->is_live)
        hold(vm, job);
    vm->writing = memory_write_ref(writing);
    return g_steal_pointer(&writing);
}

/* As QEMU, which moves memory within its images while nobody can ask it: an id,
 * an end and an event, and nothing that could have been looked at. */
void
memory_write_note(MemoryDomain *vm, int operation)
{
    Job *job = job_table_add(vm->jobs, operation, NULL);

    /* The ids are used up: what was done is done. */
    if (!job)
        return;
    save_plan_note(job, g_get_real_time() / US_PER_MS,
                   memory_domain_def(vm)->memory_kib * KIB);
    job->ended_ms = job->started_ms;
    job->state = JOB_ENDED;
    memory_tell_job(vm, job);
}
