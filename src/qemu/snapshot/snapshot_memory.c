/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory of an external snapshot, once it is in a file; it gets there by a
 * job (snapshot_job.c). */
#include "base/error.h"
#include "base/fd.h"
#include "qemu/save/stream.h"
#include "qemu/snapshot/snapshot_overlay.h"
#include "qemu/snapshot/snapshot_steps.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static bool
has_memory_file(const SnapshotDef *def)
{
    return def->memory == SNAPSHOT_PLACE_EXTERNAL;
}

/* It ran, or there would be no such record. */
bool
snapshot_memory_wake(QemuDomain *vm, const SnapshotRecord *record,
                     GError **error)
{
    QmpClient *qmp = NULL;

    if (!has_memory_file(record->def) || !qemu_domain_is_active(vm))
        return true;
    qmp = qemu_domain_monitor(vm, error);
    if (!qmp)
        return false;
    (void)qmp_client_run(qmp, "migrate_cancel", NULL, NULL); /* if any */
    return qmp_client_run(qmp, "cont", NULL, error);
}

/* By its whole name from the record; what stands there now is read by QEMU, which
 * refuses what is no stream of such a machine. */
bool
snapshot_memory_load(QemuDomain *vm, const SnapshotDef *def, GError **error)
{
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    g_auto(AutoFd) file = -1;

    if (!qmp)
        return false;
    file = open(def->memory_file, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return fail_errno(error, errno, "cannot read the memory in '%s'",
                          def->memory_file);
    }
    return stream_load(qmp, file, error);
}

/* Also of a snapshot whose job never gave it that name: the claim is a file of
 * ours, too. */
bool
snapshot_memory_remove(const SnapshotDef *def, GError **error)
{
    return !has_memory_file(def) ||
           snapshot_overlay_remove_file(def, def->memory_file, error);
}
