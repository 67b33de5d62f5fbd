/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Jobs: the calls of libvirt, which know one job a domain, the proposal's list
 * of ids (<libvirt/libvirt-domain.h>), and the typed handles that its review
 * asked for (<libvirt/libvirt-strandline.h>). */
#include "api/call.h"
#include "base/error.h"

#include <libvirt/libvirt-strandline.h>
#include <stdlib.h>
#include <string.h>

/* The driver's id for "the job that a call without an id means". */
enum { NO_ID = -1 };

/* The parameters are the caller's from here on, for virTypedParamsFree().  Only
 * called when the driver succeeded: outputs are not touched on failure. */
static int
give_stats(const JobStats *stats, int *ret_type,
           virTypedParameterPtr *ret_params, int *ret_nparams)
{
    *ret_type = stats->type;
    *ret_params = stats->params;
    *ret_nparams = stats->nparams;
    return 0;
}

/* The old call, which cannot tell one job from another: it speaks of the one
 * that virDomainAbortJob() would end. */
int
virDomainGetJobInfo(virDomainPtr dom, virDomainJobInfoPtr info)
{
    API_ENTER(domain, dom, -1);
    API_NOT_NULL(info);
    memset(info, 0, sizeof(*info));
    API_RETURN_INT(job_info, dom, info);
}

/* Of the job that a call without an id means; the one with flags for those
 * that ended is the same call. */
int
virDomainGetJobStats(virDomainPtr domain, int *type,
                     virTypedParameterPtr *params, int *nparams,
                     unsigned int flags)
{
    JobStats stats = {0};
    int result = -1;

    API_ENTER(domain, domain, -1);
    API_NOT_NULL(type);
    API_NOT_NULL(params);
    API_NOT_NULL(nparams);
    API_CHECK(api_flags_need(&api, flags, VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED,
                             VIR_DOMAIN_JOB_STATS_COMPLETED));
    API_CALL(result, API_IS_NEGATIVE, job_stats, domain, NO_ID, flags, &stats);
    return give_stats(&stats, type, params, nparams);
}

/* libvirt's clients end a pull backup by this (driver/job_query.h). */
int
virDomainAbortJob(virDomainPtr dom)
{
    API_ENTER(domain, dom, -1);
    API_RETURN_INT(job_abort, dom, NO_ID);
}

/* POSTCOPY is refused by name and not as unknown: libvirt says so, too, of any
 * other job, and there is no other here. */
int
virDomainAbortJobFlags(virDomainPtr dom, unsigned int flags)
{
    API_ENTER(domain, dom, -1);
    if (flags == VIR_DOMAIN_ABORT_JOB_POSTCOPY) {
        g_autoptr(GError) error = NULL;

        (void)fail(&error, VIR_ERR_OPERATION_INVALID,
                   "the current job is no migration in post-copy mode");
        api_failed(&api, error);
        return -1;
    }
    API_CHECK(api_no_flags(&api, flags));
    API_RETURN_INT(job_abort, dom, NO_ID);
}

/* @ids NULL asks for the number alone; it is set to NULL before anything can
 * fail, so that a program which looks at it only never frees what it did not
 * get. */
int
virDomainListJobIds(virDomainPtr dom, virDomainJobId **ids, unsigned int flags)
{
    virDomainJobId *found = NULL;
    int count = -1;

    if (ids)
        *ids = NULL;
    API_ENTER(domain, dom, -1);
    API_CHECK(api_no_flags(&api, flags));
    API_CALL(count, API_IS_NEGATIVE, job_list_ids, dom, &found);
    if (ids)
        *ids = g_steal_pointer(&found);
    g_free(found);
    return count;
}

static void
jobs_free(virDomainJobPtr *jobs)
{
    for (size_t i = 0; jobs && jobs[i]; i++)
        job_object_unref(jobs[i]);
    g_free(jobs);
}

/* Handles remember type and operation as they were when the list was made: what
 * has become of the job since is asked with virDomainJobGetStats(). */
int
virDomainListAllJobs(virDomainPtr domain, virDomainJobPtr **jobs,
                     unsigned int flags)
{
    virDomainJobPtr *found = NULL;
    int count = -1;

    if (jobs)
        *jobs = NULL;
    API_ENTER(domain, domain, -1);
    API_CALL(count, API_IS_NEGATIVE, job_list, domain, &found, flags);
    if (jobs) {
        *jobs = found;
    } else {
        jobs_free(found);
    }
    return count;
}

/* 0 is an id as any other: the default job, which is always there. */
virDomainJobPtr
virDomainJobLookupByID(virDomainPtr domain, int id, unsigned int flags)
{
    API_ENTER(domain, domain, NULL);
    API_NOT_NEGATIVE(id);
    API_CHECK(api_no_flags(&api, flags));
    API_RETURN_POINTER(job_lookup, domain, id);
}

int
virDomainJobGetID(virDomainJobPtr job)
{
    API_ENTER(job, job, -1);
    return job->id;
}

/* As it was when the handle was made. */
int
virDomainJobGetType(virDomainJobPtr job)
{
    API_ENTER(job, job, -1);
    return job->type;
}

int
virDomainJobGetOperation(virDomainJobPtr job)
{
    API_ENTER(job, job, -1);
    return job->operation;
}

/* Without a reference for the caller, as virDomainGetConnect(). */
virDomainPtr
virDomainJobGetDomain(virDomainJobPtr job)
{
    API_ENTER(job, job, NULL);
    return job->domain;
}

int
virDomainJobRef(virDomainJobPtr job)
{
    API_ENTER(job, job, -1);
    g_atomic_int_inc(&job->refs);
    return 0;
}

int
virDomainJobFree(virDomainJobPtr job)
{
    API_ENTER(job, job, -1);
    job_object_unref(job);
    return 0;
}

/* By its handle, so that no other job can be meant, also after it ended. */
int
virDomainJobGetStats(virDomainJobPtr job, int *type,
                     virTypedParameterPtr *params, int *nparams,
                     unsigned int flags)
{
    JobStats stats = {0};
    int result = -1;

    API_ENTER(job, job, -1);
    API_NOT_NULL(type);
    API_NOT_NULL(params);
    API_NOT_NULL(nparams);
    API_CHECK(api_flags_need(&api, flags, VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED,
                             VIR_DOMAIN_JOB_STATS_COMPLETED));
    API_CALL(result, API_IS_NEGATIVE, job_stats, job->domain, job->id, flags,
             &stats);
    return give_stats(&stats, type, params, nparams);
}

/* What was begun, as a document; what it has done meanwhile are its
 * statistics. */
char *
virDomainJobGetXMLDesc(virDomainJobPtr job, unsigned int flags)
{
    API_ENTER(job, job, NULL);
    API_CHECK(api_no_flags(&api, flags));
    API_RETURN_POINTER(job_xml, job->domain, job->id);
}

/* What ending means is the job's own: a backup is accepted, a copy that is in
 * step takes the guest over. */
int
virDomainJobEnd(virDomainJobPtr job, unsigned int flags)
{
    API_ENTER(job, job, -1);
    API_CHECK(api_no_flags(&api, flags));
    API_RETURN_INT(job_end, job->domain, job->id);
}

/* Of this job and no other: an id is never used twice, so a stale handle hits
 * nothing. */
int
virDomainJobAbort(virDomainJobPtr job, unsigned int flags)
{
    API_ENTER(job, job, -1);
    API_CHECK(api_no_flags(&api, flags));
    API_RETURN_INT(job_abort, job->domain, job->id);
}
