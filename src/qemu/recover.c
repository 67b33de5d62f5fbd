/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/recover.h"

bool
domain_recover(QemuDomain *vm, bool at_start, GError **error)
{
    (void)vm;
    (void)at_start;
    (void)error;
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
