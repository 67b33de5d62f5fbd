/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Jobs that write a machine's memory into a file: saves, dumps, and the memory of
 * snapshots (qemu/snapshot/snapshot_job.h); for the driver also the way to a
 * migration, which is one of the same kind (qemu/migrate/migrate_job.h).
 *
 * QEMU does the work, and the root's lock is free meanwhile; whoever looks at
 * the domain when it is done (as a rule the call that waits for it) goes on:
 *
 *     the file     sealed, synced, renamed to what was asked for
 *     the disks    of a snapshot: put aside, in the moment of the memory
 *     the machine  ends (saved), goes on or is reset (dumped)
 *     the record   the job has ended
 *
 * Each step can be repeated.  Until the record says ENDING the guest can go on
 * as if nothing had been; from there on the file is whole.  At no moment is
 * there neither.
 */
#pragma once

#include "model/save/save_plan.h"
#include "qemu/domain.h"

/** save_job_check: nothing else is at work on the domain, and the file can be
 * made.  VIR_ERR_OPERATION_INVALID, naming the job that is. */
bool save_job_check(QemuDomain *vm, const SavePlan *plan, GError **error);

/** save_job_begin: *@ret_file: what is written, read-only, so that its writer
 * can tell later whether it came to its place. */
Job *save_job_begin(QemuDomain *vm, const SavePlan *plan, int *ret_file,
                    GError **error);

/** save_job_await: without the root's lock.  @path and @file are those of
 * save_job_begin().  VIR_ERR_OPERATION_ABORTED, VIR_ERR_OPERATION_FAILED. */
bool save_job_await(virDomainPtr domain, int id, const char *path, int file,
                    GError **error);

/** save_job_refresh: looks at the domain's job, if there is one. */
bool save_job_refresh(QemuDomain *vm, GError **error);

/** save_job_cancel: as if it had never been; the guest, if it ran, goes on.
 * VIR_ERR_OPERATION_INVALID for a dump of memory alone, which QEMU cannot end. */
bool save_job_cancel(QemuDomain *vm, Job *job, GError **error);

/** save_job_abort_all: before QEMU is ended, and in one that was just
 * started. */
bool save_job_abort_all(QemuDomain *vm, const char *why, GError **error);

/** save_job_refuse: VIR_ERR_OPERATION_INVALID, naming the job, if one is at
 * work; @what was not done ("begin a backup"). */
bool save_job_refuse(QemuDomain *vm, const char *what, GError **error);

/** save_job_is_live: one is at work. */
bool save_job_is_live(QemuDomain *vm);

/** save_job_note: a job that has ended well: QEMU moved the machine's memory while
 * the caller, who began at @started_ms, held the root's lock.  What cannot be
 * written down is forgotten. */
void save_job_note(QemuDomain *vm, int operation, int64_t started_ms);

/** save_job_end_reason: virDomainShutoffReason of a QEMU that is gone: @reason,
 * unless it was ended because its state is saved. */
int save_job_end_reason(QemuDomain *vm, int reason);
