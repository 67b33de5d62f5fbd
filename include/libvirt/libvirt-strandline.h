/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What neither libvirt nor the proposal has: additions of Strandline's.
 *
 * A typed handle for jobs, which the review of the proposal asked for: a number
 * can be mixed up with that of another domain, a handle cannot.
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

#ifdef __cplusplus
}
#endif
