/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Waiting for a save or a dump: by looking again and again, each time as any
 * other call would, so that another process may look, abort or finish it. */
#include "base/error.h"
#include "qemu/jobs/job_store.h"
#include "qemu/save/save_job.h"

#include <sys/stat.h>

enum { POLL_FIRST_US = 2 * 1000, POLL_LAST_US = 50 * 1000 };

/* What became of it; *@ret_is_live: nothing yet. */
static bool
judge(const QemuDomain *vm, const Job *job, int id, bool *ret_is_live,
      GError **error)
{
    *ret_is_live = job && job_is_live(job);
    return *ret_is_live || save_plan_judge(vm->name, id, job, error);
}

/* A transient domain is gone with its end, and its job with it.  The file that
 * we still hold tells: only a whole one gets that name. */
static bool
has_arrived(const char *path, int file)
{
    struct stat ours;
    struct stat named;

    return fstat(file, &ours) == 0 && stat(path, &named) == 0 &&
           ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

/* One call as any other: its begin takes the job as far as it has come. */
static bool
look(virDomainPtr domain, int id, bool *ret_is_live, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;
    const JobTable *jobs = vm ? job_store_load(vm, error) : NULL;

    *ret_is_live = false;
    if (!jobs || !judge(vm, job_table_find(jobs, id), id, ret_is_live, error))
        return false;
    domain_object_set_id(domain, vm->id);
    return true;
}

/* Often at first, since most machines are small, then less and less: a memory
 * that takes minutes need not be asked about a thousand times. */
bool
save_job_await(virDomainPtr domain, int id, const char *path, int file,
               GError **error)
{
    gulong pause_us = POLL_FIRST_US;

    for (;;) {
        g_autoptr(GError) problem = NULL;
        bool is_live = false;

        if (!look(domain, id, &is_live, &problem)) {
            if (error_is(problem, VIR_ERR_NO_DOMAIN) &&
                has_arrived(path, file)) {
                domain_object_set_id(domain, -1);
                return true;
            }
            /* Somebody holds the root for long: the save does not suffer. */
            if (!error_is(problem, VIR_ERR_OPERATION_TIMEOUT)) {
                g_propagate_error(error, g_steal_pointer(&problem));
                return false;
            }
        } else if (!is_live) {
            return true;
        }
        g_usleep(pause_us);
        pause_us = MIN(pause_us * 2, POLL_LAST_US);
    }
}
