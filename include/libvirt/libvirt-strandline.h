/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What neither libvirt nor the proposal has: additions of Strandline's.
 *
 * A typed handle for jobs, which the review of the proposal asked for: a number
 * can be mixed up with that of another domain, a handle cannot.  And what tests
 * do to the domains of test:///, which have no guest to do it.
 *
 * Errors that any call may give: those of libvirt-domain.h, and of a job's
 * handle VIR_ERR_INVALID_ARG (what was given is none) and
 * VIR_ERR_NO_DOMAIN_BACKUP (the job is not known any more).
 */
#pragma once

#include <libvirt/libvirt.h>

#ifdef __cplusplus
extern "C" {
#endif

/* This release, counted as in virGetVersion(): for #if, and to tell these
 * headers from libvirt's. */
#define STRANDLINE_VERSION_NUMBER 1000

/** virDomainJob: a job of a domain, as it was when the handle was made.
 * Since: 0.1.0 */
typedef struct _virDomainJob virDomainJob;
typedef virDomainJob *virDomainJobPtr;

/** virConnectListAllDomainsJobFlags: more ways to choose domains in
 * virConnectListAllDomains(), one group of its own.  Since: 0.1.0 */
typedef enum {
    /* a backup job is under way */
    VIR_CONNECT_LIST_DOMAINS_HAS_BACKUP_JOB = 1 << 24,
    /* none is */
    VIR_CONNECT_LIST_DOMAINS_NO_BACKUP_JOB = 1 << 25,
} virConnectListAllDomainsJobFlags;

/** virDomainBackupBeginMoreFlags: more ways to begin a backup, for
 * virDomainBackupBegin().  Since: 0.1.0 */
typedef enum {
    /* a push backup that is done is not listed until virDomainBackupEnd(): it
     * ends itself, and virDomainGetJobStats() and virDomainJobGetStats() tell
     * how it went; no effect on a pull backup.  What clients of libvirt's
     * protocol begin is begun like this, since there is no such call there */
    VIR_DOMAIN_BACKUP_BEGIN_END_WHEN_DONE = 1 << 24,
} virDomainBackupBeginMoreFlags;

/** virDomainListAllJobsFlags: which jobs to list.  Since: 0.1.0 */
typedef enum {
    /* also those that have ended and are remembered */
    VIR_DOMAIN_LIST_JOBS_COMPLETED = 1 << 0,
} virDomainListAllJobsFlags;

/**
 * virDomainListAllJobs:
 * @domain: a domain
 * @jobs: (nullable): set to an array that ends with a NULL, for free() after
 *        each of its handles was given to virDomainJobFree(); NULL: only count
 * @flags: bitwise-OR of virDomainListAllJobsFlags
 *
 * Lists all jobs of the domain: first the default job (id 0), which is always
 * there, also when nothing is under way; then backups, block jobs, saves, dumps
 * and snapshots with memory in the order of their ids; with COMPLETED those that
 * have ended among them. A snapshot of disks alone is an instant, and no job.
 *
 * Returns: the number of jobs, or -1 on error (@jobs is then NULL)
 *
 * Since: 0.1.0
 */
int virDomainListAllJobs(virDomainPtr domain, virDomainJobPtr **jobs,
                         unsigned int flags);

/**
 * VIR_DOMAIN_JOB_CHECKPOINT:
 *
 * Field of virDomainGetJobStats() and virDomainJobGetStats(): the name of the
 * checkpoint that was made at the moment of the job, as
 * VIR_TYPED_PARAM_STRING; absent if there was none.
 *
 * Since: 0.1.0
 */
#define VIR_DOMAIN_JOB_CHECKPOINT "checkpoint"

/**
 * VIR_DOMAIN_JOB_FAILED_DISK:
 *
 * Field of virDomainGetJobStats() and virDomainJobGetStats(), and of the event
 * of a job's end: the target of the disk that a push backup failed of, as
 * VIR_TYPED_PARAM_STRING. Its other disks were copied in vain; VIR_DOMAIN_JOB_ERRMSG
 * says what happened. Absent if no disk is to blame.
 *
 * Since: 0.1.0
 */
#define VIR_DOMAIN_JOB_FAILED_DISK "failed_disk"

/**
 * virDomainJobLookupByID:
 * @domain: a domain
 * @id: from virDomainBackupBegin() or virDomainListJobIds(); 0: the default job
 * @flags: none: 0
 *
 * Errors: VIR_ERR_NO_DOMAIN_BACKUP (no job has that id).
 *
 * Returns: (transfer full): the job, for virDomainJobFree(); NULL on error
 *
 * Since: 0.1.0
 */
virDomainJobPtr virDomainJobLookupByID(virDomainPtr domain, int id,
                                       unsigned int flags);

/**
 * virDomainJobGetID:
 * @job: a job
 *
 * Returns: its id (>= 0), or -1 with VIR_ERR_INVALID_ARG
 *
 * Since: 0.1.0
 */
int virDomainJobGetID(virDomainJobPtr job);

/**
 * virDomainJobGetType:
 * @job: a job
 *
 * Its state when it was looked up; virDomainJobGetStats() asks for the present
 * one.
 *
 * Returns: a virDomainJobType, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainJobGetType(virDomainJobPtr job);

/**
 * virDomainJobGetOperation:
 * @job: a job
 *
 * Returns: a virDomainJobOperation, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainJobGetOperation(virDomainJobPtr job);

/**
 * virDomainJobGetDomain:
 * @job: a job
 *
 * Returns: its domain, without a reference: not to be freed; NULL on error
 *
 * Since: 0.1.0
 */
virDomainPtr virDomainJobGetDomain(virDomainJobPtr job);

/**
 * virDomainJobRef:
 * @job: a job
 *
 * Adds a reference, to be given back with virDomainJobFree().
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainJobRef(virDomainJobPtr job);

/**
 * virDomainJobFree:
 * @job: a job
 *
 * Gives a reference back; the last one frees the handle. The job itself is not
 * affected.
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainJobFree(virDomainJobPtr job);

/**
 * virDomainJobGetStats:
 * @job: a job
 * @type: set to a virDomainJobType
 * @params: set to an array of VIR_DOMAIN_JOB_..., for virTypedParamsFree()
 * @nparams: set to how many there are
 * @flags: bitwise-OR of virDomainGetJobStatsFlags
 *
 * As virDomainGetJobStats(), of this very job.
 *
 * Errors: VIR_ERR_NO_DOMAIN_BACKUP (it is gone).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainJobGetStats(virDomainJobPtr job, int *type,
                         virTypedParameterPtr *params, int *nparams,
                         unsigned int flags);

/**
 * virDomainJobGetXMLDesc:
 * @job: a backup
 * @flags: none: 0
 *
 * As virDomainBackupGetXMLDesc(), of this very job.
 *
 * Errors: VIR_ERR_NO_DOMAIN_BACKUP (it is gone), VIR_ERR_OPERATION_UNSUPPORTED
 * (a job that has no document).
 *
 * Returns: (transfer full): a <domainbackup> document, for free(); NULL on
 * error
 *
 * Since: 0.1.0
 */
char *virDomainJobGetXMLDesc(virDomainJobPtr job, unsigned int flags);

/**
 * virDomainJobEnd:
 * @job: a job
 * @flags: none: 0
 *
 * Ends a job well. A backup: as virDomainBackupEnd() without ABORT, and the
 * checkpoint of a pull backup is kept. A copy or an active commit that is in
 * step: as virDomainBlockJobAbort() with PIVOT. Others end by themselves.
 *
 * Errors: VIR_ERR_NO_DOMAIN_BACKUP (it is gone), VIR_ERR_OPERATION_INVALID (it
 * is not done yet), VIR_ERR_OPERATION_UNSUPPORTED (it ends by itself),
 * VIR_ERR_OPERATION_FAILED (it has failed; its error is in the message).
 *
 * Returns: 1 if it is good, -1 on error. Test for < 0
 *
 * Since: 0.1.0
 */
int virDomainJobEnd(virDomainJobPtr job, unsigned int flags);

/**
 * virDomainJobAbort:
 * @job: a job
 * @flags: none: 0
 *
 * Gives a job up. A backup ends, push or pull, and its checkpoint is rolled
 * back.
 *
 * Errors: VIR_ERR_NO_DOMAIN_BACKUP (it is gone).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainJobAbort(virDomainJobPtr job, unsigned int flags);

/**
 * virDomainTestDiskFlags:
 *
 * Flags of virDomainTestDiskWrite().
 *
 * Since: 0.1.0
 */
typedef enum {
    /* The range becomes zeroes; there is no buffer. Since: 0.1.0 */
    VIR_DOMAIN_TEST_DISK_ZERO = 1 << 0,
    /* The range is discarded, which reads as zeroes as well; there is no
     * buffer. Since: 0.1.0 */
    VIR_DOMAIN_TEST_DISK_DISCARD = 1 << 1,
} virDomainTestDiskFlags;

/**
 * virConnectGetDaemonStatus:
 * @conn: a connection to a strandlined
 * @flags: none: 0
 *
 * How the daemon at the other end is: its release and process, for how long it
 * has run, and how much of its limits is used: a <daemonstatus> document, whose
 * elements have the attributes 'now' and 'max'. It counts, and names no other
 * client.
 *
 * Errors: VIR_ERR_NO_SUPPORT (no daemon: the driver is in this process; or one
 * that is not Strandline's); VIR_ERR_ACCESS_DENIED (connect:read is missing).
 *
 * Returns: (transfer full): the document, to be freed with free(); NULL on
 * error
 *
 * Since: 0.1.0
 */
char *virConnectGetDaemonStatus(virConnectPtr conn, unsigned int flags);

/**
 * virDomainTestDiskWrite:
 * @domain: a domain of test:///
 * @disk: target of the disk ("vda"), or its source
 * @offset: where to write, in bytes
 * @buffer: @size bytes; NULL exactly with one of the two flags
 * @size: how much, in bytes
 * @flags: bitwise-OR of virDomainTestDiskFlags
 *
 * What a guest would do to its disk: for tests, which have no guest. The write
 * is recorded for checkpoints, and a backup that runs keeps what was there
 * before. The domain may be shut off. virDomainBlockPeek() reads it back.
 *
 * Errors: VIR_ERR_NO_SUPPORT (any other driver); VIR_ERR_INVALID_ARG (no such
 * disk, or the range leaves it); VIR_ERR_OPERATION_DENIED (read-only
 * connection).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainTestDiskWrite(virDomainPtr domain, const char *disk,
                           unsigned long long offset, const void *buffer,
                           unsigned long long size, unsigned int flags);

/**
 * virDomainTestFault:
 * @domain: a domain of test:///
 * @xml: a fault, docs/format/test.md
 * @flags: none: 0
 *
 * Plans something to go wrong: that the next backup or block job fails after so
 * many bytes, or stands still, that a bitmap is lost, that a disk fails its guest,
 * that the guest agent goes, that the machine crashes, that the next call of a
 * kind fails with a code. So a program can be tested against every answer there
 * is.
 *
 * Errors: VIR_ERR_NO_SUPPORT (any other driver); VIR_ERR_XML_DETAIL,
 * VIR_ERR_XML_ERROR (the document); VIR_ERR_INVALID_ARG (no such bitmap or
 * disk); VIR_ERR_OPERATION_INVALID (there is nothing to crash or to release);
 * VIR_ERR_ARGUMENT_UNSUPPORTED (it has no channel for an agent);
 * VIR_ERR_OPERATION_DENIED (read-only connection).
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainTestFault(virDomainPtr domain, const char *xml,
                       unsigned int flags);

#ifdef __cplusplus
}
#endif
