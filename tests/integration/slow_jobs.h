/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Jobs that take long enough to be met under way. */
#pragma once

#include "machine.h"

/** slow_jobs_begin: from now on the block jobs of this QEMU crawl, by a helper
 * (tests/slow_jobs.py) that ends with QEMU. */
void slow_jobs_begin(const Machine *machine);
