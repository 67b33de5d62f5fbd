/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a caller or a QEMU that died left half done about checkpoints.
 *
 * QEMU's transaction happened whole or not at all, so its bitmaps tell how far
 * the dead one came:
 *
 *     record       its bitmaps       then
 *     pending      all there         sealed (made by itself: it was wanted)
 *     pending      otherwise         undone
 *     pending, of a job that does not run                undone
 *     rollback     whatever          undone
 *     deleting     all gone          the record follows
 *     deleting     some there        sealed again
 *
 * Without a QEMU only one thing can be said: what is pending has lost the job
 * or the caller that would have sealed it.
 */
#include "base/error.h"
#include "model/job.h"
#include "qemu/checkpoint/checkpoint_steps.h"
#include "qemu/jobs/job_store.h"

/* Three states that only a call at work, or a job that runs, may leave on
 * disk. */
static bool
is_half_done(const CheckpointRecord *record)
{
    return record->state == CHECKPOINT_PENDING ||
           record->state == CHECKPOINT_ROLLBACK ||
           record->state == CHECKPOINT_DELETING;
}

/* *@ret_is_carried: a job that still lives will seal it or roll it back. */
static bool
find_carrier(QemuDomain *vm, const CheckpointRecord *record,
             bool *ret_is_carried, GError **error)
{
    const JobTable *jobs = job_store_load(vm, error);
    /* Job 0 is nobody's: one made by itself has no carrier, and
     * job_table_find() knows no such id. */
    const Job *job = jobs ? job_table_find(jobs, record->job) : NULL;

    *ret_is_carried =
        record->state == CHECKPOINT_PENDING && job && job_is_live(job);
    return jobs != NULL;
}

/* Names first: taking one up changes the tree. */
static GPtrArray *
list_half_done(const CheckpointTree *tree)
{
    const GPtrArray *records = checkpoint_tree_records(tree);
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

    for (guint i = 0; i < records->len; i++) {
        const CheckpointRecord *record = g_ptr_array_index(records, i);

        if (is_half_done(record))
            g_ptr_array_add(names, g_strdup(record->def->name));
    }
    return names;
}

/* One of several that were deleted together is asked for its own bitmaps only:
 * the transaction had them all. */
static bool
finish_deletion(QemuDomain *vm, CheckpointRecord *record, GError **error)
{
    const BitmapStates *states = checkpoint_ask(vm, error);

    if (!states)
        return false;
    if (interval_is_gone(states, record))
        return checkpoint_store_drop(vm, record, error);
    /* As it was before the deletion.  Its caller was told nothing, and asks
     * again. */
    return checkpoint_store_set_state(vm, record, CHECKPOINT_SEALED, error);
}

/* A checkpoint by itself was wanted by somebody who may even have been told
 * that it is there; with a job it was wanted for the backup's sake, and that is
 * gone. */
static bool
finish_creation(QemuDomain *vm, CheckpointRecord *record, GError **error)
{
    const BitmapStates *states = checkpoint_ask(vm, error);

    if (!states)
        return false;
    if (record->job == 0 && interval_is_whole(states, record))
        return checkpoint_store_seal(vm, record, error);
    return checkpoint_undo(vm, record, error);
}

static bool
take_up(QemuDomain *vm, CheckpointRecord *record, GError **error)
{
    bool is_carried = false;

    if (!find_carrier(vm, record, &is_carried, error))
        return false;
    if (is_carried)
        return true;
    if (!qemu_domain_is_active(vm)) {
        /* DELETING and ROLLBACK wait for a QEMU: only its bitmaps can tell, and
         * only it can change them. */
        if (record->state != CHECKPOINT_PENDING)
            return true;
        return checkpoint_store_set_state(vm, record, CHECKPOINT_ROLLBACK,
                                          error);
    }
    switch (record->state) {
    case CHECKPOINT_DELETING:
        return finish_deletion(vm, record, error);
    case CHECKPOINT_ROLLBACK:
        return checkpoint_undo(vm, record, error);
    /* PENDING: list_half_done() gives no others. */
    default:
        return finish_creation(vm, record, error);
    }
}

bool
checkpoint_recover(QemuDomain *vm, bool at_start, GError **error)
{
    const CheckpointSet *set = checkpoint_store_load(vm, error);
    g_autoptr(GPtrArray) names = NULL;

    if (!set)
        return false;
    names = list_half_done(set->tree);
    for (guint i = 0; i < names->len; i++) {
        CheckpointRecord *record =
            checkpoint_tree_find(set->tree, names->pdata[i]);

        /* The first failure ends it: what follows may rest on it (a child above
         * a parent that is half gone). */
        if (!take_up(vm, record, error)) {
            qemu_domain_distrust(vm);
            return false;
        }
    }
    /* A QEMU that was just started shows what the last one's end did to the
     * bitmaps; nothing may be written before that is on record. */
    if ((!at_start && names->len == 0) || !qemu_domain_is_active(vm) ||
        checkpoint_tree_records(set->tree)->len == 0)
        return true;
    return checkpoint_look(vm, error) != NULL;
}

/* 0 with @error set when the records cannot be read: callers that must know
 * load them first. */
unsigned
checkpoint_count(QemuDomain *vm, GError **error)
{
    const CheckpointSet *set = checkpoint_store_load(vm, error);
    g_autoptr(GPtrArray) list = NULL;

    if (!set)
        return 0;
    /* What users see: nameless ones do not keep a domain from being
     * undefined. */
    list = checkpoint_tree_list(set->tree, NULL, 0);
    return list->len;
}

/* For undefine: the files stay, with what the bitmaps in the images are, but
 * for nobody's eyes.  A domain that is defined again has its lines. */
bool
checkpoint_forget_all(QemuDomain *vm, GError **error)
{
    const CheckpointSet *set = checkpoint_store_load(vm, error);
    const GPtrArray *records;

    if (!set)
        return false;
    records = checkpoint_tree_records(set->tree);
    for (guint i = 0; i < records->len; i++) {
        CheckpointRecord *record = g_ptr_array_index(records, i);

        if (record->state != CHECKPOINT_NAMELESS && !record->is_beside &&
            !checkpoint_store_forget_name(vm, record, error))
            return false;
    }
    return true;
}
