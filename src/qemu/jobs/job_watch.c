/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/jobs/job_watch.h"

#include "driver/backup_tell.h"
#include "model/job_stats.h"
#include "qemu/jobs/job_store.h"

/* next_id 0 says that nothing was seen: the first update then tells nothing,
 * whatever ended long ago. */
void
jobs_seen_clear(JobsSeen *seen)
{
    g_clear_pointer(&seen->live, g_array_unref);
    seen->next_id = 0;
}

static void
send_disk_job(QemuDomain *vm, EventQueue *events, const Job *job, int status)
{
    const DiskJob *disk_job = job->disk_job;
    const EventDomain domain = {vm->name, vm->uuid, vm->id};
    const EventBlockJob news = {disk_job_told_path(disk_job, status),
                                disk_job->disk, disk_job->type, status};

    event_queue_block_job(events, &domain, &news);
}

void
job_watch_send(QemuDomain *vm, const Job *job)
{
    EventQueue *events = qemu_domain_events(vm);
    const EventDomain domain = {vm->name, vm->uuid, vm->id};

    /* Nobody asked for events; making parameters for nobody is saved. */
    if (!events)
        return;
    if (job->disk_job) {
        send_disk_job(vm, events, job, job_stats_block_status(job));
    } else {
        backup_tell(events, &domain, qemu_domain_def(vm), job);
    }
}

static const JobSeen *
find_seen(const JobsSeen *seen, int id)
{
    for (guint i = 0; seen->live && i < seen->live->len; i++) {
        const JobSeen *job = &g_array_index(seen->live, JobSeen, i);

        if (job->id == id)
            return job;
    }
    return NULL;
}

/* In step, which comes before its end whoever saw it first. */
static void
tell_ready(const JobsSeen *seen, QemuDomain *vm, const Job *job)
{
    const JobSeen *former = find_seen(seen, job->id);
    EventQueue *events = qemu_domain_events(vm);

    if (events && job->disk_job && job->disk_job->is_ready &&
        seen->next_id > 0 &&
        (former ? !former->is_ready : job->id >= seen->next_id))
        send_disk_job(vm, events, job, VIR_DOMAIN_BLOCK_JOB_READY);
}

/* It was live when we looked last, or has come and gone since. */
static bool
is_news(const JobsSeen *seen, const Job *job)
{
    if (seen->next_id == 0 || job_is_live(job))
        return false;
    return job->id >= seen->next_id || find_seen(seen, job->id);
}

/* By comparing tables, so it does not matter who ended the job. */
void
jobs_seen_update(JobsSeen *seen, QemuDomain *vm, bool is_telling)
{
    JobTable *jobs = job_store_load(vm, NULL);
    g_autoptr(GArray) live = g_array_new(FALSE, FALSE, sizeof(JobSeen));

    /* A record that cannot be read fails the call that needs it. */
    if (!jobs)
        return;
    for (guint i = 0; i < jobs->jobs->len; i++) {
        const Job *job = g_ptr_array_index(jobs->jobs, i);
        const JobSeen now = {job->id, job->disk_job && job->disk_job->is_ready};

        if (job_is_live(job))
            g_array_append_val(live, now);
        if (is_telling)
            tell_ready(seen, vm, job);
        if (is_telling && is_news(seen, job))
            job_watch_send(vm, job);
    }
    jobs_seen_clear(seen);
    seen->next_id = jobs->next_id;
    seen->live = g_steal_pointer(&live);
}
