/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a save or a dump is refused for, before anything is touched. */
#include "base/error.h"
#include "qemu/blockjob/blockjob.h"
#include "qemu/domain/domain_state.h"
#include "qemu/jobs/job_store.h"
#include "qemu/save/save_file.h"
#include "qemu/save/save_job.h"

/* For the messages: "cannot save the domain". */
static const char *
name_of(const SavePlan *plan)
{
    return plan->operation == VIR_DOMAIN_JOB_OPERATION_SAVE ? "save the domain"
                                                            : "dump the domain";
}

/* A migration gives the images up, and whatever works on them would be lost; a
 * dump of memory alone leaves them alone, but stops the guest. */
static bool
check_jobs(QemuDomain *vm, const SavePlan *plan, GError **error)
{
    const JobTable *jobs = job_store_load(vm, error);
    const Job *backup = jobs ? job_table_live(jobs) : NULL;

    if (!jobs)
        return false;
    if (backup && plan->kind != MEMORY_JOB_CORE) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot %s: backup %d of domain '%s' is running; end it "
                    "first",
                    name_of(plan), backup->id, vm->name);
    }
    return save_job_refuse(vm, name_of(plan), error) &&
           (plan->kind == MEMORY_JOB_CORE ||
            blockjob_refuse(vm, NULL, name_of(plan), error));
}

/* QEMU has a state of its own while it ends, and saves none then. */
static bool
check_state(QemuDomain *vm, const SavePlan *plan, GError **error)
{
    if (!qemu_domain_is_active(vm)) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot %s: '%s' does not run", name_of(plan), vm->name);
    }
    (void)domain_state_refresh(vm);
    if (vm->state == VIR_DOMAIN_SHUTDOWN) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot %s: '%s' has switched itself off", name_of(plan),
                    vm->name);
    }
    /* QEMU takes its images back only when the guest goes on, and this one must
     * not. */
    if (plan->kind == MEMORY_JOB_STREAM && vm->state != VIR_DOMAIN_RUNNING &&
        plan->then == MEMORY_THEN_GO_ON) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot %s: '%s' is paused, and QEMU would need it to run "
                    "afterwards; dump its memory alone (--memory-only), or "
                    "resume it",
                    name_of(plan), vm->name);
    }
    return true;
}

/* From what costs nothing to what asks the host; a refusal has changed
 * nothing. */
bool
save_job_check(QemuDomain *vm, const SavePlan *plan, GError **error)
{
    return check_state(vm, plan, error) && check_jobs(vm, plan, error) &&
           save_file_check(plan->path, error);
}
