/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checkpoints of a domain in memory: the rules of model/interval_line.h,
 * carried out at once.
 *
 * Since nothing can fail between two steps, there is no record that is half
 * done: what is pending belongs to a backup that runs.
 */
#pragma once

#include "memory/domain.h"
#include "model/checkpoint_new.h"

/* A checkpoint that may be made: everything that can be refused was. */
typedef struct {
    CheckpointRecord *record; /* the tree's once it is made */
    IntervalPlan *adds;
    IntervalPlan *stop; /* what recorded until now, and marks for gaps */
} MemoryCheckpoint;

/** memory_checkpoint_plan: @job: 0, or the backup that carries it; @is_beside:
 * bitmaps beside the line and no checkpoint that anyone sees. */
MemoryCheckpoint *memory_checkpoint_plan(MemoryDomain *vm, const char *xml,
                                         int job, bool is_beside,
                                         GError **error);
void memory_checkpoint_free(MemoryCheckpoint *checkpoint);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MemoryCheckpoint, memory_checkpoint_free)
const char *memory_checkpoint_name(const MemoryCheckpoint *checkpoint);

/** memory_checkpoint_make: the moment itself; the record is pending. */
void memory_checkpoint_make(MemoryDomain *vm, MemoryCheckpoint *checkpoint);
/** memory_checkpoint_settle: the pending @name counts from now on, or never
 * was: its bits go back to its predecessor, which records again. */
void memory_checkpoint_settle(MemoryDomain *vm, const char *name,
                              bool is_sealed);

/** memory_checkpoint_look: bitmaps were lost: what is no longer known is marked
 * as broken, for good. */
void memory_checkpoint_look(MemoryDomain *vm);

/* The driver's members (driver/driver.h). */
virDomainCheckpointPtr memory_checkpoint_create(virDomainPtr domain,
                                                const char *xml, unsigned flags,
                                                GError **error);
int memory_checkpoint_delete(virDomainCheckpointPtr checkpoint, unsigned flags,
                             GError **error);
char *memory_checkpoint_xml(virDomainCheckpointPtr checkpoint, unsigned flags,
                            GError **error);
int memory_checkpoint_list(virDomainPtr domain, virDomainCheckpointPtr from,
                           virDomainCheckpointPtr **ret_checkpoints,
                           unsigned flags, GError **error);
virDomainCheckpointPtr memory_checkpoint_lookup(virDomainPtr domain,
                                                const char *name,
                                                GError **error);
virDomainCheckpointPtr memory_checkpoint_parent(
    virDomainCheckpointPtr checkpoint, GError **error);
