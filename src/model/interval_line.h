/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules of the line of intervals: pure decisions, no QEMU, no files.
 *
 * On each disk the checkpoints on the path to the current one form a line.
 * Only the newest bitmap records; an older one holds what was written between
 * its checkpoint and the next on the same disk:
 *
 *     checkpoint     a            b            c
 *     vda         ───┤  a stopped  │ b stopped  │ c records ──► now
 *     vdb         ───┤  a records (b and c do not have this disk) ──► now
 *
 * "Changed on vda since a" is a ∪ b ∪ c, and is known only while each of them
 * is there, sound, and the last one records.  So an interval may leave in one
 * way only: merged into its predecessor (the nearest older one on that disk)
 * in the transaction that removes it.  When its bitmap is lost there is
 * nothing to merge, and every older checkpoint is marked broken on that disk
 * for good; later repairs add bits, and never take the mark away.
 *
 * Too many bits are harmless (a backup copies a block that did not change),
 * too few are a corrupt restore.  Wherever a case is unclear the rules here
 * merge, or mark as broken.
 */
#pragma once

#include "model/bitmap_states.h"
#include "model/checkpoint_tree.h"

typedef enum {
    INTERVAL_ADD,
    INTERVAL_ENABLE,
    INTERVAL_DISABLE,
    INTERVAL_MERGE, /* the bits of bitmap go into target as well */
    INTERVAL_REMOVE,
} IntervalAct;

/* One action on one bitmap; the strings are copies. */
typedef struct {
    IntervalAct act;
    char *disk;
    char *bitmap;
    char *target; /* INTERVAL_MERGE only */
} IntervalStep;

/* That @record is broken on @interval's disk: to be written down durably
 * before any step. */
typedef struct {
    CheckpointRecord *record;
    CheckpointInterval *interval;
} IntervalMark;

/* What to mark, then what to do in one transaction. */
typedef struct {
    GArray *marks;    /* of IntervalMark; only ones not marked yet */
    GPtrArray *steps; /* of IntervalStep, in order */
} IntervalPlan;

IntervalPlan *interval_plan_new(void);
void interval_plan_free(IntervalPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(IntervalPlan, interval_plan_free)

/** interval_line: the records with an interval on @disk, from the root down to
 * and with @last (nullable: then an empty line), oldest first.
 * Returns: (transfer container). */
GPtrArray *interval_line(const CheckpointTree *tree,
                         const CheckpointRecord *last, const char *disk);

/** interval_look: marks what is no longer known: a bitmap that is missing or
 * inconsistent breaks its checkpoint and every older one on that disk.  Disks
 * that were not looked at stay as they are.  No steps. */
IntervalPlan *interval_look(const CheckpointTree *tree,
                            const BitmapStates *states);

/** interval_start: the bitmaps of the new @record are added. */
IntervalPlan *interval_start(const CheckpointRecord *record);

/** interval_add: the new @record (not in @tree yet) below the current one.  Its
 * steps stop what recorded on its disks; a line whose newest did not record has
 * a gap from now on and is marked. */
IntervalPlan *interval_add(const CheckpointTree *tree,
                           const BitmapStates *states,
                           const CheckpointRecord *record);

/** interval_remove: @doomed (of CheckpointRecord) leave their lines together:
 * each interval is merged into the nearest older one that stays, which records
 * on if the other did; then its bitmap goes.  Also rolls back: a pending
 * checkpoint is removed in just this way. */
IntervalPlan *interval_remove(const CheckpointTree *tree,
                              const BitmapStates *states,
                              const GPtrArray *doomed);

/** interval_note: @steps were carried out: keeps @states right without asking
 * again (what a merge added to the counts is not known). */
void interval_note(BitmapStates *states, const IntervalPlan *plan);

/** interval_base: the bitmaps whose union is "changed on @disk since @base",
 * oldest first, all on the disk's format node.
 * Errors: VIR_ERR_NO_DOMAIN_CHECKPOINT; VIR_ERR_OPERATION_INVALID while @base
 * is not sealed; VIR_ERR_CHECKPOINT_INCONSISTENT naming disk and checkpoint.
 * Returns: (transfer full): of char *. */
GPtrArray *interval_base(const CheckpointTree *tree, const BitmapStates *states,
                         const char *base, const char *disk, GError **error);

/** interval_since: the same for a @record in any state with an interval on
 * @disk; VIR_ERR_CHECKPOINT_INCONSISTENT only. */
GPtrArray *interval_since(const CheckpointTree *tree,
                          const BitmapStates *states,
                          const CheckpointRecord *record, const char *disk,
                          GError **error);

/** interval_is_gone: none of @record's bitmaps is there any more. */
bool interval_is_gone(const BitmapStates *states,
                      const CheckpointRecord *record);
/** interval_is_whole: all of @record's bitmaps are there. */
bool interval_is_whole(const BitmapStates *states,
                       const CheckpointRecord *record);
