/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory of an external snapshot: a migration into a file.
 *
 * QEMU gives its images up when it ends, and takes them back when the guest
 * goes on; in between the overlays are put on top.  So the guest stands still
 * from the end of the migration to snapshot_memory_let_go(), and with LIVE only
 * then.
 */
#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"
#include "qemu/block/image_change.h"
#include "qemu/qmp/message.h"
#include "qemu/snapshot/snapshot_overlay.h"
#include "qemu/snapshot/snapshot_steps.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* The name under which QEMU keeps the descriptor until "migrate" takes it.  A
 * descriptor, since the file was claimed by us: a name could be that of another
 * one when QEMU comes to open it. */
#define MEMORY_FD "sl-memory"

enum {
    POLL_US = 2 * 1000,
    STALL_MS = 60 * 1000, /* without a byte more: the storage hangs */
    US_PER_MS = 1000,
};

static bool
has_memory_file(const SnapshotDef *def)
{
    return def->memory == SNAPSHOT_PLACE_EXTERNAL;
}

/* A guest that writes faster than the default bound of QEMU's (a network's)
 * would never be done. */
static bool
set_bandwidth(QmpClient *qmp, GError **error)
{
    return qmp_client_run(
        qmp, "migrate-set-parameters",
        json_pack("{s:I}", "max-bandwidth", (json_int_t)G_MAXINT64), error);
}

/* 1 done, 0 at work, -1 failed; *@ret_moved: bytes so far.  "setup", "active",
 * "device" and states of later QEMUs are all "at work". */
static int
look_at_migration(QmpClient *qmp, json_int_t *ret_moved, GError **error)
{
    g_autoptr(Json) reply = qmp_client_call(qmp, "query-migrate", NULL, error);
    const char *status = json_string_value(json_object_get(reply, "status"));
    const char *problem =
        json_string_value(json_object_get(reply, "error-desc"));

    if (!reply)
        return -1;
    *ret_moved = json_integer_value(
        json_object_get(json_object_get(reply, "ram"), "transferred"));
    if (g_strcmp0(status, "completed") == 0)
        return 1;
    if (g_strcmp0(status, "failed") != 0 && g_strcmp0(status, "cancelled") != 0)
        return 0;
    fail(error, VIR_ERR_OPERATION_FAILED, "QEMU cannot save the memory: %s",
         problem ? problem : status);
    return -1;
}

/* No limit on the whole, which depends on the size of the memory and the
 * storage, but one on standing still. */
static bool
wait_for_migration(QmpClient *qmp, GError **error)
{
    json_int_t moved = 0;
    json_int_t before = -1;
    gint64 deadline_us = 0;

    for (;;) {
        int outcome = look_at_migration(qmp, &moved, error);

        if (outcome != 0)
            return outcome > 0;
        if (moved != before) {
            before = moved;
            deadline_us = g_get_monotonic_time() + (gint64)STALL_MS * US_PER_MS;
        }
        if (g_get_monotonic_time() > deadline_us) {
            return fail(error, VIR_ERR_OPERATION_TIMEOUT,
                        "the memory has not moved for %d s; its storage may "
                        "hang",
                        STALL_MS / 1000);
        }
        g_usleep(POLL_US);
    }
}

static bool
migrate_to(QmpClient *qmp, int file, GError **error)
{
    return set_bandwidth(qmp, error) &&
           qmp_client_pass_fd(qmp, MEMORY_FD, file, error) &&
           qmp_client_run(qmp, "migrate",
                          json_pack("{s:s}", "uri", "fd:" MEMORY_FD), error) &&
           wait_for_migration(qmp, error);
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
    if (!qmp || !image_claim(def->memory_file, error))
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
    if (migrate_to(qmp, file, error) && fsync(file) == 0)
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
    return qmp_client_pass_fd(qmp, MEMORY_FD, file, error) &&
           qmp_client_run(qmp, "migrate-incoming",
                          json_pack("{s:s}", "uri", "fd:" MEMORY_FD), error) &&
           wait_for_migration(qmp, error);
}

bool
snapshot_memory_remove(const SnapshotDef *def, GError **error)
{
    return !has_memory_file(def) ||
           snapshot_overlay_remove_file(def, def->memory_file, error);
}
