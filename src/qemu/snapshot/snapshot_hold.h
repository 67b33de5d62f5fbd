/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What snapshots need of images, and what they are told of them.
 *
 * An external snapshot is the image that the machine wrote to at that moment,
 * with all that lies below it; an internal one is a part of an image, and reads
 * through to what lies below that.  Nothing marks such an image: it is a file
 * like any other.  So whoever is about to write to one that the machine does
 * not write to now asks here first, and whoever has moved an image's content
 * into another says so here.
 */
#pragma once

#include "model/snapshot_tree.h"
#include "qemu/domain.h"

/* A write to come. */
typedef struct {
    const char *target; /* the disk; NULL: whichever has the image */
    const char *image;  /* what is written to */
    const char *top;    /* nullable: from then on @image holds what this one,
                           above it, holds, and nothing else */
    bool is_by_name;    /* only what the records name counts */
} ImageWrite;

/** snapshot_hold_check: @write changes no state to return to, but perhaps that
 * of @but (nullable).  VIR_ERR_OPERATION_INVALID, naming the snapshot; any
 * other, naming it too, if its images cannot be looked at. */
bool snapshot_hold_check(QemuDomain *vm, const ImageWrite *write,
                         const SnapshotRecord *but, GError **error);

/** snapshot_hold_check_start: no disk of the stored definition writes to what a
 * snapshot needs, as far as the names in their records tell: images are not
 * read.  VIR_ERR_OPERATION_INVALID. */
bool snapshot_hold_check_start(QemuDomain *vm, GError **error);

/** snapshot_hold_check_empty: the qcow2 image @path holds no internal snapshot,
 * known here or not, which would be lost.  VIR_ERR_OPERATION_INVALID. */
bool snapshot_hold_check_empty(const char *path, GError **error);

/** snapshot_hold_check_leaving: none of @images (of ImageLayer), which disk
 * @target is about to leave, holds an internal snapshot of the domain, which
 * could not be returned to then.  VIR_ERR_OPERATION_INVALID. */
bool snapshot_hold_check_leaving(QemuDomain *vm, const char *target,
                                 const GPtrArray *images, GError **error);

/** snapshot_hold_follow: what @gone (of ImageLayer) held of disk @target is in
 * @base now, on which they stood: so do the snapshots that stood on them.  Can
 * be repeated. */
bool snapshot_hold_follow(QemuDomain *vm, const char *target,
                          const GPtrArray *gone, const ImageLayer *base,
                          GError **error);
