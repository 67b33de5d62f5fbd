/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checkpoints: moments of a domain since which its writes are recorded.
 *
 * A checkpoint is what an incremental backup is taken from: for each of its
 * disks a bitmap records what the guest writes from then on.  Checkpoints
 * have a parent each and form a tree; there is no way back to one (that is
 * what snapshots are for).
 *
 * Names and flags come from the proposal as libvirt has them since.  Errors
 * that any call may give: those of libvirt-domain.h,
 * VIR_ERR_INVALID_DOMAIN_CHECKPOINT (what was given is no checkpoint) and
 * VIR_ERR_NO_DOMAIN_CHECKPOINT (there is none of that name, any more).
 */
#pragma once

#include <libvirt/libvirt-domain.h>

#ifdef __cplusplus
extern "C" {
#endif

/** virDomainCheckpointCreateFlags: how to create a checkpoint.  Since: 0.1.0 */
typedef enum {
    /* remember one whose bitmaps are there already, from the XML that
     * describes it */
    VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE = (1 << 0),
    /* let the guest agent bring the guest's file systems to a consistent
     * state first (not together with REDEFINE) */
    VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE = (1 << 1),
    /* only if its bitmaps are there and sound (only together with REDEFINE) */
    VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE_VALIDATE = (1 << 2),
} virDomainCheckpointCreateFlags;

/** virDomainCheckpointXMLFlags: what the XML of a checkpoint shows.  Since:
 * 0.1.0 */
typedef enum {
    /* passwords of the domain too (refused on a read-only connection) */
    VIR_DOMAIN_CHECKPOINT_XML_SECURE = (1 << 0),
    /* not the domain as it was */
    VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN = (1 << 1),
    /* how much has changed since, in bytes, for each disk (the domain must run;
     * refused on a read-only connection) */
    VIR_DOMAIN_CHECKPOINT_XML_SIZE = (1 << 2),
} virDomainCheckpointXMLFlags;

/** virDomainCheckpointListFlags: which checkpoints to list. LEAVES and
 * NO_LEAVES together: all.  Since: 0.1.0 */
typedef enum {
    /* of a domain: only those without a parent */
    VIR_DOMAIN_CHECKPOINT_LIST_ROOTS = (1 << 0),
    /* of a checkpoint: also children's children */
    VIR_DOMAIN_CHECKPOINT_LIST_DESCENDANTS = (1 << 0),
    /* parents before their children */
    VIR_DOMAIN_CHECKPOINT_LIST_TOPOLOGICAL = (1 << 1),
    /* only those without children */
    VIR_DOMAIN_CHECKPOINT_LIST_LEAVES = (1 << 2),
    /* only those with children */
    VIR_DOMAIN_CHECKPOINT_LIST_NO_LEAVES = (1 << 3),
} virDomainCheckpointListFlags;

/** virDomainCheckpointDeleteFlags: what to delete. CHILDREN and CHILDREN_ONLY
 * exclude each other.  Since: 0.1.0 */
typedef enum {
    /* all its descendants too */
    VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN = (1 << 0),
    /* forget it; its bitmaps go on recording for the checkpoints before it */
    VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY = (1 << 1),
    /* all its descendants, and not itself */
    VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN_ONLY = (1 << 2),
} virDomainCheckpointDeleteFlags;

/**
 * virDomainCheckpointCreateXML:
 * @domain: a running or paused domain (with REDEFINE: any)
 * @xmlDesc: a <domaincheckpoint> document: name, description, which disks;
 *           <domaincheckpoint/> is enough
 * @flags: bitwise-OR of virDomainCheckpointCreateFlags
 *
 * Begins to record writes, on all chosen disks at one moment. It becomes the
 * current checkpoint, and its parent the one that was.
 *
 * To back up the same moment too, give the document to virDomainBackupBegin()
 * instead.
 *
 * Errors: VIR_ERR_XML_DETAIL, VIR_ERR_XML_ERROR, VIR_ERR_XML_INVALID_SCHEMA
 * (the document), VIR_ERR_OPERATION_FAILED (the name is taken),
 * VIR_ERR_CONFIG_UNSUPPORTED (a disk that is unknown or cannot record),
 * VIR_ERR_OPERATION_UNSUPPORTED (not running), VIR_ERR_AGENT_UNRESPONSIVE
 * (QUIESCE), VIR_ERR_CHECKPOINT_INCONSISTENT (REDEFINE_VALIDATE).
 *
 * Returns: (transfer full): the checkpoint, for virDomainCheckpointFree(); NULL
 * on error
 *
 * Since: 0.1.0
 */
virDomainCheckpointPtr virDomainCheckpointCreateXML(virDomainPtr domain,
                                                    const char *xmlDesc,
                                                    unsigned int flags);

/**
 * virDomainCheckpointGetXMLDesc:
 * @checkpoint: a checkpoint
 * @flags: bitwise-OR of virDomainCheckpointXMLFlags
 *
 * Errors: VIR_ERR_OPERATION_DENIED (SECURE or SIZE on a read-only connection),
 * VIR_ERR_OPERATION_INVALID (SIZE, and the domain does not run),
 * VIR_ERR_CHECKPOINT_INCONSISTENT (SIZE, and the record has gaps).
 *
 * Returns: (transfer full): a <domaincheckpoint> document that REDEFINE would
 * take, for free(); NULL on error
 *
 * Since: 0.1.0
 */
char *virDomainCheckpointGetXMLDesc(virDomainCheckpointPtr checkpoint,
                                    unsigned int flags);

/**
 * virDomainListAllCheckpoints:
 * @domain: a domain
 * @checkpoints: (nullable): set to an array that ends with a NULL, for free()
 *               after each of its handles was given to
 *               virDomainCheckpointFree(); NULL: only count
 * @flags: bitwise-OR of virDomainCheckpointListFlags
 *
 * Returns: the number of checkpoints, or -1 on error (@checkpoints is then
 * NULL)
 *
 * Since: 0.1.0
 */
int virDomainListAllCheckpoints(virDomainPtr domain,
                                virDomainCheckpointPtr **checkpoints,
                                unsigned int flags);

/**
 * virDomainCheckpointListAllChildren:
 * @checkpoint: a checkpoint
 * @children: (nullable): as in virDomainListAllCheckpoints()
 * @flags: bitwise-OR of virDomainCheckpointListFlags
 *
 * Lists those whose parent @checkpoint is; with DESCENDANTS, theirs too.
 *
 * Returns: the number of checkpoints, or -1 on error (@children is then NULL)
 *
 * Since: 0.1.0
 */
int virDomainCheckpointListAllChildren(virDomainCheckpointPtr checkpoint,
                                       virDomainCheckpointPtr **children,
                                       unsigned int flags);

/**
 * virDomainCheckpointLookupByName:
 * @domain: a domain
 * @name: of a checkpoint
 * @flags: none: 0
 *
 * Returns: (transfer full): the checkpoint, for virDomainCheckpointFree(); NULL
 * on error
 *
 * Since: 0.1.0
 */
virDomainCheckpointPtr virDomainCheckpointLookupByName(virDomainPtr domain,
                                                       const char *name,
                                                       unsigned int flags);

/**
 * virDomainCheckpointGetParent:
 * @checkpoint: a checkpoint
 * @flags: none: 0
 *
 * Errors: VIR_ERR_NO_DOMAIN_CHECKPOINT (it has no parent).
 *
 * Returns: (transfer full): the checkpoint, for virDomainCheckpointFree(); NULL
 * on error
 *
 * Since: 0.1.0
 */
virDomainCheckpointPtr virDomainCheckpointGetParent(
    virDomainCheckpointPtr checkpoint, unsigned int flags);

/**
 * virDomainCheckpointDelete:
 * @checkpoint: a checkpoint
 * @flags: bitwise-OR of virDomainCheckpointDeleteFlags
 *
 * Deletes a checkpoint. What it has recorded is added to the checkpoint before
 * it, so that incremental backups from older ones stay whole; its children get
 * its parent. Backups that were taken are not affected.
 *
 * Errors: VIR_ERR_OPERATION_UNSUPPORTED (the domain does not run; METADATA_ONLY
 * works), VIR_ERR_OPERATION_INVALID (a backup that made it is not done).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainCheckpointDelete(virDomainCheckpointPtr checkpoint,
                              unsigned int flags);

/**
 * virDomainCheckpointGetName:
 * @checkpoint: a checkpoint
 *
 * Returns: its name, owned by the handle; NULL on error
 *
 * Since: 0.1.0
 */
const char *virDomainCheckpointGetName(virDomainCheckpointPtr checkpoint);

/**
 * virDomainCheckpointGetDomain:
 * @checkpoint: a checkpoint
 *
 * Returns: its domain, without a reference: not to be freed; NULL on error
 *
 * Since: 0.1.0
 */
virDomainPtr virDomainCheckpointGetDomain(virDomainCheckpointPtr checkpoint);

/**
 * virDomainCheckpointGetConnect:
 * @checkpoint: a checkpoint
 *
 * Returns: its connection, without a reference: not to be closed; NULL on error
 *
 * Since: 0.1.0
 */
virConnectPtr virDomainCheckpointGetConnect(virDomainCheckpointPtr checkpoint);

/**
 * virDomainCheckpointRef:
 * @checkpoint: a checkpoint
 *
 * Adds a reference, to be given back with virDomainCheckpointFree().
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainCheckpointRef(virDomainCheckpointPtr checkpoint);

/**
 * virDomainCheckpointFree:
 * @checkpoint: a checkpoint
 *
 * Gives a reference back; the last one frees the handle. The checkpoint itself
 * is not affected.
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainCheckpointFree(virDomainCheckpointPtr checkpoint);

#ifdef __cplusplus
}
#endif
