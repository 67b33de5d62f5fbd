/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The snapshots of one domain, and how they descend from each other.
 *
 * A new snapshot descends from the current one: the one that the machine was
 * last returned to, or the newest since.  Unlike a checkpoint a snapshot stands
 * for itself: it has no interval that would have to outlive its name, so a
 * record that is removed is gone, and its children hang on what was above it.
 */
#pragma once

#include "model/snapshot.h"

typedef enum {
    SNAPSHOT_SEALED,
    SNAPSHOT_PENDING,   /* nothing that counts has happened yet */
    SNAPSHOT_PREPARED,  /* everything stands ready; the step may have run */
    SNAPSHOT_DELETING,  /* a deletion was begun; its end was not seen */
    SNAPSHOT_RETURNING, /* the domain is off, and on its way back to it */
} SnapshotStep;

typedef struct {
    SnapshotStep step;
    bool is_nameless; /* NO_METADATA: it goes once it is made */
    bool is_reused;   /* the overlays were the caller's, not made by us */
    /* RETURNING to an external one: of SnapshotDisk: new overlays on its images,
     * which stay as they are.  Else NULL. */
    GPtrArray *overlays;
    SnapshotDef *def;
} SnapshotRecord;

typedef struct SnapshotTree SnapshotTree;

/** snapshot_record_new: takes @def over. */
SnapshotRecord *snapshot_record_new(SnapshotDef *def);
void snapshot_record_free(SnapshotRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SnapshotRecord, snapshot_record_free)
/** snapshot_record_is_visible: users may see and name it: it exists. */
bool snapshot_record_is_visible(const SnapshotRecord *record);

SnapshotTree *snapshot_tree_new(void);
void snapshot_tree_free(SnapshotTree *tree);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SnapshotTree, snapshot_tree_free)

/** snapshot_tree_add: takes @record over; its name is not there yet. */
void snapshot_tree_add(SnapshotTree *tree, SnapshotRecord *record);
/** snapshot_tree_remove: frees @record; its children get its parent, and so
 * does what was current if that was it. */
void snapshot_tree_remove(SnapshotTree *tree, SnapshotRecord *record);

/** snapshot_tree_records: of SnapshotRecord, in no order; also invisible. */
const GPtrArray *snapshot_tree_records(const SnapshotTree *tree);
SnapshotRecord *snapshot_tree_find(const SnapshotTree *tree, const char *name);
/** snapshot_tree_new_name: (transfer full): one that is free, for a snapshot of
 * the moment @seconds that was given none. */
char *snapshot_tree_new_name(const SnapshotTree *tree, gint64 seconds);
/** snapshot_tree_get: a visible one; VIR_ERR_NO_DOMAIN_SNAPSHOT. */
SnapshotRecord *snapshot_tree_get(const SnapshotTree *tree, const char *name,
                                  GError **error);
SnapshotRecord *snapshot_tree_parent(const SnapshotTree *tree,
                                     const SnapshotRecord *record);
/** snapshot_tree_is_above: @above is @record or an ancestor of it. */
bool snapshot_tree_is_above(const SnapshotTree *tree,
                            const SnapshotRecord *above,
                            const SnapshotRecord *record);

/** snapshot_tree_current: NULL: there is none. */
SnapshotRecord *snapshot_tree_current(const SnapshotTree *tree);
/** snapshot_tree_set_current: @name NULL or unknown: there is none. */
void snapshot_tree_set_current(SnapshotTree *tree, const char *name);

/** snapshot_tree_list: (transfer container): visible ones below @from (NULL:
 * all), parents first.  @flags: virDomainSnapshotListFlags: a group of which
 * both halves are given, or neither, filters nothing. */
GPtrArray *snapshot_tree_list(const SnapshotTree *tree,
                              const SnapshotRecord *from, unsigned flags);

/** snapshot_tree_check: after loading: a parent that is not there is forgotten;
 * VIR_ERR_INTERNAL_ERROR if one descends from itself. */
bool snapshot_tree_check(SnapshotTree *tree, GError **error);
