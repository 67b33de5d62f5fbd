/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/migrate/limits.h"

#include "base/error.h"
#include "memory/save/write.h"

/* QEMU's: what it begins with, and what it takes. */
enum { DOWNTIME_MS = 300, DOWNTIME_MAX_MS = 2000 * 1000 };

/* As with QEMU, which is a new process then: what was set for the last run says
 * nothing of this one. */
void
memory_limits_reset(MemoryDomain *vm)
{
    vm->limits = (MemoryLimits){.speed = G_MAXINT64, .downtime = DOWNTIME_MS};
}

/* The domain of a call that needs it to run; NULL with
 * VIR_ERR_OPERATION_INVALID. */
static MemoryDomain *
running_domain(MemoryCall *call, GError **error)
{
    MemoryDomain *vm = call ? memory_call_domain(call) : NULL;

    return vm && memory_domain_require_active(vm, VIR_ERR_OPERATION_INVALID,
                                              "limit its migration", error)
               ? vm
               : NULL;
}

/* What was set, or what QEMU begins with. */
int
memory_migrate_get_downtime(virDomainPtr domain,
                            unsigned long long *ret_downtime, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    const MemoryDomain *vm = running_domain(call, error);

    if (!vm)
        return -1;
    *ret_downtime = vm->limits.downtime;
    return 0;
}

/* Nothing here takes that long; a program that asks finds what it has set. */
int
memory_migrate_set_downtime(virDomainPtr domain, unsigned long long downtime,
                            GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    MemoryDomain *vm = running_domain(call, error);

    if (!vm)
        return -1;
    if (downtime > DOWNTIME_MAX_MS) {
        fail(error, VIR_ERR_OPERATION_FAILED,
             "the guest of domain '%s' cannot stand still for longer than %d "
             "ms; it is %llu",
             vm->name, (int)DOWNTIME_MAX_MS, downtime);
        return -1;
    }
    vm->limits.downtime = downtime;
    return 0;
}

/* As large as can be for no limit, so that a program may compare. */
int
memory_migrate_get_speed(virDomainPtr domain, unsigned long long *ret_speed,
                         GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    const MemoryDomain *vm = running_domain(call, error);

    if (!vm)
        return -1;
    *ret_speed = vm->limits.speed;
    return 0;
}

/* At once, also for a migration that is under way: a save that is written at
 * this moment has no limit. */
int
memory_migrate_set_speed(virDomainPtr domain, unsigned long long speed,
                         GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    MemoryDomain *vm = running_domain(call, error);

    if (!vm)
        return -1;
    vm->limits.speed = speed > 0 ? MIN(speed, G_MAXINT64) : G_MAXINT64;
    if (vm->writing && vm->writing->record->memory->migration)
        memory_write_set_speed(vm->writing, vm->limits.speed);
    return 0;
}
