/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/domain/block_stats.h"

#include "base/error.h"
#include "driver/block_stats.h"
#include "qemu/block/node_names.h"
#include "qemu/domain.h"
#include "qemu/domain/domain_calls.h"
#include "qemu/qmp/message.h"

/* -1 for what this QEMU does not tell. */
static long long
figure(const json_t *stats, const char *name)
{
    const json_t *value = json_object_get(stats, name);

    return json_is_integer(value) ? (long long)json_integer_value(value) : -1;
}

/* Of two figures, neither of which is told alone. */
static long long
sum(long long first, long long second)
{
    return first < 0 || second < 0 ? -1 : first + second;
}

/* Not every figure of QEMU's: those that libvirt has names for. */
void
qemu_block_stats_read(const json_t *stats, BlockStats *ret_stats)
{
    ret_stats->read_requests = figure(stats, "rd_operations");
    ret_stats->read_bytes = figure(stats, "rd_bytes");
    ret_stats->read_times = figure(stats, "rd_total_time_ns");
    ret_stats->write_requests = figure(stats, "wr_operations");
    ret_stats->write_bytes = figure(stats, "wr_bytes");
    ret_stats->write_times = figure(stats, "wr_total_time_ns");
    ret_stats->flush_requests = figure(stats, "flush_operations");
    ret_stats->flush_times = figure(stats, "flush_total_time_ns");
    ret_stats->errors = sum(figure(stats, "failed_rd_operations"),
                            figure(stats, "failed_wr_operations"));
}

/* By the name of the filter on top, which a disk keeps through snapshots and
 * jobs. */
static bool
ask_qemu(QemuDomain *vm, const DiskDef *disk, BlockStats *ret_stats,
         GError **error)
{
    g_autofree char *top = node_top(disk->target);
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    g_autoptr(Json) backends =
        qmp ? qmp_client_call(qmp, "query-blockstats", NULL, error) : NULL;
    json_t *backend = NULL;
    gsize index = 0;

    if (!backends)
        return false;
    json_array_foreach(backends, index, backend)
    {
        const char *node =
            json_string_value(json_object_get(backend, "node-name"));

        if (g_strcmp0(node, top) != 0)
            continue;
        qemu_block_stats_read(json_object_get(backend, "stats"), ret_stats);
        return true;
    }
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "QEMU of domain '%s' keeps no figures for disk '%s': the drive "
                "may be empty",
                vm->name, disk->target);
}

static bool
block_stats(void *domain, const char *name, BlockStats *ret_stats,
            GError **error)
{
    QemuDomain *vm = domain;
    const DiskDef *disk =
        domain_def_find_disk_by_name(qemu_domain_def(vm), name);

    if (!disk) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "domain '%s' has no disk '%s'; domblklist names its disks",
                    vm->name, name);
    }
    if (!qemu_domain_is_active(vm)) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot tell what disk '%s' has done: domain '%s' does not "
                    "run",
                    name, vm->name);
    }
    return ask_qemu(vm, disk, ret_stats, error);
}

int
qemu_domain_block_stats(virDomainPtr domain, const char *disk,
                        BlockStats *ret_stats, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin_reading(domain, error);
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;
    bool is_told =
        vm && (*disk ? block_stats(vm, disk, ret_stats, error)
                     : block_stats_sum(qemu_domain_def(vm), block_stats, vm,
                                       ret_stats, error));

    return is_told ? 0 : -1;
}
