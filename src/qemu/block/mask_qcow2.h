/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A qcow2 image that hides what lies below it, but for some ranges.
 *
 * It is put upon a frozen disk and never written to: inside the ranges it holds
 * nothing, so that the disk shows through; everything else in it is zero
 * clusters, which take no room.  All parts of the disk without a range share
 * one second table, so the image is as large as the ranges are scattered, not
 * as the disk is (docs/design/expose.md).
 */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/** mask_qcow2_write: into the empty file @fd, for a disk of @size bytes.
 * @ranges: of DirtyRange (nbd/dirty_map.h), in order, not overlapping; the
 * clusters are chosen so that their ends are met exactly, down to 512 bytes.
 * VIR_ERR_SYSTEM_ERROR, or VIR_ERR_INVALID_ARG for a disk so large and ranges so
 * fine that QEMU would not open the image. */
bool mask_qcow2_write(int fd, uint64_t size, const GArray *ranges,
                      GError **error);
