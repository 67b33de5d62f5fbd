/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "driver/backup_tell.h"

#include "base/typed_params.h"
#include "model/job_stats.h"

/* Each disk of a backup is a block job of libvirt's, and programs that wait for
 * those know nothing of backups.  A pull is one that somebody ends: "cancelled",
 * though nothing went wrong.  One that fell with its machine is not told. */
static bool
tells_disks(const Job *job)
{
    return job->backup && (!job_is_pull(job) || job->outcome == JOB_COMPLETED);
}

/* A disk that was taken out meanwhile has no path any more, and is told by its
 * target alone. */
static void
tell_disk(EventQueue *queue, const EventDomain *domain, const DomainDef *def,
          const Job *job, guint number)
{
    const JobDisk *disk = g_ptr_array_index(job->disks, number);
    const DiskDef *known = domain_def_find_disk(def, disk->target);
    const EventBlockJob news = {known ? known->path : NULL, disk->target,
                                VIR_DOMAIN_BLOCK_JOB_TYPE_BACKUP,
                                job_is_pull(job) ? VIR_DOMAIN_BLOCK_JOB_CANCELED
                                                 : job_stats_block_status(job)};

    event_queue_block_job(queue, domain, &news);
}

/* The figures are copied: the record may be forgotten before they are
 * delivered. */
static void
tell_job(EventQueue *queue, const EventDomain *domain, const Job *job)
{
    virTypedParameterPtr params = NULL;
    int n_params = job_stats_params(job, &params);

    event_queue_job_completed(queue, domain->name, domain->uuid, domain->id,
                              params, n_params);
    typed_params_free(params, n_params);
}

/* libvirt sees that a backup has ended when the last of its disks has, and
 * tells the whole before that part. */
void
backup_tell(EventQueue *queue, const EventDomain *domain, const DomainDef *def,
            const Job *job)
{
    guint n_disks = tells_disks(job) ? job->disks->len : 0;

    for (guint i = 0; i + 1 < n_disks; i++)
        tell_disk(queue, domain, def, job, i);
    tell_job(queue, domain, job);
    if (n_disks > 0)
        tell_disk(queue, domain, def, job, n_disks - 1);
}
