/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The third and the fifth phase, at the source: the memory goes over, and then
 * the machine goes or stays. */
#include "base/caller.h"
#include "base/error.h"
#include "base/fd.h"
#include "driver/migrate_offline.h"
#include "driver/registry.h"
#include "model/memory/migrate_place.h"
#include "qemu/jobs/job_store.h"
#include "qemu/migrate/leader.h"
#include "qemu/migrate/migrate_calls.h"
#include "qemu/migrate/migrate_limits.h"
#include "qemu/migrate/migrate_out.h"
#include "qemu/migrate/migrate_source.h"
#include "qemu/save/stream.h"
#include "xml/record/migration_xml.h"

enum { POLL_FIRST_US = 2 * 1000, POLL_LAST_US = 50 * 1000 };

/* ---- perform ---- */

/* Held against what the other side was told. */
static bool
check_unchanged(QemuDomain *vm, const MigrationCookie *cookie, GError **error)
{
    g_autofree char *xml = migrate_source_xml(vm, qemu_domain_def(vm), error);
    g_autofree char *stamp =
        xml ? migration_stamp(xml, vm->id, vm->state) : NULL;

    return stamp && migration_check_stamp(cookie, stamp, vm->name, error);
}

/* Who is asked later, with our rights, was named in a cookie: to a client that
 * is not root no folder of this host is opened. */
static bool
check_caller(const MigrationCookie *cookie, GError **error)
{
    g_autoptr(ConnectUri) uri = NULL;

    if (!caller_is_bound() || !cookie->peer)
        return true;
    uri = connect_uri_parse(cookie->peer, error);
    if (!uri)
        return false;
    return uri->transport ||
           fail(
               error, VIR_ERR_ACCESS_DENIED,
               "access denied: a client who is not root may name other daemons "
               "as destinations, and not '%s'",
               cookie->peer);
}

/* QEMU sends from here on, until it is told otherwise. */
static bool
send(QemuDomain *vm, Job *job, const MigrationStep *step, int socket,
     GError **error)
{
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    guint64 speed = step->bandwidth;

    if (!qmp || (speed == 0 && !migrate_limits_speed(qmp, &speed, error)) ||
        !stream_send(qmp, socket, speed, error))
        return false;
    job->state = JOB_RUNNING;
    return job_store_save(vm, error);
}

/* With the destination, for the case that only this record is left of us. */
static Job *
record(QemuDomain *vm, const MigrationCookie *cookie, const MigrationStep *step,
       GError **error)
{
    Migration *migration = migration_new(cookie->id, false);

    migration->flags = step->flags;
    migration->peer = g_strdup(cookie->peer);
    return migrate_job_record(vm, migration, step->uri, error);
}

/* Connected first: that nobody listens is the most likely failure, and
 * leaves no trace. Returns the job's id, or -1. */
static int
begin_move(virDomainPtr domain, const MigrationCookie *cookie,
           const MigrationStep *step, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;
    g_autoptr(MigratePlace) place =
        vm ? migrate_place_parse(step->uri, error) : NULL;
    g_auto(AutoFd) socket = -1;
    g_autoptr(GError) problem = NULL;
    Job *job = NULL;

    if (place && !check_caller(cookie, error))
        return -1;
    /* Both once more: begin was another call, with the lock free after it. */
    if (!place || !migrate_source_check(vm, step->flags, error) ||
        !check_unchanged(vm, cookie, error))
        return -1;
    socket = migrate_place_connect(place, error);
    job = socket >= 0 ? record(vm, cookie, step, error) : NULL;
    if (!job)
        return -1;
    /* QEMU has a copy of the socket; ours goes with this call. */
    if (send(vm, job, step, socket, &problem))
        return job->id;
    /* What cannot be taken back now is by the next call, since nobody leads
     * it. */
    leader_leave(cookie->id, false);
    if (!migrate_out_finish(vm, job, JOB_FAILED, problem->message, NULL))
        qemu_domain_distrust(vm);
    g_propagate_error(error, g_steal_pointer(&problem));
    return -1;
}

/* What became of it; *@ret_is_done: all of it is there. */
static bool
judge(const QemuDomain *vm, const Job *job, bool *ret_is_done, GError **error)
{
    bool is_cancelled = job && job->outcome == JOB_CANCELLED;

    *ret_is_done = job && job_is_live(job) && job->memory->migration->is_moved;
    if (job && job_is_live(job))
        return true;
    return migration_fail(vm->name, is_cancelled, job ? job->error : NULL,
                          error);
}

/* One call as any other: its begin takes the job as far as it has come. */
static bool
look(virDomainPtr domain, int id, bool *ret_is_done, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;
    const JobTable *jobs = vm ? job_store_load(vm, error) : NULL;

    return jobs && judge(vm, job_table_find(jobs, id), ret_is_done, error);
}

/* Somebody who holds the root for long does not matter: QEMU needs no root. */
static bool
await_move(virDomainPtr domain, int id, GError **error)
{
    gulong pause_us = POLL_FIRST_US;

    for (;;) {
        g_autoptr(GError) problem = NULL;
        bool is_done = false;

        if (!look(domain, id, &is_done, &problem) &&
            !error_is(problem, VIR_ERR_OPERATION_TIMEOUT)) {
            g_propagate_error(error, g_steal_pointer(&problem));
            return false;
        }
        if (is_done)
            return true;
        /* Often at first: the memory of many machines is small. */
        g_usleep(pause_us);
        pause_us = MIN(pause_us * 2, POLL_LAST_US);
    }
}

/* A failure here leaves the job as it is, or ended: what comes next is the
 * caller's finish, and then confirm. */
int
qemu_migrate_perform(virDomainPtr domain, const MigrationStep *step,
                     GError **error)
{
    g_autoptr(MigrationCookie) cookie =
        migration_cookie_parse(step->cookie, error);
    int id = cookie ? begin_move(domain, cookie, step, error) : -1;

    if (id > 0 && await_move(domain, id, error))
        return 0;
    /* Confirm will end it, and whoever looks at it earlier may. */
    if (cookie)
        leader_leave(cookie->id, false);
    return -1;
}

/* ---- confirm ---- */

/* One that is not there any more has come to its end by itself, or its
 * transient domain has. */
static bool
confirm(virDomainPtr domain, const char *id, bool is_cancelled, GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(QemuCall) call = qemu_call_begin(domain, &problem);
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;
    Job *job = vm ? migrate_job_find(vm, id, &problem) : NULL;
    bool is_done = false;

    if (error_is(problem, VIR_ERR_NO_DOMAIN))
        return true;
    is_done =
        !problem &&
        (!job ||
         (is_cancelled
              ? migrate_out_give_up(vm, job, "the destination gave it up",
                                    &problem)
              : migrate_out_finish(vm, job, JOB_COMPLETED, NULL, &problem)));
    /* Before the lock is free, so that whatever is left is the next call's. */
    leader_leave(id, false);
    if (vm)
        domain_object_set_id(domain, vm->id);
    if (!is_done)
        g_propagate_error(error, g_steal_pointer(&problem));
    return is_done;
}

/* Without the source's lock for anything but the end itself. */
int
qemu_migrate_confirm(virDomainPtr domain, const MigrationStep *step,
                     bool is_cancelled, GError **error)
{
    g_autoptr(MigrationCookie) cookie =
        migration_cookie_parse(step->cookie, error);
    bool is_done = false;

    if (!cookie)
        return -1;
    if (cookie->is_offline)
        return migrate_offline_confirm(domain, step, is_cancelled, error);
    is_done = confirm(domain, cookie->id, is_cancelled, error);
    /* In any case: a call that failed has not seen to it. */
    leader_leave(cookie->id, false);
    return is_done ? 0 : -1;
}
