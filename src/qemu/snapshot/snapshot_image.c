/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Internal snapshots.
 *
 * QEMU does these in jobs that hold everything up, its monitor too: so answers
 * are waited for as long as memory takes to be written, and not as long as a
 * command usually takes.
 */
#include "base/error.h"
#include "qemu/block/image_change.h"
#include "qemu/block/node_names.h"
#include "qemu/block/patience.h"
#include "qemu/qmp/message.h"
#include "qemu/snapshot/snapshot_steps.h"

#include <string.h>

/* One name, since there is one such job at a time: QEMU does nothing else
 * meanwhile, and we hold the domain.  A recovery finds a dead caller's job by
 * it. */
#define SNAPSHOT_JOB "sl-snapshot"

enum {
    /* A guest of 100 GiB on storage that writes 100 MB/s takes 17 minutes.  It is
     * the time of one answer, and of the whole job: QEMU tells no progress. */
    PATIENCE_MS = 30 * 60 * 1000,
    PAUSE_US = 2 * 1000,
};

/* ---- QEMU's jobs ---- */

/* The monitor does not answer while the job holds the main loop, so the usual
 * limit would call a QEMU hung that is at work. */
static json_t *
call_patiently(QmpClient *qmp, const char *command, json_t *arguments,
               GError **error)
{
    guint64 id = 0;

    if (!qmp_client_send(qmp, command, arguments, -1, &id, error))
        return NULL;
    return qmp_client_wait(qmp, id, PATIENCE_MS, error);
}

/* The job's entry (transfer full), NULL if it is not there; false if nobody
 * answers. */
static bool
find_job(QmpClient *qmp, json_t **ret_entry, GError **error)
{
    g_autoptr(Json) jobs = call_patiently(qmp, "query-jobs", NULL, error);
    size_t i = 0;
    json_t *entry = NULL;

    if (!jobs)
        return false;
    *ret_entry = NULL;
    json_array_foreach(jobs, i, entry)
    {
        const char *id = json_string_value(json_object_get(entry, "id"));

        if (g_strcmp0(id, SNAPSHOT_JOB) == 0)
            *ret_entry = json_incref(entry);
    }
    return true;
}

static bool
is_concluded(const json_t *entry)
{
    const char *status = json_string_value(json_object_get(entry, "status"));

    return g_strcmp0(status, "concluded") == 0;
}

/* *@ret_entry: how it ended; NULL: it was not there. */
static bool
wait_for_job(QmpClient *qmp, json_t **ret_entry, GError **error)
{
    Patience patience = patience_begin(PATIENCE_MS, PATIENCE_MS);

    while (find_job(qmp, ret_entry, error)) {
        if (!*ret_entry)
            return true;
        /* A concluded job stays, with its error, until it is dismissed; one
         * that stayed would refuse the next of its name. */
        if (is_concluded(*ret_entry)) {
            return qmp_client_run(qmp, "job-dismiss",
                                  json_pack("{s:s}", "id", SNAPSHOT_JOB),
                                  error);
        }
        g_clear_pointer(ret_entry, json_decref);
        if (!patience_goes_on(&patience, 0, "QEMU's work on the snapshot",
                              error))
            return false;
        g_usleep(PAUSE_US);
    }
    return false;
}

/* One call and one answer: a job that concluded with an error is the command's
 * failure, told in QEMU's words. */
static bool
run_job(QmpClient *qmp, const char *command, json_t *arguments, GError **error)
{
    g_autoptr(Json) entry = NULL;
    g_autoptr(Json) reply = NULL;
    const char *problem = NULL;

    json_object_set_new(arguments, "job-id", json_string(SNAPSHOT_JOB));
    reply = call_patiently(qmp, command, arguments, error);
    if (!reply || !wait_for_job(qmp, &entry, error))
        return false;
    problem = json_string_value(json_object_get(entry, "error"));
    /* No entry: a command that was accepted has one until we dismiss it. */
    if (entry && !problem)
        return true;
    return fail(error, VIR_ERR_OPERATION_FAILED, "QEMU's %s failed: %s",
                command, problem ? problem : "its job is gone");
}

/* Whatever came of it: the images tell, once nobody writes to them. */
bool
snapshot_image_settle(QemuDomain *vm, GError **error)
{
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    g_autoptr(Json) entry = NULL;

    return qmp && wait_for_job(qmp, &entry, error);
}

/* ---- the disks ---- */

/* Disk number *@i of @def or a later one, kept inside its image and still
 * there; NULL behind the last one.
 *
 * A disk that was taken out of the machine since, or whose image is none that
 * can hold a snapshot, has nothing of it that could be reached. */
static const DiskDef *
next_disk(QemuDomain *vm, const SnapshotDef *def, guint *i)
{
    for (; def->disks && *i < def->disks->len; (*i)++) {
        const SnapshotDisk *entry = g_ptr_array_index(def->disks, *i);
        const DiskDef *disk =
            domain_def_find_disk(qemu_domain_def(vm), entry->name);

        if (entry->place == SNAPSHOT_PLACE_INTERNAL && disk &&
            disk->format == IMAGE_FORMAT_QCOW2) {
            (*i)++;
            return disk;
        }
    }
    return NULL;
}

/* With @is_there: only those whose image has it. */
static json_t *
list_nodes(QemuDomain *vm, const SnapshotDef *def, bool is_there,
           GError **error)
{
    g_autoptr(Json) nodes = json_array();
    guint i = 0;

    for (const DiskDef *disk = next_disk(vm, def, &i); disk;
         disk = next_disk(vm, def, &i)) {
        g_autofree char *node = node_format(disk);
        g_autoptr(GHashTable) names =
            is_there ? image_snapshots(disk->path, error) : NULL;

        if (is_there && !names)
            return NULL;
        /* QEMU's snapshot-delete fails as a whole for one node that has no such
         * snapshot, which a repetition, or a creation that died, would meet. */
        if (!is_there || g_hash_table_contains(names, def->name))
            json_array_append_new(nodes, json_string(node));
    }
    return g_steal_pointer(&nodes);
}

/* The memory goes into the first disk: QEMU keeps it in one, and a load has to
 * name the same.  The order is the definition's, so both name it. */
static bool
run_on_all(QemuDomain *vm, const SnapshotDef *def, const char *command,
           GError **error)
{
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    json_t *nodes = qmp ? list_nodes(vm, def, false, error) : NULL;

    if (!nodes)
        return false;
    return run_job(qmp, command,
                   json_pack("{s:s, s:O, s:o}", "tag", def->name, "vmstate",
                             json_array_get(nodes, 0), "devices", nodes),
                   error);
}

/* The same for each image of a machine that is off, one after the other.  A
 * deletion does not mind one that has none; a creation that failed is undone
 * and not repeated. */
static bool
change_all(QemuDomain *vm, const SnapshotDef *def,
           bool (*change)(const char *path, const char *name, GError **error),
           GError **error)
{
    guint i = 0;

    for (const DiskDef *disk = next_disk(vm, def, &i); disk;
         disk = next_disk(vm, def, &i)) {
        if (!change(disk->path, def->name, error))
            return false;
    }
    return true;
}

bool
snapshot_image_save(QemuDomain *vm, const SnapshotDef *def, GError **error)
{
    return qemu_domain_is_active(vm)
               ? run_on_all(vm, def, "snapshot-save", error)
               : change_all(vm, def, image_snapshot_create, error);
}

bool
snapshot_image_load(QemuDomain *vm, const SnapshotDef *def, GError **error)
{
    return qemu_domain_is_active(vm)
               ? run_on_all(vm, def, "snapshot-load", error)
               : change_all(vm, def, image_snapshot_apply, error);
}

/* Only where it is, since QEMU refuses as a whole what one image does not have. */
bool
snapshot_image_delete(QemuDomain *vm, const SnapshotDef *def, GError **error)
{
    QmpClient *qmp = NULL;
    g_autoptr(Json) nodes = NULL;

    if (!qemu_domain_is_active(vm))
        return change_all(vm, def, image_snapshot_delete, error);
    qmp = qemu_domain_monitor(vm, error);
    nodes = qmp ? list_nodes(vm, def, true, error) : NULL;
    if (!nodes)
        return false;
    return json_array_size(nodes) == 0 ||
           run_job(qmp, "snapshot-delete",
                   json_pack("{s:s, s:O}", "tag", def->name, "devices", nodes),
                   error);
}

/* Read behind QEMU's back, which is sound: it changes these lists only by jobs,
 * and there is none now. */
bool
snapshot_image_is_whole(QemuDomain *vm, const SnapshotDef *def,
                        bool *ret_is_whole, GError **error)
{
    guint i = 0;
    guint n_disks = 0;
    bool is_whole = true;

    for (const DiskDef *disk = next_disk(vm, def, &i); disk;
         disk = next_disk(vm, def, &i)) {
        g_autoptr(GHashTable) names = image_snapshots(disk->path, error);

        if (!names)
            return false;
        n_disks++;
        is_whole = is_whole && g_hash_table_contains(names, def->name);
    }
    *ret_is_whole = is_whole && n_disks > 0;
    return true;
}
