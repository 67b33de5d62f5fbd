/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Snapshots: states of a domain to return to.
 *
 * This release has their flags and no calls yet.  Names and numbers are
 * libvirt's.
 */
#pragma once

#include <libvirt/libvirt-domain.h>

#ifdef __cplusplus
extern "C" {
#endif

/** virDomainSnapshotCreateFlags: how to create a snapshot.  Since: 0.1.0 */
typedef enum {
    /* remember one that is there already */
    VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE = (1 << 0),
    /* make that the current one (with REDEFINE) */
    VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT = (1 << 1),
    /* do not remember it */
    VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA = (1 << 2),
    /* turn the domain off after it */
    VIR_DOMAIN_SNAPSHOT_CREATE_HALT = (1 << 3),
    /* disks without memory */
    VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY = (1 << 4),
    /* its files are there already */
    VIR_DOMAIN_SNAPSHOT_CREATE_REUSE_EXT = (1 << 5),
    /* let the guest agent prepare the file systems */
    VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE = (1 << 6),
    /* all disks or none */
    VIR_DOMAIN_SNAPSHOT_CREATE_ATOMIC = (1 << 7),
    /* save memory while the guest runs */
    VIR_DOMAIN_SNAPSHOT_CREATE_LIVE = (1 << 8),
    /* hold the XML against the schema first */
    VIR_DOMAIN_SNAPSHOT_CREATE_VALIDATE = (1 << 9),
} virDomainSnapshotCreateFlags;

/** virDomainSnapshotListFlags: which snapshots to list.  Since: 0.1.0 */
typedef enum {
    /* of a domain: only those without a parent */
    VIR_DOMAIN_SNAPSHOT_LIST_ROOTS = (1 << 0),
    /* of a snapshot: also children's children */
    VIR_DOMAIN_SNAPSHOT_LIST_DESCENDANTS = (1 << 0),
    /* only those that undefining would forget */
    VIR_DOMAIN_SNAPSHOT_LIST_METADATA = (1 << 1),
    /* only those without children */
    VIR_DOMAIN_SNAPSHOT_LIST_LEAVES = (1 << 2),
    /* only those with children */
    VIR_DOMAIN_SNAPSHOT_LIST_NO_LEAVES = (1 << 3),
    /* only those that nothing is kept of */
    VIR_DOMAIN_SNAPSHOT_LIST_NO_METADATA = (1 << 4),
    /* taken while the domain was off */
    VIR_DOMAIN_SNAPSHOT_LIST_INACTIVE = (1 << 5),
    /* taken while it ran, with memory */
    VIR_DOMAIN_SNAPSHOT_LIST_ACTIVE = (1 << 6),
    /* taken while it ran, without memory */
    VIR_DOMAIN_SNAPSHOT_LIST_DISK_ONLY = (1 << 7),
    /* inside the images */
    VIR_DOMAIN_SNAPSHOT_LIST_INTERNAL = (1 << 8),
    /* in files of their own */
    VIR_DOMAIN_SNAPSHOT_LIST_EXTERNAL = (1 << 9),
    /* parents before their children */
    VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL = (1 << 10),
} virDomainSnapshotListFlags;

/** virDomainSnapshotDeleteFlags: what to delete.  Since: 0.1.0 */
typedef enum {
    /* all its descendants too */
    VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN = (1 << 0),
    /* only forget it */
    VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY = (1 << 1),
    /* all its descendants, and not itself */
    VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY = (1 << 2),
} virDomainSnapshotDeleteFlags;

/** virDomainSnapshotRevertFlags: how to return to a snapshot.  Since: 0.1.0 */
typedef enum {
    /* and run */
    VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING = 1 << 0,
    /* and stay paused */
    VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED = 1 << 1,
    /* even if something may be lost */
    VIR_DOMAIN_SNAPSHOT_REVERT_FORCE = 1 << 2,
    /* with firmware variables as from the template */
    VIR_DOMAIN_SNAPSHOT_REVERT_RESET_NVRAM = 1 << 3,
} virDomainSnapshotRevertFlags;

#ifdef __cplusplus
}
#endif
