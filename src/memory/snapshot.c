/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/snapshot.h"

#include "base/error.h"
#include "base/flags.h"
#include "driver/snapshot_query.h"
#include "memory/backup.h"
#include "memory/block/chain.h"
#include "memory/guest/agent.h"
#include "memory/save/managed.h"
#include "memory/save/write.h"
#include "memory/snapshot/merge.h"
#include "model/block/disk_job_plan.h"
#include "model/save/save_file.h"
#include "model/snapshot/snapshot_redefine.h"
#include "model/snapshot/snapshot_return.h"
#include "model/snapshot/snapshot_wishes.h"
#include "model/snapshot_align.h"
#include "model/snapshot_tree.h"
#include "xml/checkpoint_xml.h"
#include "xml/domain/snapshot_follow.h"
#include "xml/domain_xml.h"
#include "xml/snapshot_xml.h"

#include <string.h>

struct MemorySnapshots {
    SnapshotTree *tree;
    GHashTable *images; /* name -> GHashTable of target -> MemoryImage */
};

static void
unref_image(gpointer image)
{
    memory_image_unref(image);
}

/* By name, and apart from the records: what a snapshot's disks held stays when its
 * metadata goes, for whoever describes it again. */
MemorySnapshots *
memory_snapshots_new(void)
{
    MemorySnapshots *snapshots = g_new0(MemorySnapshots, 1);

    snapshots->tree = snapshot_tree_new();
    snapshots->images = g_hash_table_new_full(
        g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
    return snapshots;
}

void
memory_snapshots_free(MemorySnapshots *snapshots)
{
    if (!snapshots)
        return;
    g_hash_table_unref(snapshots->images);
    snapshot_tree_free(snapshots->tree);
    g_free(snapshots);
}

/* What an undefine asks: half-made ones there are none of here. */
const char *
memory_snapshots_first(const MemorySnapshots *snapshots)
{
    const GPtrArray *records = snapshot_tree_records(snapshots->tree);
    const SnapshotRecord *first =
        records->len ? g_ptr_array_index(records, 0) : NULL;

    return first ? first->def->name : NULL;
}

unsigned
memory_snapshots_count(const MemorySnapshots *snapshots)
{
    g_autoptr(GPtrArray) list = snapshot_tree_list(snapshots->tree, NULL, 0);

    return list->len;
}

/* The texts are this process' own, written by it: one that cannot be read is left
 * as it is. */
void
memory_snapshots_follow(MemoryDomain *vm, const DiskJob *job)
{
    const GPtrArray *records = snapshot_tree_records(vm->snapshots->tree);
    const ImageMove move = {job->disk, job->leaving,
                            job->target ? job->target : job->base};

    for (guint i = 0; i < records->len; i++) {
        SnapshotRecord *record = g_ptr_array_index(records, i);
        bool is_changed = false;

        (void)snapshot_follow(record->def, &move, &is_changed, NULL);
    }
}

/* ---- what stands in the way ---- */

/* Bitmaps do not follow the disks into the past, nor onto an overlay. */
static bool
check_still(const MemoryDomain *vm, const char *what, GError **error)
{
    const Job *job = job_table_default(vm->jobs);

    if (!memory_saved_refuse(vm, what, error) ||
        !checkpoint_tree_refuse_any(vm->checkpoints, vm->name, what, error))
        return false;
    if (!job)
        return disk_job_refuse(vm->name, vm->jobs, NULL, what, error);
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "cannot %s: job %d works on the disks of domain '%s'; end or "
                "abort it first",
                what, job->id, vm->name);
}

/* ---- creating ---- */

/* As QEMU's driver says it: a return brings the guest back as it was. */
static SnapshotState
state_of(const MemoryDomain *vm, const SnapshotDef *def)
{
    if (!memory_domain_is_active(vm))
        return SNAPSHOT_STATE_SHUTOFF;
    if (def->memory == SNAPSHOT_PLACE_NO)
        return SNAPSHOT_STATE_DISK_ONLY;
    return vm->state == VIR_DOMAIN_RUNNING ? SNAPSHOT_STATE_RUNNING
                                           : SNAPSHOT_STATE_PAUSED;
}

/* What the document leaves open is decided here, before anything is looked at that
 * could stand in the way: an error names what would have been made. */
static SnapshotDef *
read_document(MemoryDomain *vm, const char *xml, unsigned flags, GError **error)
{
    const SnapshotTree *tree = vm->snapshots->tree;
    const SnapshotRecord *current = snapshot_tree_current(tree);
    g_autoptr(SnapshotDef) def = snapshot_xml_parse(xml, false, error);
    unsigned align = memory_domain_is_active(vm) ? SNAPSHOT_ALIGN_ACTIVE : 0;

    if (!def)
        return NULL;
    if (flags & VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY)
        align |= SNAPSHOT_ALIGN_DISK_ONLY;
    /* Time, parent and machine are facts, whatever the document says. */
    def->creation_time = g_get_real_time() / G_USEC_PER_SEC;
    if (!def->name)
        def->name = snapshot_tree_new_name(tree, def->creation_time);
    if (snapshot_tree_find(tree, def->name)) {
        fail(error, VIR_ERR_OPERATION_FAILED,
             "domain '%s' already has a snapshot '%s'; choose another name",
             vm->name, def->name);
        return NULL;
    }
    if (!snapshot_align(def, memory_domain_def(vm), align, error))
        return NULL;
    g_free(def->parent);
    def->parent = g_strdup(current ? current->def->name : NULL);
    def->state = state_of(vm, def);
    g_free(def->domain_xml);
    def->domain_xml = g_strdup(memory_domain_text(vm)->text);
    return g_steal_pointer(&def);
}

/* References on the blocks: neither time nor memory until somebody writes. */
static void
keep_images(MemoryDomain *vm, const SnapshotDef *def)
{
    GHashTable *images =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, unref_image);

    for (guint i = 0; i < def->disks->len; i++) {
        const SnapshotDisk *entry = g_ptr_array_index(def->disks, i);
        MemoryDisk *disk = memory_disks_find(vm->disks, entry->name);

        if (disk && entry->place != SNAPSHOT_PLACE_NO) {
            g_hash_table_insert(images, g_strdup(entry->name),
                                memory_disk_freeze(disk));
        }
    }
    g_hash_table_insert(vm->snapshots->images, g_strdup(def->name), images);
}

/* On top of the disk's chain, with a node's number that no image of it has had:
 * names of nodes are part of what programs see. */
static void
put_overlay(DiskDef *disk, const SnapshotDisk *entry)
{
    ImageLayer *image =
        image_layer_new(entry->type, entry->path, entry->format);
    bool is_stated = disk->backing != NULL;

    image->node = disk_def_next_node(disk);
    disk_chain_push(disk, image);
    /* A definition that leaves its chain to the images goes on doing so. */
    if (!is_stated) {
        g_clear_pointer(&disk->backing, g_ptr_array_unref);
    }
}

/* @domain with the overlays of @def as its sources. */
static DomainDef *
put_overlays(const DomainDef *domain, const SnapshotDef *def)
{
    DomainDef *after = domain_def_copy(domain);

    for (guint i = 0; i < def->disks->len; i++) {
        const SnapshotDisk *entry = g_ptr_array_index(def->disks, i);
        DiskDef *disk = domain_def_find_disk(after, entry->name);

        if (!disk || entry->place != SNAPSHOT_PLACE_EXTERNAL)
            continue;
        put_overlay(disk, entry);
    }
    return after;
}

/* The content stays, under another name. */
static void
switch_sources(MemoryDomain *vm, DomainDef *after)
{
    memory_disks_relocate(vm->disks, after);
    if (vm->live) {
        memory_domain_set_live(vm, after);
    } else {
        memory_domain_set_config(vm, after);
    }
}

/* The images themselves say what they stand on, for the next start. */
static void
push_images(MemoryDomain *vm, const SnapshotDef *def)
{
    for (guint i = 0; i < def->disks->len; i++) {
        const SnapshotDisk *entry = g_ptr_array_index(def->disks, i);
        const DiskDef *disk =
            domain_def_find_disk(memory_domain_def(vm), entry->name);
        MemoryDisk *content = memory_disks_find(vm->disks, entry->name);
        g_autoptr(MemoryImage) image = NULL;
        g_autoptr(GArray) blocks = NULL;
        ImageLayer former;

        if (!disk || !content || entry->place != SNAPSHOT_PLACE_EXTERNAL)
            continue;
        former = disk_chain_layer(disk, 0);
        image = memory_disk_freeze(content);
        blocks = memory_image_blocks(image);
        memory_chain_push(memory_disk_chain(content), &former, blocks,
                          entry->path);
    }
}

/* The stored definition as well, else the next start would find the images of
 * before, without what was written since. */
static void
take_overlays(MemoryDomain *vm, const SnapshotDef *def)
{
    if (!snapshot_def_has_disk(def, SNAPSHOT_PLACE_EXTERNAL))
        return;
    if (vm->live && vm->config)
        memory_domain_set_config(vm, put_overlays(vm->config, def));
    push_images(vm, def);
    switch_sources(vm, put_overlays(memory_domain_def(vm), def));
}

/* As with QEMU, which would not return past a bitmap. */
static MemoryCheckpoint *
plan_checkpoint(MemoryDomain *vm, const SnapshotDef *def, const char *xml,
                unsigned flags, GError **error)
{
    if (!snapshot_def_has_disk(def, SNAPSHOT_PLACE_EXTERNAL)) {
        fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
             "internal snapshot '%s' cannot carry a checkpoint, past whose "
             "bitmaps there is no return; take an external one",
             def->name);
        return NULL;
    }
    return memory_checkpoint_plan(
        vm, xml, 0, flags & VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA, error);
}

/* Sealed at once: nobody can look between its making and the snapshot's. */
static void
add_checkpoint(MemoryDomain *vm, MemoryCheckpoint *checkpoint)
{
    g_autofree char *name = NULL;

    if (!checkpoint)
        return;
    name = g_strdup(memory_checkpoint_name(checkpoint));
    memory_checkpoint_make(vm, checkpoint);
    memory_checkpoint_settle(vm, name, true);
}

/* A snapshot that may be made: everything that can be refused was. */
typedef struct {
    char *name;
    unsigned flags;
    SnapshotDef *def;             /* the tree's once it is made */
    MemoryCheckpoint *checkpoint; /* nullable */
    MemoryWrite *writing; /* what carries its memory out; NULL: nothing */
} Creation;

/* What was made has been taken out of it. */
static void
creation_clear(Creation *plan)
{
    g_free(plan->name);
    snapshot_def_free(plan->def);
    memory_checkpoint_free(plan->checkpoint);
    memory_write_unref(plan->writing);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Creation, creation_clear)

/* In the order of the QEMU driver's refusals, so that of two reasons both tell the
 * same one. */
static bool
plan_creation(MemoryDomain *vm, const char *xml, const char *checkpoint_xml,
              Creation *plan, GError **error)
{
    const SnapshotSubject subject = {vm->name, memory_domain_is_active(vm),
                                     vm->config != NULL};

    plan->def = read_document(vm, xml, plan->flags, error);
    if (!plan->def || !check_still(vm, "create a snapshot", error))
        return false;
    plan->name = g_strdup(plan->def->name);
    if (!snapshot_wishes_check(&subject, plan->def, plan->flags, error))
        return false;
    if (checkpoint_xml) {
        plan->checkpoint =
            plan_checkpoint(vm, plan->def, checkpoint_xml, plan->flags, error);
        if (!plan->checkpoint)
            return false;
    }
    return memory_agent_check_freeze(
        vm, plan->flags & VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE, error);
}

/* From the first change on nothing can fail, and nobody sees half of it, since
 * the host is locked. */
static void
make(MemoryDomain *vm, Creation *plan)
{
    keep_images(vm, plan->def);
    take_overlays(vm, plan->def);
    add_checkpoint(vm, plan->checkpoint);
    if (plan->flags & VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA) {
        g_hash_table_remove(vm->snapshots->images, plan->name);
        return;
    }
    snapshot_tree_add(vm->snapshots->tree,
                      snapshot_record_new(g_steal_pointer(&plan->def)));
    snapshot_tree_set_current(vm->snapshots->tree, plan->name);
}

/* ---- with the machine's memory ---- */

/* The guest stands still from here to the moment itself, unless it is to go on:
 * then the moment comes when the state is written. */
static bool
begin_memory(MemoryDomain *vm, Creation *plan, GError **error)
{
    const SnapshotDef *def = plan->def;
    bool is_inside = def->memory == SNAPSHOT_PLACE_INTERNAL;
    bool is_halt = plan->flags & VIR_DOMAIN_SNAPSHOT_CREATE_HALT;
    const SavePlan wanted = {
        .operation = VIR_DOMAIN_JOB_OPERATION_SNAPSHOT,
        .kind = is_inside ? MEMORY_JOB_INSIDE : MEMORY_JOB_STREAM,
        .then = is_halt ? MEMORY_THEN_HALT : MEMORY_THEN_GO_ON,
        .path = is_inside ? NULL : def->memory_file,
        .is_live = plan->flags & VIR_DOMAIN_SNAPSHOT_CREATE_LIVE,
        .snapshot = plan->name,
        .checkpoint =
            plan->checkpoint ? memory_checkpoint_name(plan->checkpoint) : NULL,
    };

    if (!memory_domain_is_active(vm) || def->memory == SNAPSHOT_PLACE_NO)
        return true;
    if (!is_inside && (!save_plan_check_snapshot(vm->name, vm->state,
                                                 def->memory_file, error) ||
                       !save_file_check(def->memory_file, error)))
        return false;
    plan->writing = memory_write_begin(vm, &wanted, error);
    return plan->writing != NULL;
}

/* The lock was free meanwhile, and somebody may have given the job up; if not,
 * the disks follow their memory before anybody can look. */
static bool
end_memory(virDomainPtr domain, Creation *plan, GError **error)
{
    const MemorySession *session = domain->conn->session;
    g_autoptr(GError) problem = NULL;
    bool is_written = memory_write_copy(plan->writing, &problem);
    MemoryDomain *vm = NULL;
    bool is_done = false;

    memory_host_lock(session->host);
    vm = memory_host_find_uuid(session->host, domain->uuid);
    if (is_written && vm && vm->writing == plan->writing)
        make(vm, plan);
    is_done = memory_write_conclude(domain, plan->writing, problem, error);
    memory_host_unlock(session->host);
    return is_done;
}

/* A description of another machine would lead to a return that loses this one. */
static bool
check_domain(const MemoryDomain *vm, const SnapshotDef *def, GError **error)
{
    unsigned char uuid[DOMAIN_UUID_SIZE];

    /* libvirt's documents of old have none: then the name that it is called on
     * is all there is. */
    if (!def->domain_xml)
        return true;
    if (!checkpoint_xml_domain_uuid(def->domain_xml, uuid, error))
        return false;
    return memcmp(uuid, vm->uuid, sizeof(uuid)) == 0 ||
           fail(error, VIR_ERR_INVALID_ARG,
                "snapshot '%s' is of another domain: the uuid in its <domain> "
                "is not that of '%s'",
                def->name, vm->name);
}

/* The record alone: what the disks held then is there if it was kept when the
 * metadata went. */
static char *
redefine(MemoryDomain *vm, const char *xml, bool is_current, GError **error)
{
    SnapshotTree *tree = vm->snapshots->tree;
    g_autoptr(SnapshotDef) def = snapshot_xml_parse(xml, true, error);
    SnapshotRecord *record = NULL;
    g_autofree char *name = NULL;

    if (!def || !check_domain(vm, def, error) ||
        !snapshot_redefine_check(tree, def, memory_domain_def(vm), error))
        return NULL;
    name = g_strdup(def->name);
    record = snapshot_tree_find(tree, name);
    if (record) {
        snapshot_redefine_update(record, g_steal_pointer(&def));
    } else {
        snapshot_tree_add(tree, snapshot_record_new(g_steal_pointer(&def)));
    }
    if (is_current)
        snapshot_tree_set_current(tree, name);
    return g_steal_pointer(&name);
}

/* What takes no time is done in one go; *@plan has what goes on. */
static bool
begin(virDomainPtr domain, const char *xml, const char *checkpoint_xml,
      Creation *plan, GError **error)
{
    g_autoptr(MemoryCall) call =
        memory_call_enter(domain, "memory_snapshot_create", error);
    MemoryDomain *vm = call ? memory_call_domain(call) : NULL;

    if (!vm)
        return false;
    if (plan->flags & VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE) {
        plan->name = redefine(
            vm, xml, plan->flags & VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT, error);
        return plan->name != NULL;
    }
    if (!plan_creation(vm, xml, checkpoint_xml, plan, error) ||
        !begin_memory(vm, plan, error))
        return false;
    if (plan->writing)
        return true;
    make(vm, plan);
    if (plan->flags & VIR_DOMAIN_SNAPSHOT_CREATE_HALT &&
        memory_domain_is_active(vm))
        memory_domain_stop(vm, VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT);
    return true;
}

/* Both ways of it, at once and by a job, end with the same handle; a name that was
 * not given has been made up by then. */
virDomainSnapshotPtr
memory_snapshot_create(virDomainPtr domain, const char *xml,
                       const char *checkpoint_xml, unsigned flags,
                       GError **error)
{
    const unsigned known =
        VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE |
        VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT |
        VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA |
        VIR_DOMAIN_SNAPSHOT_CREATE_HALT | VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY |
        VIR_DOMAIN_SNAPSHOT_CREATE_REUSE_EXT |
        VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE | VIR_DOMAIN_SNAPSHOT_CREATE_ATOMIC |
        VIR_DOMAIN_SNAPSHOT_CREATE_LIVE | VIR_DOMAIN_SNAPSHOT_CREATE_VALIDATE;
    g_auto(Creation) plan = {.flags = flags};

    if (!flags_check(flags, known, "a new snapshot", error) ||
        !begin(domain, xml, checkpoint_xml, &plan, error) ||
        (plan.writing && !end_memory(domain, &plan, error)))
        return NULL;
    return snapshot_object_new(domain, plan.name);
}

/* ---- reading ---- */

static SnapshotTree *
tree_of(MemoryCall *call)
{
    return memory_call_domain(call)->snapshots->tree;
}

static SnapshotRecord *
get_record(MemoryCall *call, const char *name, GError **error)
{
    return call ? snapshot_tree_get(tree_of(call), name, error) : NULL;
}

char *
memory_snapshot_xml(virDomainSnapshotPtr snapshot, unsigned flags,
                    GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    const SnapshotRecord *record = NULL;
    SnapshotFormatFlags format = flags & VIR_DOMAIN_SNAPSHOT_XML_SECURE
                                     ? SNAPSHOT_FORMAT_SECURE
                                     : (SnapshotFormatFlags)0;

    if (!flags_check(flags, VIR_DOMAIN_SNAPSHOT_XML_SECURE,
                     "the XML of a snapshot", error))
        return NULL;
    call = memory_call_begin(snapshot->domain, error);
    record = get_record(call, snapshot->name, error);
    return record ? snapshot_xml_format(record->def, format) : NULL;
}

int
memory_snapshot_list(virDomainPtr domain, virDomainSnapshotPtr from,
                     virDomainSnapshotPtr **ret_snapshots, unsigned flags,
                     GError **error)
{
    g_autoptr(MemoryCall) call = NULL;

    if (!flags_check(flags, SNAPSHOT_QUERY_LIST_FLAGS, "a list of snapshots",
                     error))
        return -1;
    call = memory_call_begin(domain, error);
    return call ? snapshot_query_list(domain, tree_of(call), from, flags,
                                      ret_snapshots, error)
                : -1;
}

virDomainSnapshotPtr
memory_snapshot_lookup(virDomainPtr domain, const char *name, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);

    return call ? snapshot_query_lookup(domain, tree_of(call), name, error)
                : NULL;
}

virDomainSnapshotPtr
memory_snapshot_parent(virDomainSnapshotPtr snapshot, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(snapshot->domain, error);

    return call ? snapshot_query_parent(snapshot, tree_of(call), error) : NULL;
}

int
memory_snapshot_current(virDomainPtr domain, virDomainSnapshotPtr *ret_current,
                        GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);

    return call ? snapshot_query_current(domain, tree_of(call), ret_current)
                : -1;
}

int
memory_snapshot_has_metadata(virDomainSnapshotPtr snapshot, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(snapshot->domain, error);

    return get_record(call, snapshot->name, error) ? 1 : -1;
}

/* ---- returning and deleting ---- */

/* Disks that the machine has got since are left alone. */
static void
restore_disks(MemoryDomain *vm, GHashTable *images)
{
    GHashTableIter iter;
    gpointer target = NULL;
    gpointer image = NULL;

    g_hash_table_iter_init(&iter, images);
    while (g_hash_table_iter_next(&iter, &target, &image)) {
        MemoryDisk *disk = memory_disks_find(vm->disks, target);

        if (disk)
            memory_disk_restore(disk, image);
    }
}

/* Off, standing still, or running, as it was or as it is asked. */
static void
resume_as(MemoryDomain *vm, const SnapshotRecord *record, unsigned flags)
{
    SnapshotState state = record->def->state;

    if (flags & VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING) {
        state = SNAPSHOT_STATE_RUNNING;
    } else if (flags & VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED) {
        state = SNAPSHOT_STATE_PAUSED;
    }
    if (state != SNAPSHOT_STATE_RUNNING && state != SNAPSHOT_STATE_PAUSED)
        return;
    memory_domain_start(vm, domain_def_copy(vm->config), DOMAIN_FROM_SNAPSHOT,
                        state == SNAPSHOT_STATE_PAUSED);
}

/* The machine to go back to. Of a snapshot that was described again without its
 * <domain>, that is not known: the present one will do where the disks are on
 * the images they were on, and only if the caller insists. */
static DomainDef *
read_machine(const MemoryDomain *vm, const SnapshotDef *def, unsigned flags,
             GError **error)
{
    if (def->domain_xml)
        return domain_xml_parse(def->domain_xml, error);
    if (!(flags & VIR_DOMAIN_SNAPSHOT_REVERT_FORCE)) {
        fail(error, VIR_ERR_SNAPSHOT_REVERT_RISKY,
             "snapshot '%s' does not say what the machine was: it has no "
             "<domain>; redefine it with one, or force the return to the "
             "machine as it is defined now",
             def->name);
        return NULL;
    }
    if (snapshot_def_has_disk(def, SNAPSHOT_PLACE_EXTERNAL)) {
        fail(error, VIR_ERR_OPERATION_INVALID,
             "cannot return to snapshot '%s': it has no <domain>, which would "
             "name the images below its overlays; redefine it with one",
             def->name);
        return NULL;
    }
    return domain_def_copy(vm->config);
}

/* Files there are none of: what a chain remembers is there. */
static bool
is_taken(const DiskDef *disk, const char *path, gconstpointer vm)
{
    const MemoryDisk *content =
        memory_disks_find(((const MemoryDomain *)vm)->disks, disk->target);

    return content && memory_chain_held(memory_disk_chain(content), path);
}

/* The machine ends first, whatever it did, and is then as the snapshot describes
 * it: nothing of the run that ends here may leak into it. */
static bool
revert(MemoryDomain *vm, const SnapshotRecord *record, unsigned flags,
       GError **error)
{
    const SnapshotDef *def = record->def;
    GHashTable *images = g_hash_table_lookup(vm->snapshots->images, def->name);
    g_autoptr(DomainDef) then = NULL;
    SnapshotDef back = {0}; /* the overlays to take, and nothing else */

    if (!check_still(vm, "return to a snapshot", error))
        return false;
    if (!images) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot return to snapshot '%s': it was described again, "
                    "and what its disks held then is not known",
                    def->name);
    }
    if (!vm->config) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot return to snapshot '%s': domain '%s' is transient, "
                    "and would be gone on the way",
                    def->name, vm->name);
    }
    then = read_machine(vm, def, flags, error);
    if (!then)
        return false;
    back.disks = snapshot_return_overlays(def, then, memory_domain_def(vm),
                                          is_taken, vm, error);
    if (!back.disks)
        return false;
    if (memory_domain_is_active(vm))
        memory_domain_stop(vm, VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT);
    memory_disks_relocate(vm->disks, then);
    memory_domain_set_config(vm, g_steal_pointer(&then));
    restore_disks(vm, images);
    take_overlays(vm, &back);
    g_ptr_array_unref(back.disks);
    resume_as(vm, record, flags);
    snapshot_tree_set_current(vm->snapshots->tree, def->name);
    if (def->memory != SNAPSHOT_PLACE_NO) {
        memory_write_note(vm, VIR_DOMAIN_JOB_OPERATION_SNAPSHOT_REVERT);
    }
    return true;
}

/* In one go, with a job that has ended where there was memory to come back. */
int
memory_snapshot_revert(virDomainSnapshotPtr snapshot, unsigned flags,
                       GError **error)
{
    const unsigned known = VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING |
                           VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED |
                           VIR_DOMAIN_SNAPSHOT_REVERT_FORCE |
                           VIR_DOMAIN_SNAPSHOT_REVERT_RESET_NVRAM;
    g_autoptr(MemoryCall) call = NULL;
    const SnapshotRecord *record = NULL;

    if (!flags_check(flags, known, "a return to a snapshot", error))
        return -1;
    call = memory_call_begin(snapshot->domain, error);
    record = get_record(call, snapshot->name, error);
    return record && revert(memory_call_domain(call), record, flags, error)
               ? 0
               : -1;
}

/* The blocks go with the last who holds them. */
static bool
drop(MemoryDomain *vm, SnapshotRecord *record, bool keeps_data, GError **error)
{
    MemorySnapshots *snapshots = vm->snapshots;

    if (!keeps_data &&
        snapshot_def_has_disk(record->def, SNAPSHOT_PLACE_EXTERNAL) &&
        !memory_snapshot_merge(vm, record, error))
        return false;
    if (!keeps_data)
        g_hash_table_remove(snapshots->images, record->def->name);
    snapshot_tree_remove(snapshots->tree, record);
    return true;
}

/* From the leaves up, so that each has no children when it goes. */
static bool
delete_below(MemoryDomain *vm, const SnapshotRecord *record, bool keeps_data,
             GError **error)
{
    g_autoptr(GPtrArray) list =
        snapshot_tree_list(vm->snapshots->tree, record,
                           VIR_DOMAIN_SNAPSHOT_LIST_DESCENDANTS |
                               VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL);

    for (guint i = list->len; i > 0; i--) {
        if (!drop(vm, g_ptr_array_index(list, i - 1), keeps_data, error))
            return false;
    }
    return true;
}

/* With the data the disks are moved about, as by a return. */
static bool
delete_snapshot(MemoryDomain *vm, SnapshotRecord *record, unsigned flags,
                GError **error)
{
    const unsigned either = VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN |
                            VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY;
    bool keeps_data = flags & VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY;

    if (!keeps_data &&
        !check_still(vm, "delete a snapshot with its data", error))
        return false;
    return (!(flags & either) || delete_below(vm, record, keeps_data, error)) &&
           (flags & VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY ||
            drop(vm, record, keeps_data, error));
}

/* Of several each goes by itself: a refusal leaves those that were before it
 * deleted, as with QEMU. */
int
memory_snapshot_delete(virDomainSnapshotPtr snapshot, unsigned flags,
                       GError **error)
{
    const unsigned known = VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN |
                           VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY |
                           VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY;
    g_autoptr(MemoryCall) call = NULL;
    SnapshotRecord *record = NULL;

    if (!flags_check(flags, known, "the deletion of a snapshot", error))
        return -1;
    call = memory_call_begin(snapshot->domain, error);
    record = get_record(call, snapshot->name, error);
    return record && delete_snapshot(memory_call_domain(call), record, flags,
                                     error)
               ? 0
               : -1;
}
