/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pull, commit and copy: jobs that move the images of one disk about.
 *
 * The rules are those of model/block/disk_job_plan.h.  The guest sees the same
 * content before and after, so what moves is the knowledge of who holds it
 * (memory/block/chain.h), and a thread only lets the time pass that a limited
 * bandwidth takes.  Without a limit everything is there at once.
 *
 * The record of a job is the domain's (model/job.h); a MemoryBlockjob is what
 * runs, shared by the domain and its thread.  All of it is under the host's
 * lock, with which the thread's condition waits as well.
 */
#pragma once

#include "memory/domain.h"

typedef struct MemoryBlockjob MemoryBlockjob;

/** memory_blockjobs_new: (transfer full): of a domain. */
GPtrArray *memory_blockjobs_new(void);

/** memory_blockjob_begin: @plan is taken over; NULL (it could not be made)
 * fails.  A copy's file is made first. */
bool memory_blockjob_begin(MemoryDomain *vm, DiskJob *plan, uint64_t bandwidth,
                           GError **error);

/** memory_blockjob_set_speed: of the running @job; 0: no limit. */
void memory_blockjob_set_speed(MemoryDomain *vm, const Job *job,
                               uint64_t bandwidth);

/** memory_blockjob_look: brings the figures of all that run up to date. */
void memory_blockjob_look(MemoryDomain *vm);

/** memory_blockjob_pivot: @job was checked: the guest goes over. */
void memory_blockjob_pivot(MemoryDomain *vm, Job *job);

/** memory_blockjob_finish: @job ends so; its events are sent. */
void memory_blockjob_finish(MemoryDomain *vm, Job *job, JobOutcome outcome,
                            const char *why);

/** memory_blockjob_chain: (borrowed): the disk @target as it is, with all that is
 * below it, in *@ret_owner (transfer full); NULL: there is none with a medium. */
DiskDef *memory_blockjob_chain(const MemoryDomain *vm, const char *target,
                               DomainDef **ret_owner);
/** memory_blockjob_settle: @job came to a good end: the definitions name what is
 * left.  @vm may be off. */
void memory_blockjob_settle(MemoryDomain *vm, const DiskJob *job);

/** memory_blockjobs_end: all of them: @vm stops. */
void memory_blockjobs_end(MemoryDomain *vm, JobOutcome outcome,
                          const char *why);
