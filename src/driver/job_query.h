/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every driver answers about a domain's jobs, once it has their table in
 * its hands and nobody else changes it.
 *
 * Calls without an id (JOB_ID_ANY) speak of the default job, and while that
 * does nothing, of the domain's backup.  The default job is always listed, so
 * that who lists the jobs sees whatever there may be; it is idle: nothing of
 * these drivers' runs as the default job.
 *
 * An id that was never given out and one that was forgotten are told alike:
 * which of the two it was is not known any more.
 */
#pragma once

#include "driver/driver.h"
#include "model/job.h"

enum {
    JOB_ID_DEFAULT = 0,
    JOB_ID_ANY = -1,
    /* The flags that job_query_stats() knows. */
    JOB_QUERY_STATS_FLAGS =
        VIR_DOMAIN_JOB_STATS_COMPLETED | VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED,
};

/** job_query_ids: the proposal's call: ids and types of what has not ended, in
 * one allocation of the caller's.
 * Returns: their number. */
int job_query_ids(const JobTable *jobs, virDomainJobId **ret_ids);

/** job_query_list: the same as handles, which a stale id cannot be mistaken
 * for; with VIR_DOMAIN_LIST_JOBS_COMPLETED in @flags the ended ones, too.
 * *@ret_jobs is NULL-terminated. */
int job_query_list(virDomainPtr domain, const JobTable *jobs, unsigned flags,
                   virDomainJobPtr **ret_jobs);

/** job_query_lookup: of any state, or the default job. */
virDomainJobPtr job_query_lookup(virDomainPtr domain, const JobTable *jobs,
                                 int id, GError **error);

/** job_query_document: (transfer none): of a backup; no other job has one. */
const BackupDef *job_query_document(virDomainPtr domain, const JobTable *jobs,
                                    int id, GError **error);

/** job_query_backup: (transfer none): the backup @id that is listed: it runs, or
 * waits for its End. */
Job *job_query_backup(virDomainPtr domain, const JobTable *jobs, int id,
                      GError **error);

/** job_query_check_end: ending the live backup @job early without ABORT in
 * @flags would leave half an image that looks like a backup; a pull is whole as
 * soon as its reader says so. */
bool job_query_check_end(virDomainPtr domain, const Job *job, unsigned flags,
                         GError **error);

/** job_query_outcome: what the End of backup @id returns that concluded by
 * itself: 1, or -1 with @error, which says @why (nullable). */
int job_query_outcome(virDomainPtr domain, int id, JobOutcome outcome,
                      const char *why, GError **error);

/** job_query_check_active: whether it can be asked which job runs.  A domain
 * that does not run has none, and libvirt says so by VIR_ERR_OPERATION_INVALID;
 * one whose job is still to be ended is asked for that. */
bool job_query_check_active(virDomainPtr domain, const JobTable *jobs,
                            bool is_active, GError **error);
/** job_query_stats: the figures of job @id.  Asking for completed ones forgets
 * them, unless told to keep them: libvirt's rule, which lets one reader have
 * them.
 * Returns: 1 when that changed @jobs, which is to be written down before
 * *@ret_stats may be told; 0; or -1. */
int job_query_stats(virDomainPtr domain, JobTable *jobs, int id, unsigned flags,
                    JobStats *ret_stats, GError **error);

/** job_query_info: the old call with fixed fields, for programs that know no
 * other; all zero (VIR_DOMAIN_JOB_NONE) when there is no job. */
void job_query_info(const JobTable *jobs, virDomainJobInfoPtr ret_info);

/** job_query_victim: (transfer none): the job that an aborting call means: one
 * that runs. */
Job *job_query_victim(virDomainPtr domain, const JobTable *jobs, int id,
                      GError **error);

/** job_query_ends_pull: whether aborting @job as job @id ends it in peace:
 * libvirt's clients end a pull by aborting the domain's job, and mean that they
 * are done with it.  An abort of a job by its id means what it says. */
bool job_query_ends_pull(const Job *job, int id);
