/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a save or a dump is refused for, before anything is touched. */
#include "model/save/save_file.h"
#include "qemu/domain/domain_state.h"
#include "qemu/jobs/job_store.h"
#include "qemu/save/save_job.h"

/* From what costs nothing to what asks the host; a refusal has changed
 * nothing. */
bool
save_job_check(QemuDomain *vm, const SavePlan *plan, GError **error)
{
    const JobTable *jobs = job_store_load(vm, error);

    /* QEMU may have come to its end, or been paused, with nobody there. */
    if (qemu_domain_is_active(vm))
        (void)domain_state_refresh(vm);
    return jobs && save_plan_check(plan, vm->name, vm->state, jobs, error) &&
           save_file_check(plan->path, error);
}
