/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The embedded QEMU driver: qemu:///embed?root=DIR.
 *
 * It runs inside the calling process and keeps everything below DIR
 * (qemu/root.h).  QEMU itself outlives the process, with its jobs and exports;
 * the next process on the same root finds it again.
 */
#pragma once

#include "driver/driver.h"

extern const Driver qemu_driver;
