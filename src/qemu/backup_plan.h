/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a backup will do, decided before anything is touched.
 *
 * Whatever can be refused is refused here: a plan that exists fails only for
 * reasons that lie outside of it (the disk is full, QEMU dies).
 */
#pragma once

#include "model/backup.h"
#include "qemu/block/store.h"
#include "qemu/checkpoint.h"
#include "qemu/domain.h"

typedef struct {
    const BackupDisk *wanted; /* in the plan's def */
    const DiskDef *source;    /* in the domain's definition */
    uint64_t size;
    /* Bitmaps on the format node whose union is "changed since the base",
     * oldest first; NULL for a full copy. */
    GPtrArray *base;
    char *bitmap; /* the union's name, on the frozen node; NULL: a full copy */
    /* A file that exists for a moment only: the scratch of a push, the mask of a
     * pull that exposes what changed alone. */
    char *hidden_scratch;
    /* An iothread serves it, and this QEMU does not survive all that one may do
     * with such a disk.  docs/design/disks-with-iothreads.md */
    bool is_delicate;
} BackupPlanDisk;

typedef struct {
    int job;
    const DomainDef *domain;    /* the live one */
    unsigned flags;             /* virDomainBackupBeginFlags */
    BackupDef *def;             /* aligned */
    bool is_def_taken;          /* a job owns def by now */
    bool has_looked;            /* at the bitmaps, once for all disks */
    GPtrArray *disks;           /* of BackupPlanDisk: the chosen ones */
    CheckpointPlan *checkpoint; /* nullable */
    /* The guest runs and one of the disks is delicate: it has to stand still
     * for the cut. */
    bool holds_guest;
} BackupPlan;

/** backup_plan_new: looks at the domain, its QEMU and the host's files, and
 * changes nothing.  @disk_xml NULL: a full push of every disk. */
BackupPlan *backup_plan_new(QemuDomain *vm, const char *disk_xml,
                            const char *checkpoint_xml, unsigned flags,
                            GError **error);
void backup_plan_free(BackupPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BackupPlan, backup_plan_free)

/** backup_plan_frozen_node: the node that whoever copies @disk reads, and on
 * which the union of its bitmaps stands.  docs/design/reading-the-view.md */
char *backup_plan_frozen_node(const BackupPlan *plan,
                              const BackupPlanDisk *disk);

/** backup_plan_stores: (transfer full): of Store: scratch and targets. */
GPtrArray *backup_plan_stores(const BackupPlan *plan, GError **error);
