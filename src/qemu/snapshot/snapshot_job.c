/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/snapshot/snapshot_job.h"

#include "base/atomic_file.h"
#include "base/error.h"
#include "qemu/save/save_job.h"
#include "qemu/snapshot/snapshot_overlay.h"
#include "qemu/snapshot/snapshot_steps.h"
#include "qemu/snapshot/snapshot_store.h"

/* Memory inside the images is none: QEMU answers nobody while it moves that. */
bool
snapshot_job_is_one(const QemuDomain *vm, const SnapshotPlan *plan)
{
    return qemu_domain_is_active(vm) &&
           plan->record->def->memory == SNAPSHOT_PLACE_EXTERNAL;
}

/* ---- the beginning ---- */

/* The file's name is claimed now, and is given to the memory when that is whole:
 * what appears there meanwhile is nobody's to replace. */
static bool
make_files(QemuDomain *vm, const SnapshotPlan *plan, GError **error)
{
    return snapshot_overlay_make(vm, plan->record, plan->after, error) &&
           atomic_file_claim(plan->record->def->memory_file, error);
}

/* The snapshot's record first: with the job on record alone, nobody would know
 * what it is about. */
Job *
snapshot_job_begin(QemuDomain *vm, SnapshotPlan *plan, int *ret_file,
                   GError **error)
{
    bool is_halt = plan->flags & VIR_DOMAIN_SNAPSHOT_CREATE_HALT;
    const SavePlan wanted = {
        .operation = VIR_DOMAIN_JOB_OPERATION_SNAPSHOT,
        .kind = MEMORY_JOB_STREAM,
        .then = is_halt ? MEMORY_THEN_HALT : MEMORY_THEN_GO_ON,
        .path = plan->record->def->memory_file,
        .is_live = plan->flags & VIR_DOMAIN_SNAPSHOT_CREATE_LIVE,
        .snapshot = plan->name,
        .checkpoint =
            plan->checkpoint ? checkpoint_plan_name(plan->checkpoint) : NULL,
    };
    Job *job = NULL;

    if (!snapshot_store_both(vm, plan, error)) {
        if (plan->record)
            snapshot_give_up(vm, plan);
        return NULL;
    }
    if (make_files(vm, plan, error))
        job = save_job_begin(vm, &wanted, ret_file, error);
    if (!job)
        snapshot_give_up(vm, plan);
    return job;
}

/* ---- the moment ---- */

/* The record of @job's snapshot as long as it is not sealed; NULL with *@error
 * unset: it counts, or was to have no record and is made. */
static SnapshotRecord *
find_open(QemuDomain *vm, const Job *job, GError **error)
{
    const SnapshotTree *tree = snapshot_store_load(vm, error);
    SnapshotRecord *record =
        tree ? snapshot_tree_find(tree, job->memory->snapshot) : NULL;

    return record && record->step != SNAPSHOT_SEALED ? record : NULL;
}

/* Prepared: somebody came as far as QEMU's step, and died; QEMU knows whether it
 * ran.  If not, the guest still stands where its memory does. */
static SnapshotCut
cut(QemuDomain *vm, const Job *job, SnapshotRecord *record, GError **error)
{
    g_autoptr(DomainDef) after =
        snapshot_overlay_put(vm->live, record->def, true);
    bool is_used = false;

    if (record->step == SNAPSHOT_PREPARED &&
        !snapshot_overlay_is_used(vm, record->def, after, &is_used, error))
        return SNAPSHOT_CUT_OPEN;
    if (is_used)
        return SNAPSHOT_CUT_DONE;
    if (snapshot_store_set_step(vm, record, SNAPSHOT_PREPARED, error) &&
        snapshot_cut(vm, record->def, after, job->checkpoint, error))
        return SNAPSHOT_CUT_DONE;
    /* A refusal by QEMU; if it went away instead, it may have done it first. */
    return vm->qmp && !qmp_client_is_lost(vm->qmp) ? SNAPSHOT_CUT_REFUSED
                                                   : SNAPSHOT_CUT_OPEN;
}

/* What cannot be read may be anything, so that is asked again; what is not there
 * any more has been sealed or had no name to keep. */
SnapshotCut
snapshot_job_cut(QemuDomain *vm, const Job *job, GError **error)
{
    g_autoptr(GError) problem = NULL;
    SnapshotRecord *record = find_open(vm, job, &problem);

    if (problem) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return SNAPSHOT_CUT_OPEN;
    }
    if (!record)
        return SNAPSHOT_CUT_DONE;
    if (qemu_domain_is_active(vm))
        return cut(vm, job, record, error);
    /* Without a QEMU that could tell the overlays must be taken for used; while
     * it was not even to be tried they cannot be (snapshot_recover.c). */
    if (record->step == SNAPSHOT_PREPARED)
        return SNAPSHOT_CUT_DONE;
    fail(error, VIR_ERR_OPERATION_FAILED,
         "QEMU ended before the disks were put aside");
    return SNAPSHOT_CUT_REFUSED;
}

/* A checkpoint waits for a QEMU if there is none: only its bitmaps tell. */
bool
snapshot_job_record(QemuDomain *vm, const Job *job, GError **error)
{
    g_autoptr(GError) problem = NULL;
    SnapshotRecord *record = find_open(vm, job, &problem);

    if (problem) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return false;
    }
    return !record ||
           snapshot_settle(vm, record,
                           qemu_domain_is_active(vm) ? job->checkpoint : NULL,
                           error);
}

/* ---- what came to nothing ---- */

/* The guest goes on by now.  What cannot be taken away stays on record as begun,
 * and is taken away by the next call (snapshot_recover.c). */
void
snapshot_job_drop(QemuDomain *vm, const Job *job)
{
    SnapshotRecord *record = find_open(vm, job, NULL);
    g_autoptr(DomainDef) after = NULL;

    if (record) {
        after = snapshot_overlay_put(qemu_domain_def(vm), record->def, true);
        if (!snapshot_undo(vm, record, after, NULL))
            qemu_domain_distrust(vm);
    }
    if (job->checkpoint)
        checkpoint_drop_pending(vm, job->checkpoint);
}
