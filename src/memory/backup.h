/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Backups of a domain in memory.
 *
 * The disks are frozen by taking references on their blocks, in the same moment
 * in which the checkpoint is made: nobody writes while a call holds the host's
 * lock.  What is slow comes after it.  A push is copied by a thread of its own;
 * a pull's images are written and served before the begin returns, and the job
 * is STARTING for so long.
 *
 * The record of a job is the domain's (model/job.h).  What a job uses while it
 * is live is a MemoryBackup, shared by the domain and that thread: when the
 * domain lets go of it (MemoryDomain.backup is another one, or NULL), the job
 * has been ended by somebody, and the thread only has to come to its own end.
 */
#pragma once

#include "memory/checkpoint.h"
#include "memory/export.h"

#include <pthread.h>

/* One disk of a backup. */
typedef struct {
    const BackupDisk *wanted; /* in our def */
    MemoryImage *image;       /* the disk at the cut */
    MemoryBits *dirty;  /* what changed since the base; NULL: a full copy */
    bool is_kept;       /* the image is the caller's: write into it */
    bool is_created;    /* the file is ours to remove */
    int fd;             /* of the file; -1: qemu-img opens the target */
    uint64_t processed; /* push: bytes done; under the backup's lock */
} MemoryBackupDisk;

typedef struct MemoryBackup {
    gint refs;        /* atomic */
    MemoryHost *host; /* a reference */
    unsigned char uuid[DOMAIN_UUID_SIZE];
    int job;
    BackupDef *def;               /* aligned */
    GPtrArray *disks;             /* of MemoryBackupDisk: the chosen ones */
    MemoryCheckpoint *checkpoint; /* nullable; until it is made */
    int listener;                 /* pull: until the export has it */
    MemoryExport *export;         /* pull; under the host's lock */

    Lock lock; /* taken after the host's; the fields below */
    pthread_cond_t is_released;
    bool is_cancelled;
    bool is_watched;  /* a threshold was set: the copy looks at every block */
    uint64_t done;    /* bytes, of all disks */
    uint64_t hold_at; /* planned by a test: wait there; UINT64_MAX: nowhere */
    uint64_t fail_at; /* and fail there */
} MemoryBackup;

MemoryBackup *memory_backup_ref(MemoryBackup *backup);
void memory_backup_unref(MemoryBackup *backup);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MemoryBackup, memory_backup_unref)

/** memory_backup_plan: everything that can be refused is refused here; changes
 * nothing.  In backup_plan.c. */
MemoryBackup *memory_backup_plan(MemoryDomain *vm, const char *disk_xml,
                                 const char *checkpoint_xml, unsigned flags,
                                 GError **error);
/** memory_backup_open: makes and opens the files, and listens: the last that
 * can be refused.  What was made before a failure is gone again. */
bool memory_backup_open(MemoryBackup *backup, GError **error);

/** memory_backup_push: the thread that copies; @data: a reference to a
 * MemoryBackup, which it gives up.  In backup_copy.c. */
gpointer memory_backup_push(gpointer data);
/** memory_backup_serve: (transfer full): what a pull's clients read. */
MemoryExport *memory_backup_serve(MemoryBackup *backup, GError **error);
/** memory_backup_cancel: a copy that is under way gives up soon. */
void memory_backup_cancel(MemoryBackup *backup);

/** memory_backup_look: brings the figures of the live job up to date, and tells
 * of thresholds that its images have passed. */
void memory_backup_look(MemoryDomain *vm);
/** memory_backup_watch: looks, and the live job does so by itself from now on. */
void memory_backup_watch(MemoryDomain *vm);
/** memory_backup_finish: @job is live: gives back what it uses, decides its
 * checkpoint, and tells of its end. */
void memory_backup_finish(MemoryDomain *vm, Job *job, JobOutcome outcome,
                          const char *why);

/* The driver's members (driver/driver.h). */
int memory_backup_begin(virDomainPtr domain, const char *disk_xml,
                        const char *checkpoint_xml, unsigned flags,
                        GError **error);
char *memory_backup_xml(virDomainPtr domain, int id, GError **error);
int memory_backup_end(virDomainPtr domain, int id, unsigned flags,
                      GError **error);
