/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is done to a machine that runs.
 *
 * These calls must work when little else does, so they begin as reading calls:
 * a checkpoint record that cannot be read is no reason not to switch off.
 */
#include "base/error.h"
#include "base/flags.h"
#include "qemu/domain/agent_power.h"
#include "qemu/domain/domain_calls.h"
#include "qemu/domain/domain_end.h"
#include "qemu/domain/domain_shutdown.h"
#include "qemu/domain/domain_state.h"
#include "qemu/recover.h"
#include "qemu/save/save_job.h"

/* The domain of a call that needs QEMU; NULL with VIR_ERR_OPERATION_INVALID. */
static QemuDomain *
running_domain(QemuCall *call, GError **error)
{
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;

    /* NULL has its error already, from the call's begin. */
    if (!vm || qemu_domain_is_active(vm))
        return vm;
    fail(error, VIR_ERR_OPERATION_INVALID,
         "domain '%s' does not run; start it first", vm->name);
    return NULL;
}

/* The same, for what must not be done while its memory is written: whether the
 * guest runs is part of what is saved. */
static QemuDomain *
idle_domain(QemuCall *call, const char *what, GError **error)
{
    QemuDomain *vm = running_domain(call, error);

    return vm && save_job_refuse(vm, what, error) ? vm : NULL;
}

static bool
run(QemuDomain *vm, const char *command, GError **error)
{
    QmpClient *qmp = qemu_domain_monitor(vm, error);

    return qmp && qmp_client_run(qmp, command, NULL, error);
}

/* Through the agent when that was asked (@agent_flag), or when nothing was and
 * one is there; *@ret_done is false when the power button is to be tried. */
static bool
try_agent(virDomainPtr domain, unsigned flags, unsigned agent_flag,
          const char *mode, bool *ret_done, GError **error)
{
    bool is_asked = flags & agent_flag;

    *ret_done = false;
    /* Nobody asked for anything in particular: an agent that is there shuts a
     * guest down more reliably than a button that it may not watch. */
    if (!is_asked && (flags != 0 || !agent_power_is_ready(domain)))
        return true;
    /* Unasked, its failure is nobody's business: the button is next. */
    *ret_done = agent_power(domain, mode, is_asked ? error : NULL);
    return *ret_done || (flags & ~agent_flag) || !is_asked;
}

/* Returns when the guest was asked, and not when it is off. */
int
qemu_domain_shutdown(virDomainPtr domain, unsigned flags, GError **error)
{
    const unsigned known =
        VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN | VIR_DOMAIN_SHUTDOWN_GUEST_AGENT;
    g_autoptr(QemuCall) call = NULL;
    QemuDomain *vm = NULL;
    bool is_done = false;

    if (!flags_check(flags, known, "a shutdown", error) ||
        !try_agent(domain, flags, VIR_DOMAIN_SHUTDOWN_GUEST_AGENT, "powerdown",
                   &is_done, error))
        return -1;
    /* Before the call's begin: the agent was asked without the root's lock. */
    if (is_done)
        return 0;
    /* The agent was one of two ways that were allowed; what it failed of does
     * not matter any more. */
    g_clear_error(error);
    call = qemu_call_begin_reading(domain, error);
    vm = idle_domain(call, "shut the domain down", error);
    return vm && run(vm, "system_powerdown", error) ? 0 : -1;
}

/* The ACPI button only ever powers off, so the machine is started again by us
 * (domain_shutdown.c). */
int
qemu_domain_reboot(virDomainPtr domain, unsigned flags, GError **error)
{
    const unsigned known =
        VIR_DOMAIN_REBOOT_ACPI_POWER_BTN | VIR_DOMAIN_REBOOT_GUEST_AGENT;
    g_autoptr(QemuCall) call = NULL;
    QemuDomain *vm = NULL;
    bool is_done = false;

    if (!flags_check(flags, known, "a reboot", error) ||
        !try_agent(domain, flags, VIR_DOMAIN_REBOOT_GUEST_AGENT, "reboot",
                   &is_done, error))
        return -1;
    if (is_done)
        return 0;
    g_clear_error(error);
    call = qemu_call_begin_reading(domain, error);
    vm = idle_domain(call, "reboot the domain", error);
    return vm && domain_shutdown_reboot(vm, error) ? 0 : -1;
}

/* At once and without the guest: jobs and checkpoints are not touched by it. */
int
qemu_domain_reset(virDomainPtr domain, unsigned flags, GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    QemuDomain *vm = NULL;

    if (!flags_check(flags, 0, "a reset", error))
        return -1;
    call = qemu_call_begin_reading(domain, error);
    vm = idle_domain(call, "reset the domain", error);
    return vm && run(vm, "system_reset", error) ? 0 : -1;
}

/* As whoever asks for it wants it: with grace, and with what is left of it. */
int
qemu_domain_destroy(virDomainPtr domain, unsigned flags, GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    QemuDomain *vm = NULL;

    if (!flags_check(
            flags, VIR_DOMAIN_DESTROY_GRACEFUL | VIR_DOMAIN_DESTROY_REMOVE_LOGS,
            "the destruction of a domain", error))
        return -1;
    call = qemu_call_begin_reading(domain, error);
    vm = running_domain(call, error);
    if (!vm ||
        !domain_end_destroy(vm, flags & VIR_DOMAIN_DESTROY_GRACEFUL, error))
        return -1;
    if (flags & VIR_DOMAIN_DESTROY_REMOVE_LOGS)
        domain_end_remove_log(vm);
    return 0;
}

/* QEMU refuses nothing here: stopping what stands is no error. */
int
qemu_domain_suspend(virDomainPtr domain, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin_reading(domain, error);
    QemuDomain *vm = idle_domain(call, "suspend the domain", error);

    if (!vm || !run(vm, "stop", error))
        return -1;
    /* Twice is no error in libvirt, and no event. */
    if (vm->state == VIR_DOMAIN_PAUSED && vm->reason == VIR_DOMAIN_PAUSED_USER)
        return 0;
    return domain_state_set(vm, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER,
                            VIR_DOMAIN_EVENT_SUSPENDED,
                            VIR_DOMAIN_EVENT_SUSPENDED_PAUSED, error)
               ? 0
               : -1;
}

/* The state is asked anew: a guest that switched itself off or panicked cannot
 * go on. */
int
qemu_domain_resume(virDomainPtr domain, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin_reading(domain, error);
    QemuDomain *vm = idle_domain(call, "resume the domain", error);

    if (!vm)
        return -1;
    (void)domain_state_refresh(vm); /* "cont" will tell what is wrong */
    if (vm->state == VIR_DOMAIN_RUNNING) {
        fail(error, VIR_ERR_OPERATION_INVALID, "domain '%s' is not paused",
             vm->name);
        return -1;
    }
    /* A guest that stopped for an I/O error tries its request again now. */
    if (!run(vm, "cont", error))
        return -1;
    return domain_state_set(vm, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_UNPAUSED,
                            VIR_DOMAIN_EVENT_RESUMED,
                            VIR_DOMAIN_EVENT_RESUMED_UNPAUSED, error)
               ? 0
               : -1;
}
