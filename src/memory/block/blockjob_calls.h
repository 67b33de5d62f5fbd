/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The driver's members about jobs on disks, and what disks have done. */
#pragma once

#include "memory/domain.h"

/** memory_blockjob_abort: of @job on a disk, found by @call, which this ends:
 * what a kept copy takes is done without the lock. */
bool memory_blockjob_abort(virDomainPtr domain, MemoryCall *call, Job *job,
                           GError **error);

/** memory_block_stats_read: within a call; @domain is a MemoryDomain. */
bool memory_block_stats_read(void *domain, const char *name,
                             BlockStats *ret_stats, GError **error);
int memory_block_stats(virDomainPtr domain, const char *disk,
                       BlockStats *ret_stats, GError **error);
int memory_block_job_info(virDomainPtr domain, const char *disk,
                          virDomainBlockJobInfoPtr ret_info, GError **error);
int memory_block_job_abort(virDomainPtr domain, const char *disk,
                           unsigned flags, GError **error);
int memory_block_job_set_speed(virDomainPtr domain, const char *disk,
                               unsigned long long bandwidth, GError **error);
int memory_block_pull(virDomainPtr domain, const char *disk, const char *base,
                      unsigned long long bandwidth, unsigned flags,
                      GError **error);
int memory_block_copy(virDomainPtr domain, const char *disk,
                      const BlockCopy *copy, unsigned flags, GError **error);
int memory_block_commit(virDomainPtr domain, const char *disk,
                        const BlockCommit *commit, unsigned flags,
                        GError **error);
