/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Snapshots: states of a domain to return to.
 *
 * A snapshot keeps what a domain's disks held at a moment (and its memory, if
 * asked), inside the images or by putting a new image on top of each.  It is
 * not a checkpoint: a checkpoint records what changes, and there is no way back
 * to it.  Snapshots have a parent each and form a tree, and one of them may be
 * the current one: the one that was made or returned to last.
 *
 * Names and numbers are libvirt's; virDomainSnapshotCreateXML2() is the
 * proposal's.  Errors that any call may give: those of libvirt-domain.h,
 * VIR_ERR_INVALID_DOMAIN_SNAPSHOT (what was given is no snapshot) and
 * VIR_ERR_NO_DOMAIN_SNAPSHOT (there is none of that name, any more).
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
    /* do not remember it (not together with REDEFINE) */
    VIR_DOMAIN_SNAPSHOT_CREATE_NO_METADATA = (1 << 2),
    /* turn the domain off after it (not together with REDEFINE) */
    VIR_DOMAIN_SNAPSHOT_CREATE_HALT = (1 << 3),
    /* disks without memory */
    VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY = (1 << 4),
    /* its files are there already */
    VIR_DOMAIN_SNAPSHOT_CREATE_REUSE_EXT = (1 << 5),
    /* let the guest agent prepare the file systems (only together with
     * DISK_ONLY) */
    VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE = (1 << 6),
    /* all disks or none */
    VIR_DOMAIN_SNAPSHOT_CREATE_ATOMIC = (1 << 7),
    /* save memory while the guest runs (not together with REDEFINE) */
    VIR_DOMAIN_SNAPSHOT_CREATE_LIVE = (1 << 8),
    /* hold the XML against the schema first */
    VIR_DOMAIN_SNAPSHOT_CREATE_VALIDATE = (1 << 9),
} virDomainSnapshotCreateFlags;

/** virDomainSnapshotXMLFlags: what the XML of a snapshot shows.  Since:
 * 0.1.0 */
typedef enum {
    /* passwords of the domain too (refused on a read-only connection) */
    VIR_DOMAIN_SNAPSHOT_XML_SECURE = (1 << 0),
} virDomainSnapshotXMLFlags;

/** virDomainSnapshotListFlags: which snapshots to list. Flags of one group are
 * or-ed, groups are and-ed; none of a group, or all: no filter.  Since:
 * 0.1.0 */
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

/** virDomainSnapshotDeleteFlags: what to delete. CHILDREN and CHILDREN_ONLY
 * exclude each other.  Since: 0.1.0 */
typedef enum {
    /* all its descendants too */
    VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN = (1 << 0),
    /* only forget it */
    VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY = (1 << 1),
    /* all its descendants, and not itself */
    VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY = (1 << 2),
} virDomainSnapshotDeleteFlags;

/** virDomainSnapshotRevertFlags: how to return to a snapshot. RUNNING and
 * PAUSED exclude each other; without them the domain is as it was.  Since:
 * 0.1.0 */
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

/**
 * virDomainSnapshotCreateXML:
 * @domain: a domain
 * @xmlDesc: a <domainsnapshot> document: name, description, which disks and
 *           how; <domainsnapshot/> is enough
 * @flags: bitwise-OR of virDomainSnapshotCreateFlags
 *
 * Keeps the state of a domain, all its disks at one moment. The snapshot
 * becomes the current one, and its parent the one that was.
 *
 * With memory it is a job (VIR_DOMAIN_JOB_OPERATION_SNAPSHOT) that this call
 * waits for. While it writes the memory to a file others may look at it, and
 * give it up with virDomainAbortJob() or virDomainJobAbort(); the guest, which
 * stood still unless LIVE was given, goes on then.
 *
 * Errors: VIR_ERR_XML_DETAIL, VIR_ERR_XML_ERROR, VIR_ERR_XML_INVALID_SCHEMA
 * (the document), VIR_ERR_OPERATION_FAILED (the name is taken),
 * VIR_ERR_CONFIG_UNSUPPORTED (a disk that is unknown or cannot be kept this
 * way), VIR_ERR_OPERATION_INVALID (the domain has checkpoints or a job in the
 * way; the message names them), VIR_ERR_OPERATION_ABORTED (its job was given
 * up), VIR_ERR_AGENT_UNRESPONSIVE,
 * VIR_ERR_ARGUMENT_UNSUPPORTED (QUIESCE, and there is no agent).
 *
 * Returns: (transfer full): the snapshot, for virDomainSnapshotFree(); NULL on
 * error
 *
 * Since: 0.1.0
 */
virDomainSnapshotPtr virDomainSnapshotCreateXML(virDomainPtr domain,
                                                const char *xmlDesc,
                                                unsigned int flags);

/**
 * virDomainSnapshotCreateXML2:
 * @domain: a domain
 * @xmlDesc: as in virDomainSnapshotCreateXML()
 * @checkpointXml: (nullable): a <domaincheckpoint> document: also make this
 *                 checkpoint, of the same moment; NULL: none
 * @flags: bitwise-OR of virDomainSnapshotCreateFlags; QUIESCE and NO_METADATA
 *         count for the checkpoint too
 *
 * Keeps the state of a domain and begins to record its writes, at one moment.
 * The new bitmaps stand on the new images, so that the checkpoint holds what
 * was written since the snapshot.
 *
 * From the proposal; libvirt has no such call.
 *
 * Errors: those of virDomainSnapshotCreateXML() and of
 * virDomainCheckpointCreateXML(); VIR_ERR_INVALID_ARG (@checkpointXml together
 * with REDEFINE).
 *
 * Returns: (transfer full): the snapshot, for virDomainSnapshotFree(); NULL on
 * error, and then neither was made
 *
 * Since: 0.1.0
 */
virDomainSnapshotPtr virDomainSnapshotCreateXML2(virDomainPtr domain,
                                                 const char *xmlDesc,
                                                 const char *checkpointXml,
                                                 unsigned int flags);

/**
 * virDomainSnapshotGetXMLDesc:
 * @snapshot: a snapshot
 * @flags: bitwise-OR of virDomainSnapshotXMLFlags
 *
 * Returns: (transfer full): a <domainsnapshot> document that REDEFINE would
 * take, for free(); NULL on error
 *
 * Since: 0.1.0
 */
char *virDomainSnapshotGetXMLDesc(virDomainSnapshotPtr snapshot,
                                  unsigned int flags);

/**
 * virDomainSnapshotNum:
 * @domain: a domain
 * @flags: bitwise-OR of virDomainSnapshotListFlags
 *
 * Prefer virDomainListAllSnapshots(): between counting and listing, snapshots
 * come and go.
 *
 * Returns: the number of snapshots, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainSnapshotNum(virDomainPtr domain, unsigned int flags);

/**
 * virDomainSnapshotListNames:
 * @domain: a domain
 * @names: room for @nameslen names, each for free()
 * @nameslen: how many at most
 * @flags: bitwise-OR of virDomainSnapshotListFlags
 *
 * Returns: the number of names that were stored, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainSnapshotListNames(virDomainPtr domain, char **names, int nameslen,
                               unsigned int flags);

/**
 * virDomainListAllSnapshots:
 * @domain: a domain
 * @snaps: (nullable): set to an array that ends with a NULL, for free() after
 *         each of its handles was given to virDomainSnapshotFree(); NULL: only
 *         count
 * @flags: bitwise-OR of virDomainSnapshotListFlags
 *
 * Returns: the number of snapshots, or -1 on error (@snaps is then NULL)
 *
 * Since: 0.1.0
 */
int virDomainListAllSnapshots(virDomainPtr domain, virDomainSnapshotPtr **snaps,
                              unsigned int flags);

/**
 * virDomainSnapshotNumChildren:
 * @snapshot: a snapshot
 * @flags: bitwise-OR of virDomainSnapshotListFlags
 *
 * Returns: the number of snapshots whose parent @snapshot is (with DESCENDANTS,
 * of all below it), or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainSnapshotNumChildren(virDomainSnapshotPtr snapshot,
                                 unsigned int flags);

/**
 * virDomainSnapshotListChildrenNames:
 * @snapshot: a snapshot
 * @names: room for @nameslen names, each for free()
 * @nameslen: how many at most
 * @flags: bitwise-OR of virDomainSnapshotListFlags
 *
 * Returns: the number of names that were stored, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainSnapshotListChildrenNames(virDomainSnapshotPtr snapshot,
                                       char **names, int nameslen,
                                       unsigned int flags);

/**
 * virDomainSnapshotListAllChildren:
 * @snapshot: a snapshot
 * @snaps: (nullable): as in virDomainListAllSnapshots()
 * @flags: bitwise-OR of virDomainSnapshotListFlags
 *
 * Lists those whose parent @snapshot is; with DESCENDANTS, theirs too.
 *
 * Returns: the number of snapshots, or -1 on error (@snaps is then NULL)
 *
 * Since: 0.1.0
 */
int virDomainSnapshotListAllChildren(virDomainSnapshotPtr snapshot,
                                     virDomainSnapshotPtr **snaps,
                                     unsigned int flags);

/**
 * virDomainSnapshotLookupByName:
 * @domain: a domain
 * @name: of a snapshot
 * @flags: none: 0
 *
 * Returns: (transfer full): the snapshot, for virDomainSnapshotFree(); NULL on
 * error
 *
 * Since: 0.1.0
 */
virDomainSnapshotPtr virDomainSnapshotLookupByName(virDomainPtr domain,
                                                   const char *name,
                                                   unsigned int flags);

/**
 * virDomainHasCurrentSnapshot:
 * @domain: a domain
 * @flags: none: 0
 *
 * Returns: 1 if one of its snapshots is the current one, 0 if none, -1 on error
 *
 * Since: 0.1.0
 */
int virDomainHasCurrentSnapshot(virDomainPtr domain, unsigned int flags);

/**
 * virDomainSnapshotCurrent:
 * @domain: a domain
 * @flags: none: 0
 *
 * Errors: VIR_ERR_NO_DOMAIN_SNAPSHOT (none is current).
 *
 * Returns: (transfer full): the current snapshot, for virDomainSnapshotFree();
 * NULL on error
 *
 * Since: 0.1.0
 */
virDomainSnapshotPtr virDomainSnapshotCurrent(virDomainPtr domain,
                                              unsigned int flags);

/**
 * virDomainSnapshotGetParent:
 * @snapshot: a snapshot
 * @flags: none: 0
 *
 * Errors: VIR_ERR_NO_DOMAIN_SNAPSHOT (it has no parent).
 *
 * Returns: (transfer full): the snapshot, for virDomainSnapshotFree(); NULL on
 * error
 *
 * Since: 0.1.0
 */
virDomainSnapshotPtr virDomainSnapshotGetParent(virDomainSnapshotPtr snapshot,
                                                unsigned int flags);

/**
 * virDomainSnapshotIsCurrent:
 * @snapshot: a snapshot
 * @flags: none: 0
 *
 * Returns: 1 if it is the current one of its domain, 0 if not, -1 on error
 *
 * Since: 0.1.0
 */
int virDomainSnapshotIsCurrent(virDomainSnapshotPtr snapshot,
                               unsigned int flags);

/**
 * virDomainSnapshotHasMetadata:
 * @snapshot: a snapshot
 * @flags: none: 0
 *
 * Returns: 1 if something is remembered of it that undefining the domain would
 * forget, 0 if not, -1 on error
 *
 * Since: 0.1.0
 */
int virDomainSnapshotHasMetadata(virDomainSnapshotPtr snapshot,
                                 unsigned int flags);

/**
 * virDomainRevertToSnapshot:
 * @snapshot: a snapshot
 * @flags: bitwise-OR of virDomainSnapshotRevertFlags
 *
 * Gives the domain the state of @snapshot back. What was written since is lost,
 * unless another snapshot keeps it. @snapshot becomes the current one.
 *
 * Errors: VIR_ERR_SNAPSHOT_REVERT_RISKY (it has no <domain>: with FORCE the
 * machine is as it is defined now),
 * VIR_ERR_CONFIG_UNSUPPORTED (not possible for this kind of snapshot),
 * VIR_ERR_OPERATION_INVALID (the domain has checkpoints or a job in the way;
 * the message names them).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainRevertToSnapshot(virDomainSnapshotPtr snapshot,
                              unsigned int flags);

/**
 * virDomainSnapshotDelete:
 * @snapshot: a snapshot
 * @flags: bitwise-OR of virDomainSnapshotDeleteFlags
 *
 * Deletes a snapshot; the domain stays as it is. Its children get its parent.
 *
 * Errors: VIR_ERR_CONFIG_UNSUPPORTED, VIR_ERR_OPERATION_UNSUPPORTED (not
 * possible for this kind of snapshot; METADATA_ONLY works),
 * VIR_ERR_OPERATION_INVALID (the domain has checkpoints or a job in the way),
 * VIR_ERR_OPERATION_TIMEOUT (the merge of an overlay stands still for a minute,
 * or takes longer than an hour: it goes on by itself, and deleting the snapshot
 * again goes on with it).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainSnapshotDelete(virDomainSnapshotPtr snapshot, unsigned int flags);

/**
 * virDomainSnapshotGetName:
 * @snapshot: a snapshot
 *
 * Returns: its name, owned by the handle; NULL on error
 *
 * Since: 0.1.0
 */
const char *virDomainSnapshotGetName(virDomainSnapshotPtr snapshot);

/**
 * virDomainSnapshotGetDomain:
 * @snapshot: a snapshot
 *
 * Returns: its domain, without a reference: not to be freed; NULL on error
 *
 * Since: 0.1.0
 */
virDomainPtr virDomainSnapshotGetDomain(virDomainSnapshotPtr snapshot);

/**
 * virDomainSnapshotGetConnect:
 * @snapshot: a snapshot
 *
 * Returns: its connection, without a reference: not to be closed; NULL on error
 *
 * Since: 0.1.0
 */
virConnectPtr virDomainSnapshotGetConnect(virDomainSnapshotPtr snapshot);

/**
 * virDomainSnapshotRef:
 * @snapshot: a snapshot
 *
 * Adds a reference, to be given back with virDomainSnapshotFree().
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainSnapshotRef(virDomainSnapshotPtr snapshot);

/**
 * virDomainSnapshotFree:
 * @snapshot: a snapshot
 *
 * Gives a reference back; the last one frees the handle. The snapshot itself is
 * not affected.
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainSnapshotFree(virDomainSnapshotPtr snapshot);

#ifdef __cplusplus
}
#endif
