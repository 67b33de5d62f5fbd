/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Giving a disk another size while its guest runs.  QEMU itself would allow it
 * under a backup, too, whose image would then have another size than the
 * disk. */
#include "base/error.h"
#include "base/flags.h"
#include "model/block/disk_resize.h"
#include "qemu/block/node_list.h"
#include "qemu/block/node_names.h"
#include "qemu/blockjob/blockjob_plan.h"
#include "qemu/checkpoint/checkpoint_store.h"
#include "qemu/domain/domain_calls.h"
#include "qemu/jobs/job_store.h"

/* The rules are both drivers'; what they are asked of is ours. */
static bool
check(QemuDomain *vm, const DiskDef *disk, uint64_t now, uint64_t *wanted,
      GError **error)
{
    const JobTable *jobs = job_store_load(vm, error);
    const CheckpointSet *set = jobs ? checkpoint_store_load(vm, error) : NULL;
    DiskResize resize = {vm->name, disk, jobs, NULL, now};

    if (!set)
        return false;
    resize.checkpoints = set->tree;
    return disk_resize_check(&resize, wanted, error);
}

/* The size is asked of QEMU and not of the image, which lags behind, and there
 * is nothing to take back: one command does it, or refuses.
 *
 * Through our filter, which is what the guest's device hears of. */
static bool
resize(QemuDomain *vm, const char *name, uint64_t wanted, GError **error)
{
    const DiskDef *disk = blockjob_plan_disk(vm, name, error);
    QmpClient *qmp = disk ? qemu_domain_monitor(vm, error) : NULL;
    g_autoptr(NodeList) nodes = qmp ? node_list_query(qmp, error) : NULL;
    g_autofree char *top = NULL;
    uint64_t now = 0;

    if (!nodes)
        return false;
    top = node_top(disk->target);
    if (!node_list_size(nodes, top, &now) && !disk_def_is_empty(disk)) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "QEMU of domain '%s' has no node '%s' for disk '%s'",
                    vm->name, top, disk->target);
    }
    return check(vm, disk, now, &wanted, error) &&
           qmp_client_run(qmp, "block_resize",
                          json_pack("{s:s, s:I}", "node-name", top, "size",
                                    (json_int_t)wanted),
                          error);
}

int
qemu_block_resize(virDomainPtr domain, const char *disk,
                  unsigned long long size, unsigned flags, GError **error)
{
    g_autoptr(QemuCall) call = NULL;

    if (!flags_check(flags, 0, "a disk's new size", error))
        return -1;
    call = qemu_call_begin(domain, error);
    return call && resize(qemu_call_domain(call), disk, size, error) ? 0 : -1;
}
