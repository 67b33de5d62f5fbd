/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/jobs/job_watch.h"

#include "base/typed_params.h"
#include "driver/event_queue.h"
#include "qemu/jobs/job_stats.h"
#include "qemu/jobs/job_store.h"

/* next_id 0 says that nothing was seen: the first update then tells nothing,
 * whatever ended long ago. */
void
jobs_seen_clear(JobsSeen *seen)
{
    g_clear_pointer(&seen->live, g_array_unref);
    seen->next_id = 0;
}

void
job_watch_send(QemuDomain *vm, const Job *job)
{
    EventQueue *events = qemu_domain_events(vm);
    virTypedParameterPtr params = NULL;
    int n_params = 0;

    /* Nobody asked for events; making parameters for nobody is saved. */
    if (!events)
        return;
    n_params = job_stats_params(job, &params);
    event_queue_job_completed(events, vm->name, vm->uuid, vm->id, params,
                              n_params);
    typed_params_free(params, n_params);
}

/* It was live when we looked last, or has come and gone since. */
static bool
is_news(const JobsSeen *seen, const Job *job)
{
    if (seen->next_id == 0 || job_is_live(job))
        return false;
    /* Begun and ended between two looks. */
    if (job->id >= seen->next_id)
        return true;
    for (guint i = 0; seen->live && i < seen->live->len; i++) {
        if (g_array_index(seen->live, int, i) == job->id)
            return true;
    }
    return false;
}

void
jobs_seen_update(JobsSeen *seen, QemuDomain *vm, bool is_telling)
{
    JobTable *jobs = job_store_load(vm, NULL);
    g_autoptr(GArray) live = g_array_new(FALSE, FALSE, sizeof(int));

    /* A record that cannot be read fails the call that needs it. */
    if (!jobs)
        return;
    for (guint i = 0; i < jobs->jobs->len; i++) {
        const Job *job = g_ptr_array_index(jobs->jobs, i);

        if (job_is_live(job))
            g_array_append_val(live, job->id);
        /* One that was ended and forgotten between two looks cannot be told any
         * more; who forgot it has read its figures. */
        if (is_telling && is_news(seen, job))
            job_watch_send(vm, job);
    }
    jobs_seen_clear(seen);
    seen->next_id = jobs->next_id;
    seen->live = g_steal_pointer(&live);
}
