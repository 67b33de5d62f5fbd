/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/snapshot/snapshot_plan.h"

#include "base/error.h"
#include "model/checkpoint_tree.h"
#include "model/domain_devices.h"
#include "model/job.h"
#include "model/save/save_plan.h"
#include "model/snapshot_align.h"
#include "qemu/block/image_change.h"
#include "qemu/checkpoint/checkpoint_store.h"
#include "qemu/domain/domain_state.h"
#include "qemu/jobs/job_store.h"
#include "qemu/process/caller_rules.h"
#include "qemu/save/managed.h"
#include "qemu/snapshot/snapshot_hold.h"
#include "qemu/snapshot/snapshot_overlay.h"
#include "qemu/snapshot/snapshot_store.h"
#include "xml/domain_xml.h"
#include "xml/snapshot_xml.h"

#include <string.h>

enum { AMBIGUOUS_DIGITS = 10 }; /* of the seconds since the epoch */

void
snapshot_plan_free(SnapshotPlan *plan)
{
    if (!plan)
        return;
    g_free(plan->name);
    /* Once stored it is the tree's. */
    if (!plan->is_stored)
        snapshot_record_free(plan->record);
    domain_def_free(plan->after);
    checkpoint_plan_free(plan->checkpoint);
    g_free(plan);
}

/* ---- what stands against it ---- */

bool
snapshot_check_checkpoints(QemuDomain *vm, const char *what, GError **error)
{
    const CheckpointSet *set = checkpoint_store_load(vm, error);

    return set && checkpoint_tree_refuse_any(set->tree, vm->name, what, error);
}

static bool
is_on_disk(const Job *job, const char *disk)
{
    /* Memory is written with all disks given up in the end. */
    if (job->memory)
        return true;
    return job->disk_job ? g_str_equal(job->disk_job->disk, disk)
                         : job_find_disk(job, disk) != NULL;
}

/* No @def: any job is one too many. */
static bool
is_on_disks(const Job *job, const SnapshotDef *def)
{
    for (guint i = 0; def && i < def->disks->len; i++) {
        const SnapshotDisk *disk = g_ptr_array_index(def->disks, i);

        if (disk->place != SNAPSHOT_PLACE_NO && is_on_disk(job, disk->name))
            return true;
    }
    return !def;
}

/* Jobs that wait for their end, or have ended, are in nobody's way: what they used
 * has been given back. */
bool
snapshot_check_jobs(QemuDomain *vm, const SnapshotDef *def, const char *what,
                    GError **error)
{
    const JobTable *table = job_store_load(vm, error);

    if (!table || !managed_save_refuse(vm, what, error))
        return false;
    for (guint i = 0; i < table->jobs->len; i++) {
        const Job *job = g_ptr_array_index(table->jobs, i);

        if (!job_is_live(job) || !is_on_disks(job, def))
            continue;
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot %s: job %d works on the disks of domain '%s'; end "
                    "or abort it first",
                    what, job->id, vm->name);
    }
    return true;
}

/* Ids that QEMU gives count from 1 within an image: nobody reaches ten digits,
 * and generated names have that many. */
bool
snapshot_is_ambiguous(const char *name)
{
    return strspn(name, "0123456789") == strlen(name) &&
           strlen(name) < AMBIGUOUS_DIGITS;
}

/* What the firmware writes is in no disk, so it would not go back with them. */
static bool
check_firmware(const QemuDomain *vm, GError **error)
{
    if (!qemu_domain_def(vm)->machine->nvram)
        return true;
    return fail(error, VIR_ERR_OPERATION_UNSUPPORTED,
                "domain '%s' has UEFI variables, which an internal snapshot "
                "leaves out; take an external one, and copy the file of the "
                "variables if they are to go back, too",
                vm->name);
}

static bool
check_tag(const QemuDomain *vm, const SnapshotDef *def, GError **error)
{
    if (!check_firmware(vm, error))
        return false;
    if (snapshot_is_ambiguous(def->name)) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "an internal snapshot cannot be called '%s': QEMU would "
                    "take that for the number of another one",
                    def->name);
    }
    for (guint i = 0; i < def->disks->len; i++) {
        const SnapshotDisk *entry = g_ptr_array_index(def->disks, i);
        const DiskDef *disk =
            domain_def_find_disk(qemu_domain_def(vm), entry->name);
        g_autoptr(GHashTable) names = NULL;

        if (entry->place != SNAPSHOT_PLACE_INTERNAL)
            continue;
        /* Asked of the image: there may be one that qemu-img made, or whose
         * metadata was deleted.  QEMU would replace it without a word. */
        names = image_snapshots(disk->path, error);
        if (!names)
            return false;
        if (g_hash_table_contains(names, def->name)) {
            return fail(error, VIR_ERR_OPERATION_FAILED,
                        "disk '%s' has an internal snapshot '%s' already; "
                        "choose another name, or redefine the one that is "
                        "there",
                        entry->name, def->name);
        }
    }
    return true;
}

/* ---- the document ---- */

static bool
check_name_free(const SnapshotTree *tree, const char *name, const char *domain,
                GError **error)
{
    if (!snapshot_tree_find(tree, name))
        return true;
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "domain '%s' already has a snapshot '%s'; choose another name",
                domain, name);
}

static SnapshotState
state_of(const QemuDomain *vm, const SnapshotDef *def)
{
    if (!qemu_domain_is_active(vm))
        return SNAPSHOT_STATE_SHUTOFF;
    if (def->memory == SNAPSHOT_PLACE_NO)
        return SNAPSHOT_STATE_DISK_ONLY;
    /* A return brings the guest back as it was: a paused one stays so. */
    return vm->state == VIR_DOMAIN_RUNNING ? SNAPSHOT_STATE_RUNNING
                                           : SNAPSHOT_STATE_PAUSED;
}

/* What a return would start is the machine that ran; what it was defined as is
 * kept beside, if that is another. */
static void
describe_machine(const QemuDomain *vm, SnapshotDef *def)
{
    /* With passwords: a machine that is made of it must be the same one.  The
     * record is 0600, and what a caller reads of it goes through a format that
     * leaves them out. */
    const DomainFormatFlags flags =
        DOMAIN_FORMAT_INACTIVE | DOMAIN_FORMAT_SECURE;

    def->domain_xml = domain_xml_format(qemu_domain_def(vm), flags);
    if (vm->live && vm->config) {
        def->inactive_xml = domain_xml_format(vm->config, flags);
        if (g_str_equal(def->inactive_xml, def->domain_xml)) {
            g_clear_pointer(&def->inactive_xml, g_free);
        }
    }
}

static unsigned
align_flags(const QemuDomain *vm, unsigned flags)
{
    unsigned align = 0;

    if (qemu_domain_is_active(vm))
        align |= SNAPSHOT_ALIGN_ACTIVE;
    if (flags & VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY)
        align |= SNAPSHOT_ALIGN_DISK_ONLY;
    return align;
}

static SnapshotDef *
read_document(QemuDomain *vm, const char *xml, unsigned flags, GError **error)
{
    g_autoptr(SnapshotDef) def = snapshot_xml_parse(xml, false, error);
    const SnapshotRecord *current = snapshot_tree_current(vm->snapshots);

    if (!def || !caller_rules_snapshot(def, error))
        return NULL;
    /* Time, parent and machine are facts, whatever the document says. */
    def->creation_time = g_get_real_time() / G_USEC_PER_SEC;
    if (!def->name)
        def->name = snapshot_tree_new_name(vm->snapshots, def->creation_time);
    /* Among nameless and half done ones too: a record's name is its file's. */
    if (!check_name_free(vm->snapshots, def->name, vm->name, error) ||
        !snapshot_align(def, qemu_domain_def(vm), align_flags(vm, flags),
                        error))
        return NULL;
    /* The current one, by fact: a document could make a tree that no disk
     * has. */
    def->parent = g_strdup(current ? current->def->name : NULL);
    def->state = state_of(vm, def);
    describe_machine(vm, def);
    return g_steal_pointer(&def);
}

/* ---- the plan ---- */

static bool
check_memory_file(const QemuDomain *vm, const SnapshotDef *def, GError **error)
{
    return def->memory != SNAPSHOT_PLACE_EXTERNAL ||
           save_plan_check_snapshot(vm->name, vm->state, def->memory_file,
                                    error);
}

/* An overlay that was there before is written to from now on, and may be what
 * another snapshot stands on. */
static bool
check_not_held(QemuDomain *vm, const SnapshotPlan *plan, GError **error)
{
    const SnapshotDef *def = plan->record->def;

    for (guint i = 0; i < def->disks->len; i++) {
        const SnapshotDisk *overlay = g_ptr_array_index(def->disks, i);
        const ImageWrite write = {.image = overlay->path};

        if (overlay->place == SNAPSHOT_PLACE_EXTERNAL &&
            (plan->record->is_reused || overlay->type == DISK_SOURCE_BLOCK) &&
            !snapshot_hold_check(vm, &write, NULL, error))
            return false;
    }
    return true;
}

/* External ones are asked of files and chains, internal ones of the images' own
 * lists; a snapshot is of one kind (model/snapshot_align.h). */
static bool
plan_disks(QemuDomain *vm, SnapshotPlan *plan, GError **error)
{
    const SnapshotDef *def = plan->record->def;
    bool is_reused = plan->record->is_reused;

    if (!snapshot_def_has_disk(def, SNAPSHOT_PLACE_EXTERNAL))
        return check_tag(vm, def, error);
    plan->after = snapshot_overlay_put(qemu_domain_def(vm), def,
                                       qemu_domain_is_active(vm) || is_reused);
    return check_memory_file(vm, def, error) &&
           snapshot_overlay_check(qemu_domain_def(vm), def, is_reused, error) &&
           check_not_held(vm, plan, error);
}

static bool
plan_checkpoint(QemuDomain *vm, SnapshotPlan *plan, const char *xml,
                GError **error)
{
    bool is_beside = plan->flags & VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA;

    if (!xml)
        return true;
    if (!plan->after) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "internal snapshot '%s' cannot carry a checkpoint: QEMU "
                    "would not return to it past a bitmap; take an external "
                    "one",
                    plan->name);
    }
    /* On the disks as they will be: the bitmap is one of the overlay, which is
     * empty when it begins. */
    plan->checkpoint = checkpoint_plan_new_on(
        vm, plan->after, xml, is_beside ? CHECKPOINT_PLAN_NO_METADATA : 0,
        error);
    return plan->checkpoint != NULL;
}

/* From what costs nothing to what runs a program, and without a trace. */
SnapshotPlan *
snapshot_plan_new(QemuDomain *vm, const char *xml, const char *checkpoint_xml,
                  unsigned flags, GError **error)
{
    const char *what = "create a snapshot";
    g_autoptr(SnapshotPlan) plan = g_new0(SnapshotPlan, 1);
    SnapshotDef *def = NULL;

    if (!snapshot_store_load(vm, error))
        return NULL;
    /* The guest may have been stopped or resumed at the monitor; "was running"
     * decides whether it is let go later. */
    if (qemu_domain_is_active(vm))
        (void)domain_state_refresh(vm); /* else as it was seen last */
    def = read_document(vm, xml, flags, error);
    if (!def)
        return NULL;
    plan->name = g_strdup(def->name);
    plan->flags = flags;
    plan->was_running = vm->state == VIR_DOMAIN_RUNNING;
    plan->record = snapshot_record_new(def);
    plan->record->step = SNAPSHOT_PENDING;
    plan->record->is_nameless = flags & VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA;
    plan->record->is_reused = flags & VIR_DOMAIN_SNAPSHOT_CREATE_REUSE_EXT;
    /* Nothing is made up to here, and nothing in these: each refusal leaves
     * everything as it is. */
    if (!snapshot_check_checkpoints(vm, what, error) ||
        !snapshot_check_jobs(vm, def, what, error) ||
        !plan_disks(vm, plan, error) ||
        !plan_checkpoint(vm, plan, checkpoint_xml, error))
        return NULL;
    return g_steal_pointer(&plan);
}

bool
snapshot_plan_store(QemuDomain *vm, SnapshotPlan *plan, GError **error)
{
    SnapshotRecord *record = plan->record;

    /* The tree takes it over, or it is freed: either way it is not ours. */
    plan->is_stored = true;
    if (snapshot_store_begin(vm, record, error))
        return true;
    plan->record = NULL;
    return false;
}
