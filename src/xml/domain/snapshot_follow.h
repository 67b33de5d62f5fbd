/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Snapshots whose machines stood on an image that has left its chain. */
#pragma once

#include "model/snapshot.h"

/* What happened to one disk: what the images in @gone held is in @base now, on
 * which they stood. */
typedef struct {
    const char *target;
    const GPtrArray *gone; /* of ImageLayer, from the top down */
    const ImageLayer *base;
} ImageMove;

/** snapshot_follow: the machines in @def name what they stand on now;
 * *@ret_is_changed is set if one did not.  Can be repeated. */
bool snapshot_follow(SnapshotDef *def, const ImageMove *move,
                     bool *ret_is_changed, GError **error);
