/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/interval_line.h"

#include "base/error.h"

/* Steps own copies of all their strings: a plan is carried out after records
 * that it speaks of may have gone. */
static void
step_free(IntervalStep *step)
{
    g_free(step->disk);
    g_free(step->bitmap);
    g_free(step->target);
    g_free(step);
}

/* Empty is a plan as well: nothing to mark and nothing to do. */
IntervalPlan *
interval_plan_new(void)
{
    IntervalPlan *plan = g_new0(IntervalPlan, 1);

    plan->marks = g_array_new(FALSE, FALSE, sizeof(IntervalMark));
    plan->steps = g_ptr_array_new_with_free_func((GDestroyNotify)step_free);
    return plan;
}

void
interval_plan_free(IntervalPlan *plan)
{
    if (!plan)
        return;
    g_array_unref(plan->marks);
    g_ptr_array_unref(plan->steps);
    g_free(plan);
}

/* Steps are only listed here; which of them can be had in one transaction is
 * QEMU's to say, and all of a plan are sent in one. */
static void
add_step(IntervalPlan *plan, IntervalAct act, const CheckpointInterval *on,
         const char *target)
{
    IntervalStep *step = g_new0(IntervalStep, 1);

    step->act = act;
    step->disk = g_strdup(on->disk);
    step->bitmap = g_strdup(on->bitmap);
    step->target = g_strdup(target);
    g_ptr_array_add(plan->steps, step);
}

/* One predecessor may take over recording from several that go at once. */
static bool
has_step(const IntervalPlan *plan, IntervalAct act,
         const CheckpointInterval *on)
{
    for (guint i = 0; i < plan->steps->len; i++) {
        const IntervalStep *step = g_ptr_array_index(plan->steps, i);

        if (step->act == act && g_str_equal(step->disk, on->disk) &&
            g_str_equal(step->bitmap, on->bitmap))
            return true;
    }
    return false;
}

/* A mark is taken once and for good.  It goes to disk before the transaction
 * that makes it true, so that a death in between leaves a checkpoint marked
 * without need, which costs a full backup, and never one that claims too
 * much. */
static void
add_mark(IntervalPlan *plan, CheckpointRecord *record,
         CheckpointInterval *interval)
{
    IntervalMark mark = {record, interval};

    /* Each mark is a file to be written. */
    if (interval->is_broken)
        return;
    for (guint i = 0; i < plan->marks->len; i++) {
        if (g_array_index(plan->marks, IntervalMark, i).interval == interval)
            return;
    }
    g_array_append_val(plan->marks, mark);
}

/* @record and everything older on @disk.
 *
 * The older ones too: "since @record" and "since its ancestors" are unions that
 * contain the lost interval.  The newer ones are not touched; what was written
 * since them is still all there. */
static void
mark_from(IntervalPlan *plan, const CheckpointTree *tree,
          CheckpointRecord *record, const char *disk)
{
    for (; record; record = checkpoint_tree_above(tree, record)) {
        CheckpointInterval *interval = checkpoint_record_interval(record, disk);

        if (interval)
            add_mark(plan, record, interval);
    }
}

/* Of the bitmap alone.  Whether the interval is marked (is_broken) is asked
 * where it matters: a marked one may have a perfectly sound bitmap. */
static bool
is_sound(const BitmapStates *states, const CheckpointInterval *interval)
{
    return bitmap_states_is_sound(states, interval->disk, interval->bitmap);
}

/* A disk that was not looked at reads as "missing"; callers that must not be
 * misled by that ask has_disk() first. */
static BitmapState
state_of(const BitmapStates *states, const CheckpointInterval *interval)
{
    return bitmap_states_get(states, interval->disk, interval->bitmap);
}

/* Lines are walked from their end, and read from their beginning. */
static void
reverse(GPtrArray *list)
{
    for (guint i = 0; i < list->len / 2; i++) {
        gpointer other = list->pdata[list->len - 1 - i];

        list->pdata[list->len - 1 - i] = list->pdata[i];
        list->pdata[i] = other;
    }
}

/* Nameless records are in it like all others: their bitmaps hold writes. */
GPtrArray *
interval_line(const CheckpointTree *tree, const CheckpointRecord *last,
              const char *disk)
{
    GPtrArray *line = g_ptr_array_new();

    for (; last; last = checkpoint_tree_above(tree, last)) {
        /* Cast: an array of pointers has no const; nothing here writes to a
         * record. */
        if (checkpoint_record_interval(last, disk))
            g_ptr_array_add(line, (gpointer)last);
    }
    reverse(line);
    return line;
}

/* Only marks.  A look never changes a bitmap: it is made before plans, and in
 * calls that are about something else. */
IntervalPlan *
interval_look(const CheckpointTree *tree, const BitmapStates *states)
{
    const GPtrArray *records = checkpoint_tree_records(tree);
    IntervalPlan *plan = interval_plan_new();

    for (guint i = 0; i < records->len; i++) {
        CheckpointRecord *record = g_ptr_array_index(records, i);

        for (guint j = 0; j < record->intervals->len; j++) {
            CheckpointInterval *interval =
                g_ptr_array_index(record->intervals, j);

            /* Whether a pending one has bitmaps yet is its maker's to know;
             * a marked one has marked the older ones too.
             *
             * Not of NO_METADATA: nobody lists such a checkpoint, so nobody can
             * rely on it. */
            if (!interval->is_broken && !record->is_beside &&
                record->state != CHECKPOINT_PENDING &&
                record->state != CHECKPOINT_ROLLBACK &&
                bitmap_states_has_disk(states, interval->disk) &&
                !is_sound(states, interval))
                mark_from(plan, tree, record, interval->disk);
        }
    }
    return plan;
}

/* What records on @disk, from @current towards the root, as far up as there can
 * be any: a new checkpoint costs the same below ten thousand as below ten. */
static GPtrArray *
list_recording(const CheckpointTree *tree, const BitmapStates *states,
               const CheckpointRecord *current, const char *disk)
{
    unsigned n_left = bitmap_states_n_recording(states, disk);
    GPtrArray *list = g_ptr_array_new();

    for (; current && n_left > 0;
         current = checkpoint_tree_above(tree, current)) {
        CheckpointInterval *interval =
            checkpoint_record_interval(current, disk);

        if (interval && state_of(states, interval) == BITMAP_RECORDING) {
            g_ptr_array_add(list, interval);
            n_left--;
        }
    }
    reverse(list);
    return list;
}

/* Stops what records on @disk in the line that ends in @current.  More than
 * one can: checkpoints that libvirt made and that were redefined here all
 * record. */
static void
stop_former(IntervalPlan *plan, const CheckpointTree *tree,
            const BitmapStates *states, CheckpointRecord *current,
            const char *disk)
{
    g_autoptr(GPtrArray) list = list_recording(tree, states, current, disk);
    CheckpointRecord *newest = current;

    /* Only what records: QEMU refuses to disable a bitmap that is
     * inconsistent, and the whole transaction with it. */
    for (guint i = 0; i < list->len; i++)
        add_step(plan, INTERVAL_DISABLE, g_ptr_array_index(list, i), NULL);
    while (newest && !checkpoint_record_interval(newest, disk))
        newest = checkpoint_tree_above(tree, newest);
    /* Nobody recorded until now, so the line has a gap that nothing will show
     * once a newer bitmap records again.
     *
     * Not mark_from(newest) alone on the missing: also a bitmap that somebody
     * stopped by hand was deaf for a while. */
    if (newest && state_of(states, checkpoint_record_interval(newest, disk)) !=
                      BITMAP_RECORDING)
        mark_from(plan, tree, newest, disk);
}

/* Recording from the first moment: between an addition and a later enabling
 * there would be writes that nobody has. */
IntervalPlan *
interval_start(const CheckpointRecord *record)
{
    IntervalPlan *plan = interval_plan_new();

    for (guint i = 0; i < record->intervals->len; i++) {
        add_step(plan, INTERVAL_ADD, g_ptr_array_index(record->intervals, i),
                 NULL);
    }
    return plan;
}

/* Only stops.  The additions are a plan of their own (interval_start()): for a
 * pull the new bitmaps must record before the cut, which is no part of any
 * transaction, and the former ones stop after it.  What is written in between
 * lands in both, one block too many. */
IntervalPlan *
interval_add(const CheckpointTree *tree, const BitmapStates *states,
             const CheckpointRecord *record)
{
    CheckpointRecord *current = checkpoint_tree_current(tree);
    IntervalPlan *plan = interval_plan_new();

    /* Beside the line nothing is stopped: the line's newest goes on recording,
     * and the checkpoints in it stay what they are. */
    for (guint i = 0; i < record->intervals->len && !record->is_beside; i++) {
        const CheckpointInterval *interval =
            g_ptr_array_index(record->intervals, i);

        stop_former(plan, tree, states, current, interval->disk);
    }
    return plan;
}

/* The nearest record above @record with an interval on @disk that stays.
 *
 * @doomed is looked through as well: several checkpoints that go at once may be
 * neighbours, and what goes cannot take anything over. */
static CheckpointRecord *
find_predecessor(const CheckpointTree *tree, const CheckpointRecord *record,
                 const char *disk, const GPtrArray *doomed)
{
    CheckpointRecord *above = checkpoint_tree_above(tree, record);

    while (above && (!checkpoint_record_interval(above, disk) ||
                     g_ptr_array_find((GPtrArray *)doomed, above, NULL)))
        above = checkpoint_tree_above(tree, above);
    return above;
}

/* An interval whose bitmap is lost.  A pending checkpoint may never have come
 * to its transaction: then its predecessor records on and nothing is lost.
 *
 * The bitmap of a checkpoint that goes is not there to be merged.  Either it
 * never was, and its predecessor has recorded all the time; or it was, and what
 * it held is lost. */
static void
remove_lost(IntervalPlan *plan, const CheckpointTree *tree,
            const BitmapStates *states, CheckpointRecord *record,
            const CheckpointInterval *interval)
{
    /* Of a sealed checkpoint a missing bitmap is always a loss; of one that was
     * being made it may be that nothing had happened yet, and its file is all
     * there is. */
    bool may_be_new = record->state == CHECKPOINT_PENDING ||
                      record->state == CHECKPOINT_ROLLBACK;
    CheckpointRecord *above = checkpoint_tree_above(tree, record);
    g_autoptr(GPtrArray) line = interval_line(tree, above, interval->disk);
    CheckpointRecord *former =
        line->len > 0 ? line->pdata[line->len - 1] : NULL;

    /* All three: it never was, there is a former, and that one still records,
     * so no write went unseen. */
    if (may_be_new && former && state_of(states, interval) == BITMAP_MISSING &&
        state_of(states, checkpoint_record_interval(former, interval->disk)) ==
            BITMAP_RECORDING)
        return;
    mark_from(plan, tree, record, interval->disk);
}

/* One interval leaves its line.  The cases, in the order of the code: beside
 * the line (nothing to keep), lost (mark), oldest (drop), predecessor lost
 * (mark that), and the usual one: merge, and hand on the recording. */
static void
remove_interval(IntervalPlan *plan, const CheckpointTree *tree,
                const BitmapStates *states, CheckpointRecord *record,
                CheckpointInterval *interval, const GPtrArray *doomed)
{
    CheckpointRecord *predecessor =
        find_predecessor(tree, record, interval->disk, doomed);
    CheckpointInterval *into =
        predecessor ? checkpoint_record_interval(predecessor, interval->disk)
                    : NULL;

    if (record->is_beside)
        return;
    if (!is_sound(states, interval)) {
        remove_lost(plan, tree, states, record, interval);
        return;
    }
    /* The bits of a broken one are merged all the same (too many do no harm),
     * but its mark must not leave the line with it. */
    if (interval->is_broken)
        mark_from(plan, tree, record, interval->disk);
    /* Without a mark: no older checkpoint has this disk, so no union needed
     * these bits. */
    if (!into)
        return; /* the oldest: nobody asks for what was before it */
    if (!is_sound(states, into)) {
        /* Nothing to merge into: the predecessor is lost itself. */
        mark_from(plan, tree, predecessor, interval->disk);
        return;
    }
    /* Into the one that stays, not into one that goes with it: the order of
     * several removals then does not matter. */
    add_step(plan, INTERVAL_MERGE, interval, into->bitmap);
    /* Enabled in the same transaction as the merge: between two there would be
     * writes that nobody records. */
    if (state_of(states, interval) == BITMAP_RECORDING &&
        !has_step(plan, INTERVAL_ENABLE, into))
        add_step(plan, INTERVAL_ENABLE, into, NULL);
}

/* Two passes, so that every merge is before every removal: two that go at once
 * may be merged into one that stays, but never into each other. */
IntervalPlan *
interval_remove(const CheckpointTree *tree, const BitmapStates *states,
                const GPtrArray *doomed)
{
    IntervalPlan *plan = interval_plan_new();

    for (guint i = 0; i < doomed->len; i++) {
        CheckpointRecord *record = g_ptr_array_index(doomed, i);

        for (guint j = 0; j < record->intervals->len; j++) {
            remove_interval(plan, tree, states, record,
                            g_ptr_array_index(record->intervals, j), doomed);
        }
    }
    /* All merges before the first removal. */
    for (guint i = 0; i < doomed->len; i++) {
        const CheckpointRecord *record = g_ptr_array_index(doomed, i);

        for (guint j = 0; j < record->intervals->len; j++) {
            const CheckpointInterval *interval =
                g_ptr_array_index(record->intervals, j);

            /* An inconsistent one is removed as well; removal is all that QEMU
             * still allows on it. */
            if (state_of(states, interval) != BITMAP_MISSING)
                add_step(plan, INTERVAL_REMOVE, interval, NULL);
        }
    }
    return plan;
}

/* In the order in which QEMU carried them out: a bitmap that was enabled and
 * removed is gone. */
void
interval_note(BitmapStates *states, const IntervalPlan *plan)
{
    static const BitmapState after[] = {
        [INTERVAL_ADD] = BITMAP_RECORDING,
        [INTERVAL_ENABLE] = BITMAP_RECORDING,
        [INTERVAL_DISABLE] = BITMAP_STOPPED,
        [INTERVAL_REMOVE] = BITMAP_MISSING,
    };

    for (guint i = 0; i < plan->steps->len; i++) {
        const IntervalStep *step = g_ptr_array_index(plan->steps, i);

        /* The count becomes 0, "not known": after a plan the figures are only
         * good for asking whether a bitmap is there, and sizes are asked of
         * QEMU anew. */
        if (step->act != INTERVAL_MERGE) {
            bitmap_states_set(states, step->disk, step->bitmap,
                              after[step->act], 0);
        }
    }
}

/* Three ways in which a link of the line can be useless, told apart in the
 * message: each has a different cause, and only the first two show in the
 * image. */
static bool
check_link(const BitmapStates *states, const char *base,
           const CheckpointRecord *record, const CheckpointInterval *interval,
           GError **error)
{
    const char *what = NULL;

    switch (state_of(states, interval)) {
    case BITMAP_MISSING:
        what = "is not in the image";
        break;
    case BITMAP_INCONSISTENT:
        what = "is inconsistent, since QEMU did not end in good order";
        break;
    case BITMAP_STOPPED:
    case BITMAP_RECORDING:
        /* There and sound, and still not all: only the mark remembers. */
        if (interval->is_broken)
            what = "no longer holds all writes since its checkpoint";
        break;
    }
    if (!what)
        return true;
    return fail(error, VIR_ERR_CHECKPOINT_INCONSISTENT,
                "what changed on disk '%s' since checkpoint '%s' is not "
                "known: bitmap '%s' of checkpoint '%s' %s; take a full backup "
                "with a new checkpoint",
                interval->disk, base, interval->bitmap, record->def->name,
                what);
}

/* The line of @disk from @record to the newest; NULL if @record is not in the
 * line that the machine writes on.
 *
 * The part of the line that a backup since @record needs, without asking
 * whether it is sound. */
static GPtrArray *
line_since(const CheckpointTree *tree, const CheckpointRecord *record,
           const char *disk)
{
    const CheckpointRecord *last = checkpoint_tree_current(tree);
    g_autoptr(GPtrArray) line = g_ptr_array_new();

    for (; last && last != record; last = checkpoint_tree_above(tree, last)) {
        if (checkpoint_record_interval(last, disk))
            g_ptr_array_add(line, (gpointer)last);
    }
    /* A checkpoint of another branch: its bitmaps hold writes that this branch
     * never saw, and lack this branch's own. */
    if (!last || !checkpoint_record_interval(last, disk))
        return NULL;
    g_ptr_array_add(line, (gpointer)last);
    reverse(line);
    return g_steal_pointer(&line);
}

/* The newest of a line may have been written down and not yet added in QEMU.
 *
 * A union without it is complete: until its bitmap is added, the one before it
 * records. */
static void
leave_out_unmade(GPtrArray *line, const BitmapStates *states, const char *disk)
{
    const CheckpointRecord *newest = line->pdata[line->len - 1];

    if (line->len > 1 && newest->state == CHECKPOINT_PENDING &&
        state_of(states, checkpoint_record_interval(newest, disk)) ==
            BITMAP_MISSING)
        g_ptr_array_remove_index(line, line->len - 1);
}

GPtrArray *
interval_since(const CheckpointTree *tree, const BitmapStates *states,
               const CheckpointRecord *record, const char *disk, GError **error)
{
    g_autoptr(GPtrArray) line = line_since(tree, record, disk);
    g_autoptr(GPtrArray) bitmaps = g_ptr_array_new_with_free_func(g_free);
    const char *name = record->def->name;
    const CheckpointInterval *interval = NULL;

    if (!line) {
        fail(error, VIR_ERR_CHECKPOINT_INCONSISTENT,
             "checkpoint '%s' is not on the path to the current one, so what "
             "changed on disk '%s' since it is not known; take a full backup",
             name, disk);
        return NULL;
    }
    leave_out_unmade(line, states, disk);
    /* Oldest first, and the first bad link is told: it is the one that decides,
     * whatever is wrong with newer ones. */
    for (guint i = 0; i < line->len; i++) {
        interval = checkpoint_record_interval(line->pdata[i], disk);
        if (!check_link(states, name, line->pdata[i], interval, error))
            return NULL;
        g_ptr_array_add(bitmaps, g_strdup(interval->bitmap));
    }
    g_assert(interval); /* @record is in its own line */
    /* Sound bitmaps are not enough: if the newest does not record, the writes
     * of right now are in none of them. */
    if (state_of(states, interval) == BITMAP_RECORDING)
        return g_steal_pointer(&bitmaps);
    fail(error, VIR_ERR_CHECKPOINT_INCONSISTENT,
         "what changed on disk '%s' since checkpoint '%s' is not known: its "
         "newest bitmap '%s' does not record; take a full backup with a new "
         "checkpoint",
         disk, name, interval->bitmap);
    return NULL;
}

/* Refusals in the order of what they cost to find out; each names the
 * checkpoint or the disk that is at fault, since there may be many of both. */
GPtrArray *
interval_base(const CheckpointTree *tree, const BitmapStates *states,
              const char *base, const char *disk, GError **error)
{
    const CheckpointRecord *record = checkpoint_tree_get(tree, base, error);

    if (!record)
        return NULL;
    /* Its backup may yet fail, and the checkpoint be rolled back; a backup on
     * top of it would then hang in the air. */
    if (record->state == CHECKPOINT_PENDING) {
        fail(error, VIR_ERR_OPERATION_INVALID,
             "checkpoint '%s' cannot be a base yet: backup job %d that makes "
             "it has not ended",
             base, record->job);
        return NULL;
    }
    if (!checkpoint_record_interval(record, disk)) {
        fail(error, VIR_ERR_CHECKPOINT_INCONSISTENT,
             "checkpoint '%s' does not cover disk '%s'; take a full backup of "
             "that disk",
             base, disk);
        return NULL;
    }
    return interval_since(tree, states, record, disk, error);
}

/* None of several disks: the transactions here are all or nothing, so a mixture
 * means that somebody else removed one. */
bool
interval_is_gone(const BitmapStates *states, const CheckpointRecord *record)
{
    for (guint i = 0; i < record->intervals->len; i++) {
        if (state_of(states, g_ptr_array_index(record->intervals, i)) !=
            BITMAP_MISSING)
            return false;
    }
    return true;
}

/* Inconsistent counts as there: the question is whether a transaction took
 * place, and not what became of the bitmap later. */
bool
interval_is_whole(const BitmapStates *states, const CheckpointRecord *record)
{
    for (guint i = 0; i < record->intervals->len; i++) {
        if (state_of(states, g_ptr_array_index(record->intervals, i)) ==
            BITMAP_MISSING)
            return false;
    }
    return true;
}
