/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The checkpoints of one domain, and how they descend from each other.
 *
 * Every checkpoint owns one interval of writes on each of its disks: from its
 * own moment to that of the next checkpoint on the same disk.  Intervals can
 * outlive their name, so the tree holds *records*:
 *
 *     a ── b ── (c) ── d          (c): its metadata was deleted, its bitmaps
 *     └── x                            stay, so its interval still counts
 *
 * Users see a tree without (c): d's parent is b.  The current checkpoint is
 * the newest record on the path that the machine writes on (d); x got there by
 * being redefined, and is a known checkpoint that is no base for a backup.
 * What follows for bitmaps is in model/interval_line.h.
 */
#pragma once

#include "model/checkpoint.h"

typedef enum {
    CHECKPOINT_SEALED,
    CHECKPOINT_PENDING,  /* being made, or carried by a running job */
    CHECKPOINT_DELETING, /* a deletion was begun; its end was not seen */
    CHECKPOINT_ROLLBACK, /* to be undone when the machine starts again */
    CHECKPOINT_NAMELESS, /* only its intervals are left */
} CheckpointState;

/* The part of a checkpoint that lies on one disk. */
typedef struct {
    char *disk;     /* target */
    char *bitmap;   /* on the disk's format node */
    bool is_broken; /* what changed since is not known; never taken back */
} CheckpointInterval;

typedef struct {
    CheckpointState state;
    int job;        /* the backup that made it; 0: made by itself */
    uint64_t order; /* rises along the path to the current; 0: not on it */
    bool is_beside; /* NO_METADATA: bitmaps only, in no line, never listed */
    GPtrArray *intervals; /* of CheckpointInterval, the tracked disks */
    uint64_t number;      /* the tree's own: its records are sorted by it */
    /* Its parent is the record above, nameless or not; users get
     * checkpoint_tree_parent(). */
    CheckpointDef *def;
} CheckpointRecord;

typedef struct CheckpointTree CheckpointTree;

CheckpointInterval *checkpoint_interval_new(const char *disk,
                                            const char *bitmap);
/** checkpoint_record_new: takes @def over; one interval a tracked disk. */
CheckpointRecord *checkpoint_record_new(CheckpointDef *def);
void checkpoint_record_free(CheckpointRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CheckpointRecord, checkpoint_record_free)
/** checkpoint_record_interval: NULL if it has none on @disk. */
CheckpointInterval *checkpoint_record_interval(const CheckpointRecord *record,
                                               const char *disk);
/** checkpoint_record_is_visible: users may see and name it. */
bool checkpoint_record_is_visible(const CheckpointRecord *record);

CheckpointTree *checkpoint_tree_new(void);
void checkpoint_tree_free(CheckpointTree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CheckpointTree, checkpoint_tree_free)

/** checkpoint_tree_add: takes @record over; its name must be free. */
void checkpoint_tree_add(CheckpointTree *tree, CheckpointRecord *record);
/** checkpoint_tree_remove: frees @record; its children become its parent's. */
void checkpoint_tree_remove(CheckpointTree *tree, CheckpointRecord *record);

/** checkpoint_tree_records: all of them, in the order they were added. */
const GPtrArray *checkpoint_tree_records(const CheckpointTree *tree);
/** checkpoint_tree_find: in any state; NULL if there is none. */
CheckpointRecord *checkpoint_tree_find(const CheckpointTree *tree,
                                       const char *name);
/** checkpoint_tree_get: a visible one, else VIR_ERR_NO_DOMAIN_CHECKPOINT. */
CheckpointRecord *checkpoint_tree_get(const CheckpointTree *tree,
                                      const char *name, GError **error);
/** checkpoint_tree_current: the newest on the path; NULL if there is none. */
CheckpointRecord *checkpoint_tree_current(const CheckpointTree *tree);

/** checkpoint_tree_above: the record that @record's parent names. */
CheckpointRecord *checkpoint_tree_above(const CheckpointTree *tree,
                                        const CheckpointRecord *record);
/** checkpoint_tree_parent: the nearest visible one above; NULL for a root. */
CheckpointRecord *checkpoint_tree_parent(const CheckpointTree *tree,
                                         const CheckpointRecord *record);
/** checkpoint_tree_shown: (transfer full): @record's checkpoint as users see it:
 * the parent is one they can name.  @record is not touched. */
CheckpointDef *checkpoint_tree_shown(const CheckpointTree *tree,
                                     const CheckpointRecord *record);
/** checkpoint_tree_is_above: whether @above is @record or an ancestor. */
bool checkpoint_tree_is_above(const CheckpointTree *tree,
                              const CheckpointRecord *above,
                              const CheckpointRecord *record);

/** checkpoint_tree_list: the visible ones, every parent before its children.
 * @from: NULL for all, else what descends from it (not itself).
 * @flags: virDomainCheckpointListFlags; the first bit means "roots" without
 * @from and "all descendants" with it.
 * Returns: (transfer container): of CheckpointRecord, owned by @tree. */
GPtrArray *checkpoint_tree_list(const CheckpointTree *tree,
                                const CheckpointRecord *from, unsigned flags);

/** checkpoint_tree_doomed: what goes with @record, children before parents;
 * @flags: CHILDREN and CHILDREN_ONLY of virDomainCheckpointDeleteFlags.
 * VIR_ERR_OPERATION_INVALID if one of them is still being made.
 * Returns: (transfer container): of CheckpointRecord, owned by @tree. */
GPtrArray *checkpoint_tree_doomed(const CheckpointTree *tree,
                                  CheckpointRecord *record, unsigned flags,
                                  GError **error);

/** checkpoint_tree_check: after reading records from outside: parents that are
 * not there make roots; a cycle is VIR_ERR_INTERNAL_ERROR. */
bool checkpoint_tree_check(CheckpointTree *tree, GError **error);

/** checkpoint_tree_refuse_any: VIR_ERR_OPERATION_INVALID if domain @vm has any
 * record, since bitmaps do not follow the disks where @what ("create a
 * snapshot") would take them; nameless ones count, and how to get rid of them is
 * said. */
bool checkpoint_tree_refuse_any(const CheckpointTree *tree, const char *vm,
                                const char *what, GError **error);
