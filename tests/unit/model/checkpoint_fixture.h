/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Records for the tests of the interval rules. */
#pragma once

#include "model/checkpoint_tree.h"

enum { FIXTURE_DISKS = 3 };

extern const char *const fixture_disks[FIXTURE_DISKS]; /* vda, vdb, vdc */

/** fixture_record: a record below the current one, not added to @tree yet,
 * which tracks the disks whose bits are set in @mask. */
CheckpointRecord *fixture_record(CheckpointTree *tree, const char *name,
                                 unsigned mask);
