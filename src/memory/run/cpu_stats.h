/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long the host's processors worked for a domain.
 *
 * No process runs a guest here; what the host does in its place is its writing
 * (virDomainTestDiskWrite()), in the thread of whoever plays it.
 */
#pragma once

#include "driver/driver.h"
#include "memory/domain.h"

/** memory_cpu_begin, memory_cpu_end: around the guest's work, in one thread. */
MemoryCpu memory_cpu_begin(void);
void memory_cpu_end(MemoryDomain *vm, const MemoryCpu *before);

/* The driver's member (driver/driver.h). */
int memory_domain_cpu_stats(virDomainPtr domain, int cpu, CpuStats *ret_stats,
                            GError **error);
