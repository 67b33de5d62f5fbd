/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* An empty qcow2 image: header, reference counts and an empty first table.
 *
 * Everything else about images is QEMU's own work.  This much is ours because
 * it lies in the way of every backup: made through the monitor (blockdev-create,
 * which is a job to wait for and to dismiss) the scratch images of two disks
 * cost a backup-begin 3 ms of 17, by a qemu-img of their own 30 ms
 * (docs/design/performance.md).
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/** empty_qcow2_write: from the start of @fd, an image of a disk of @size bytes
 * (a multiple of 512) with clusters of 64 KiB, of version 3, without a backing
 * file.  All of its first clusters are written, so that @fd may be a device
 * that held something else.  VIR_ERR_SYSTEM_ERROR, or VIR_ERR_INVALID_ARG for a
 * size beyond what the format holds. */
bool empty_qcow2_write(int fd, uint64_t size, GError **error);
