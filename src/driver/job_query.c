/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "driver/job_query.h"

#include "base/error.h"
#include "model/job_stats.h"

#include <string.h>

/* The proposal's list: what runs or waits for its end, with the default job, id 0,
 * before all others whether or not it does anything. */
int
job_query_ids(const JobTable *jobs, virDomainJobId **ret_ids)
{
    /* One more than there are jobs, for the default job; ended ones leave their
     * places unused. */
    virDomainJobId *ids = g_new0(virDomainJobId, jobs->jobs->len + 1);
    int count = 1;

    ids[0].id = JOB_ID_DEFAULT;
    ids[0].type = VIR_DOMAIN_JOB_NONE;
    for (guint i = 0; i < jobs->jobs->len; i++) {
        const Job *job = g_ptr_array_index(jobs->jobs, i);

        if (job->state == JOB_ENDED)
            continue;
        ids[count].id = job->id;
        ids[count].type = job_type(job);
        count++;
    }
    /* NULL asks for the number alone. */
    if (ret_ids)
        *ret_ids = g_steal_pointer(&ids);
    g_free(ids);
    return count;
}

static virDomainJobPtr
default_job(virDomainPtr domain)
{
    return job_object_new(domain, JOB_ID_DEFAULT, VIR_DOMAIN_JOB_NONE,
                          VIR_DOMAIN_JOB_OPERATION_UNKNOWN);
}

/* The review's list.  Forgotten jobs are on record only so that others can still
 * raise their events (docs/design/jobs.md); to a caller they are gone. */
int
job_query_list(virDomainPtr domain, const JobTable *jobs, unsigned flags,
               virDomainJobPtr **ret_jobs)
{
    /* A place for each job, the default one before them, NULL after them. */
    virDomainJobPtr *handles = g_new0(virDomainJobPtr, jobs->jobs->len + 2);
    bool with_ended = flags & VIR_DOMAIN_LIST_JOBS_COMPLETED;
    int count = 0;

    handles[count++] = default_job(domain);
    for (guint i = 0; i < jobs->jobs->len; i++) {
        const Job *job = g_ptr_array_index(jobs->jobs, i);

        if (job_is_forgotten(job) || (job->state == JOB_ENDED && !with_ended))
            continue;
        handles[count++] =
            job_object_new(domain, job->id, job_type(job), job->operation);
    }
    *ret_jobs = handles;
    return count;
}

/* Ids are never used twice in a domain's life, so a stale one finds nothing, and
 * never somebody else's job. */
static Job *
get_job(virDomainPtr domain, const JobTable *jobs, int id, GError **error)
{
    Job *job = job_table_find(jobs, id);

    if (!job) {
        fail(error, VIR_ERR_NO_DOMAIN_BACKUP,
             "domain '%s' has no job %d, or has forgotten it", domain->name,
             id);
    }
    return job;
}

virDomainJobPtr
job_query_lookup(virDomainPtr domain, const JobTable *jobs, int id,
                 GError **error)
{
    const Job *job = NULL;

    if (id == JOB_ID_DEFAULT)
        return default_job(domain);
    job = get_job(domain, jobs, id, error);
    return job ? job_object_new(domain, id, job_type(job), job->operation)
               : NULL;
}

/* An ended backup has one, too, until it is forgotten. */
const BackupDef *
job_query_document(virDomainPtr domain, const JobTable *jobs, int id,
                   GError **error)
{
    const Job *job = get_job(domain, jobs, id, error);

    if (job && !job->backup) {
        fail(error, VIR_ERR_OPERATION_UNSUPPORTED,
             "job %d of domain '%s' has no document: it is no backup", id,
             domain->name);
    }
    return job ? job->backup : NULL;
}

/* Of the two reasons the first says that the caller came late, and the second that
 * it never was one: only the former may be the end of a normal day. */
Job *
job_query_backup(virDomainPtr domain, const JobTable *jobs, int id,
                 GError **error)
{
    Job *job = job_table_find(jobs, id);

    if (job && job->backup && job->state != JOB_ENDED)
        return job;
    fail(error, VIR_ERR_NO_DOMAIN_BACKUP,
         job && job->backup ? "backup %d of domain '%s' has ended"
                            : "domain '%2$s' has no backup %1$d",
         id, domain->name);
    return NULL;
}

bool
job_query_check_end(virDomainPtr domain, const Job *job, unsigned flags,
                    GError **error)
{
    /* ABORT has no effect on a pull, as proposed: whoever reads it decides
     * whether it was enough. */
    if (job->backup->mode == BACKUP_MODE_PULL ||
        flags & VIR_DOMAIN_BACKUP_END_ABORT)
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "backup %d of domain '%s' has not copied everything yet; wait "
                "for its completion, or abort it",
                job->id, domain->name);
}

/* What an End answers: the outcome is decided by then, and stays decided whatever
 * is told of it. */
int
job_query_outcome(virDomainPtr domain, int id, JobOutcome outcome,
                  const char *why, GError **error)
{
    if (outcome == JOB_COMPLETED)
        return 1;
    fail(error, VIR_ERR_OPERATION_FAILED, "backup %d of domain '%s' failed: %s",
         id, domain->name, why ? why : "unknown reason");
    return -1;
}

/* libvirt's rule: figures of now need a machine that runs, unless there is
 * something to be told of one that has run. */
bool
job_query_check_active(virDomainPtr domain, const JobTable *jobs,
                       bool is_active, GError **error)
{
    if (is_active || job_table_listed(jobs))
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "domain '%s' is not running, and no job of it waits for its "
                "end; ask for completed ones",
                domain->name);
}

int
job_query_stats(virDomainPtr domain, JobTable *jobs, int id, unsigned flags,
                JobStats *ret_stats, GError **error)
{
    bool is_ended_meant = flags & VIR_DOMAIN_JOB_STATS_COMPLETED;
    bool is_kept = flags & VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED;
    JobStats stats = {.type = VIR_DOMAIN_JOB_NONE};
    Job *job = NULL;
    int result = 0;

    if (id == JOB_ID_ANY) {
        /* Ended: the one whose figures nobody has read, as libvirt keeps one.
         * That there is none is an answer. */
        job = is_ended_meant ? job_table_unread(jobs) : job_table_listed(jobs);
    } else if (id != JOB_ID_DEFAULT) {
        job = get_job(domain, jobs, id, error);
        if (!job)
            return -1;
    }
    /* Asked for its completed figures, a job that runs has none: type NONE, as
     * libvirt. */
    if (job && !(is_ended_meant && job_is_live(job))) {
        stats.type = job_type(job);
        stats.nparams = job_stats_params(job, &stats.params);
        if (is_ended_meant && !is_kept) {
            /* May free @job: everything that is told of it has been taken by
             * now. */
            job_table_mark_read(jobs, job);
            result = 1;
        }
    }
    *ret_stats = stats;
    return result;
}

/* The old structure has room for one job: the listed default one. */
void
job_query_info(const JobTable *jobs, virDomainJobInfoPtr ret_info)
{
    const Job *job = job_table_listed(jobs);

    memset(ret_info, 0, sizeof(*ret_info));
    if (job)
        job_stats_info(job, ret_info);
}

/* Without an id it is the default job alone: a caller who knows of no ids must not
 * hit one of several backups by luck. */
Job *
job_query_victim(virDomainPtr domain, const JobTable *jobs, int id,
                 GError **error)
{
    Job *job = NULL;

    if (id > JOB_ID_DEFAULT) {
        job = get_job(domain, jobs, id, error);
        if (!job)
            return NULL;
    } else if (id == JOB_ID_ANY) {
        job = job_table_default(jobs);
    }
    /* One that waits for its End has nothing left to abort. */
    if (job && job_is_live(job))
        return job;
    fail(error, VIR_ERR_OPERATION_INVALID,
         job ? "job %2$d of domain '%1$s' has ended"
             : "no job is running on domain '%1$s'",
         domain->name, id);
    return NULL;
}

/* How libvirt's clients finish a pull: they know no End.  One that names its id
 * knows better, and means an abort. */
bool
job_query_ends_pull(const Job *job, int id)
{
    return id == JOB_ID_ANY && job->backup &&
           job->backup->mode == BACKUP_MODE_PULL;
}
