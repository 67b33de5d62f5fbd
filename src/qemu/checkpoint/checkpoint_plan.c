/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Making a checkpoint, step by step, for a checkpoint alone and for a backup
 * that carries one.
 *
 * Everything is decided and refused in checkpoint_plan_new(); what follows is
 * one file written, one transaction in QEMU, one file renamed.
 */
#include "qemu/checkpoint.h"

#include "base/error.h"
#include "model/checkpoint_align.h"
#include "qemu/block/bitmaps.h"
#include "qemu/blockjob/blockjob.h"
#include "qemu/checkpoint/checkpoint_steps.h"
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

/* Epoch seconds, as everywhere; a second one within the same second gets a
 * suffix rather than an error. */
static char *
generate_name(const CheckpointTree *tree, const BitmapStates *states,
              const DomainDef *domain, gint64 seconds)
{
    for (unsigned suffix = 1;; suffix++) {
        g_autofree char *name =
            suffix == 1
                ? g_strdup_printf("%" G_GINT64_FORMAT, seconds)
                : g_strdup_printf("%" G_GINT64_FORMAT "-%u", seconds, suffix);
        /* Neither a record nor a bitmap of that name: a bitmap that libvirt
         * made in the same second would be taken for ours. */
        bool is_free = !checkpoint_tree_find(tree, name);

        for (guint i = 0; i < domain->disks->len; i++) {
            const DiskDef *disk = g_ptr_array_index(domain->disks, i);

            if (bitmap_states_get(states, disk->target, name) != BITMAP_MISSING)
                is_free = false;
        }
        /* Ends, since each turn tries a name not tried before and there are
         * finitely many taken. */
        if (is_free)
            return g_steal_pointer(&name);
    }
}

static bool
check_name_free(const CheckpointTree *tree, const char *name,
                const char *domain, GError **error)
{
    const CheckpointRecord *taken = checkpoint_tree_find(tree, name);

    if (!taken)
        return true;
    /* Told apart from a plain duplicate, since the user sees no checkpoint of
     * that name in any list. */
    if (taken->state == CHECKPOINT_NAMELESS) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "cannot create checkpoint '%s' of domain '%s': bitmap "
                    "'%s' is still there, since only the metadata of its "
                    "checkpoint was deleted; redefine the checkpoint to have "
                    "it again, or choose another name",
                    name, domain, name);
    }
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "domain '%s' already has a checkpoint '%s'; choose another "
                "name",
                domain, name);
}

/* What only QEMU knows about a disk. */
static bool
check_image(const CheckpointDef *def, const CheckpointDisk *disk,
            const BitmapStates *states, GError **error)
{
    if (!bitmap_states_has_disk(states, disk->name)) {
        return fail(error, VIR_ERR_INTERNAL_ERROR,
                    "checkpoint '%s' cannot track disk '%s': QEMU has no node "
                    "of it",
                    def->name, disk->name);
    }
    if (!bitmap_states_is_lasting(states, disk->name)) {
        return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                    "checkpoint '%s' cannot track disk '%s': its image is "
                    "qcow2 of version 2 (compat 0.10), which keeps no bitmap; "
                    "'qemu-img amend -o compat=1.1' raises it while the domain "
                    "is shut off",
                    def->name, disk->name);
    }
    /* QEMU would refuse the whole transaction as well; here it is said which
     * disk, and what to do. */
    if (bitmap_states_get(states, disk->name, disk->bitmap) == BITMAP_MISSING)
        return true;
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "cannot create checkpoint '%s': disk '%s' already has a bitmap "
                "'%s'; choose another name, or redefine the checkpoint that "
                "the bitmap belongs to",
                def->name, disk->name, disk->bitmap);
}

/* A disk with checkpoint='auto' whose image keeps no bitmap is left out. */
/* An overlay of our own making, in which there is no bitmap yet. */
static bool
is_new_image(const QemuDomain *vm, const DomainDef *domain, const char *target)
{
    const DiskDef *now = domain_def_find_disk(qemu_domain_def(vm), target);
    const DiskDef *then = domain_def_find_disk(domain, target);

    return now && then && g_strcmp0(now->path, then->path) != 0;
}

static bool
check_images(const QemuDomain *vm, const DomainDef *domain, CheckpointDef *def,
             const BitmapStates *states, GError **error)
{
    for (guint i = 0; i < def->disks->len; i++) {
        CheckpointDisk *disk = g_ptr_array_index(def->disks, i);

        if (is_new_image(vm, domain, disk->name))
            continue;
        if (disk->is_tracked && disk->is_auto &&
            !bitmap_states_is_lasting(states, disk->name))
            checkpoint_disk_leave_out(disk);
        /* The others may be anything: raw, empty, or not plugged in. */
        if (disk->is_tracked && !check_image(def, disk, states, error))
            return false;
    }
    return true;
}

static CheckpointDef *
read_document(QemuDomain *vm, const DomainDef *domain, const char *xml,
              const BitmapStates *states, GError **error)
{
    /* Not redefining: what the document says about times and parents is passed
     * over, as in libvirt. */
    g_autoptr(CheckpointDef) def = checkpoint_xml_parse(xml, false, error);
    const CheckpointTree *tree = vm->checkpoints->tree;
    const CheckpointRecord *current = checkpoint_tree_current(tree);

    if (!def)
        return NULL;
    /* Time, parent and machine are facts, whatever the document says. */
    def->creation_time = g_get_real_time() / G_USEC_PER_SEC;
    if (!def->name)
        def->name = generate_name(tree, states, domain, def->creation_time);
    if (!check_name_free(tree, def->name, vm->name, error) ||
        !checkpoint_align(def, domain, error) ||
        !check_images(vm, domain, def, states, error))
        return NULL;
    /* The record above, nameless or not: this is the place in the line, and not
     * what users are shown. */
    def->parent = g_strdup(current ? current->def->name : NULL);
    /* With passwords: REDEFINE has to be able to bring everything back.  The
     * file is 0600, and they are shown for SECURE only. */
    def->domain_xml = domain_xml_format(domain, DOMAIN_FORMAT_INACTIVE |
                                                    DOMAIN_FORMAT_SECURE);
    return g_steal_pointer(&def);
}

static CheckpointRecord *
make_record(const CheckpointTree *tree, CheckpointDef *def, int job,
            bool is_beside)
{
    const CheckpointRecord *current = checkpoint_tree_current(tree);
    CheckpointRecord *record = checkpoint_record_new(def);

    record->state = CHECKPOINT_PENDING;
    record->job = job;
    record->is_beside = is_beside;
    /* Below nobody and of order 0: no line has it, and none is stopped for
     * it. */
    if (is_beside) {
        g_clear_pointer(&def->parent, g_free);
    } else {
        /* Orders rise and are not reused while the newest stays; gaps that
         * deletions leave mean nothing. */
        record->order = (current ? current->order : 0) + 1;
    }
    return record;
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
    plan->record = make_record(vm->checkpoints->tree, def, job,
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

CheckpointPlan *
checkpoint_plan_new(QemuDomain *vm, const char *xml, int job, unsigned flags,
                    GError **error)
{
    const unsigned known =
        VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE | CHECKPOINT_PLAN_NO_METADATA;

    if (flags & ~known) {
        fail(error, VIR_ERR_INVALID_ARG, "unsupported flags (0x%x)",
             flags & ~known);
        return NULL;
    }
    /* After the flags and before QEMU is asked anything. */
    if (!qemu_domain_require_active(vm, "create a checkpoint", error))
        return NULL;
    return make_plan(vm, qemu_domain_def(vm), xml, job, flags, error);
}

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
    g_autoptr(GError) ignored = NULL;
    CheckpointRecord *record =
        checkpoint_tree_find(vm->checkpoints->tree, plan->name);

    checkpoint_look_forget(vm);
    /* A record that stays is found by the next call, which asks QEMU and drops
     * it: the store has seen to that. */
    if (!plan->record && record && record->state == CHECKPOINT_PENDING)
        (void)checkpoint_store_drop(vm, record, &ignored);
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
