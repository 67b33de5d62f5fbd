/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every driver answers about a domain's checkpoints, once it has their tree
 * in its hands and nobody else changes it.
 *
 * A handle may be older than a deletion, so each call looks its name up anew.
 * The name goes through a hash table and never to a file: whatever it holds, it
 * finds a record or nothing.
 */
#pragma once

#include "driver/driver.h"
#include "model/checkpoint_tree.h"

/* The flags that the calls know. */
enum {
    CHECKPOINT_QUERY_XML_FLAGS = VIR_DOMAIN_CHECKPOINT_XML_SECURE |
                                 VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN |
                                 VIR_DOMAIN_CHECKPOINT_XML_SIZE,
    CHECKPOINT_QUERY_LIST_FLAGS = VIR_DOMAIN_CHECKPOINT_LIST_ROOTS |
                                  VIR_DOMAIN_CHECKPOINT_LIST_TOPOLOGICAL |
                                  VIR_DOMAIN_CHECKPOINT_LIST_LEAVES |
                                  VIR_DOMAIN_CHECKPOINT_LIST_NO_LEAVES,
};

/** checkpoint_query_list: what descends from @from (NULL: all of them), always
 * in topological order.  *@ret_checkpoints (@ret_checkpoints nullable: only
 * the number is asked for) is NULL-terminated.
 * Returns: their number; -1 if there is no @from any more. */
int checkpoint_query_list(virDomainPtr domain, const CheckpointTree *tree,
                          virDomainCheckpointPtr from, unsigned flags,
                          virDomainCheckpointPtr **ret_checkpoints,
                          GError **error);

virDomainCheckpointPtr checkpoint_query_lookup(virDomainPtr domain,
                                               const CheckpointTree *tree,
                                               const char *name,
                                               GError **error);

/** checkpoint_query_parent: the nearest one above that has a name; none is an
 * error, VIR_ERR_NO_DOMAIN_CHECKPOINT. */
virDomainCheckpointPtr checkpoint_query_parent(
    virDomainCheckpointPtr checkpoint, const CheckpointTree *tree,
    GError **error);
