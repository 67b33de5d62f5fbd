/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a disk has done since its domain was started: the figures that QEMU
 * keeps of the device's backend, above everything that we put between it and
 * the image, so that a backup's reads do not count. */
#pragma once

#include "driver/driver.h"
#include "qemu/qmp/message.h"

/** qemu_block_stats_read: the "stats" of a backend or node; -1 for what QEMU
 * does not tell. */
void qemu_block_stats_read(const json_t *stats, BlockStats *ret_stats);
