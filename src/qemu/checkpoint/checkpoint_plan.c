/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Making a checkpoint, step by step, for a checkpoint alone and for a backup
 * that carries one.
 *
 * Everything is decided and refused in checkpoint_plan_new(); what follows is
 * one file written, one transaction in QEMU, one file renamed.
 */
#include "qemu/checkpoint.h"

#include "base/error.h"
#include "base/flags.h"
#include "model/checkpoint_new.h"
#include "qemu/block/bitmaps.h"
#include "qemu/blockjob/blockjob.h"
#include "qemu/checkpoint/checkpoint_steps.h"
#include "qemu/save/save_job.h"
#include "xml/checkpoint_xml.h"
#include "xml/domain_xml.h"

struct CheckpointPlan {
    char *name;
    CheckpointRecord *record; /* NULL once it is stored and the set's */
    IntervalPlan *adds;
    IntervalPlan *stop; /* what recorded until now, and marks for gaps */
};

void
checkpoint_plan_free(CheckpointPlan *plan)
{
    if (!plan)
        return;
    g_free(plan->name);
    checkpoint_record_free(plan->record);
    interval_plan_free(plan->adds);
    interval_plan_free(plan->stop);
    g_free(plan);
}

const char *
checkpoint_plan_name(const CheckpointPlan *plan)
{
    return plan->name;
}

static CheckpointDef *
read_document(QemuDomain *vm, const DomainDef *domain, const char *xml,
              const BitmapStates *states, GError **error)
{
    /* Not redefining: what the document says about times and parents is passed
     * over, as in libvirt. */
    g_autoptr(CheckpointDef) def = checkpoint_xml_parse(xml, false, error);

    if (!def || !checkpoint_new_complete(def, vm->checkpoints->tree, states,
                                         qemu_domain_def(vm), domain, error))
        return NULL;
    /* With passwords: REDEFINE has to be able to bring everything back.  The
     * file is 0600, and they are shown for SECURE only. */
    def->domain = domain_text_new(domain_xml_format(
        domain, DOMAIN_FORMAT_INACTIVE | DOMAIN_FORMAT_SECURE));
    return g_steal_pointer(&def);
}

/* A commit or a copy exchanges the image that the bitmap would live in. */
static bool
refuse_block_jobs(QemuDomain *vm, const CheckpointRecord *record,
                  GError **error)
{
    for (guint i = 0; i < record->intervals->len; i++) {
        const CheckpointInterval *interval =
            g_ptr_array_index(record->intervals, i);

        if (!blockjob_refuse(vm, interval->disk, "create a checkpoint", error))
            return false;
    }
    return true;
}

static CheckpointPlan *
make_plan(QemuDomain *vm, const DomainDef *domain, const char *xml, int job,
          unsigned flags, GError **error)
{
    const BitmapStates *states = checkpoint_look_once(vm, NULL, error);
    CheckpointDef *def =
        states ? read_document(vm, domain, xml, states, error) : NULL;
    CheckpointPlan *plan = NULL;

    if (!def)
        return NULL;
    plan = g_new0(CheckpointPlan, 1);
    plan->name = g_strdup(def->name);
    plan->record = checkpoint_new_record(vm->checkpoints->tree, def, job,
                                         flags & CHECKPOINT_PLAN_NO_METADATA);
    if (!refuse_block_jobs(vm, plan->record, error)) {
        checkpoint_plan_free(plan);
        return NULL;
    }
    /* Two plans of steps: a checkpoint alone puts both into one transaction, a
     * backup has the cut between them. */
    plan->adds = interval_start(plan->record);
    plan->stop = interval_add(vm->checkpoints->tree, states, plan->record);
    return plan;
}

/* A backup's and a checkpoint's own: the machine as it is. */
CheckpointPlan *
checkpoint_plan_new(QemuDomain *vm, const char *xml, int job, unsigned flags,
                    GError **error)
{
    const unsigned known =
        VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE | CHECKPOINT_PLAN_NO_METADATA;

    if (!flags_check(flags, known, "a new checkpoint", error))
        return NULL;
    /* After the flags and before QEMU is asked anything. */
    if (!qemu_domain_require_active(vm, "create a checkpoint", error) ||
        !save_job_refuse(vm, "create a checkpoint", error))
        return NULL;
    return make_plan(vm, qemu_domain_def(vm), xml, job, flags, error);
}

/* A snapshot's: the overlays that will be on top are empty, so nothing of the old
 * line is continued on them. */
CheckpointPlan *
checkpoint_plan_new_on(QemuDomain *vm, const DomainDef *domain, const char *xml,
                       unsigned flags, GError **error)
{
    if (!qemu_domain_require_active(vm, "create a checkpoint", error))
        return NULL;
    return make_plan(vm, domain, xml, 0, flags, error);
}

bool
checkpoint_plan_store(QemuDomain *vm, CheckpointPlan *plan, GError **error)
{
    /* The marks of a gap first: once the new bitmap records, nothing else
     * shows that the line before it paused. */
    if (!checkpoint_store_mark(vm, plan->stop, error) ||
        !checkpoint_store_write(vm, plan->record, error))
        return false;
    /* A backup puts the halves into transactions of its own. */
    if (plan->record->job > 0)
        checkpoint_look_forget(vm);
    /* From now on the set owns it, and lookups by clients whose job runs find
     * it. */
    checkpoint_tree_add(vm->checkpoints->tree, g_steal_pointer(&plan->record));
    return true;
}

void
checkpoint_plan_drop(QemuDomain *vm, CheckpointPlan *plan)
{
    /* Else it was never stored, and one of that name is another. */
    if (!plan->record)
        checkpoint_drop_pending(vm, plan->name);
}

/* A record that stays is found by the next call, which asks QEMU and drops it:
 * the store has seen to that. */
void
checkpoint_drop_pending(QemuDomain *vm, const char *name)
{
    const CheckpointSet *set = checkpoint_store_load(vm, NULL);
    CheckpointRecord *record =
        set ? checkpoint_tree_find(set->tree, name) : NULL;

    if (!set)
        return;
    checkpoint_look_forget(vm);
    if (record && record->state == CHECKPOINT_PENDING)
        (void)checkpoint_store_drop(vm, record, NULL);
}

void
checkpoint_plan_add_new(const CheckpointPlan *plan, const DomainDef *domain,
                        Transaction *actions)
{
    bitmaps_add_steps(actions, domain, plan->adds->steps);
}

void
checkpoint_plan_stop_former(const CheckpointPlan *plan, const DomainDef *domain,
                            Transaction *actions)
{
    bitmaps_add_steps(actions, domain, plan->stop->steps);
}

/* The transaction ran: what was read before it can be kept up to date. */
void
checkpoint_plan_note_done(QemuDomain *vm, const CheckpointPlan *plan)
{
    BitmapStates *states = vm->checkpoints->states;

    if (!states)
        return;
    interval_note(states, plan->stop);
    interval_note(states, plan->adds);
}

static CheckpointRecord *
find_pending(QemuDomain *vm, const char *name, GError **error)
{
    const CheckpointSet *set = checkpoint_store_load(vm, error);
    CheckpointRecord *record =
        set ? checkpoint_tree_find(set->tree, name) : NULL;

    if (!set)
        return NULL;
    /* A sealed one of that name is no match: ending a job twice must not touch
     * a checkpoint that stands. */
    if (record && (record->state == CHECKPOINT_PENDING ||
                   record->state == CHECKPOINT_ROLLBACK))
        return record;
    fail(error, VIR_ERR_NO_DOMAIN_CHECKPOINT,
         "domain '%s' has no checkpoint '%s' that is being made", vm->name,
         name);
    return NULL;
}

/* By whoever comes to the moment, which need not be the process that planned it:
 * what is to be added is all in the record. */
bool
checkpoint_add_pending(QemuDomain *vm, const char *name,
                       const DomainDef *domain, Transaction *actions,
                       GError **error)
{
    const CheckpointRecord *record = find_pending(vm, name, error);
    g_autoptr(IntervalPlan) adds = record ? interval_start(record) : NULL;

    if (!adds)
        return false;
    bitmaps_add_steps(actions, domain, adds->steps);
    return true;
}

bool
checkpoint_seal(QemuDomain *vm, const char *name, GError **error)
{
    CheckpointRecord *record = find_pending(vm, name, error);

    if (!record)
        return false;
    /* Without metadata nothing is left to be written down.
     *
     * Its bitmaps stay in the images, as the caller of NO_METADATA wishes. */
    if (record->is_beside)
        return checkpoint_store_drop(vm, record, error);
    return checkpoint_store_seal(vm, record, error);
}

/* Nothing is told of why not: sealed, dropped and never made are one to who goes
 * on with something. */
bool
checkpoint_is_pending(QemuDomain *vm, const char *name)
{
    return find_pending(vm, name, NULL) != NULL;
}

/* Of that very job: a checkpoint of the same name may have been made since. */
bool
checkpoint_is_sealed(QemuDomain *vm, const char *name, int job)
{
    const CheckpointSet *set = checkpoint_store_load(vm, NULL);
    const CheckpointRecord *record =
        set ? checkpoint_tree_find(set->tree, name) : NULL;

    return record && record->job == job && record->state == CHECKPOINT_SEALED;
}

bool
checkpoint_undo(QemuDomain *vm, CheckpointRecord *record, GError **error)
{
    /* Asked, not looked: a look would take the pending one's own missing bitmap
     * for a loss. */
    const BitmapStates *states = checkpoint_ask(vm, error);
    g_autoptr(GPtrArray) doomed = g_ptr_array_new();
    g_autoptr(IntervalPlan) plan = NULL;

    if (!states)
        return false;
    g_ptr_array_add(doomed, record);
    plan = interval_remove(vm->checkpoints->tree, states, doomed);
    /* Marks, bitmaps, record: each step can be repeated, and the record goes
     * last, so that a death in between leaves something to find. */
    return checkpoint_store_mark(vm, plan, error) &&
           checkpoint_run_steps(vm, plan, error) &&
           checkpoint_store_drop(vm, record, error);
}

bool
checkpoint_roll_back(QemuDomain *vm, const char *name, GError **error)
{
    CheckpointRecord *record = find_pending(vm, name, error);
    g_autoptr(GError) cause = NULL;

    if (!record)
        return false;
    if (qemu_domain_is_active(vm) && checkpoint_undo(vm, record, &cause))
        return true;
    /* checkpoint_undo() frees the record only when it succeeds.  Whoever comes
     * next tries again. */
    qemu_domain_distrust(vm);
    /* Written down that it must go, since a pending record of no job would be
     * sealed if its bitmaps were found whole. */
    if (record->state != CHECKPOINT_ROLLBACK &&
        !checkpoint_store_set_state(vm, record, CHECKPOINT_ROLLBACK, error))
        return false;
    /* No QEMU, or none any more: that is what ROLLBACK is for, and no failure
     * of this call. */
    if (!cause || !vm->qmp || qmp_client_is_lost(vm->qmp))
        return true;
    g_propagate_prefixed_error(error, g_steal_pointer(&cause),
                               "cannot roll back checkpoint '%s' yet: ", name);
    return false;
}

GPtrArray *
checkpoint_base(QemuDomain *vm, const char *base, const char *disk,
                GError **error)
{
    /* A backup has looked anew when it was planned (backup_plan.c); within one
     * call, which holds the lock, nothing else changes.  On this answer rests
     * whether a backup is whole. */
    const BitmapStates *states = checkpoint_look_once(vm, NULL, error);

    if (!states)
        return NULL;
    return interval_base(vm->checkpoints->tree, states, base, disk, error);
}
