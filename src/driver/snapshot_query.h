/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every driver answers about a domain's snapshots, once it has their tree
 * in its hands and nobody else changes it: driver/checkpoint_query.h's sister.
 *
 * One without metadata is known to nobody, so whatever has a record has it.
 */
#pragma once

#include "driver/driver.h"
#include "model/snapshot_tree.h"

/* The flags that the calls know. */
enum {
    SNAPSHOT_QUERY_LIST_FLAGS =
        VIR_DOMAIN_SNAPSHOT_LIST_ROOTS | VIR_DOMAIN_SNAPSHOT_LIST_METADATA |
        VIR_DOMAIN_SNAPSHOT_LIST_LEAVES | VIR_DOMAIN_SNAPSHOT_LIST_NO_LEAVES |
        VIR_DOMAIN_SNAPSHOT_LIST_NO_METADATA |
        VIR_DOMAIN_SNAPSHOT_LIST_INACTIVE | VIR_DOMAIN_SNAPSHOT_LIST_ACTIVE |
        VIR_DOMAIN_SNAPSHOT_LIST_DISK_ONLY | VIR_DOMAIN_SNAPSHOT_LIST_INTERNAL |
        VIR_DOMAIN_SNAPSHOT_LIST_EXTERNAL |
        VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL,
};

/** snapshot_query_list: what descends from @from (NULL: all of them), always in
 * topological order.  *@ret_snapshots (@ret_snapshots nullable: only the number
 * is asked for) is NULL-terminated.
 * Returns: their number; -1 if there is no @from any more. */
int snapshot_query_list(virDomainPtr domain, const SnapshotTree *tree,
                        virDomainSnapshotPtr from, unsigned flags,
                        virDomainSnapshotPtr **ret_snapshots, GError **error);

virDomainSnapshotPtr snapshot_query_lookup(virDomainPtr domain,
                                           const SnapshotTree *tree,
                                           const char *name, GError **error);

/** snapshot_query_parent: none is an error, VIR_ERR_NO_DOMAIN_SNAPSHOT. */
virDomainSnapshotPtr snapshot_query_parent(virDomainSnapshotPtr snapshot,
                                           const SnapshotTree *tree,
                                           GError **error);

/** snapshot_query_current: *@ret_current: NULL if there is none.
 * Returns: how many there are: 1 or 0. */
int snapshot_query_current(virDomainPtr domain, const SnapshotTree *tree,
                           virDomainSnapshotPtr *ret_current);
