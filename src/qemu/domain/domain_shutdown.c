/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/domain/domain_shutdown.h"

#include "qemu/domain/domain_end.h"
#include "qemu/domain/domain_state.h"
#include "qemu/recover.h"

/* QEMU's side of it, then ours. */
static bool
set_action(QemuDomain *vm, QemuShutdown action, GError **error)
{
    bool is_poweroff = action == QEMU_SHUTDOWN_POWEROFF;
    QmpClient *qmp = qemu_domain_monitor(vm, error);

    if (!qmp || !qemu_domain_touch(vm, error) ||
        !qmp_client_run(
            qmp, "set-action",
            json_pack("{s:s}", "shutdown", is_poweroff ? "poweroff" : "pause"),
            error))
        return false;
    /* QEMU first, then the record: should we die in between, QEMU stays when it
     * need not, and a call that looks at its state finds that out. */
    vm->shutdown = action;
    return qemu_domain_save_status(vm, error);
}

/* Called by whoever begins a job, and by whoever ends the last. */
bool
qemu_domain_set_shutdown_action(QemuDomain *vm, bool keep, GError **error)
{
    QemuShutdown wanted = keep ? QEMU_SHUTDOWN_KEEP : QEMU_SHUTDOWN_POWEROFF;

    /* A reboot under way has QEMU stay, whatever jobs do. */
    if (vm->shutdown == QEMU_SHUTDOWN_REBOOT)
        return true;
    /* A guest that went off meanwhile is past the moment at which the action
     * counts; the notice at the call's end ends its QEMU. */
    if (!keep && vm->shutdown == QEMU_SHUTDOWN_KEEP &&
        domain_state_refresh(vm) && vm->state == VIR_DOMAIN_SHUTDOWN)
        return true;
    return set_action(vm, wanted, error);
}

bool
domain_shutdown_reboot(QemuDomain *vm, GError **error)
{
    /* Before the button: a guest that is quick would end QEMU. */
    return set_action(vm, QEMU_SHUTDOWN_REBOOT, error) &&
           qmp_client_run(vm->qmp, "system_powerdown", NULL, error);
}

/* The machine is off and QEMU still there: reset and continue is what a reboot
 * is then. */
static bool
finish_reboot(QemuDomain *vm, GError **error)
{
    /* Asked before the reset, and set after it: what QEMU does at the next
     * power-off depends on whether a job is left. */
    bool has_jobs = domain_has_running_jobs(vm);

    if (!qmp_client_run(vm->qmp, "system_reset", NULL, error) ||
        !qmp_client_run(vm->qmp, "cont", NULL, error))
        return false;
    vm->state = VIR_DOMAIN_RUNNING;
    vm->reason = VIR_DOMAIN_RUNNING_BOOTED;
    return set_action(
        vm, has_jobs ? QEMU_SHUTDOWN_KEEP : QEMU_SHUTDOWN_POWEROFF, error);
}

/* Called by every call and by the watcher's timer: the machine waits in
 * "shutdown" until somebody comes. */
bool
domain_shutdown_notice(QemuDomain *vm, GError **error)
{
    /* In the usual case not even QEMU is asked: with "poweroff" it would be
     * gone. */
    if (!qemu_domain_is_active(vm) || vm->shutdown == QEMU_SHUTDOWN_POWEROFF ||
        !domain_state_refresh(vm) || vm->state != VIR_DOMAIN_SHUTDOWN)
        return true;
    if (vm->shutdown == QEMU_SHUTDOWN_REBOOT)
        return finish_reboot(vm, error);
    /* Calls that only read leave jobs alone, but here they keep a machine that
     * nobody uses any more: who waits for its end may ask for nothing else. */
    if (!domain_refresh_jobs(vm, error))
        return false;
    /* Whoever ends the last job comes here again at the end of its call. */
    if (domain_has_running_jobs(vm))
        return true;
    return qemu_domain_touch(vm, error) && domain_end_kill(vm, false, error) &&
           domain_end_record(vm, VIR_DOMAIN_SHUTOFF_SHUTDOWN, error);
}
