/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/disk_calls.h"

#include "base/error.h"
#include "base/flags.h"
#include "memory/block/threshold.h"
#include "memory/domain.h"
#include "memory/migrate/migrate_calls.h"
#include "memory/run/cpu_stats.h"
#include "model/block/disk_resize.h"

/* By target or path; a drive without a medium has nothing to read. */
static MemoryDisk *
find_disk(const MemoryDomain *vm, const char *name, GError **error)
{
    const DiskDef *def =
        domain_def_find_disk_by_name(memory_domain_def(vm), name);
    MemoryDisk *disk = def ? memory_disks_find(vm->disks, def->target) : NULL;

    if (!disk) {
        fail(error, VIR_ERR_INVALID_ARG,
             "domain '%s' has no disk '%s' with a medium; domblklist names its "
             "disks",
             vm->name, name);
    }
    return disk;
}

/* The guest's writing, which a test plays: recorded as any other. */
int
memory_test_disk_write(virDomainPtr domain, const char *disk,
                       unsigned long long offset, const void *buffer,
                       unsigned long long size, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    MemoryDisk *found =
        call ? find_disk(memory_call_domain(call), disk, error) : NULL;
    MemoryCpu before = {0};

    if (!found || !memory_disk_check_range(found, offset, size, error) ||
        !memory_migrate_check_write(memory_call_domain(call), error))
        return -1;
    before = memory_cpu_begin();
    memory_disk_write(found, offset, buffer, size);
    memory_cpu_end(memory_call_domain(call), &before);
    memory_threshold_look(memory_call_domain(call), memory_disk_target(found));
    return 0;
}

int
memory_block_peek(virDomainPtr domain, const char *disk,
                  unsigned long long offset, size_t size, void *ret_buffer,
                  GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    const MemoryDisk *found =
        call ? find_disk(memory_call_domain(call), disk, error) : NULL;

    if (!found || !memory_disk_check_range(found, offset, size, error))
        return -1;
    memory_disk_read(found, offset, ret_buffer, size);
    return 0;
}

/* Checkpoints count on: their bits are numbers of blocks. */
static bool
resize(const MemoryDomain *vm, const char *name, uint64_t wanted,
       GError **error)
{
    MemoryDisk *disk = find_disk(vm, name, error);
    DiskResize change = {
        .vm = vm->name, .jobs = vm->jobs, .checkpoints = vm->checkpoints};

    if (!disk || !memory_domain_require_active(vm, VIR_ERR_OPERATION_INVALID,
                                               "resize a disk", error))
        return false;
    change.disk = domain_def_find_disk(vm->live, memory_disk_target(disk));
    change.size = memory_disk_size(disk);
    if (!disk_resize_check(&change, &wanted, error))
        return false;
    memory_disk_resize(disk, wanted);
    return true;
}

int
memory_block_resize(virDomainPtr domain, const char *disk,
                    unsigned long long size, unsigned flags, GError **error)
{
    g_autoptr(MemoryCall) call = NULL;

    if (!flags_check(flags, 0, "a disk's new size", error))
        return -1;
    call = memory_call_begin(domain, error);
    return call && resize(memory_call_domain(call), disk, size, error) ? 0 : -1;
}
