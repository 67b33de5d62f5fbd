/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One event when an image has grown that far (virDomainSetBlockThreshold()). */
#pragma once

#include "memory/domain.h"

/** memory_thresholds_new: (transfer full): of a domain. */
GPtrArray *memory_thresholds_new(void);

/** memory_threshold_look: the images of the disk @target may have grown: tells
 * of those that passed theirs, each once. */
void memory_threshold_look(MemoryDomain *vm, const char *target);

/* The driver's member (driver/driver.h). */
int memory_block_threshold(virDomainPtr domain, const char *device,
                           unsigned long long threshold, GError **error);
