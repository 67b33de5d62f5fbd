/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The memory driver: test:///default and test:///FILE.
 *
 * The whole API with no process behind it: domains that only say that they run,
 * and disks that hold data in memory.  It has the rules of the model and nothing
 * of QEMU's, so it is what tests of programs use, and the reference that the
 * other drivers are compared with (tests/conformance/).  Nothing of it outlives
 * the process.  docs/design/memory-driver.md
 */
#pragma once

#include "driver/driver.h"

extern const Driver memory_driver;
