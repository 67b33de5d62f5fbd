/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* virDomainCoreDump(): the memory of a guest in a file, for whoever looks at it.
 *
 * With MEMORY_ONLY what a debugger reads, else QEMU's stream of the machine. */
#include "base/caller.h"
#include "base/error.h"
#include "base/fd.h"
#include "qemu/save/save_calls.h"
#include "qemu/save/save_job.h"

/* Begun under the lock, waited for without it. */
int
qemu_domain_dump(virDomainPtr domain, const char *path, unsigned format,
                 unsigned flags, GError **error)
{
    SavePlan plan;
    g_autoptr(QemuCall) call = NULL;
    QemuDomain *vm = NULL;
    const Job *job = NULL;
    g_auto(AutoFd) file = -1;
    int id = -1;

    if (!caller_may_name(CALLER_BACKUPS, path, error) ||
        !save_plan_dump(&plan, path, format, flags, error))
        return -1;
    call = qemu_call_begin(domain, error);
    vm = call ? qemu_call_domain(call) : NULL;
    if (!vm || !save_job_check(vm, &plan, error))
        return -1;
    job = save_job_begin(vm, &plan, &file, error);
    if (!job)
        return -1;
    id = job->id;
    /* It is waited for without the lock. */
    qemu_call_end(g_steal_pointer(&call));
    return save_job_await(domain, id, path, file, error) ? 0 : -1;
}
