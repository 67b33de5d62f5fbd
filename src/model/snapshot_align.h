/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Holding a snapshot's document against the domain it is of. */
#pragma once

#include "model/domain.h"
#include "model/snapshot.h"

typedef enum {
    SNAPSHOT_ALIGN_ACTIVE = 1 << 0,    /* the domain runs or is paused */
    SNAPSHOT_ALIGN_DISK_ONLY = 1 << 1, /* the caller's flag */
} SnapshotAlignFlags;

/** snapshot_align: @def gets one entry for each disk of @domain, in its order,
 * each with a place, and each overlay a path; memory gets its place.  Needs
 * @def->name.  What the document leaves open:
 *
 *   disk only          external          (memory: no)
 *   memory external    external
 *   another disk is    external          (memory: external, and needs a file)
 *     external
 *   else               internal          (memory: internal; no when shut off)
 *
 * and read-only and empty drives are left out.
 * Errors: VIR_ERR_CONFIG_UNSUPPORTED (67): an unknown or repeated disk,
 * internal and external mixed, nothing selected, an internal one without a
 * writable disk or of a format that keeps none, no name for an overlay;
 * VIR_ERR_XML_ERROR (27): memory that there is none of, or no file for it. */
bool snapshot_align(SnapshotDef *def, const DomainDef *domain, unsigned flags,
                    GError **error);

/** snapshot_align_redefined: a description of the past: disks may have gone
 * since; each name that is known is made a target. */
bool snapshot_align_redefined(SnapshotDef *def, const DomainDef *domain,
                              GError **error);
