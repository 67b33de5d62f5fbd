/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/backup_plan.h"

#include "qemu/backup_tls.h"

#include "base/error.h"
#include "base/flags.h"
#include "model/block/disk_chain.h"
#include "model/domain_devices.h"
#include "qemu/block/node_list.h"
#include "qemu/block/node_names.h"
#include "qemu/blockjob/blockjob.h"
#include "qemu/checkpoint/checkpoint_look.h"
#include "qemu/domain/domain_state.h"
#include "qemu/jobs/job_store.h"
#include "qemu/process/caller_rules.h"
#include "qemu/process/capabilities.h"
#include "qemu/save/save_job.h"
#include "qemu/snapshot/snapshot_hold.h"
#include "xml/backup_xml.h"

#include <string.h>

enum {
    KNOWN_FLAGS = VIR_DOMAIN_BACKUP_BEGIN_NO_METADATA |
                  VIR_DOMAIN_BACKUP_BEGIN_QUIESCE |
                  VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL |
                  VIR_DOMAIN_BACKUP_BEGIN_END_WHEN_DONE,
};

/* @wanted and @source are borrowed. */
static void
plan_disk_free(BackupPlanDisk *disk)
{
    g_clear_pointer(&disk->base, g_ptr_array_unref);
    g_free(disk->bitmap);
    g_free(disk->hidden_scratch);
    g_free(disk);
}

/* Undoes nothing: a plan has changed nothing. */
void
backup_plan_free(BackupPlan *plan)
{
    if (!plan)
        return;
    /* Once the job is on record the document is its own. */
    if (!plan->is_def_taken)
        backup_def_free(plan->def);
    g_ptr_array_unref(plan->disks);
    checkpoint_plan_free(plan->checkpoint);
    g_free(plan);
}

static bool
check_no_other(QemuDomain *vm, GError **error)
{
    /* Also loads the table, on which the id of this job rests. */
    const JobTable *jobs = job_store_load(vm, error);

    return jobs && job_table_check_idle(jobs, vm->name, error) &&
           save_job_refuse(vm, "begin a backup", error);
}

/* For files that the document does not name. */
static char *
choose_suffix(const BackupPlan *plan)
{
    return backup_suffix(
        plan->checkpoint ? checkpoint_plan_name(plan->checkpoint) : NULL);
}

/* QEMU 7.2 aborts when an NBD client goes away from an export whose disk an
 * iothread serves, and when a node is put upon one that an iothread is using.
 * Nothing it tells about itself shows the first, so it was tried; a QEMU that
 * is past it is past both.  A guest that stands still has its virtio disks back
 * in the main thread, scsi disks not (docs/design/disks-with-iothreads.md). */
static bool
check_iothread(QemuDomain *vm, BackupPlan *plan, BackupPlanDisk *disk,
               GError **error)
{
    const DomainDef *def = qemu_domain_def(vm);
    const DiskDef *source = disk->source;
    unsigned iothread = domain_def_disk_iothread(def, source);
    bool is_safe = false;

    /* Nothing to probe, and no QEMU to be spent on it. */
    if (iothread == 0)
        return true;
    if (!qemu_capabilities_export_iothread_safe(
            vm->root, def->devices->emulator, &is_safe, error))
        return false;
    if (is_safe)
        return true;
    if (source->bus == DISK_BUS_SCSI) {
        return fail(error, VIR_ERR_OPERATION_UNSUPPORTED,
                    "cannot back up disk '%s': iothread %u serves its "
                    "controller, and this QEMU would crash; use a virtio disk "
                    "or a controller without iothread",
                    source->target, iothread);
    }
    if (plan->def->mode == BACKUP_MODE_PULL) {
        return fail(error, VIR_ERR_OPERATION_UNSUPPORTED,
                    "cannot pull disk '%s': iothread %u serves it, and this "
                    "QEMU would crash when the client disconnects; a push "
                    "backup works",
                    source->target, iothread);
    }
    disk->is_delicate = true;
    /* A guest that is paused already stands still, and stays so. */
    plan->holds_guest = vm->state == VIR_DOMAIN_RUNNING;
    return true;
}

/* The bitmaps are asked for anew: what an earlier look found may have been
 * changed through QEMU's monitor, and QEMU would refuse only half-way. */
static bool
look_at_bitmaps(QemuDomain *vm, BackupPlan *plan, GError **error)
{
    /* Once for all disks and the checkpoint: the answer grows with the bitmaps,
     * and nothing of ours changes them in between. */
    if (!plan->has_looked)
        plan->has_looked = checkpoint_look(vm, error) != NULL;
    return plan->has_looked;
}

/* Whether the base is sound on this disk; if not, the whole backup is refused,
 * since a set of images of which one is full and was not asked for is no
 * incremental backup. */
static bool
plan_increment(QemuDomain *vm, BackupPlan *plan, BackupPlanDisk *disk,
               GError **error)
{
    const BackupDisk *wanted = disk->wanted;

    if (wanted->mode != BACKUP_DISK_INCREMENTAL)
        return true;
    if (!backup_disk_check_increment(
            wanted, plan->def->mode,
            plan->flags & VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL, error))
        return false;
    /* Only for incremental ones: a full backup without a checkpoint needs no
     * bitmap. */
    if (!look_at_bitmaps(vm, plan, error))
        return false;
    disk->base = checkpoint_base(vm, wanted->incremental, wanted->name, error);
    if (!disk->base)
        return false;
    disk->bitmap = wanted->exportbitmap
                       ? g_strdup(wanted->exportbitmap)
                       : g_strdup_printf("backup-%s", wanted->name);
    return true;
}

/* The scratch of a push is our own affair: beside the disk where that is a
 * file, else in the state folder. */
static char *
place_hidden_scratch(QemuDomain *vm, int job, const DiskDef *source)
{
    g_autofree char *folder = NULL;

    if (source->source_type == DISK_SOURCE_FILE)
        return g_strdup_printf("%s.strandline-j%d", source->path, job);
    folder = qemu_root_folder_path(vm->root, vm->uuid);
    return g_strdup_printf("%s/scratch-j%d-%s", folder, job, source->target);
}

/* Everything that is known of one disk before anything is made. */
static bool
plan_disk(QemuDomain *vm, BackupPlan *plan, const BackupDisk *wanted,
          const NodeList *nodes, GError **error)
{
    BackupPlanDisk *disk = g_new0(BackupPlanDisk, 1);
    g_autofree char *node = NULL;

    /* Into the plan before anything can fail, which then frees it. */
    g_ptr_array_add(plan->disks, disk);
    disk->wanted = wanted;
    disk->source = domain_def_find_disk(plan->domain, wanted->name);
    if (!blockjob_refuse(vm, wanted->name, "begin a backup", error))
        return false;
    node = node_format(disk->source);
    if (!check_iothread(vm, plan, disk, error))
        return false;
    /* The size that QEMU sees, which is what the target must have. */
    if (!node_list_size(nodes, node, &disk->size)) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "QEMU of domain '%s' has no node '%s' for disk '%s'; was "
                    "it changed by hand?",
                    vm->name, node, wanted->name);
    }
    if (plan->def->mode == BACKUP_MODE_PUSH ||
        wanted->expose == BACKUP_EXPOSE_DIRTY) {
        disk->hidden_scratch =
            place_hidden_scratch(vm, plan->job, disk->source);
    }
    return plan_increment(vm, plan, disk, error);
}

/* In the document's order, so that the first disk with a problem is the one
 * that is named. */
static bool
plan_disks(QemuDomain *vm, BackupPlan *plan, GError **error)
{
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    g_autoptr(NodeList) nodes = qmp ? node_list_query(qmp, error) : NULL;

    if (!nodes)
        return false;
    /* Whether the guest runs decides how the cut is made; should it change
     * until then, the undo has the record. */
    (void)domain_state_refresh(vm);
    for (guint i = 0; i < plan->def->disks->len; i++) {
        const BackupDisk *wanted = g_ptr_array_index(plan->def->disks, i);

        if (wanted->is_chosen && !plan_disk(vm, plan, wanted, nodes, error))
            return false;
    }
    return true;
}

/* The checkpoint is only planned: its record is written with the job's. */
static bool
plan_checkpoint(QemuDomain *vm, BackupPlan *plan, const char *xml,
                GError **error)
{
    bool is_beside = plan->flags & VIR_DOMAIN_BACKUP_BEGIN_NO_METADATA;

    if (!xml)
        return true;
    if (!look_at_bitmaps(vm, plan, error))
        return false;
    /* Planned before the disks, since its name is the suffix of their files. */
    plan->checkpoint = checkpoint_plan_new(
        vm, xml, plan->job, is_beside ? CHECKPOINT_PLAN_NO_METADATA : 0, error);
    return plan->checkpoint != NULL;
}

/* The image that the document speaks of: push target or pull scratch. */
static Store *
wanted_store(const BackupPlan *plan, const BackupPlanDisk *disk)
{
    const BackupDisk *wanted = disk->wanted;
    bool is_push = plan->def->mode == BACKUP_MODE_PUSH;
    Store *store = store_new(plan->job, wanted->name, is_push ? "tgt" : "scr",
                             wanted->store);

    store->is_block = wanted->type == DISK_SOURCE_BLOCK;
    store->is_existing =
        (plan->flags & VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL) != 0;
    store->format = wanted->format;
    store->size = disk->size;
    store->host = wanted->host;
    store->target_name = wanted->target_name;
    if (wanted->is_shallow && !store->is_existing &&
        disk_chain_length(disk->source) > 1) {
        ImageLayer below = disk_chain_layer(disk->source, 1);

        store->below = below.path; /* of the domain's definition */
        store->below_format = below.format;
    }
    /* What the scratch does not hold is read from the disk itself: together
     * they are the disk at the cut. */
    if (!is_push)
        store->backing = node_format(disk->source);
    return store;
}

/* What we place we also bound. */
static bool
bound_scratch(const BackupPlan *plan, Store *store, GError **error)
{
    return store_bound(store->path, store->size, plan->disks->len,
                       &store->bound, error);
}

char *
backup_plan_frozen_node(const BackupPlan *plan, const BackupPlanDisk *disk)
{
    bool is_pull = plan->def->mode == BACKUP_MODE_PULL;

    return node_job(plan->job, disk->wanted->name, is_pull ? "scr" : "view");
}

/* Made from the plan each time it is asked: once for the checks, once for the
 * making. */
GPtrArray *
backup_plan_stores(const BackupPlan *plan, GError **error)
{
    bool is_push = plan->def->mode == BACKUP_MODE_PUSH;
    g_autoptr(GPtrArray) stores =
        g_ptr_array_new_with_free_func((GDestroyNotify)store_free);

    for (guint i = 0; i < plan->disks->len; i++) {
        const BackupPlanDisk *disk = g_ptr_array_index(plan->disks, i);
        bool has_scratch = is_push && disk->hidden_scratch;
        Store *store = wanted_store(plan, disk);

        g_ptr_array_add(stores, store);
        if (has_scratch) {
            store = store_new(plan->job, disk->wanted->name, "scr",
                              disk->hidden_scratch);
            store->size = disk->size;
            store->is_nameless = true;
            g_ptr_array_add(stores, store);
        }
        if ((has_scratch ||
             (disk->wanted->is_generated && !store->is_existing)) &&
            !bound_scratch(plan, store, error))
            return NULL;
    }
    return g_steal_pointer(&stores);
}

/* The last of the refusals, and the only ones that look at files. */
static bool
check_stores(QemuDomain *vm, const BackupPlan *plan, GError **error)
{
    g_autoptr(GPtrArray) stores = backup_plan_stores(plan, error);

    if (!stores)
        return false;
    for (guint i = 0; i < stores->len; i++) {
        const Store *store = g_ptr_array_index(stores, i);
        const ImageWrite write = {.image = store->path};

        /* A file of the caller's, or a device, may be the image of a snapshot,
         * which nothing marks; one that we make is new. */
        if (!store_check(store, error) ||
            ((store->is_existing || store->is_block) &&
             !snapshot_hold_check(vm, &write, NULL, error)))
            return false;
    }
    return true;
}

/* Whatever can be refused is refused here.  Nothing is changed but marks on
 * checkpoints that are lost anyhow. */
/* Of the host, what a server needs beyond the document. */
static bool
check_server(const QemuDomain *vm, const BackupDef *def, GError **error)
{
    return !def->server || !backup_server_is_encrypted(def->server) ||
           backup_tls_check(vm, error);
}

BackupPlan *
backup_plan_new(QemuDomain *vm, const char *disk_xml,
                const char *checkpoint_xml, unsigned flags, GError **error)
{
    g_autoptr(BackupPlan) plan = g_new0(BackupPlan, 1);
    g_autofree char *suffix = NULL;

    plan->domain = qemu_domain_def(vm);
    plan->disks =
        g_ptr_array_new_with_free_func((GDestroyNotify)plan_disk_free);
    plan->flags = flags;
    if (!flags_check(flags, KNOWN_FLAGS, "the start of a backup", error))
        return NULL;
    plan->def =
        backup_xml_parse(disk_xml ? disk_xml : "<domainbackup/>", error);
    /* In the order of what it costs to find out: the document, the machine, its
     * jobs. */
    if (!plan->def || !caller_rules_backup(plan->def, error) ||
        !qemu_domain_require_active(vm, "begin a backup", error) ||
        !check_no_other(vm, error) || !check_server(vm, plan->def, error))
        return NULL;
    /* The id that record_start() will be given: the lock is held from here to
     * there. */
    plan->job = vm->jobs->next_id;
    plan->def->id = plan->job;
    if (!plan_checkpoint(vm, plan, checkpoint_xml, error))
        return NULL;
    suffix = choose_suffix(plan);
    if (!backup_def_align(plan->def, qemu_domain_def(vm), suffix, error) ||
        !plan_disks(vm, plan, error) || !check_stores(vm, plan, error))
        return NULL;
    return g_steal_pointer(&plan);
}
