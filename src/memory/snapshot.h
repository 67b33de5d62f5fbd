/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Snapshots of a domain in memory: its disks at one moment, to return to.
 *
 * Internal or external, the data is the same: references on the blocks
 * (MemoryImage).  What an external one adds is that the disk has another source
 * from then on.  The machine has no memory of its own, so that of a full
 * snapshot is only what it did: run, or stand still; it is carried out by a job
 * all the same (memory/save/write.h), as a program sees one of QEMU.
 */
#pragma once

#include "memory/domain.h"

/** memory_snapshots_new, memory_snapshots_free: those of one domain. */
MemorySnapshots *memory_snapshots_new(void);
void memory_snapshots_free(MemorySnapshots *snapshots);
/** memory_snapshots_count: those that users see. */
unsigned memory_snapshots_count(const MemorySnapshots *snapshots);
/** memory_snapshots_first: the name of one, whoever sees it; NULL: none. */
const char *memory_snapshots_first(const MemorySnapshots *snapshots);

/** memory_snapshots_follow: the commit @job has moved what its images held. */
void memory_snapshots_follow(MemoryDomain *vm, const DiskJob *job);

/* The driver's members (driver/driver.h). */
virDomainSnapshotPtr memory_snapshot_create(virDomainPtr domain,
                                            const char *xml,
                                            const char *checkpoint_xml,
                                            unsigned flags, GError **error);
char *memory_snapshot_xml(virDomainSnapshotPtr snapshot, unsigned flags,
                          GError **error);
int memory_snapshot_list(virDomainPtr domain, virDomainSnapshotPtr from,
                         virDomainSnapshotPtr **ret_snapshots, unsigned flags,
                         GError **error);
virDomainSnapshotPtr memory_snapshot_lookup(virDomainPtr domain,
                                            const char *name, GError **error);
virDomainSnapshotPtr memory_snapshot_parent(virDomainSnapshotPtr snapshot,
                                            GError **error);
int memory_snapshot_current(virDomainPtr domain,
                            virDomainSnapshotPtr *ret_current, GError **error);
int memory_snapshot_has_metadata(virDomainSnapshotPtr snapshot, GError **error);
int memory_snapshot_revert(virDomainSnapshotPtr snapshot, unsigned flags,
                           GError **error);
int memory_snapshot_delete(virDomainSnapshotPtr snapshot, unsigned flags,
                           GError **error);
