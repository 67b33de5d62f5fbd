/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* virDomainCoreDump(): the memory of a guest in a file, for whoever looks at it.
 *
 * With MEMORY_ONLY what a debugger reads, else QEMU's stream of the machine. */
#include "base/error.h"
#include "base/fd.h"
#include "base/flags.h"
#include "qemu/save/save_calls.h"
#include "qemu/save/save_job.h"

#define DUMP_FLAGS                                                             \
    (VIR_DUMP_CRASH | VIR_DUMP_LIVE | VIR_DUMP_BYPASS_CACHE | VIR_DUMP_RESET | \
     VIR_DUMP_MEMORY_ONLY)

/* By virDomainCoreDumpFormat; QEMU's words. */
static const char *const formats[] = {"elf", "kdump-zlib", "kdump-lzo",
                                      "kdump-snappy", "win-dmp"};

/* The formats are QEMU's ways to write memory alone; its stream has one form. */
static bool
check_wishes(unsigned format, unsigned flags, GError **error)
{
    if (!flags_check(flags, DUMP_FLAGS, "a dump", error))
        return false;
    if (format != VIR_DOMAIN_CORE_DUMP_FORMAT_RAW &&
        !(flags & VIR_DUMP_MEMORY_ONLY)) {
        return fail(error, VIR_ERR_OPERATION_UNSUPPORTED,
                    "format '%s' is one of memory alone: ask for that "
                    "(--memory-only)",
                    formats[format]);
    }
    return true;
}

/* The flags exclude each other; the interface has checked that. */
static MemoryJobThen
then_of(unsigned flags)
{
    if (flags & VIR_DUMP_CRASH)
        return MEMORY_THEN_CRASH;
    return flags & VIR_DUMP_RESET ? MEMORY_THEN_RESET : MEMORY_THEN_GO_ON;
}

/* Begun under the lock, waited for without it. */
int
qemu_domain_dump(virDomainPtr domain, const char *path, unsigned format,
                 unsigned flags, GError **error)
{
    bool is_core = flags & VIR_DUMP_MEMORY_ONLY;
    const SavePlan plan = {
        .operation = VIR_DOMAIN_JOB_OPERATION_DUMP,
        .kind = is_core ? MEMORY_JOB_CORE : MEMORY_JOB_STREAM,
        .then = then_of(flags),
        .path = path,
        .format = formats[format],
        .is_live = flags & VIR_DUMP_LIVE,
        .spares_cache = flags & VIR_DUMP_BYPASS_CACHE,
    };
    g_autoptr(QemuCall) call = NULL;
    QemuDomain *vm = NULL;
    const Job *job = NULL;
    g_auto(AutoFd) file = -1;
    int id = -1;

    if (!check_wishes(format, flags, error))
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
