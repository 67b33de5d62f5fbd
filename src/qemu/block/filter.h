/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The permanent filter above each disk, and what hangs below it.
 *
 * It is a throttle node without limits whose only use is that its `file` can be
 * replaced while the guest runs: blockdev-reopen of the filters of all disks at
 * once is the moment of a backup.  A reopen resets every option that it does
 * not give, so the options are made here and nowhere else.
 */
#pragma once

#include "model/disk.h"
#include "qemu/qmp/client.h"

/** filter_options: (transfer full): of @disk's permanent filter above the node
 * @file, for blockdev-add, -blockdev and blockdev-reopen alike. */
json_t *filter_options(const DiskDef *disk, const char *file);

/** filter_reopen: @options: (transfer full): an array of filter_options(); all
 * are switched at one moment, or none. */
bool filter_reopen(QmpClient *qmp, json_t *options, GError **error);
