/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Jobs that write a machine's state out: saves, dumps, those of snapshots, and
 * migrations at their source (memory/migrate/).
 *
 * The call that begins one also carries it out, as with QEMU; it holds the
 * host's lock for the begin and for the end.  While it writes, others may look
 * at the job, abort it, and destroy the machine.  The file has its name when it
 * is whole (model/save/save_file.h).
 *
 * The record is the domain's (model/job.h); a MemoryWrite is what runs, shared
 * by the domain and that call.  Whoever ends the job takes it from the domain
 * (MemoryDomain.writing is NULL then) and leaves in it how it ended, since the
 * domain may be gone when the call looks.
 */
#pragma once

#include "memory/domain.h"
#include "memory/save/state.h"
#include "model/save/save_plan.h"

#include <pthread.h>

typedef struct MemoryWrite {
    gint refs; /* atomic */
    /* The job once more, for whoever writes without the lock: the table's may be
     * gone by then.  Its outcome is set by who ends it, under the host's. */
    Job *record;
    MemoryState *state; /* NULL: of a core */
    uint64_t memory;    /* of the machine, bytes */
    int file;           /* -1: it is kept in the process; or a socket */
    MemorySaved *saved; /* the domain's once it is done; NULL: it keeps none */

    /* Of a machine that moves; under the host's lock. */
    const MemorySession *leader; /* whose end is its; NULL: nobody leads it */
    bool is_last; /* what the guest wrote from here on would stay behind */

    Lock lock; /* taken after the host's; the fields below */
    pthread_cond_t is_released;
    bool is_cancelled;
    uint64_t total; /* bytes */
    uint64_t done;
    uint64_t hold_at; /* planned by a test: wait there; UINT64_MAX: nowhere */
    uint64_t fail_at; /* and fail there */
    uint64_t speed;   /* bytes/s; G_MAXINT64: as fast as can be */
    uint64_t paced;   /* bytes since it has that speed */
    gint64 paced_us;  /* and when that was */
} MemoryWrite;

MemoryWrite *memory_write_ref(MemoryWrite *writing);
void memory_write_unref(MemoryWrite *writing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MemoryWrite, memory_write_unref)

/** memory_write_new: of @record (taken over), a copy of a job of @vm; nothing is
 * to be written yet, and nothing is held or fails. */
MemoryWrite *memory_write_new(const MemoryDomain *vm, Job *record);

/** memory_write_step: an ImageFileStep of @writing: counts what has been
 * written, and waits or fails where a test, a limit or an abort says so. */
bool memory_write_step(void *writing, uint64_t bytes, GError **error);
/** memory_write_skip: the same of bytes that need not be written. */
bool memory_write_skip(MemoryWrite *writing, uint64_t bytes, GError **error);
/** memory_write_set_speed: from now on. */
void memory_write_set_speed(MemoryWrite *writing, uint64_t speed);

/** memory_write_begin: @plan was checked.  The job runs, and the guest stands
 * still unless the plan says otherwise.
 * Returns: (transfer full): NULL when the file cannot be made. */
MemoryWrite *memory_write_begin(MemoryDomain *vm, const SavePlan *plan,
                                GError **error);

/** memory_write_copy: without the host's lock: all of it, and on disk. */
bool memory_write_copy(MemoryWrite *writing, GError **error);

/** memory_write_look: brings the job's figures up to date. */
void memory_write_look(MemoryDomain *vm);

/** memory_write_finish: the live @job ends so, and what its record says follows:
 * the guest goes on, begins anew, or the machine ends, and @vm may be freed. */
void memory_write_finish(MemoryDomain *vm, Job *job, JobOutcome outcome,
                         const char *why);

/** memory_write_cancel: @job is given up, and the guest goes on.
 * VIR_ERR_OPERATION_INVALID for a dump of memory alone. */
bool memory_write_cancel(MemoryDomain *vm, Job *job, GError **error);

/** memory_write_abandon: the same before @vm ends: nothing is to go on. */
void memory_write_abandon(MemoryDomain *vm, JobOutcome outcome,
                          const char *why);

/** memory_write_close: @job has ended so, and is told of. */
void memory_write_close(MemoryDomain *vm, Job *job, JobOutcome outcome,
                        const char *why);

/** memory_write_note: a job that has ended: the machine's state was moved in one
 * go. */
void memory_write_note(MemoryDomain *vm, int operation);

/** memory_write_release: one that a test holds goes on. */
void memory_write_release(MemoryWrite *writing);

/** memory_write_conclude: after memory_write_copy(), which said @problem
 * (nullable); with the host's lock.  How the job of @domain ended, whoever ended
 * it.  VIR_ERR_OPERATION_ABORTED, VIR_ERR_OPERATION_FAILED. */
bool memory_write_conclude(virDomainPtr domain, MemoryWrite *writing,
                           const GError *problem, GError **error);
