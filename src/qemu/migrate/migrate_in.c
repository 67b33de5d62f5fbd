/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/migrate/migrate_in.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "driver/migrate_offline.h"
#include "qemu/domain/domain_define.h"
#include "qemu/domain/domain_end.h"
#include "qemu/domain/domain_state.h"
#include "qemu/jobs/job_end.h"
#include "qemu/jobs/job_store.h"
#include "qemu/migrate/leader.h"
#include "qemu/migrate/migrate_calls.h"
#include "qemu/migrate/verdict.h"
#include "qemu/qmp/message.h"
#include "qemu/save/stream.h"
#include "qemu/session.h"
#include "xml/domain_xml.h"
#include "xml/record/migration_xml.h"

#include <string.h>

enum { DEFINITION_LIMIT = 16 * 1024 * 1024 };

/* ---- it is not to be ---- */

/* The record of the end closes the job, which is ENDING by now; a definition
 * that came with it goes first, which makes the run a transient one. */
static bool
throw_away(QemuDomain *vm, Job *job, JobOutcome outcome, const char *why,
           GError **error)
{
    bool is_undefined =
        job->memory->migration->defines && migrate_job_is_defined(vm);

    if (!job_end_decide(vm, job, outcome, why, error))
        return false;
    if (!qemu_domain_is_active(vm)) {
        return job_end_close(vm, job, JOB_ENDED, error) &&
               (!is_undefined || domain_define_remove(vm, 0, error));
    }
    if (is_undefined && !domain_define_remove(vm, 0, error))
        return false;
    /* Its guest has never run, and its images are as they were. */
    return domain_end_kill(vm, false, error) &&
           domain_end_record(vm, VIR_DOMAIN_SHUTOFF_FAILED, error);
}

/* ---- it is here ---- */

/* Of what prepare left to be defined; not an error if there is nothing. */
static bool
define(QemuDomain *vm, GError **error)
{
    bool is_absent = false;
    g_autofree char *text = atomic_file_read(
        vm->folder, MIGRATE_DEFINITION, DEFINITION_LIMIT, &is_absent, error);
    DomainDef *def = text ? domain_xml_parse(text, error) : NULL;

    if (!text)
        return is_absent;
    if (def && domain_define_put(vm, def, error))
        return true;
    domain_def_free(def);
    return false;
}

/* *@ret_is_refused: QEMU said no, so the guest has not run; else nobody can
 * know. */
static bool
let_go(QemuDomain *vm, bool *ret_is_refused, GError **error)
{
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    g_autoptr(Json) reply =
        qmp ? qmp_client_ask(qmp, "cont", NULL, error) : NULL;
    const json_t *refusal = json_object_get(reply, "error");
    const char *words = json_string_value(json_object_get(refusal, "desc"));

    if (!reply)
        return false;
    *ret_is_refused = refusal != NULL;
    if (refusal) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "QEMU cannot let domain '%s' go on: %s", vm->name,
                    words ? words : "it does not say why");
    }
    return domain_state_set(vm, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_MIGRATED,
                            VIR_DOMAIN_EVENT_RESUMED,
                            VIR_DOMAIN_EVENT_RESUMED_MIGRATED, error);
}

/* Libvirt has no reason of its own for one that is to stand still. */
static bool
keep_paused(QemuDomain *vm, GError **error)
{
    return domain_state_set(vm, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER,
                            VIR_DOMAIN_EVENT_SUSPENDED,
                            VIR_DOMAIN_EVENT_SUSPENDED_PAUSED, error);
}

/* After the verdict.  Each step can be repeated, and is until all are done. */
static bool
go_forward(QemuDomain *vm, Job *job, bool *ret_is_refused, GError **error)
{
    const Migration *migration = job->memory->migration;
    bool is_paused = migration->flags & VIR_MIGRATE_PAUSED;

    *ret_is_refused = false;
    if (qemu_domain_is_active(vm) &&
        !(is_paused ? keep_paused(vm, error)
                    : let_go(vm, ret_is_refused, error)))
        return false;
    /* A definition that was here before can be started as well, so this one need
     * not come before the verdict. */
    if ((!migration->defines && !define(vm, error)) ||
        !atomic_file_remove(vm->folder, MIGRATE_DEFINITION, error) ||
        !atomic_file_remove(vm->folder, MIGRATE_SOCKET, error))
        return false;
    return job_end_decide(vm, job, JOB_COMPLETED, NULL, error) &&
           job_end_close(vm, job, JOB_ENDED, error);
}

/* ---- between the phases ---- */

/* The verdict before everything else: with it even a QEMU that is gone has
 * run its guest here, and without it none has. */
bool
migrate_in_refresh(QemuDomain *vm, Job *job, GError **error)
{
    const Migration *migration = job->memory->migration;
    bool is_here = false;
    bool is_refused = false;

    if (job->state == JOB_ENDING && job->outcome != JOB_COMPLETED)
        return throw_away(vm, job, job->outcome, NULL, error);
    if (!verdict_is_there(vm->root, migration->id, &is_here, error))
        return false;
    if (is_here || job->state == JOB_ENDING)
        return go_forward(vm, job, &is_refused, error);
    if (!qemu_domain_is_active(vm)) {
        return throw_away(vm, job, JOB_FAILED,
                          "QEMU ended before the memory was here", error);
    }
    return (job->state == JOB_RUNNING && leader_is_there(migration)) ||
           throw_away(vm, job, JOB_CANCELLED,
                      "whoever led the migration is gone", error);
}

/* ---- finish ---- */

/* Everything that can go wrong while the source still can go on. */
static bool
make_ready(QemuDomain *vm, const Job *job, GError **error)
{
    QmpClient *qmp = qemu_domain_monitor(vm, error);

    if (!qmp || !stream_wait(qmp, MEMORY_JOB_MOVE, error)) {
        g_prefix_error(error,
                       "the memory of domain '%s' has not arrived: ", vm->name);
        return false;
    }
    /* Before the verdict, where nothing was defined: from then on there is
     * always something that can be started. */
    if (!job->memory->migration->defines || define(vm, error))
        return true;
    if (error && *error)
        (*error)->code = VIR_ERR_MIGRATE_PERSIST_FAILED;
    return false;
}

/* One that could not be written may be there all the same. */
static bool
decide(QemuDomain *vm, const Job *job, GError **error)
{
    const char *id = job->memory->migration->id;

    return verdict_write(vm->root, id, error) ||
           (!verdict_remove(vm->root, id, NULL) &&
            (g_clear_error(error), true));
}

/* The source has not heard of the verdict, since the lock is still ours.  The
 * record first: as long as that says COMPLETED the guest may be let go. */
static bool
take_back(QemuDomain *vm, Job *job)
{
    /* As before the verdict, so that nobody goes forward by it. */
    job->state = JOB_RUNNING;
    job->outcome = JOB_OUTCOME_NONE;
    return job_store_save(vm, NULL) &&
           verdict_remove(vm->root, job->memory->migration->id, NULL);
}

/* Whether the verdict stands, and so the guest is here: what remains to be
 * done after it is the next call's, should it fail. An error that leaves no
 * doubt takes the verdict back. */
static bool
take_over(QemuDomain *vm, Job *job, GError **error)
{
    g_autoptr(GError) problem = NULL;
    bool is_refused = false;

    if (!make_ready(vm, job, error) || !decide(vm, job, error))
        return false;
    /* Twice, since the file goes when the source knows of it, and this when all
     * is done. */
    if (job_end_decide(vm, job, JOB_COMPLETED, NULL, &problem) &&
        go_forward(vm, job, &is_refused, &problem))
        return true;
    qemu_domain_distrust(vm);
    if (!is_refused || !take_back(vm, job)) {
        g_debug("domain '%s' is here, and not yet in order: %s", vm->name,
                problem->message);
        return true;
    }
    g_propagate_error(error, g_steal_pointer(&problem));
    return false;
}

/* Of a cookie's machine, whatever it is called here. */
static virDomainPtr
domain_of(virConnectPtr conn, const MigrationCookie *cookie)
{
    return domain_object_new(conn, cookie->id, cookie->uuid, -1);
}

/* Nothing of this is taken back by the caller: after it the destination is
 * either there for good or gone. */
static virDomainPtr
finish(virConnectPtr conn, QemuDomain *vm, const char *id, bool is_cancelled,
       GError **error)
{
    Job *job = migrate_job_find(vm, id, error);
    g_autoptr(GError) problem = NULL;

    if (!job) {
        fail(error, VIR_ERR_OPERATION_FAILED,
             "domain '%s' is not coming here any more; its log may say why",
             vm->name);
        return NULL;
    }
    if (!is_cancelled && take_over(vm, job, &problem))
        return domain_object_new(conn, vm->name, vm->uuid, vm->id);
    if (!throw_away(vm, job, is_cancelled ? JOB_CANCELLED : JOB_FAILED,
                    is_cancelled ? "given up at the source" : problem->message,
                    NULL))
        qemu_domain_distrust(vm);
    if (is_cancelled) {
        fail(error, VIR_ERR_OPERATION_ABORTED,
             "the migration of domain '%s' was given up", vm->name);
    } else {
        g_propagate_error(error, g_steal_pointer(&problem));
    }
    return NULL;
}

/* The begin of the call does the rest of what another one left, and would
 * throw away what is not led; so we lead until the end. */
virDomainPtr
qemu_migrate_finish(virConnectPtr conn, const MigrationStep *step,
                    bool is_cancelled, GError **error)
{
    g_autoptr(MigrationCookie) cookie =
        migration_cookie_parse(step->cookie, error);
    virDomainPtr handle = NULL;
    virDomainPtr domain = NULL;
    QemuCall *call = NULL;

    if (!cookie)
        return NULL;
    if (cookie->is_offline)
        return migrate_offline_finish(conn, cookie, is_cancelled, error);
    /* By the UUID: its name here was the caller's to choose. */
    handle = domain_of(conn, cookie);
    call = qemu_call_begin(handle, error);
    if (call) {
        domain = finish(conn, qemu_call_domain(call), cookie->id, is_cancelled,
                        error);
    }
    /* In any case, and before the lock is free: what we could not do is the next
     * call's. */
    leader_leave(cookie->id, true);
    qemu_call_end(call);
    domain_object_unref(handle);
    return domain;
}

/* ---- a source that nobody leads ---- */

/* @vm: nullable.  A verdict that nobody will ask for goes, unless something
 * remains to be done by it.  False: not known. */
static bool
settle_locked(virConnectPtr conn, QemuDomain *vm, const MigrationCookie *cookie,
              bool is_last, bool *ret_is_here, GError **error)
{
    QemuRoot *root = ((QemuSession *)conn->session)->root;
    Job *job = vm ? migrate_job_find(vm, cookie->id, error) : NULL;

    /* Its own answer would be that the machine is not here. */
    if (job && !job->memory->migration->is_incoming) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "the source of a migration has asked itself how it came "
                    "out");
    }
    verdict_sweep(root);
    if (!verdict_is_there(root, cookie->id, ret_is_here, error))
        return false;
    if (is_last)
        return job || verdict_remove(root, cookie->id, error);
    /* The source is about to go on: nothing of this must be left that could
     * run, or take its images. */
    return !job || *ret_is_here ||
           throw_away(vm, job, JOB_CANCELLED, "given up at the source", error);
}

/* The same with the lock; a machine that is not there, or not any more, may
 * have left its verdict. */
static bool
settle(virConnectPtr conn, const MigrationCookie *cookie, bool is_last,
       bool *ret_is_here, GError **error)
{
    g_autoptr(GError) problem = NULL;
    virDomainPtr handle = domain_of(conn, cookie);
    g_autoptr(QemuCall) call = qemu_call_begin(handle, &problem);
    bool is_settled = false;

    domain_object_unref(handle);
    if (call) {
        return settle_locked(conn, qemu_call_domain(call), cookie, is_last,
                             ret_is_here, error);
    }
    if (!error_is(problem, VIR_ERR_NO_DOMAIN)) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    if (!qemu_session_lock(conn->session, error))
        return false;
    is_settled = settle_locked(conn, NULL, cookie, is_last, ret_is_here, error);
    qemu_session_unlock(conn->session);
    return is_settled;
}

/* Called under the lock of another root, which may be waiting for ours: its
 * patience is short (migrate_peer.c), and -1 is an answer, too. */
int
qemu_migrate_settle(virConnectPtr conn, const char *cookie, bool is_last,
                    GError **error)
{
    g_autoptr(MigrationCookie) read = migration_cookie_parse(cookie, error);
    bool is_here = false;

    if (!read || !settle(conn, read, is_last, &is_here, error))
        return -1;
    return is_here;
}
