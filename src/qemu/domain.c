/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/domain.h"

#include "base/error.h"
#include "base/fd.h"
#include "driver/event_queue.h"
#include "qemu/block/handed_files.h"
#include "qemu/domain/domain_end.h"
#include "qemu/domain/domain_record.h"
#include "qemu/domain/domain_shutdown.h"
#include "qemu/domain/domain_state.h"
#include "qemu/events/journal.h"
#include "qemu/process/process.h"
#include "qemu/recover.h"
#include "qemu/save/save_job.h"
#include "qemu/session.h"
#include "qemu/watcher.h"

/* Less than others usually wait for the root's lock: a QEMU that hangs is one
 * domain's trouble.  One that is only slow answers far sooner: 0.4 s was the
 * longest of any answer on a host with ten runnable programs a processor. */
enum { MONITOR_TIMEOUT_MS = 5 * 1000 };

struct QemuCall {
    QemuSession *session; /* locked; without the root if @vm is a glance */
    QemuDomain *vm;       /* open */
};

/* Finds the record that @domain names, and opens its folder.
 *
 * By UUID: a handle stays good when its domain is renamed. */
static QemuDomain *
find_record(QemuSession *session, virDomainPtr domain, GError **error)
{
    g_autoptr(GError) problem = NULL;
    QemuDomain *vm = qemu_session_find_uuid(session, domain->uuid, &problem);
    char uuid[DOMAIN_UUID_TEXT_SIZE];

    if (problem) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return NULL;
    }
    if (!vm) {
        uuid_format(domain->uuid, uuid);
        fail(error, VIR_ERR_NO_DOMAIN,
             "domain '%s' (%s) is not there; list the domains that are",
             domain->name, uuid);
        return NULL;
    }
    /* Its folder's descriptor is for this call; every file below is reached
     * through it. */
    if (!domain_record_open(vm, error))
        return NULL;
    return vm;
}

/* A transient domain is gone when its run is, and so is @call's record. */
static bool
check_there(QemuCall *call, virDomainPtr domain, GError **error)
{
    /* Not even what the end of a run leaves for the cleaning up is there: the
     * folder is gone. */
    if (qemu_domain_def(call->vm))
        return true;
    qemu_session_forget(call->session, g_steal_pointer(&call->vm));
    return fail(error, VIR_ERR_NO_DOMAIN,
                "transient domain '%s' has ended and is gone with it",
                domain->name);
}

/* Part of the call's begin, so a failure here is the call's failure. */
bool
qemu_domain_take_up(QemuDomain *vm, GError **error)
{
    /* We hold the lock, so whoever set the mark is not at work any more. */
    if (domain_record_is_busy(vm)) {
        if (!qemu_domain_touch(vm, error) || !domain_recover(vm, false, error))
            return false;
        /* All of it was taken up, so the end of this call may take the mark
         * away; unless memory is being written, and some had to wait. */
        vm->is_half_done = save_job_is_live(vm);
    }
    journal_trim(vm->folder);
    return domain_refresh_jobs(vm, error) && domain_shutdown_notice(vm, error);
}

/* A QEMU that died is noticed by whoever comes first, and so is a guest that
 * went off while QEMU was to stay. */
static bool
look_after(QemuDomain *vm, bool is_reading, GError **error)
{
    /* Always first: everything else asks a QEMU that must be there. */
    if (!domain_end_notice(vm, error))
        return false;
    if (!is_reading)
        return qemu_domain_take_up(vm, error);
    /* A guest that stands still for nobody cannot wait for a call that recovers;
     * and were it paused by this one, that call would let it go.  Should either
     * fail, the next call tries again. */
    (void)domain_release_guest(vm, NULL);
    (void)domain_shutdown_notice(vm, NULL);
    return true;
}

/* Lock, find, compare, look after: after this the record in hand is true, and
 * nobody else is at work on it. */
static QemuCall *
begin(virDomainPtr domain, bool is_reading, GError **error)
{
    QemuSession *session = domain->conn->session;
    g_autoptr(QemuCall) call = NULL;

    /* Both locks, until qemu_call_end(); every way out below goes through
     * that. */
    if (!qemu_session_lock(session, error))
        return NULL;
    /* The queue belongs to the connection, and this is how deeper layers find
     * it. */
    session->events = domain->conn->events;
    call = g_new0(QemuCall, 1);
    call->session = session;
    call->vm = find_record(session, domain, error);
    if (!call->vm)
        return NULL;
    /* What others did since this connection looked is told before this call
     * changes anything. */
    watcher_compare(call->vm);
    if (!look_after(call->vm, is_reading, error) ||
        !check_there(call, domain, error))
        return NULL;
    return g_steal_pointer(&call);
}

QemuCall *
qemu_call_begin(virDomainPtr domain, GError **error)
{
    return begin(domain, false, error);
}

QemuCall *
qemu_call_begin_reading(virDomainPtr domain, GError **error)
{
    return begin(domain, true, error);
}

/* Is all that a looking call tells still as it was read?
 *
 * The definition is: a writer would have raised the generation, and what one left
 * half done a reading call may have to mend.  The run is: the
 * process is that of the record.  And so is its state: QEMU writes each change
 * into its journal before it answers whoever asked for the change. */
static bool
is_as_read(const QemuSession *session, QemuDomain *vm)
{
    if (!vm || !qemu_domain_def(vm) || !qemu_root_is_still(session->root) ||
        !domain_record_open(vm, NULL) || domain_record_is_busy(vm))
        return false;
    return !qemu_domain_is_active(vm) ||
           (process_is_alive(vm->pid, vm->pid_start) &&
            domain_state_is_known(vm));
}

/* Of the connection's own records, under its own lock alone: other processes
 * and connections may be in the midst of a call, and have not written yet. */
static QemuCall *
begin_glance(virDomainPtr domain)
{
    QemuSession *session = domain->conn->session;
    QemuCall *call = NULL;
    QemuDomain *vm = NULL;

    g_assert(pthread_mutex_lock(&session->lock) == 0);
    vm = qemu_session_recall(session, domain->uuid);
    if (!is_as_read(session, vm)) {
        if (vm)
            domain_record_close(vm);
        g_assert(pthread_mutex_unlock(&session->lock) == 0);
        return NULL;
    }
    vm->is_glance = true;
    call = g_new0(QemuCall, 1);
    call->session = session;
    call->vm = vm;
    return call;
}

QemuCall *
qemu_call_begin_looking(virDomainPtr domain, GError **error)
{
    QemuCall *call = begin_glance(domain);

    return call ? call : qemu_call_begin_reading(domain, error);
}

/* Nothing was written, and nothing became different. */
static void
end_glance(QemuCall *call)
{
    call->vm->is_glance = false;
    domain_record_close(call->vm);
    g_assert(pthread_mutex_unlock(&call->session->lock) == 0);
    g_free(call);
}

QemuDomain *
qemu_call_domain(QemuCall *call)
{
    return call->vm;
}

/* What is true of the record after this call, and whether the next one may
 * trust it. */
void
qemu_domain_close(QemuDomain *vm)
{
    /* Read before watcher_compare(), whose events may be about what this call
     * did. */
    bool is_distrusted = vm->is_distrusted;

    watcher_compare(vm);
    /* The mark goes only if everything that this call began is complete. */
    if (vm->is_touched && !vm->is_half_done && !is_distrusted)
        domain_record_clear_busy(vm);
    vm->is_touched = vm->is_half_done = vm->is_distrusted = false;
    vm->is_silent = false;
    domain_record_close(vm);
    /* Frees @vm; nothing of it is used below. */
    if (is_distrusted)
        qemu_session_forget(vm->session, vm);
}

/* Accepts a call whose begin failed half-way. */
void
qemu_call_end(QemuCall *call)
{
    if (!call)
        return;
    if (call->vm && call->vm->is_glance) {
        end_glance(call);
        return;
    }
    /* A job that ended may have been all that kept a guest's end waiting; if
     * this fails the next call tries again. */
    if (call->vm && call->vm->is_touched)
        (void)domain_shutdown_notice(call->vm, NULL);
    if (call->vm)
        qemu_domain_close(call->vm);
    qemu_session_unlock(call->session);
    g_free(call);
}

bool
qemu_domain_is_active(const QemuDomain *vm)
{
    return vm->pid != 0;
}

/* libvirt's code for calls that need a running machine and get none. */
bool
qemu_domain_require_active(const QemuDomain *vm, const char *what,
                           GError **error)
{
    if (qemu_domain_is_active(vm))
        return true;
    return fail(error, VIR_ERR_OPERATION_UNSUPPORTED,
                "cannot %s: domain '%s' does not run; start it first", what,
                vm->name);
}

QmpClient *
qemu_domain_monitor(QemuDomain *vm, GError **error)
{
    return qemu_domain_monitor_within(vm, MONITOR_TIMEOUT_MS, error);
}

/* Opened on the first ask and kept to the end of the call: most calls need no
 * QEMU at all. */
QmpClient *
qemu_domain_monitor_within(QemuDomain *vm, int timeout_ms, GError **error)
{
    g_autofree char *folder = NULL;
    g_autoptr(GError) trouble = NULL;
    int socket = -1;

    if (vm->qmp)
        return vm->qmp;
    /* Once in a call is enough: with every step waiting for itself a hanging
     * QEMU would hold the root for minutes. */
    if (vm->is_silent) {
        fail(error, VIR_ERR_OPERATION_FAILED,
             "QEMU of domain '%s' does not answer", vm->name);
        return NULL;
    }
    folder = qemu_root_folder_path(vm->root, vm->uuid);
    /* By the folder's path, since the socket is reached through a descriptor of
     * its own. */
    socket = unix_connect(folder, "qmp.sock", &trouble);
    if (socket >= 0)
        vm->qmp = qmp_client_open(socket, timeout_ms, &trouble);
    /* Asked of the process, and not of what is set now: it may have been
     * started with another setting. */
    if (vm->qmp && process_is_of_another(vm->pid))
        handed_files_by_qmp(vm->qmp);
    if (!vm->qmp) {
        vm->is_silent = true;
        /* The cause's code is dropped: to the caller it is a QEMU that cannot
         * be talked to, by whichever of them. */
        fail(error, VIR_ERR_OPERATION_FAILED,
             "cannot talk to QEMU of domain '%s': %s", vm->name,
             trouble->message);
    }
    return vm->qmp;
}

/* Once a call.  What comes before it can be given up without a trace. */
bool
qemu_domain_touch(QemuDomain *vm, GError **error)
{
    if (vm->is_touched)
        return true;
    g_assert(!vm->is_glance);
    /* A mark that is there already is not ours to take away: only those who
     * take up what its maker left may say that it is done. */
    vm->is_half_done = domain_record_is_busy(vm);
    /* The mark before the generation: another process that sees the new
     * generation finds the mark. */
    if (!domain_record_set_busy(vm, error) || !qemu_root_touch(vm->root, error))
        return false;
    vm->is_touched = true;
    return true;
}

void
qemu_domain_distrust(QemuDomain *vm)
{
    /* Only noted: the record is in use until the end of the call. */
    vm->is_distrusted = true;
}

const DomainDef *
qemu_domain_def(const QemuDomain *vm)
{
    return vm->live ? vm->live : vm->config;
}

EventQueue *
qemu_domain_events(QemuDomain *vm)
{
    EventQueue *events = vm->session->events;

    return events && event_queue_is_wanted(events) ? events : NULL;
}
