/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory of an external snapshot: a migration into a file.
 *
 * QEMU gives its images up when it ends, and takes them back when the guest
 * goes on; in between the overlays are put on top.  So the guest stands still
 * from the end of the migration to snapshot_memory_let_go(), and with LIVE only
 * then.
 */
#include "base/atomic_file.h"
#include "base/error.h"
#include "base/fault.h"
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

bool
snapshot_memory_save(QemuDomain *vm, const SnapshotPlan *plan, GError **error)
{
    const SnapshotDef *def = plan->record->def;
    bool is_live = plan->flags & VIR_DOMAIN_SNAPSHOT_CREATE_LIVE;
    QmpClient *qmp = NULL;
    g_auto(AutoFd) file = -1;

    if (!has_memory_file(def))
        return true;
    qmp = qemu_domain_monitor(vm, error);
    /* Made new, 0600, with its name on disk: it holds the guest's whole memory,
     * passwords with it. */
    if (!qmp || !atomic_file_claim(def->memory_file, error))
        return false;
    if (!fault_point("file:memory", error))
        return false;
    file = open(def->memory_file, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) {
        return fail_errno(error, errno, "cannot write the memory to '%s'",
                          def->memory_file);
    }
    /* Without LIVE the guest stands still for all of it, which is shorter and
     * never fails to converge; QEMU stops a live one itself at the end. */
    if (!is_live && !qmp_client_run(qmp, "stop", NULL, error))
        return false;
    /* Synced before the step: the record will say that there is a state to
     * return to. */
    if (stream_begin(qmp, MEMORY_JOB_STREAM, NULL, file, error) &&
        stream_wait(qmp, MEMORY_JOB_STREAM, error) && fsync(file) == 0)
        return true;
    if (error && !*error)
        fail_errno(error, errno, "cannot save '%s'", def->memory_file);
    /* Or QEMU would go on writing to a file that is about to be removed.  The
     * caller lets the guest go. */
    (void)qmp_client_run(qmp, "migrate_cancel", NULL, NULL);
    return false;
}

/* Whatever came of the rest: a guest that ran before must run after.  Not one
 * that somebody had paused. */
void
snapshot_memory_let_go(QemuDomain *vm, const SnapshotPlan *plan)
{
    g_autoptr(GError) problem = NULL;

    if (!has_memory_file(plan->record->def) || !plan->was_running || !vm->qmp)
        return;
    if (!qmp_client_run(vm->qmp, "cont", NULL, &problem))
        qemu_domain_distrust(vm); /* the next call lets it go */
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

bool
snapshot_memory_remove(const SnapshotDef *def, GError **error)
{
    return !has_memory_file(def) ||
           snapshot_overlay_remove_file(def, def->memory_file, error);
}
