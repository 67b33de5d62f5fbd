/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checkpoints of a QEMU domain: the rules of the line of intervals, and the
 * steps a backup shares with them.
 *
 * One bitmap a disk records at any time.  Creating a checkpoint adds the new
 * bitmap and stops the former one; "changed since X" is the union of the
 * intervals from X to the recording one.  An interval leaves its line in one
 * way, merged into its predecessor in the transaction that removes it.
 */
#pragma once

#include "model/checkpoint.h"
#include "qemu/block/transaction.h"
#include "qemu/domain.h"

typedef struct CheckpointPlan CheckpointPlan;

/* For checkpoint_plan_new(), outside the range of the public flags: bitmaps
 * beside the line, which stop nothing, and no checkpoint that anyone sees. */
enum { CHECKPOINT_PLAN_NO_METADATA = 1 << 30 };

/** checkpoint_plan_new: everything about the new checkpoint that can be refused
 * is refused here; touches nothing.  @job: 0, or the backup that carries it.
 * @flags: VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE (accepted; freezing is the
 * caller's to do) and CHECKPOINT_PLAN_NO_METADATA. */
CheckpointPlan *checkpoint_plan_new(QemuDomain *vm, const char *xml, int job,
                                    unsigned flags, GError **error);
/** checkpoint_plan_new_on: the same for images that will be on top in the same
 * instant: those of @domain that the domain has not now are empty overlays. */
CheckpointPlan *checkpoint_plan_new_on(QemuDomain *vm, const DomainDef *domain,
                                       const char *xml, unsigned flags,
                                       GError **error);
void checkpoint_plan_free(CheckpointPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(CheckpointPlan, checkpoint_plan_free)
const char *checkpoint_plan_name(const CheckpointPlan *plan);

/** checkpoint_plan_store: the pending record, durably, before QEMU's step. */
bool checkpoint_plan_store(QemuDomain *vm, CheckpointPlan *plan,
                           GError **error);
/** checkpoint_plan_drop: the pending record goes; QEMU has not been touched
 * (or its transaction was refused). */
void checkpoint_plan_drop(QemuDomain *vm, CheckpointPlan *plan);

/* The two halves of the step in QEMU.  A checkpoint alone puts both in one
 * transaction; a backup adds before its cut and stops the former after it, in
 * the transaction that also takes the private union.  @domain says which images
 * are on top. */
void checkpoint_plan_add_new(const CheckpointPlan *plan,
                             const DomainDef *domain, Transaction *actions);
void checkpoint_plan_stop_former(const CheckpointPlan *plan,
                                 const DomainDef *domain, Transaction *actions);

/** checkpoint_add_pending: the bitmaps of @name, whose record is stored: on the
 * images that are on top in @domain. */
bool checkpoint_add_pending(QemuDomain *vm, const char *name,
                            const DomainDef *domain, Transaction *actions,
                            GError **error);
/** checkpoint_drop_pending: as checkpoint_plan_drop(), of whoever stored it. */
void checkpoint_drop_pending(QemuDomain *vm, const char *name);

/** checkpoint_seal: the pending record of @name counts from now on. */
bool checkpoint_seal(QemuDomain *vm, const char *name, GError **error);

/** checkpoint_is_pending: @name is being made. */
bool checkpoint_is_pending(QemuDomain *vm, const char *name);

/** checkpoint_is_sealed: @name was made by backup @job, and counts. */
bool checkpoint_is_sealed(QemuDomain *vm, const char *name, int job);

/** checkpoint_roll_back: undoes a pending checkpoint in one transaction (the
 * predecessor records again and gets the new bitmap's bits) and drops its
 * record.  QEMU gone: the record is marked to be rolled back at the next
 * start, or dropped if its bitmaps cannot have survived. */
bool checkpoint_roll_back(QemuDomain *vm, const char *name, GError **error);

/** checkpoint_base: the bitmaps of @disk whose union is "changed since @base":
 * names on the disk's format node, oldest first.
 * Errors: VIR_ERR_NO_DOMAIN_CHECKPOINT (103); VIR_ERR_CHECKPOINT_INCONSISTENT
 * (109) naming disk and checkpoint; VIR_ERR_OPERATION_INVALID (55) while @base
 * is not sealed.  Goes by the last look at QEMU's bitmaps, which grows with the
 * number of checkpoints: who has to be sure takes a fresh one before the first
 * of several disks (checkpoint_look()).
 * Returns: (transfer full): of char *. */
GPtrArray *checkpoint_base(QemuDomain *vm, const char *base, const char *disk,
                           GError **error);

/** checkpoint_recover: at the start of a call, and in a QEMU started but not
 * yet running (@at_start): completes or undoes what a dead caller or a dead
 * QEMU left.  A pending checkpoint whose job still runs is left alone. */
bool checkpoint_recover(QemuDomain *vm, bool at_start, GError **error);

/** checkpoint_names: sealed and pending ones, parents first; for undefine. */
unsigned checkpoint_count(QemuDomain *vm, GError **error);
/** checkpoint_forget_all: undefine: intervals stay in their lines nameless. */
bool checkpoint_forget_all(QemuDomain *vm, GError **error);

/* The driver's members (driver/driver.h). */
virDomainCheckpointPtr qemu_checkpoint_create(virDomainPtr domain,
                                              const char *xml, unsigned flags,
                                              GError **error);
char *qemu_checkpoint_xml(virDomainCheckpointPtr checkpoint, unsigned flags,
                          GError **error);
int qemu_checkpoint_list(virDomainPtr domain, virDomainCheckpointPtr from,
                         virDomainCheckpointPtr **ret_checkpoints,
                         unsigned flags, GError **error);
virDomainCheckpointPtr qemu_checkpoint_lookup(virDomainPtr domain,
                                              const char *name, GError **error);
virDomainCheckpointPtr qemu_checkpoint_parent(virDomainCheckpointPtr checkpoint,
                                              GError **error);
int qemu_checkpoint_delete(virDomainCheckpointPtr checkpoint, unsigned flags,
                           GError **error);
