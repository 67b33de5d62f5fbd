/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The background jobs of one domain, running and ended.
 *
 * A job has an id greater than 0 that no other job of the domain ever has, so
 * that a stale id can hit nothing.  (Id 0 is the default job of libvirt's calls
 * without ids; it has no record here.)
 *
 *     STARTING ── RUNNING ── ENDING ── DONE ── ENDED ── forgotten
 *                                 └────────────┘
 *
 * It is a backup, a job on one disk (model/disk_job.h), or one that writes the
 * machine's memory out (model/memory/memory_job.h).  libvirt's calls without ids speak
 * of the last and of backups: job_table_default() and its like pass the jobs of
 * disks over, which are named by their disk.
 *
 * STARTING and ENDING are states of the record alone: a caller is at work, or
 * died at it.  DONE is a push backup that concluded by itself: it has given
 * back everything it used, and waits for virDomainBackupEnd(), unless it was
 * begun by somebody who has no such call (@ends_itself).  Ended jobs can
 * be asked for until somebody has done so, the newest JOB_HISTORY_MAX of them.
 * Of those that wait the newest JOB_WAITING_MAX do.
 * As many forgotten ones are kept in the table, for other processes that have
 * not yet told their callers of the end; no call finds them.
 */
#pragma once

#include "model/backup.h"
#include "model/disk_job.h"
#include "model/memory/memory_job.h"

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef enum {
    JOB_STARTING,
    JOB_RUNNING,
    JOB_ENDING,
    JOB_DONE,
    JOB_ENDED,
} JobState;

typedef enum {
    JOB_OUTCOME_NONE, /* not before ENDING */
    JOB_COMPLETED,
    JOB_FAILED,
    JOB_CANCELLED,
} JobOutcome;

enum { JOB_HISTORY_MAX = 32, JOB_WAITING_MAX = 256 };

/* One disk of a running or ended backup. */
typedef struct {
    char *target;
    uint64_t size;      /* of the disk, bytes */
    uint64_t total;     /* push: to copy; as last seen */
    uint64_t processed; /* push: copied */
    uint64_t temp_used; /* pull: scratch space */
    uint64_t temp_total;
    char *error; /* nullable: why this disk failed */
    /* We made the file that the backup names for it (target or scratch).  A
     * begin that died has not said so yet. */
    bool is_created;
    char *hidden_scratch; /* nullable: push: a file that is there for the
                           * moment between its making and its opening */
} JobDisk;

typedef struct {
    int id;
    int operation; /* virDomainJobOperation */
    JobState state;
    JobOutcome outcome;
    bool is_read;       /* told once to somebody who asked for ended jobs */
    int64_t started_ms; /* since the epoch */
    int64_t ended_ms;   /* 0 until ENDING is left */
    char *error;        /* nullable: why it failed */
    char *checkpoint;   /* nullable: made at the job's moment */
    bool keeps_files;   /* REUSE_EXTERNAL: files are the caller's own */
    bool ends_itself;   /* END_WHEN_DONE: nobody will call its end */
    bool holds_guest;   /* the guest, which ran, was stopped for the begin */
    /* What it does: exactly one of these. */
    BackupDef *backup; /* aligned */
    DiskJob *disk_job;
    MemoryJob *memory; /* no other of its kind beside it, and no backup */
    GPtrArray *disks;  /* of JobDisk: the chosen ones */
} Job;

JobDisk *job_disk_new(const char *target);
void job_disk_free(JobDisk *disk);
Job *job_new(int id, int operation);
void job_free(Job *job);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Job, job_free)

/** job_is_live: it still uses something of QEMU's or on disk. */
bool job_is_live(const Job *job);
/** job_is_forgotten: it ended, and somebody has asked how. */
bool job_is_forgotten(const Job *job);
/** job_type: its virDomainJobType. */
int job_type(const Job *job);
JobDisk *job_find_disk(const Job *job, const char *target);
/** job_disk_fail: @disk could not be copied, and why. */
void job_disk_fail(JobDisk *disk, const char *why);
/** job_failed_disk: the first that could not be copied; NULL if there is none. */
const JobDisk *job_failed_disk(const Job *job);
/** job_failure: (transfer full): what its copy failed of, with that disk. */
char *job_failure(const Job *job);
/** job_state_name, job_outcome_name: a word for XML and messages ("running", "completed"). */
const char *job_state_name(JobState state);
const char *job_outcome_name(JobOutcome outcome);

typedef struct JobTable {
    int next_id;
    GPtrArray *jobs; /* of Job, oldest first */
} JobTable;

JobTable *job_table_new(void);
void job_table_free(JobTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(JobTable, job_table_free)

/** job_table_add: a new STARTING job (owned by @table), or NULL when the ids
 * are used up (VIR_ERR_OPERATION_FAILED).  Trims the table first. */
Job *job_table_add(JobTable *table, int operation, GError **error);
/** job_table_remove: forgets @job, which is freed; its id stays used. */
void job_table_remove(JobTable *table, Job *job);
/** job_table_trim: drops those that ended first beyond the history, to which the
 * oldest go of more than JOB_WAITING_MAX that wait for their end. */
void job_table_trim(JobTable *table);

/** job_table_find: any job that is not forgotten; NULL if there is none of that
 * id. */
Job *job_table_find(const JobTable *table, int id);
/** job_table_live: the newest backup that is live; NULL if there is none. */
Job *job_table_live(const JobTable *table);
/** job_table_check_idle: no backup is live, so that one of @domain may begin:
 * records and nodes leave room for several, the rest does not yet.
 * VIR_ERR_OPERATION_INVALID. */
bool job_table_check_idle(const JobTable *table, const char *domain,
                          GError **error);
/** job_table_any: the oldest that is at work, of whatever kind; NULL if none. */
Job *job_table_any(const JobTable *table);
/** job_table_memory: the live job that writes memory out; NULL if none. */
Job *job_table_memory(const JobTable *table);
/** job_table_default: the job that a call without an id means: the save or dump
 * that is live, else the newest live backup. */
Job *job_table_default(const JobTable *table);
/** job_table_listed: the same, but also of backups that wait for their end. */
Job *job_table_listed(const JobTable *table);
/** job_table_disk_job: the live job on the disk @target (NULL: on any disk, the
 * oldest); a disk has one at most. */
Job *job_table_disk_job(const JobTable *table, const char *target);
/** job_table_on_disk: that, or the live backup of @target: a push copies by block
 * jobs, and programs see it among them; libvirt shows a pull there as well. */
Job *job_table_on_disk(const JobTable *table, const char *target);
/** job_is_pull: whether it is a backup that somebody reads. */
bool job_is_pull(const Job *job);
/** job_table_unread: the newest DONE or ENDED backup,
 * save or dump that nobody has read. */
Job *job_table_unread(const JobTable *table);
/** job_table_mark_read: an ended job is forgotten; one that waits for its end
 * is only not told again. */
void job_table_mark_read(JobTable *table, Job *job);
/** job_table_close: @job's caller has taken note of its end; it becomes
 * history, or is forgotten if its figures were read before. */
void job_table_close(JobTable *table, Job *job);
