/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/run/run_stats.h"

#include "base/error.h"
#include "base/flags.h"
#include "driver/domain_stats.h"
#include "memory/block/blockjob_calls.h"
#include "memory/domain.h"
#include "memory/domain_calls.h"
#include "model/block/disk_chain.h"
#include "model/domain/domain_rules.h"
#include "model/domain_devices.h"

/* What playing the guest has cost (memory/run/cpu_stats.h). */
static void
add_cpu(const MemoryDomain *vm, DomainStats *stats)
{
    const CpuStats cpu = {.cpu_time = vm->cpu.user + vm->cpu.system,
                          .user_time = vm->cpu.user,
                          .system_time = vm->cpu.system};

    if (memory_domain_is_active(vm))
        domain_stats_add_cpu(stats, &cpu);
}

/* All that a guest without memory can be said to have. */
static void
add_balloon(const MemoryDomain *vm, DomainStats *stats)
{
    const DomainDef *def = memory_domain_def(vm);

    domain_stats_add_ullong(stats, def->current_memory_kib, "balloon.current");
    domain_stats_add_ullong(stats, def->memory_kib, "balloon.maximum");
}

/* They are there while it runs, and nothing works in them. */
static void
add_vcpus(const MemoryDomain *vm, DomainStats *stats)
{
    unsigned count = memory_domain_def(vm)->vcpus;

    domain_stats_add_uint(stats, count, "vcpu.current");
    domain_stats_add_uint(stats, count, "vcpu.maximum");
    for (unsigned i = 0; i < count && memory_domain_is_active(vm); i++)
        domain_stats_add_int(stats, VIR_VCPU_RUNNING, "vcpu.%u.state", i);
}

/* Images below the top are told by name: what one disk holds is kept as a
 * whole. */
static void
add_blocks(MemoryDomain *vm, bool has_backing, DomainStats *stats)
{
    const GPtrArray *disks = memory_domain_def(vm)->disks;
    g_auto(DomainStats) figures = {0};
    unsigned number = 0;

    for (guint i = 0; i < disks->len; i++) {
        const DiskDef *disk = disks->pdata[i];
        unsigned layers = has_backing ? disk_chain_length(disk) : 1;
        BlockStats done = {0};
        virDomainBlockInfo size = {0};
        DomainStatsBlock block = {.name = disk->target, .path = disk->path};

        /* Off, a disk has its sizes and has done nothing. */
        if (memory_domain_is_active(vm) &&
            memory_block_stats_read(vm, disk->target, &done, NULL))
            block.done = &done;
        if (!disk_def_is_empty(disk) &&
            memory_block_info_read(vm, disk->target, &size, NULL))
            block.size = &size;
        domain_stats_add_block(&figures, number++, &block);
        for (unsigned depth = 1; depth < layers; depth++) {
            const ImageLayer layer = disk_chain_layer(disk, depth);
            const DomainStatsBlock below = {.name = disk->target,
                                            .path = layer.path,
                                            .backing_index = layer.node + 1};

            domain_stats_add_block(&figures, number++, &below);
        }
    }
    domain_stats_add_uint(stats, number, "block.count");
    domain_stats_append(stats, &figures);
}

/* Groups that need a process have no figures here. */
static bool
add_all(virDomainPtr domain, unsigned groups, unsigned flags,
        DomainStats *stats, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    MemoryDomain *vm = call ? memory_call_domain(call) : NULL;
    guint nics = 0;

    if (!vm)
        return false;
    nics = memory_domain_def(vm)->devices->interfaces->len;
    if (groups & VIR_DOMAIN_STATS_STATE)
        domain_stats_add_state(stats, vm->state, vm->reason);
    if (groups & VIR_DOMAIN_STATS_CPU_TOTAL)
        add_cpu(vm, stats);
    if (groups & VIR_DOMAIN_STATS_BALLOON)
        add_balloon(vm, stats);
    if (groups & VIR_DOMAIN_STATS_VCPU)
        add_vcpus(vm, stats);
    if (groups & VIR_DOMAIN_STATS_INTERFACE && memory_domain_is_active(vm))
        domain_stats_add_uint(stats, nics, "net.count");
    if (groups & VIR_DOMAIN_STATS_BLOCK) {
        add_blocks(vm, flags & VIR_CONNECT_GET_ALL_DOMAINS_STATS_BACKING,
                   stats);
    }
    return true;
}

/* The same walk over domains as with QEMU. */
int
memory_connect_domain_stats(virConnectPtr conn, const DomainStatsAsked *asked,
                            virDomainStatsRecordPtr **ret_records,
                            GError **error)
{
    return domain_stats_collect(conn, asked, add_all, ret_records, error);
}

/* No guest and no process: what it is given is all that there is to tell. */
int
memory_domain_memory_stats(virDomainPtr domain,
                           virDomainMemoryStatPtr ret_stats, unsigned room,
                           GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    const MemoryDomain *vm = call ? memory_call_domain(call) : NULL;

    if (!vm || !memory_domain_require_active(vm, VIR_ERR_OPERATION_INVALID,
                                             "tell its memory", error))
        return -1;
    if (room == 0 || !vm->live->devices->balloon.is_present)
        return 0;
    ret_stats[0] = (virDomainMemoryStatStruct){
        .tag = VIR_DOMAIN_MEMORY_STAT_ACTUAL_BALLOON,
        .val = vm->live->current_memory_kib};
    return 1;
}

/* By the rule that both drivers have. */
int
memory_domain_vcpus(virDomainPtr domain, unsigned flags, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    const MemoryDomain *vm = call ? memory_call_domain(call) : NULL;

    return vm ? domain_rules_vcpus(vm->live, vm->config, flags, error) : -1;
}

/* A failed write is reported to whoever plays the guest, which goes on: no disk
 * is ever in trouble. */
int
memory_domain_disk_errors(virDomainPtr domain, virDomainDiskErrorPtr ret_errors,
                          unsigned room, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    const MemoryDomain *vm = call ? memory_call_domain(call) : NULL;

    (void)room;
    if (!vm ||
        !memory_domain_require_active(vm, VIR_ERR_OPERATION_INVALID,
                                      "tell the errors of its disks", error))
        return -1;
    return ret_errors ? 0 : (int)vm->live->disks->len;
}

/* There is no QEMU that could have arguments of somebody's own. */
int
memory_domain_messages(virDomainPtr domain, char ***ret_messages,
                       unsigned flags, GError **error)
{
    const unsigned known =
        VIR_DOMAIN_MESSAGE_DEPRECATION | VIR_DOMAIN_MESSAGE_TAINTING;
    g_autoptr(MemoryCall) call = NULL;

    if (!flags_check(flags, known, "the messages of a domain", error))
        return -1;
    call = memory_call_begin(domain, error);
    if (!call)
        return -1;
    *ret_messages = g_new0(char *, 1);
    return 0;
}

/* As with QEMU, nothing is marked. */
int
memory_domain_security_label(virDomainPtr domain, virSecurityLabelPtr ret_label,
                             GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);

    (void)ret_label; /* empty */
    return call ? 0 : -1;
}
