/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Returning to a snapshot.
 *
 * The machine always ends first, and starts again, if at all, as it is
 * described in the snapshot: nothing of the one that ran leaks into it.
 *
 *     internal   every image goes back to what it holds under that name
 *     external   the images below its overlays hold that state, and keep it:
 *                new overlays on them take what is written from now on.  The
 *                former ones stay where they are, for whoever needs them
 *
 * With RETURNING on record before the first image changes a death on the way is
 * no half return: an internal one is gone through again (without the memory: as
 * after a power cut at that moment), an external one counts as soon as the
 * definition names the new overlays, and else is taken back.
 */
#include "base/atomic_file.h"
#include "base/error.h"
#include "base/flags.h"
#include "model/block/disk_chain.h"
#include "model/snapshot/snapshot_return.h"
#include "qemu/block/image_change.h"
#include "qemu/block/image_tool.h"
#include "qemu/domain/domain_end.h"
#include "qemu/domain/domain_record.h"
#include "qemu/domain/domain_start.h"
#include "qemu/snapshot.h"
#include "qemu/snapshot/snapshot_hold.h"
#include "qemu/snapshot/snapshot_overlay.h"
#include "qemu/snapshot/snapshot_steps.h"
#include "qemu/snapshot/snapshot_store.h"
#include "xml/domain_xml.h"

#include <string.h>

typedef struct {
    SnapshotRecord *record;
    DomainDef *machine;    /* as it was; its disks are what they will be */
    DomainDef *definition; /* nullable: what it was defined as, if another */
    GPtrArray *overlays;   /* as SnapshotRecord.overlays */
    unsigned flags;
} Return;

/* The record stays: it is the tree's. */
static void
return_free(Return *way)
{
    if (!way)
        return;
    domain_def_free(way->machine);
    domain_def_free(way->definition);
    if (way->overlays)
        g_ptr_array_unref(way->overlays);
    g_free(way);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Return, return_free)

/* Of the disks, not of the memory: a snapshot of both kinds of disks cannot be
 * made. */
static bool
is_external(const SnapshotRecord *record)
{
    return snapshot_def_has_disk(record->def, SNAPSHOT_PLACE_EXTERNAL);
}

/* ---- the machine to go back to ---- */

/* The name may have changed since; who it is has not. */
static DomainDef *
read_machine(const QemuDomain *vm, const char *text, GError **error)
{
    DomainDef *machine = domain_xml_parse(text, error);

    if (!machine)
        return NULL;
    /* A definition under another name, or of another UUID, would be another
     * domain's in our folder. */
    g_free(machine->name);
    machine->name = g_strdup(vm->name);
    memcpy(machine->uuid, vm->uuid, sizeof(vm->uuid));
    return machine;
}

/* A disk that is not in the snapshot is as it is now, whatever it was then. */
static void
keep_others(const QemuDomain *vm, const SnapshotDef *def, DomainDef *machine)
{
    for (guint i = 0; i < machine->disks->len; i++) {
        DiskDef *disk = g_ptr_array_index(machine->disks, i);
        const SnapshotDisk *entry = snapshot_def_find_disk(def, disk->target);
        const DiskDef *now =
            domain_def_find_disk(qemu_domain_def(vm), disk->target);

        /* Where it is has changed perhaps (a block copy, an overlay); the path
         * of then would bring back an image that nobody meant to go back to. */
        if (now && (!entry || entry->place == SNAPSHOT_PLACE_NO) &&
            !disk_def_is_empty(now))
            disk_chain_follow(disk, now);
    }
}

/* What the machine is now, where the snapshot does not say what it was: another
 * one than that perhaps, to which its guest's memory, or its system, does not
 * fit. */
static DomainDef *
present_machine(const QemuDomain *vm, const SnapshotDef *def, unsigned flags,
                GError **error)
{
    if (flags & VIR_DOMAIN_SNAPSHOT_REVERT_FORCE)
        return domain_def_copy(vm->config);
    fail(error, VIR_ERR_SNAPSHOT_REVERT_RISKY,
         "snapshot '%s' does not say what the machine was: it has no <domain>; "
         "redefine it with one, or force the return to the machine as it is "
         "defined now",
         def->name);
    return NULL;
}

static Return *
read_record(QemuDomain *vm, SnapshotRecord *record, unsigned flags,
            GError **error)
{
    g_autoptr(Return) way = g_new0(Return, 1);
    const SnapshotDef *def = record->def;

    way->record = record;
    if (!def->domain_xml) {
        way->machine = present_machine(vm, def, flags, error);
        return way->machine ? g_steal_pointer(&way) : NULL;
    }
    way->machine = read_machine(vm, def->domain_xml, error);
    if (way->machine && def->inactive_xml)
        way->definition = read_machine(vm, def->inactive_xml, error);
    if (!way->machine || (def->inactive_xml && !way->definition)) {
        g_prefix_error(error, "the <domain> of snapshot '%s': ", def->name);
        return NULL;
    }
    keep_others(vm, def, way->machine);
    if (way->definition)
        keep_others(vm, def, way->definition);
    return g_steal_pointer(&way);
}

/* ---- checks: external ---- */

/* A link that leads nowhere does not "exist", and is in the way.  The claim, with
 * O_EXCL, decides when the file is made. */
static bool
is_taken(const DiskDef *disk, const char *path, gconstpointer unused)
{
    (void)disk;
    (void)unused;
    return g_file_test(path, G_FILE_TEST_EXISTS) ||
           g_file_test(path, G_FILE_TEST_IS_SYMLINK);
}

static bool
plan_overlays(const QemuDomain *vm, Return *way, GError **error)
{
    way->overlays =
        snapshot_return_overlays(way->record->def, way->machine,
                                 qemu_domain_def(vm), is_taken, NULL, error);
    /* Looked at for being there and readable: once the guest has been killed it
     * is too late to find out. */
    for (guint i = 0; way->overlays && i < way->overlays->len; i++) {
        const SnapshotDisk *overlay = g_ptr_array_index(way->overlays, i);
        const DiskDef *disk = domain_def_find_disk(way->machine, overlay->name);
        ImageInfo info = {0};

        if (!image_tool_info(disk->path, disk->format, &info, error))
            return false;
    }
    return way->overlays != NULL;
}

/* ---- checks: internal ---- */

/* Its image may be the state of an external snapshot by now, to which the
 * machine was put back by hand. */
static bool
check_not_held(QemuDomain *vm, const Return *way, const DiskDef *disk,
               GError **error)
{
    const ImageWrite write = {.target = disk->target, .image = disk->path};

    return snapshot_hold_check(vm, &write, way->record, error);
}

/* The images of the machine as it was must be those that it writes to now: one
 * that has an overlay on it by now would change under that. */
static bool
check_images(QemuDomain *vm, const Return *way, GError **error)
{
    const SnapshotDef *def = way->record->def;
    bool is_whole = false;

    for (guint i = 0; i < way->machine->disks->len; i++) {
        const DiskDef *then = g_ptr_array_index(way->machine->disks, i);
        const SnapshotDisk *entry = snapshot_def_find_disk(def, then->target);
        const DiskDef *now =
            domain_def_find_disk(qemu_domain_def(vm), then->target);

        if (!entry || entry->place != SNAPSHOT_PLACE_INTERNAL)
            continue;
        if (now && g_strcmp0(now->path, then->path) == 0) {
            if (!check_not_held(vm, way, then, error))
                return false;
            continue;
        }
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "disk '%s' is on '%s' by now, and snapshot '%s' is inside "
                    "'%s'; merge what came on top first",
                    then->target, now ? now->path : "nothing", def->name,
                    then->path);
    }
    /* By reading the images, while QEMU has them open: their lists of snapshots
     * only. */
    if (!snapshot_image_is_whole(vm, def, &is_whole, error))
        return false;
    if (is_whole)
        return true;
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "snapshot '%s' is missing in the images of domain '%s'; only "
                "its metadata is left",
                def->name, vm->name);
}

/* ---- the plan ---- */

/* All of it while the guest still runs. */
static Return *
plan_return(QemuDomain *vm, const char *name, unsigned flags, GError **error)
{
    const char *what = "return to a snapshot";
    const SnapshotTree *tree = snapshot_store_load(vm, error);
    SnapshotRecord *record = tree ? snapshot_tree_get(tree, name, error) : NULL;
    g_autoptr(Return) way = NULL;

    if (!record)
        return NULL;
    /* The machine ends on the way, and a transient one with it; there would be
     * nothing to put the state into. */
    if (!vm->config) {
        fail(error, VIR_ERR_OPERATION_INVALID,
             "domain '%s' is transient: it would be gone on the way back; "
             "define it first",
             vm->name);
        return NULL;
    }
    if (record->step != SNAPSHOT_SEALED) {
        fail(error, VIR_ERR_OPERATION_INVALID,
             "the deletion of snapshot '%s' was begun; delete it again to have "
             "it finished",
             name);
        return NULL;
    }
    if (!snapshot_check_checkpoints(vm, what, error) ||
        !snapshot_check_jobs(vm, NULL, what, error))
        return NULL;
    way = read_record(vm, record, flags, error);
    if (!way)
        return NULL;
    way->flags = flags;
    if (is_external(record) ? !plan_overlays(vm, way, error)
                            : !check_images(vm, way, error))
        return NULL;
    return g_steal_pointer(&way);
}

/* ---- on the way ---- */

/* As pulling the plug: whatever the guest has not written yet is of a state
 * that is being left. */
static bool
end_machine(QemuDomain *vm, GError **error)
{
    return !qemu_domain_is_active(vm) ||
           (domain_end_kill(vm, false, error) &&
            domain_end_record(vm, VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT, error));
}

static bool
save_definition(QemuDomain *vm, const DomainDef *definition, GError **error)
{
    DomainDef *copy = domain_def_copy(definition);

    if (domain_record_save_config(vm, copy, error))
        return true;
    /* Only on failure is it ours still. */
    domain_def_free(copy);
    qemu_domain_distrust(vm);
    return false;
}

static void
put_overlays(DomainDef *machine, const GPtrArray *overlays)
{
    for (guint i = 0; overlays && i < overlays->len; i++) {
        const SnapshotDisk *overlay = g_ptr_array_index(overlays, i);
        DiskDef *disk = domain_def_find_disk(machine, overlay->name);
        bool was_stated = disk && disk->backing;

        if (!disk)
            continue;
        disk_chain_push(disk, image_layer_new(overlay->type, overlay->path,
                                              overlay->format));
        /* Left to the images, as the definition of then did: the overlay's
         * header names what is below. */
        if (!was_stated) {
            g_clear_pointer(&disk->backing, g_ptr_array_unref);
        }
    }
}

static bool
make_overlays(const Return *way, GError **error)
{
    for (guint i = 0; i < way->overlays->len; i++) {
        const SnapshotDisk *overlay = g_ptr_array_index(way->overlays, i);
        const DiskDef *disk = domain_def_find_disk(way->machine, overlay->name);
        const ImageLayer below = disk_chain_layer(disk, 0);
        ImageInfo info = {0};

        /* Claimed before qemu-img is started, which would overwrite what is
         * there. */
        if (!image_tool_info(below.path, below.format, &info, error) ||
            !atomic_file_claim(overlay->path, error) ||
            !image_make_overlay(overlay->path, info.virtual_size, &below,
                                error))
            return false;
    }
    return true;
}

static bool
remove_overlays(const SnapshotRecord *record, GError **error)
{
    for (guint i = 0; record->overlays && i < record->overlays->len; i++) {
        const SnapshotDisk *overlay = g_ptr_array_index(record->overlays, i);

        if (!snapshot_overlay_remove_file(record->def, overlay->path, error))
            return false;
    }
    return true;
}

/* The images are where they belong: from here on it is a machine that is off,
 * in that state.  "Current" before the seal: what is repeated after a death in
 * between names the same one. */
static bool
arrive(QemuDomain *vm, SnapshotRecord *record, GError **error)
{
    if (!snapshot_store_set_current(vm, record->def->name, error))
        return false;
    /* They are the definition's now; a record that went on naming them would
     * have a later recovery remove them. */
    g_clear_pointer(&record->overlays, g_ptr_array_unref);
    return snapshot_store_set_step(vm, record, SNAPSHOT_SEALED, error);
}

/* What the domain is defined as from now on.  The machine of the snapshot may be
 * another one, which had a disk attached that its definition knew nothing of:
 * that one is only started, and never stored, so that a death on the way cannot
 * make it the definition. */
static const DomainDef *
definition_of(const Return *way)
{
    return way->definition ? way->definition : way->machine;
}

static bool
go_back_external(QemuDomain *vm, Return *way, GError **error)
{
    if (!make_overlays(way, error))
        return false;
    put_overlays(way->machine, way->overlays);
    if (way->definition)
        put_overlays(way->definition, way->overlays);
    /* The step that counts: what the definition names is where the machine
     * is. */
    return save_definition(vm, definition_of(way), error);
}

static bool
go_back_internal(QemuDomain *vm, const Return *way, GError **error)
{
    /* Images before the definition.  Each can be repeated, and is, until both
     * are done. */
    return snapshot_image_load(vm, way->record->def, error) &&
           save_definition(vm, definition_of(way), error);
}

static bool
go_back(QemuDomain *vm, Return *way, GError **error)
{
    SnapshotRecord *record = way->record;

    /* On record with the step, before the first of them is made: what a death
     * leaves is found by that. */
    if (way->overlays)
        record->overlays = g_ptr_array_ref(way->overlays);
    if (snapshot_store_set_step(vm, record, SNAPSHOT_RETURNING, error) &&
        (way->overlays ? go_back_external(vm, way, error)
                       : go_back_internal(vm, way, error)) &&
        arrive(vm, record, error))
        return true;
    /* The next call takes it up, or back. */
    qemu_domain_distrust(vm);
    return false;
}

/* ---- and on again ---- */

static bool
load(QemuDomain *vm, const void *data, GError **error)
{
    const SnapshotRecord *record = data;

    /* Called by the start when QEMU is there and its guest does not run yet. */
    return record->def->memory == SNAPSHOT_PLACE_EXTERNAL
               ? snapshot_memory_load(vm, record->def, error)
               : snapshot_image_load(vm, record->def, error);
}

static bool
has_memory(const SnapshotRecord *record)
{
    return record->def->memory == SNAPSHOT_PLACE_INTERNAL ||
           record->def->memory == SNAPSHOT_PLACE_EXTERNAL;
}

static bool
start_again(QemuDomain *vm, const Return *way, GError **error)
{
    const SnapshotRecord *record = way->record;
    const unsigned asked =
        VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING | VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED;
    bool is_paused = way->flags & asked
                         ? way->flags & VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED
                         : record->def->state == SNAPSHOT_STATE_PAUSED;
    DomainStart how = {.machine = way->machine, .origin = DOMAIN_FROM_SNAPSHOT};

    /* Disks alone are a machine that is off, as after a power cut. */
    if (!has_memory(record) && !(way->flags & asked))
        return true;
    if (is_paused)
        how.flags |= VIR_DOMAIN_START_PAUSED;
    if (way->flags & VIR_DOMAIN_SNAPSHOT_REVERT_RESET_NVRAM)
        how.flags |= VIR_DOMAIN_START_RESET_NVRAM;
    if (has_memory(record)) {
        how.load = load;
        how.data = record;
        /* QEMU must be started so that it waits for a migration; an internal
         * one is loaded into a machine that was started and is held. */
        how.awaits_memory = record->def->memory == SNAPSHOT_PLACE_EXTERNAL;
    }
    return domain_start(vm, &how, error);
}

static bool
revert(QemuDomain *vm, const char *name, unsigned flags, GError **error)
{
    g_autoptr(Return) way = plan_return(vm, name, flags, error);

    /* In this order: everything that can be refused, the end of the old
     * machine, the images with the definition, the start. */
    return way && qemu_domain_touch(vm, error) && end_machine(vm, error) &&
           go_back(vm, way, error) && start_again(vm, way, error);
}

int
qemu_snapshot_revert(virDomainSnapshotPtr snapshot, unsigned flags,
                     GError **error)
{
    const unsigned known = VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING |
                           VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED |
                           VIR_DOMAIN_SNAPSHOT_REVERT_FORCE |
                           VIR_DOMAIN_SNAPSHOT_REVERT_RESET_NVRAM;
    g_autoptr(QemuCall) call = NULL;
    QemuDomain *vm = NULL;

    if (!flags_check(flags, known, "a return to a snapshot", error))
        return -1;
    call = qemu_call_begin(snapshot->domain, error);
    if (!call)
        return -1;
    vm = qemu_call_domain(call);
    if (!revert(vm, snapshot->name, flags, error)) {
        g_prefix_error(error,
                       "cannot return domain '%s' to snapshot '%s': ", vm->name,
                       snapshot->name);
        return -1;
    }
    domain_object_set_id(snapshot->domain, vm->id);
    return 0;
}

/* ---- after a death on the way ---- */

static bool
names_overlays(const QemuDomain *vm, const SnapshotRecord *record)
{
    bool is_named = false;

    for (guint i = 0; i < record->overlays->len; i++) {
        const SnapshotDisk *overlay = g_ptr_array_index(record->overlays, i);
        const DiskDef *disk = domain_def_find_disk(vm->config, overlay->name);

        /* One definition names all of them or none: it was written at once.  It
         * need not have every disk that the machine of then had. */
        if (disk && g_strcmp0(disk->path, overlay->path) != 0)
            return false;
        is_named = is_named || disk;
    }
    return is_named;
}

static bool
take_back_external(QemuDomain *vm, SnapshotRecord *record, GError **error)
{
    /* The files first: without the record nobody would know of them. */
    if (!remove_overlays(record, error))
        return false;
    g_clear_pointer(&record->overlays, g_ptr_array_unref);
    return snapshot_store_set_step(vm, record, SNAPSHOT_SEALED, error);
}

static bool
finish_internal(QemuDomain *vm, SnapshotRecord *record, GError **error)
{
    /* It was begun, so whatever had to be forced has been. */
    g_autoptr(Return) way =
        read_record(vm, record, VIR_DOMAIN_SNAPSHOT_REVERT_FORCE, error);

    return way && go_back_internal(vm, way, error) && arrive(vm, record, error);
}

/* The step is left before a machine starts, so none runs. */
bool
snapshot_revert_recover(QemuDomain *vm, SnapshotRecord *record, GError **error)
{
    if (qemu_domain_is_active(vm) || !vm->config)
        return arrive(vm, record, error);
    if (!record->overlays)
        return finish_internal(vm, record, error);
    return names_overlays(vm, record) ? arrive(vm, record, error)
                                      : take_back_external(vm, record, error);
}
