/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/domain.h"

#include "base/error.h"
#include "base/fd.h"
#include "driver/event_queue.h"
#include "qemu/domain/domain_end.h"
#include "qemu/domain/domain_record.h"
#include "qemu/domain/domain_shutdown.h"
#include "qemu/events/journal.h"
#include "qemu/recover.h"
#include "qemu/session.h"
#include "qemu/watcher.h"

/* Less than others usually wait for the root's lock: a QEMU that hangs is one
 * domain's trouble. */
enum { MONITOR_TIMEOUT_MS = 5 * 1000 };

struct QemuCall {
    QemuSession *session; /* locked */
    QemuDomain *vm;       /* open */
};

/* Finds the record that @domain names, and opens its folder. */
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
    if (!domain_record_open(vm, error))
        return NULL;
    return vm;
}

/* A transient domain is gone when its run is, and so is @call's record. */
static bool
check_there(QemuCall *call, virDomainPtr domain, GError **error)
{
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
    if (domain_record_is_busy(vm)) {
        if (!qemu_domain_touch(vm, error) || !domain_recover(vm, false, error))
            return false;
        vm->is_half_done = false;
    }
    journal_trim(vm->folder);
    return domain_refresh_jobs(vm, error) && domain_shutdown_notice(vm, error);
}

/* A QEMU that died is noticed by whoever comes first, and so is a guest that
 * went off while QEMU was to stay. */
static bool
look_after(QemuDomain *vm, bool is_reading, GError **error)
{
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

static QemuCall *
begin(virDomainPtr domain, bool is_reading, GError **error)
{
    QemuSession *session = domain->conn->session;
    g_autoptr(QemuCall) call = NULL;

    if (!qemu_session_lock(session, error))
        return NULL;
    session->events = domain->conn->events;
    call = g_new0(QemuCall, 1);
    call->session = session;
    call->vm = find_record(session, domain, error);
    if (!call->vm)
        return NULL;
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

QemuDomain *
qemu_call_domain(QemuCall *call)
{
    return call->vm;
}

void
qemu_domain_close(QemuDomain *vm)
{
    bool is_distrusted = vm->is_distrusted;

    watcher_compare(vm);
    if (vm->is_touched && !vm->is_half_done && !is_distrusted)
        domain_record_clear_busy(vm);
    vm->is_touched = vm->is_half_done = vm->is_distrusted = false;
    vm->is_silent = false;
    domain_record_close(vm);
    if (is_distrusted)
        qemu_session_forget(vm->session, vm);
}

void
qemu_call_end(QemuCall *call)
{
    if (!call)
        return;
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

QmpClient *
qemu_domain_monitor_within(QemuDomain *vm, int timeout_ms, GError **error)
{
    g_autofree char *folder = NULL;
    g_autoptr(GError) trouble = NULL;
    int socket = -1;

    if (vm->qmp)
        return vm->qmp;
    if (vm->is_silent) {
        fail(error, VIR_ERR_OPERATION_FAILED,
             "QEMU of domain '%s' does not answer", vm->name);
        return NULL;
    }
    folder = qemu_root_folder_path(vm->root, vm->uuid);
    socket = unix_connect(folder, "qmp.sock", &trouble);
    if (socket >= 0)
        vm->qmp = qmp_client_open(socket, timeout_ms, &trouble);
    if (!vm->qmp) {
        vm->is_silent = true;
        fail(error, VIR_ERR_OPERATION_FAILED,
             "cannot talk to QEMU of domain '%s': %s", vm->name,
             trouble->message);
    }
    return vm->qmp;
}

bool
qemu_domain_touch(QemuDomain *vm, GError **error)
{
    if (vm->is_touched)
        return true;
    /* A mark that is there already is not ours to take away: only those who
     * take up what its maker left may say that it is done. */
    vm->is_half_done = domain_record_is_busy(vm);
    if (!domain_record_set_busy(vm, error) || !qemu_root_touch(vm->root, error))
        return false;
    vm->is_touched = true;
    return true;
}

void
qemu_domain_distrust(QemuDomain *vm)
{
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
