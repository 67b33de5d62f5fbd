/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/checkpoint.h"

#include "base/flags.h"
#include "memory/guest/agent.h"
#include "model/block/disk_job_plan.h"
#include "model/checkpoint_redefine.h"
#include "model/save/save_plan.h"
#include "xml/checkpoint_xml.h"

/* Of one that was never made; after that the record is the tree's. */
void
memory_checkpoint_free(MemoryCheckpoint *checkpoint)
{
    if (!checkpoint)
        return;
    checkpoint_record_free(checkpoint->record);
    interval_plan_free(checkpoint->adds);
    interval_plan_free(checkpoint->stop);
    g_free(checkpoint);
}

const char *
memory_checkpoint_name(const MemoryCheckpoint *checkpoint)
{
    return checkpoint->record->def->name;
}

/* A commit or a copy exchanges the image that the bitmap would live in. */
static bool
refuse_block_jobs(const MemoryDomain *vm, const CheckpointRecord *record,
                  GError **error)
{
    for (guint i = 0; i < record->intervals->len; i++) {
        const CheckpointInterval *interval =
            g_ptr_array_index(record->intervals, i);

        if (!disk_job_refuse(vm->name, vm->jobs, interval->disk,
                             "create a checkpoint", error))
            return false;
    }
    return true;
}

/* Everything that can be refused is refused here; what follows cannot fail. */
MemoryCheckpoint *
memory_checkpoint_plan(MemoryDomain *vm, const char *xml, int job,
                       bool is_beside, GError **error)
{
    const BitmapStates *states = memory_disks_states(vm->disks);
    g_autoptr(CheckpointDef) def = NULL;
    MemoryCheckpoint *checkpoint = NULL;

    if (!memory_domain_require_active(vm, VIR_ERR_OPERATION_UNSUPPORTED,
                                      "create a checkpoint", error) ||
        !save_plan_refuse(vm->name, vm->jobs, "create a checkpoint", error))
        return NULL;
    def = checkpoint_xml_parse(xml, false, error);
    if (!def || !checkpoint_new_complete(def, vm->checkpoints, states,
                                         memory_domain_def(vm),
                                         memory_domain_def(vm), error))
        return NULL;
    def->domain = domain_text_ref(memory_domain_text(vm));
    checkpoint = g_new0(MemoryCheckpoint, 1);
    checkpoint->record = checkpoint_new_record(
        vm->checkpoints, g_steal_pointer(&def), job, is_beside);
    if (!refuse_block_jobs(vm, checkpoint->record, error)) {
        memory_checkpoint_free(checkpoint);
        return NULL;
    }
    checkpoint->adds = interval_start(checkpoint->record);
    checkpoint->stop =
        interval_add(vm->checkpoints, states, checkpoint->record);
    return checkpoint;
}

/* The marks and the steps of @plan. */
static void
carry_out(MemoryDomain *vm, const IntervalPlan *plan)
{
    for (guint i = 0; i < plan->marks->len; i++)
        g_array_index(plan->marks, IntervalMark, i).interval->is_broken = true;
    memory_disks_run(vm->disks, plan);
}

/* Who recorded stops before the new bitmap starts.  That is no gap: nobody
 * writes while the caller holds the lock. */
void
memory_checkpoint_make(MemoryDomain *vm, MemoryCheckpoint *checkpoint)
{
    carry_out(vm, checkpoint->stop);
    carry_out(vm, checkpoint->adds);
    checkpoint_tree_add(vm->checkpoints, g_steal_pointer(&checkpoint->record));
}

/* Each interval is merged into the one before it, in the same plan that removes
 * it: no write is forgotten. */
static void
remove_all(MemoryDomain *vm, const GPtrArray *doomed)
{
    g_autoptr(IntervalPlan) plan = interval_remove(
        vm->checkpoints, memory_disks_states(vm->disks), doomed);

    carry_out(vm, plan);
    for (guint i = 0; i < doomed->len; i++)
        checkpoint_tree_remove(vm->checkpoints, g_ptr_array_index(doomed, i));
}

void
memory_checkpoint_settle(MemoryDomain *vm, const char *name, bool is_sealed)
{
    CheckpointRecord *record = checkpoint_tree_find(vm->checkpoints, name);
    g_autoptr(GPtrArray) doomed = NULL;

    /* A disk that was taken away may have taken a bitmap along, but a record
     * that is pending is removed by its job alone. */
    g_assert(record && record->state == CHECKPOINT_PENDING);
    /* Beside the line nothing was asked to be remembered but the bitmaps. */
    if (is_sealed && record->is_beside) {
        checkpoint_tree_remove(vm->checkpoints, record);
    } else if (is_sealed) {
        record->state = CHECKPOINT_SEALED;
        record->job = 0;
    } else {
        doomed = g_ptr_array_new();
        g_ptr_array_add(doomed, record);
        remove_all(vm, doomed);
    }
}

/* A bitmap that a disk took along, or that a test broke, is noticed here, before
 * the next call relies on it. */
void
memory_checkpoint_look(MemoryDomain *vm)
{
    g_autoptr(IntervalPlan) plan =
        interval_look(vm->checkpoints, memory_disks_states(vm->disks));

    carry_out(vm, plan);
}

/* ---- creating ---- */

/* Planned, made and sealed in one hold of the lock: nobody sees it pending. */
static char *
create(MemoryDomain *vm, const char *xml, bool is_frozen, GError **error)
{
    g_autoptr(MemoryCheckpoint) checkpoint =
        memory_checkpoint_plan(vm, xml, 0, false, error);
    char *name = NULL;

    if (!checkpoint || !memory_agent_check_freeze(vm, is_frozen, error))
        return NULL;
    name = g_strdup(memory_checkpoint_name(checkpoint));
    memory_checkpoint_make(vm, checkpoint);
    memory_checkpoint_settle(vm, name, true);
    return name;
}

/* A document without a domain is believed: it is of nobody else. */
static bool
check_domain(const MemoryDomain *vm, const CheckpointDef *def, GError **error)
{
    unsigned char uuid[DOMAIN_UUID_SIZE];

    if (!def->domain)
        return true;
    return checkpoint_xml_domain_uuid(def->domain->text, uuid, error) &&
           checkpoint_redefine_check_domain(def, memory_domain_def(vm), uuid,
                                            error);
}

/* Off, no bitmap can be looked at, and the record is taken as it is. */
static char *
redefine(MemoryDomain *vm, const char *xml, bool is_validated, GError **error)
{
    const BitmapStates *states =
        memory_domain_is_active(vm) ? memory_disks_states(vm->disks) : NULL;
    g_autoptr(CheckpointDef) def = NULL;
    g_autoptr(CheckpointRecord) described = NULL;

    if (is_validated &&
        !memory_domain_require_active(vm, VIR_ERR_OPERATION_INVALID,
                                      "validate a checkpoint", error))
        return NULL;
    def = checkpoint_xml_parse(xml, true, error);
    if (!def || !check_domain(vm, def, error))
        return NULL;
    described = checkpoint_redefine_plan(vm->checkpoints, g_steal_pointer(&def),
                                         memory_domain_def(vm), error);
    if (!described ||
        (is_validated && !checkpoint_redefine_validate(vm->checkpoints, states,
                                                       described, error)))
        return NULL;
    return g_strdup(checkpoint_redefine_apply(vm->checkpoints, states,
                                              g_steal_pointer(&described))
                        ->def->name);
}

virDomainCheckpointPtr
memory_checkpoint_create(virDomainPtr domain, const char *xml, unsigned flags,
                         GError **error)
{
    const unsigned known = VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE |
                           VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE |
                           VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE_VALIDATE;
    g_autoptr(MemoryCall) call = NULL;
    g_autofree char *name = NULL;

    if (!flags_check(flags, known, "a new checkpoint", error))
        return NULL;
    call = memory_call_begin(domain, error);
    if (!call)
        return NULL;
    if (flags & VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE) {
        name = redefine(memory_call_domain(call), xml,
                        flags & VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE_VALIDATE,
                        error);
    } else {
        name = create(memory_call_domain(call), xml,
                      flags & VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE, error);
    }
    return name ? checkpoint_object_new(domain, name) : NULL;
}

/* ---- deleting ---- */

/* The bitmaps stay, so the intervals count on, without a name. */
static void
forget_names(MemoryDomain *vm, const GPtrArray *doomed)
{
    for (guint i = 0; i < doomed->len; i++) {
        CheckpointRecord *record = g_ptr_array_index(doomed, i);

        if (record->intervals->len > 0) {
            record->state = CHECKPOINT_NAMELESS;
        } else {
            checkpoint_tree_remove(vm->checkpoints, record);
        }
    }
}

/* With its bitmaps only while it runs, as with QEMU, whose bitmaps nobody reaches
 * while it is off. */
static bool
delete_checkpoint(MemoryDomain *vm, const char *name, unsigned flags,
                  GError **error)
{
    bool is_metadata_only = flags & VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY;
    g_autoptr(GPtrArray) doomed = NULL;
    CheckpointRecord *record =
        checkpoint_tree_get(vm->checkpoints, name, error);

    if (!record ||
        (!is_metadata_only &&
         !memory_domain_require_active(vm, VIR_ERR_OPERATION_UNSUPPORTED,
                                       "delete a checkpoint with its bitmaps",
                                       error)) ||
        !save_plan_refuse(vm->name, vm->jobs, "delete a checkpoint", error))
        return false;
    doomed = checkpoint_tree_doomed(vm->checkpoints, record, flags, error);
    if (!doomed)
        return false;
    if (is_metadata_only) {
        forget_names(vm, doomed);
    } else {
        remove_all(vm, doomed);
    }
    return true;
}

/* Flags first, as on every driver: an unknown one must not depend on what is
 * there. */
int
memory_checkpoint_delete(virDomainCheckpointPtr checkpoint, unsigned flags,
                         GError **error)
{
    const unsigned known = VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN |
                           VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN_ONLY |
                           VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY;
    g_autoptr(MemoryCall) call = NULL;

    if (!flags_check(flags, known, "the deletion of a checkpoint", error))
        return -1;
    call = memory_call_begin(checkpoint->domain, error);
    return call && delete_checkpoint(memory_call_domain(call), checkpoint->name,
                                     flags, error)
               ? 0
               : -1;
}
