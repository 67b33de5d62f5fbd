/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a disk may have another size.
 *
 * Bitmaps go along with it: a grown part is clean in all of them, which is
 * right, since it reads as zeroes until somebody writes there, and an
 * increment's image has the new size.  After a disk has shrunk and grown again
 * it is wrong: the part that went reads as zeroes by then, and every bitmap
 * calls it unchanged.  So a disk with checkpoints only grows.
 */
#pragma once

#include "model/checkpoint_tree.h"
#include "model/job.h"

typedef struct {
    const char *vm; /* its name, for messages */
    const DiskDef *disk;
    const JobTable *jobs;
    const CheckpointTree *checkpoints;
    uint64_t size; /* as it is now */
} DiskResize;

/** disk_resize_check: *@wanted bytes, which are rounded up to whole sectors.
 * VIR_ERR_INVALID_ARG for no size; VIR_ERR_OPERATION_INVALID, naming the
 * backup, job or checkpoint in the way, or of a disk that nobody writes to. */
bool disk_resize_check(const DiskResize *resize, uint64_t *wanted,
                       GError **error);
