/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Snapshots of a QEMU domain: states to return to.
 *
 *     external   the images stay as they are, and an overlay on each takes
 *                what is written from now on
 *     internal   QEMU keeps the state of disks and memory in the qcow2 images
 *
 * What QEMU does with either was measured: docs/design/snapshots.md.
 *
 * A snapshot that moves the disks is refused on a domain with checkpoints
 * (VIR_ERR_OPERATION_INVALID, naming them): their bitmaps would stay behind.
 */
#pragma once

#include "qemu/domain.h"

/** snapshot_recover: at the start of a call, and in a QEMU started but not yet
 * running (@at_start): completes or undoes what a dead caller or a dead QEMU
 * left.  Before the checkpoints': it says which images are on top. */
bool snapshot_recover(QemuDomain *vm, bool at_start, GError **error);

/** snapshot_count: those that users see.  0 with @error if they cannot be
 * read. */
unsigned snapshot_count(QemuDomain *vm, GError **error);

/** snapshot_forget: what is cached in @vm. */
void snapshot_forget(QemuDomain *vm);

/* The driver's members (driver/driver.h). */
virDomainSnapshotPtr qemu_snapshot_create(virDomainPtr domain, const char *xml,
                                          const char *checkpoint_xml,
                                          unsigned flags, GError **error);
char *qemu_snapshot_xml(virDomainSnapshotPtr snapshot, unsigned flags,
                        GError **error);
int qemu_snapshot_list(virDomainPtr domain, virDomainSnapshotPtr from,
                       virDomainSnapshotPtr **ret_snapshots, unsigned flags,
                       GError **error);
virDomainSnapshotPtr qemu_snapshot_lookup(virDomainPtr domain, const char *name,
                                          GError **error);
virDomainSnapshotPtr qemu_snapshot_parent(virDomainSnapshotPtr snapshot,
                                          GError **error);
int qemu_snapshot_current(virDomainPtr domain,
                          virDomainSnapshotPtr *ret_current, GError **error);
int qemu_snapshot_has_metadata(virDomainSnapshotPtr snapshot, GError **error);
int qemu_snapshot_revert(virDomainSnapshotPtr snapshot, unsigned flags,
                         GError **error);
int qemu_snapshot_delete(virDomainSnapshotPtr snapshot, unsigned flags,
                         GError **error);
