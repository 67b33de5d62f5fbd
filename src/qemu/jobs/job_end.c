/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/jobs/job_end.h"

#include "qemu/jobs/job_store.h"
#include "qemu/watcher.h"

enum { US_PER_MS = 1000 };

bool
job_end_decide(QemuDomain *vm, Job *job, JobOutcome outcome, const char *why,
               GError **error)
{
    if (job->state == JOB_ENDING)
        return true;
    job->state = JOB_ENDING;
    job->outcome = outcome;
    g_free(job->error);
    job->error = g_strdup(why);
    return job_store_save(vm, error);
}

bool
job_end_close(QemuDomain *vm, Job *job, JobState state, GError **error)
{
    job->ended_ms = g_get_real_time() / US_PER_MS;
    job->state = state;
    if (!job_store_save(vm, error))
        return false;
    watcher_send_job(vm, job);
    return true;
}
