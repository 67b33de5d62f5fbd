/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/migrate/migrate_out.h"

#include "base/error.h"
#include "driver/migrate_peer.h"
#include "qemu/domain/domain_define.h"
#include "qemu/domain/domain_end.h"
#include "qemu/domain/domain_state.h"
#include "qemu/jobs/job_end.h"
#include "qemu/jobs/job_store.h"
#include "qemu/migrate/leader.h"
#include "qemu/qmp/message.h"
#include "qemu/save/stream.h"
#include "qemu/watcher.h"
#include "xml/record/migration_xml.h"

/* QEMU is between two states for as long as it takes to give its images up. */
enum { SETTLE_MS = 5 * 1000, POLL_US = 1000, US_PER_MS = 1000 };

#define NOBODY_LEADS "whoever led the migration is gone"

/* ---- the guest goes on ---- */

/* *@ret_status: (transfer full): QEMU's word, once it has made up its mind. */
static bool
await_status(QmpClient *qmp, char **ret_status, GError **error)
{
    gint64 deadline_us = g_get_monotonic_time() + (gint64)SETTLE_MS * US_PER_MS;

    for (;;) {
        g_autoptr(Json) reply =
            qmp_client_call(qmp, "query-status", NULL, error);
        const char *status =
            json_string_value(json_object_get(reply, "status"));

        if (!reply)
            return false;
        if (g_strcmp0(status, "finish-migrate") != 0 ||
            g_get_monotonic_time() > deadline_us) {
            *ret_status = g_strdup(status);
            return true;
        }
        g_usleep(POLL_US);
    }
}

/* QEMU lets a guest go on by itself when its migration fails; only one that
 * has sent everything waits for us. "cont" takes the images back, too. */
static bool
wake(QemuDomain *vm, const Job *job, GError **error)
{
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    g_autofree char *status = NULL;

    if (!qmp || !await_status(qmp, &status, error))
        return false;
    if (!job->holds_guest)
        return true;
    /* Also of one that runs: QEMU may have failed with its images given up. */
    if ((g_strcmp0(status, "postmigrate") == 0 ||
         g_strcmp0(status, "running") == 0) &&
        !qmp_client_run(qmp, "cont", NULL, error))
        return false;
    /* Nobody was told that it stood still, so nobody is told that it goes
     * on. */
    if (!job->memory->migration->is_moved)
        return domain_state_refresh(vm) || true;
    return domain_state_set(
        vm, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_MIGRATION_CANCELED,
        VIR_DOMAIN_EVENT_RESUMED, VIR_DOMAIN_EVENT_RESUMED_MIGRATED, error);
}

/* However it ends; the look after this tells. */
static bool
await_end(QmpClient *qmp)
{
    g_autoptr(GError) problem = NULL;

    if (!stream_wait(qmp, MEMORY_JOB_MOVE, &problem))
        g_debug("the stream has not come through: %s", problem->message);
    return true;
}

/* *@ret_is_moved: it was too late, and everything is at the other side. */
static bool
stop_stream(QemuDomain *vm, bool *ret_is_moved, GError **error)
{
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    g_auto(StreamLook) before = {.state = STREAM_WORKING};
    g_auto(StreamLook) look = {.state = STREAM_WORKING};

    if (!qmp || !stream_look(qmp, MEMORY_JOB_MOVE, &before, error))
        return false;
    /* What is on its way already is awaited. */
    if (!(before.is_last ? await_end(qmp)
                         : stream_stop(qmp, MEMORY_JOB_MOVE, error)) ||
        !stream_look(qmp, MEMORY_JOB_MOVE, &look, error))
        return false;
    *ret_is_moved = look.state == STREAM_DONE;
    return true;
}

/* ---- the guest is somewhere else ---- */

/* Of one that is off: by our own kill, whose record leads here once more; or
 * because QEMU died with nothing left to do. */
static bool
close_left(QemuDomain *vm, Job *job, bool is_undefined, GError **error)
{
    vm->reason = VIR_DOMAIN_SHUTOFF_MIGRATED;
    return qemu_domain_save_status(vm, error) &&
           job_end_close(vm, job, JOB_ENDED, error) &&
           (!is_undefined || domain_define_remove(vm, 0, error));
}

/* The definition goes while there is a run: it makes that a transient one,
 * which takes everything along with its end, however often we die on the
 * way. */
static bool
leave(QemuDomain *vm, Job *job, GError **error)
{
    bool is_undefined =
        job->memory->migration->flags & VIR_MIGRATE_UNDEFINE_SOURCE &&
        migrate_job_is_defined(vm);

    if (!qemu_domain_touch(vm, error))
        return false;
    if (!qemu_domain_is_active(vm))
        return close_left(vm, job, is_undefined, error);
    /* It has given its images up, so a kill costs nothing. */
    return (!is_undefined || domain_define_remove(vm, 0, error)) &&
           domain_end_kill(vm, false, error) &&
           domain_end_record(vm, VIR_DOMAIN_SHUTOFF_MIGRATED, error);
}

/* Our record says now that it is there, so nobody will ask for the verdict
 * again; where this fails the file is one of a bounded number. */
static void
forget_verdict(const QemuDomain *vm, const Migration *migration)
{
    g_autoptr(GError) problem = NULL;
    g_autofree char *cookie = migration_cookie_question(migration, vm->uuid);

    if (migrate_peer_settle(migration->peer, cookie, true, &problem) < 0) {
        g_debug("the verdict of '%s' stays: %s", vm->name,
                problem ? problem->message : "no reason");
    }
}

/* The one way out of a migration at its source, whoever takes it: the two
 * phases, a look that finds nobody leading, an abort, the end of QEMU. */
bool
migrate_out_finish(QemuDomain *vm, Job *job, JobOutcome outcome,
                   const char *why, GError **error)
{
    bool is_moved = false;

    if (!job_end_decide(vm, job, outcome, why, error))
        return false;
    if (job->outcome == JOB_COMPLETED) {
        forget_verdict(vm, job->memory->migration);
        return leave(vm, job, error);
    }
    /* Whether it was too late does not matter any more: that it is not to run
     * there was settled before this was concluded. */
    if (qemu_domain_is_active(vm) &&
        (!stop_stream(vm, &is_moved, error) || !wake(vm, job, error)))
        return false;
    return job_end_close(vm, job, JOB_ENDED, error);
}

/* ---- between the phases ---- */

/* Everything is at the other side, durably known from here on: whoever takes
 * the job up has to ask there before the guest may go on here. */
static bool
note_moved(QemuDomain *vm, Job *job, GError **error)
{
    /* From here on "QEMU is gone" is not "it failed". */
    job->memory->migration->is_moved = true;
    if (!job_store_save(vm, error))
        return false;
    if (!job->holds_guest)
        return true;
    /* A look while the last of it was on its way has told that it stands. */
    return domain_state_set(vm, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_MIGRATION,
                            watcher_has_told(vm, VIR_DOMAIN_PAUSED)
                                ? -1
                                : VIR_DOMAIN_EVENT_SUSPENDED,
                            VIR_DOMAIN_EVENT_SUSPENDED_MIGRATED, error);
}

/* The destination's word decides. As long as it cannot be had neither of the
 * two runs; the next look asks again. */
static bool
ask_peer(QemuDomain *vm, Job *job, JobOutcome outcome, const char *why,
         GError **error)
{
    const Migration *migration = job->memory->migration;
    g_autofree char *cookie = migration_cookie_question(migration, vm->uuid);
    g_autoptr(GError) problem = NULL;

    /* Under our own lock: nobody may let the guest go between the answer and
     * what follows from it. */
    switch (migrate_peer_settle(migration->peer, cookie, false, &problem)) {
    case 1:
        return migrate_out_finish(vm, job, JOB_COMPLETED, NULL, error);
    case 0:
        return migrate_out_finish(vm, job, outcome, why, error);
    default:
        g_debug("domain '%s' waits for its destination: %s", vm->name,
                problem ? problem->message : "no answer");
        return true;
    }
}

/* Stops what nobody waits for. */
static bool
drop(QemuDomain *vm, Job *job, JobOutcome outcome, const char *why,
     GError **error)
{
    bool is_moved = false;

    if (!stop_stream(vm, &is_moved, error))
        return false;
    if (!is_moved)
        return migrate_out_finish(vm, job, outcome, why, error);
    return note_moved(vm, job, error);
}

/* A guest that a disk has stopped would come to nothing there either. */
static bool
has_disk_error(QemuDomain *vm, const Job *job)
{
    return job->memory->migration->flags & VIR_MIGRATE_ABORT_ON_ERROR &&
           domain_state_refresh(vm) && vm->state == VIR_DOMAIN_PAUSED &&
           vm->reason == VIR_DOMAIN_PAUSED_IOERROR;
}

/* QEMU is at it, or was when somebody looked last. */
static bool
refresh_stream(QemuDomain *vm, Job *job, bool is_led, GError **error)
{
    MemoryJob *memory = job->memory;
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    g_auto(StreamLook) look = {.state = STREAM_WORKING};

    if (!qmp || !stream_look(qmp, memory->kind, &look, error))
        return false;
    /* In memory alone: the figures are written when something else is. */
    memory->total = look.total;
    memory->processed = look.processed;
    memory->remaining = look.remaining;
    if (look.state == STREAM_DONE)
        return note_moved(vm, job, error);
    if (look.state == STREAM_FAILED) {
        return migrate_out_finish(
            vm, job, JOB_FAILED,
            look.problem ? look.problem : "QEMU does not say why", error);
    }
    if (!is_led)
        return drop(vm, job, JOB_CANCELLED, NOBODY_LEADS, error);
    if (has_disk_error(vm, job))
        return drop(vm, job, JOB_FAILED, "a disk reported an error", error);
    return !look.is_held || stream_let_go(qmp, error);
}

/* We hold the lock, so whoever was STARTING is not at it any more. */
bool
migrate_out_refresh(QemuDomain *vm, Job *job, GError **error)
{
    const Migration *migration = job->memory->migration;
    bool is_led = job->state == JOB_RUNNING && leader_is_there(migration);

    if (job->state == JOB_ENDING)
        return migrate_out_finish(vm, job, job->outcome, NULL, error);
    if (!migration->is_moved && !qemu_domain_is_active(vm)) {
        return migrate_out_finish(vm, job, JOB_FAILED,
                                  "QEMU ended before the memory was moved",
                                  error);
    }
    if (!migration->is_moved && !refresh_stream(vm, job, is_led, error))
        return false;
    return !job_is_live(job) || !migration->is_moved || is_led ||
           ask_peer(vm, job, JOB_CANCELLED, NOBODY_LEADS, error);
}

/* Whoever leads has no answer of the destination's, or one that says no: over a
 * wire the two are not to be told apart.  Once everything is there only the
 * destination's own word lets the guest go on here. */
bool
migrate_out_give_up(QemuDomain *vm, Job *job, const char *why, GError **error)
{
    if (!job_is_live(job))
        return true;
    if (job->state == JOB_ENDING)
        return migrate_out_finish(vm, job, job->outcome, NULL, error);
    if (!job->memory->migration->is_moved &&
        !drop(vm, job, JOB_FAILED, why, error))
        return false;
    return !job_is_live(job) || ask_peer(vm, job, JOB_FAILED, why, error);
}

/* Once everything is there only the destination can decide, and it may be
 * doing so now. */
bool
migrate_out_cancel(QemuDomain *vm, Job *job, GError **error)
{
    if (!job->memory->migration->is_moved &&
        !drop(vm, job, JOB_CANCELLED, "aborted", error))
        return false;
    return !job_is_live(job) ||
           migration_check_cancel(job->memory->migration, job->id, vm->name,
                                  error);
}
