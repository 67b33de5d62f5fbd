/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Starting, stopping and pausing.  A guest obeys at once. */
#include "base/error.h"
#include "base/flags.h"
#include "memory/domain.h"
#include "memory/domain_calls.h"
#include "memory/guest/agent.h"
#include "model/save/save_plan.h"

/* The domain of a call that needs it to run; NULL with
 * VIR_ERR_OPERATION_INVALID. */
static MemoryDomain *
running_domain(MemoryCall *call, const char *what, GError **error)
{
    MemoryDomain *vm = call ? memory_call_domain(call) : NULL;

    if (!vm || !memory_domain_require_active(vm, VIR_ERR_OPERATION_INVALID,
                                             what, error))
        return NULL;
    return vm;
}

/* The same, for what must not be done while its state is written: whether the
 * guest runs is part of what is saved. */
static MemoryDomain *
idle_domain(MemoryCall *call, const char *what, GError **error)
{
    MemoryDomain *vm = running_domain(call, what, error);

    return vm && save_plan_refuse(vm->name, vm->jobs, what, error) ? vm : NULL;
}

/* A guest that switches itself off while a job runs waits for its end, as a
 * QEMU does that is told to. */
int
memory_domain_shutdown(virDomainPtr domain, unsigned flags, GError **error)
{
    const unsigned known =
        VIR_DOMAIN_SHUTDOWN_ACPI_POWER_BTN | VIR_DOMAIN_SHUTDOWN_GUEST_AGENT;
    g_autoptr(MemoryCall) call = NULL;
    MemoryDomain *vm = NULL;

    if (!flags_check(flags, known, "a shutdown", error))
        return -1;
    call = memory_call_begin(domain, error);
    vm = idle_domain(call, "shut down", error);
    if (!vm)
        return -1;
    if (job_table_live(vm->jobs)) {
        vm->state = VIR_DOMAIN_SHUTDOWN;
        vm->reason = VIR_DOMAIN_SHUTDOWN_USER;
    } else {
        memory_domain_stop(vm, VIR_DOMAIN_SHUTOFF_SHUTDOWN);
    }
    return 0;
}

static int
restart_guest(virDomainPtr domain, const char *what, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    MemoryDomain *vm = idle_domain(call, what, error);

    if (!vm)
        return -1;
    memory_domain_restart(vm);
    return 0;
}

int
memory_domain_reboot(virDomainPtr domain, unsigned flags, GError **error)
{
    const unsigned known =
        VIR_DOMAIN_REBOOT_ACPI_POWER_BTN | VIR_DOMAIN_REBOOT_GUEST_AGENT;

    return flags_check(flags, known, "a reboot", error)
               ? restart_guest(domain, "reboot", error)
               : -1;
}

int
memory_domain_reset(virDomainPtr domain, unsigned flags, GError **error)
{
    return flags_check(flags, 0, "a reset", error)
               ? restart_guest(domain, "reset", error)
               : -1;
}

/* A transient domain is gone with it. */
int
memory_domain_destroy(virDomainPtr domain, unsigned flags, GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    MemoryDomain *vm = NULL;

    if (!flags_check(
            flags, VIR_DOMAIN_DESTROY_GRACEFUL | VIR_DOMAIN_DESTROY_REMOVE_LOGS,
            "the destruction of a domain", error))
        return -1;
    call = memory_call_begin(domain, error);
    vm = running_domain(call, "destroy", error);
    if (!vm)
        return -1;
    memory_domain_stop(vm, VIR_DOMAIN_SHUTOFF_DESTROYED);
    return 0;
}

/* What the user stopped already stays as it is, without a second event; one
 * that stands still for another reason does so for the user from now on. */
int
memory_domain_suspend(virDomainPtr domain, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    MemoryDomain *vm = idle_domain(call, "pause", error);

    if (!vm)
        return -1;
    if (vm->state == VIR_DOMAIN_PAUSED && vm->reason == VIR_DOMAIN_PAUSED_USER)
        return 0;
    vm->state = VIR_DOMAIN_PAUSED;
    vm->reason = VIR_DOMAIN_PAUSED_USER;
    memory_domain_event(vm, VIR_DOMAIN_EVENT_SUSPENDED,
                        VIR_DOMAIN_EVENT_SUSPENDED_PAUSED);
    return 0;
}

int
memory_domain_resume(virDomainPtr domain, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    MemoryDomain *vm = idle_domain(call, "resume", error);

    if (!vm)
        return -1;
    if (vm->state == VIR_DOMAIN_RUNNING) {
        fail(error, VIR_ERR_OPERATION_INVALID, "domain '%s' is not paused",
             vm->name);
        return -1;
    }
    vm->state = VIR_DOMAIN_RUNNING;
    vm->reason = VIR_DOMAIN_RUNNING_UNPAUSED;
    memory_domain_event(vm, VIR_DOMAIN_EVENT_RESUMED,
                        VIR_DOMAIN_EVENT_RESUMED_UNPAUSED);
    memory_agent_boot(vm);
    return 0;
}
