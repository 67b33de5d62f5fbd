/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One event when an image has grown that far: so that a program can give it more
 * room in time. */
#include "base/error.h"
#include "model/block/backup_image.h"
#include "model/block/disk_chain.h"
#include "qemu/block/node_names.h"
#include "qemu/domain.h"
#include "qemu/domain/domain_calls.h"
#include "qemu/jobs/job_store.h"

/* (transfer full): the node of the file of the image called @name: a disk's own,
 * or one that a running backup writes to. */
static char *
find_file(QemuDomain *vm, const char *name, GError **error)
{
    unsigned depth = 0;
    const DiskDef *disk = disk_chain_find_image(vm->live, name, &depth);
    const JobTable *jobs = NULL;
    BackupImage image;

    if (disk) {
        return node_layer_protocol(disk->target,
                                   disk_chain_layer(disk, depth).node);
    }
    jobs = job_store_load(vm, error);
    return jobs && backup_images_find(vm->live, jobs, name, &image, error)
               ? node_backup_file(&image)
               : NULL;
}

/* What grows is the image's file, so the threshold is one of its node: of what
 * the format node is asked to write, offsets are those of the guest. */
static bool
set_threshold(QemuDomain *vm, const char *name, unsigned long long threshold,
              GError **error)
{
    g_autofree char *node = find_file(vm, name, error);
    QmpClient *qmp = node ? qemu_domain_monitor(vm, error) : NULL;

    return qmp &&
           qmp_client_run(qmp, "block-set-write-threshold",
                          json_pack("{s:s, s:I}", "node-name", node,
                                    "write-threshold", (json_int_t)threshold),
                          error);
}

int
qemu_block_threshold(virDomainPtr domain, const char *device,
                     unsigned long long threshold, GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    QemuDomain *vm = NULL;

    if (threshold > G_MAXINT64) {
        fail(error, VIR_ERR_OVERFLOW,
             "a threshold of %llu bytes is beyond any image", threshold);
        return -1;
    }
    call = qemu_call_begin(domain, error);
    if (!call)
        return -1;
    vm = qemu_call_domain(call);
    if (!qemu_domain_is_active(vm)) {
        fail(error, VIR_ERR_OPERATION_INVALID, "domain '%s' is not running",
             vm->name);
        return -1;
    }
    return set_threshold(vm, device, threshold, error) ? 0 : -1;
}
