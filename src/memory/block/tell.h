/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Events of a domain's devices, to all connections of its host; lifecycle is
 * memory_domain_event().  With the host's lock: queues have locks of their own,
 * and nothing is delivered from here. */
#pragma once

#include "driver/event_queue.h"
#include "memory/domain.h"

void memory_tell_block_job(const MemoryDomain *vm, const EventBlockJob *news);
void memory_tell_threshold(const MemoryDomain *vm,
                           const EventBlockThreshold *crossed);
void memory_tell_io_error(const MemoryDomain *vm, const EventIoError *failure);
/** memory_tell_agent: of the two enums of that name. */
void memory_tell_agent(const MemoryDomain *vm, int state, int reason);
/** memory_tell_job: @job, which is none on a disk, has ended. */
void memory_tell_job(const MemoryDomain *vm, const Job *job);
void memory_tell_reboot(const MemoryDomain *vm);
/** memory_tell_metadata: @type: a virDomainMetadataType. */
void memory_tell_metadata(const MemoryDomain *vm, int type, const char *uri);
