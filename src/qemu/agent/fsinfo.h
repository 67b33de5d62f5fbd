/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a guest says of its file systems, in the words of its host.
 *
 * The guest names a disk by where it sits (PCI address, or controller and
 * unit) and by its serial number; we know the same of each disk from QEMU and
 * from the definition.  The table of that is made while the domain is at hand,
 * so that the agent can be asked, and be slow, without the root's lock.
 */
#pragma once

#include "model/domain.h"

#include <jansson.h>
#include <libvirt/libvirt-domain.h>

typedef struct DiskPlaces DiskPlaces;

/** disk_places_new: of all disks of @def; @pci is what query-pci answered
 * (nullable: then serial numbers alone tell virtio and SCSI disks apart). */
DiskPlaces *disk_places_new(const DomainDef *def, const json_t *pci);
void disk_places_free(DiskPlaces *places);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(DiskPlaces, disk_places_free)

/** disk_places_target: (nullable): the target of the one that sits where the
 * guest's @disk says, or has its serial number. */
const char *disk_places_target(const DiskPlaces *places, const json_t *disk);

/** agent_fsinfo_parse: @list is what guest-get-fsinfo returned.  Disks that are
 * not in @places are left out: the guest's own name for one ("sdb") would read
 * like ours for another.  Returns their number, -1 with
 * VIR_ERR_AGENT_UNRESPONSIVE. */
int agent_fsinfo_parse(const json_t *list, const DiskPlaces *places,
                       virDomainFSInfoPtr **ret_info, GError **error);
