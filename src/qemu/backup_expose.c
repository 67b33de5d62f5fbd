/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/backup_expose.h"

#include "base/caller.h"
#include "base/error.h"
#include "base/fault.h"
#include "base/fd.h"
#include "nbd/dirty_map.h"
#include "qemu/backup_pull.h"
#include "qemu/block/mask_qcow2.h"
#include "qemu/block/node_names.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* Reading the map takes milliseconds; the deadline ends a hang. */
enum { MAP_TIMEOUT_MS = 30 * 1000 };

/* In the domain's state folder, which is ours alone. */
#define MAP_SOCKET "dirty-map.sock"

/* Of chosen disks alone: what a disk that is left out wishes costs nothing. */
bool
backup_expose_is_needed(const BackupDef *def)
{
    for (guint i = 0; i < def->disks->len; i++) {
        const BackupDisk *disk = g_ptr_array_index(def->disks, i);

        if (disk->is_chosen && disk->expose == BACKUP_EXPOSE_DIRTY)
            return true;
    }
    return false;
}

/* QEMU leaves the socket's name behind when its server stops, and so does a caller
 * that dies before. */
bool
backup_expose_forget(QemuDomain *vm, GError **error)
{
    if (!fault_point("file:unlink", error))
        return false;
    if (unlinkat(vm->folder, MAP_SOCKET, 0) == 0 || errno == ENOENT)
        return true;
    return fail_errno(error, errno, "cannot remove the socket '%s'",
                      MAP_SOCKET);
}

/* The export is gone when this returns, whatever came of it. */
static GArray *
read_map(const char *folder, const BackupPlan *plan, const BackupPlanDisk *disk,
         QmpClient *qmp, GError **error)
{
    g_autofree char *id = node_job(plan->job, disk->wanted->name, "map");
    g_autofree char *node = backup_plan_frozen_node(plan, disk);
    g_autofree char *context =
        g_strconcat("qemu:dirty-bitmap:", disk->bitmap, NULL);
    json_t *arguments =
        json_pack("{s:s, s:s, s:s, s:s, s:b, s:[{s:s, s:s}]}", "type", "nbd",
                  "id", id, "node-name", node, "name", id, "writable", 0,
                  "bitmaps", "node", node, "name", disk->bitmap);
    GArray *map = NULL;
    int socket = -1;

    if (!qmp_client_run(qmp, "block-export-add", arguments, error))
        return NULL;
    socket = unix_connect(folder, MAP_SOCKET, error);
    if (socket >= 0)
        map = nbd_dirty_map(socket, id, context, MAP_TIMEOUT_MS, error);
    if (!qmp_client_run(qmp, "block-export-del",
                        json_pack("{s:s, s:s}", "id", id, "mode", "hard"),
                        map ? error : NULL)) {
        g_clear_pointer(&map, g_array_unref);
    }
    return map;
}

/* Without a name once QEMU has it open: whoever dies, its space comes back. */
static bool
open_mask(const BackupPlan *plan, const BackupPlanDisk *disk, QmpClient *qmp,
          GError **error)
{
    const char *target = disk->wanted->name;
    g_autofree char *mask = node_job(plan->job, target, "msk");
    g_autofree char *file = node_job(plan->job, target, "msk-file");
    g_autofree char *frozen = backup_plan_frozen_node(plan, disk);
    json_t *options =
        json_pack("{s:s, s:s, s:b, s:s, s:{s:s, s:s, s:s, s:b}}", "driver",
                  "qcow2", "node-name", mask, "read-only", 1, "backing", frozen,
                  "file", "driver", "file", "node-name", file, "filename",
                  disk->hidden_scratch, "read-only", 1);

    if (!qmp_client_run(qmp, "blockdev-add", options, error) ||
        !fault_point("file:unlink", error))
        return false;
    if (!caller_unlink(disk->hidden_scratch)) {
        return fail_errno(error, errno, "cannot unlink '%s'",
                          disk->hidden_scratch);
    }
    return true;
}

/* The file is ours to make: O_EXCL, since a name that exists is somebody's data, and
 * a link there would let us write anywhere. */
static bool
hide_disk(const char *folder, const BackupPlan *plan,
          const BackupPlanDisk *disk, QmpClient *qmp, GError **error)
{
    g_autoptr(GArray) map = read_map(folder, plan, disk, qmp, error);
    g_auto(AutoFd) fd = -1;

    if (!map || !fault_point("file:create", error))
        return false;
    fd = caller_open(disk->hidden_scratch,
                     O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (fd < 0) {
        return fail_errno(error, errno, "cannot create '%s' for disk '%s'",
                          disk->hidden_scratch, disk->wanted->name);
    }
    return mask_qcow2_write(fd, disk->size, map, error) &&
           open_mask(plan, disk, qmp, error);
}

/* One after the other: each has the server to itself for its map, and a failure
 * leaves those before it to the undo, which asks what is there. */
static bool
hide_disks(const char *folder, const BackupPlan *plan, QmpClient *qmp,
           GError **error)
{
    for (guint i = 0; i < plan->disks->len; i++) {
        const BackupPlanDisk *disk = g_ptr_array_index(plan->disks, i);

        if (disk->wanted->expose == BACKUP_EXPOSE_DIRTY &&
            !hide_disk(folder, plan, disk, qmp, error))
            return false;
    }
    return true;
}

/* A server of its own: on the clients' the frozen disk would be there to be
 * read for as long as this takes. */
bool
backup_expose_hide(QemuDomain *vm, const BackupPlan *plan, QmpClient *qmp,
                   GError **error)
{
    g_autofree char *folder = qemu_root_folder_path(vm->root, vm->uuid);
    g_auto(AutoFd) listener = -1;

    if (!fault_point("file:listen", error))
        return false;
    listener = unix_listen(folder, MAP_SOCKET, error);
    return listener >= 0 &&
           backup_pull_serve(qmp, plan->job, listener, error) &&
           hide_disks(folder, plan, qmp, error) &&
           qmp_client_run(qmp, "nbd-server-stop", NULL, error) &&
           backup_expose_forget(vm, error);
}
