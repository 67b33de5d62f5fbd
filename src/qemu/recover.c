/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/recover.h"

#include "qemu/domain_end.h"

/* A start that died before the guest ran: the machine is of no use to anybody,
 * and its images are to be closed in good order. */
static bool
end_half_started(QemuDomain *vm, GError **error)
{
    if (!qemu_domain_is_active(vm) || vm->state != VIR_DOMAIN_PAUSED ||
        vm->reason != VIR_DOMAIN_PAUSED_STARTING_UP)
        return true;
    return domain_end_kill(vm, false, error) &&
           domain_end_record(vm, VIR_DOMAIN_SHUTOFF_FAILED, error);
}

bool
domain_recover(QemuDomain *vm, bool at_start, GError **error)
{
    if (!at_start && !end_half_started(vm, error))
        return false;
    return true;
}

bool
domain_refresh_jobs(QemuDomain *vm, GError **error)
{
    (void)vm;
    (void)error;
    return true;
}

bool
domain_has_running_jobs(QemuDomain *vm)
{
    (void)vm;
    return false;
}

bool
domain_abort_jobs(QemuDomain *vm, const char *why, GError **error)
{
    (void)vm;
    (void)why;
    (void)error;
    return true;
}

bool
domain_has_checkpoints(QemuDomain *vm, bool *ret_has, GError **error)
{
    (void)vm;
    (void)error;
    *ret_has = false;
    return true;
}

bool
domain_refuse_checkpoints(QemuDomain *vm, GError **error)
{
    (void)vm;
    (void)error;
    return true;
}

bool
domain_forget_checkpoints(QemuDomain *vm, GError **error)
{
    (void)vm;
    (void)error;
    return true;
}

void
domain_free_parts(QemuDomain *vm)
{
    vm->checkpoints = NULL;
    vm->jobs = NULL;
}
