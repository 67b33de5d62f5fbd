/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/run/cpu_stats.h"

#include "base/error.h"
#include "memory/domain.h"

#include <sys/resource.h>

enum { NS_PER_US = 1000 };

static unsigned long long
in_ns(const struct timeval *time)
{
    return ((unsigned long long)time->tv_sec * G_USEC_PER_SEC +
            (unsigned long long)time->tv_usec) *
           NS_PER_US;
}

/* Of the calling thread, since it began. */
static MemoryCpu
used_by_thread(void)
{
    struct rusage usage = {0};

    g_assert(getrusage(RUSAGE_THREAD, &usage) == 0);
    return (MemoryCpu){in_ns(&usage.ru_utime), in_ns(&usage.ru_stime)};
}

/* With the host's lock held to the end: only one call works for a domain at a
 * time, so what its thread used in between was used for that domain. */
MemoryCpu
memory_cpu_begin(void)
{
    return used_by_thread();
}

/* The kernel's figures of one thread only grow. */
void
memory_cpu_end(MemoryDomain *vm, const MemoryCpu *before)
{
    MemoryCpu now = used_by_thread();

    vm->cpu.user += now.user - before->user;
    vm->cpu.system += now.system - before->system;
}

/* As of a QEMU, whose time the kernel does not count by processor either. */
int
memory_domain_cpu_stats(virDomainPtr domain, int cpu, CpuStats *ret_stats,
                        GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    const MemoryDomain *vm = call ? memory_call_domain(call) : NULL;

    if (!vm ||
        !memory_domain_require_active(vm, VIR_ERR_OPERATION_INVALID,
                                      "tell the time that it used", error))
        return -1;
    if (cpu >= 0) {
        fail(error, VIR_ERR_OPERATION_UNSUPPORTED,
             "the kernel does not count a machine's time by processor; ask for "
             "the total (start_cpu -1)");
        return -1;
    }
    ret_stats->cpu_time = vm->cpu.user + vm->cpu.system;
    ret_stats->user_time = vm->cpu.user;
    ret_stats->system_time = vm->cpu.system;
    return 1;
}
