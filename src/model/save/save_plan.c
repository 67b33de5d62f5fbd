/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/save/save_plan.h"

#include "base/error.h"
#include "base/flags.h"
#include "model/block/disk_job_plan.h"

#define DUMP_FLAGS                                                             \
    (VIR_DUMP_CRASH | VIR_DUMP_LIVE | VIR_DUMP_BYPASS_CACHE | VIR_DUMP_RESET | \
     VIR_DUMP_MEMORY_ONLY)

enum { US_PER_MS = 1000 };

/* By virDomainCoreDumpFormat; QEMU's words. */
static const char *const formats[] = {"elf", "kdump-zlib", "kdump-lzo",
                                      "kdump-snappy", "win-dmp"};

/* ---- what is to be done ---- */

/* The definition is the caller's until the domain is known: only then can be said
 * whether it is of the same machine. */
bool
save_plan_save(SavePlan *ret_plan, const char *path, const char *dxml,
               unsigned flags, GError **error)
{
    if (!flags_check(flags, SAVE_PLAN_SAVE_FLAGS, "a save", error))
        return false;
    *ret_plan = (SavePlan){
        .operation = VIR_DOMAIN_JOB_OPERATION_SAVE,
        .kind = MEMORY_JOB_IMAGE,
        .then = MEMORY_THEN_SAVED,
        .path = path,
        .xml = dxml,
        .spares_cache = flags & VIR_DOMAIN_SAVE_BYPASS_CACHE,
    };
    return true;
}

/* The flags exclude each other; the interface has checked that. */
static MemoryJobThen
then_of(unsigned flags)
{
    if (flags & VIR_DUMP_CRASH)
        return MEMORY_THEN_CRASH;
    return flags & VIR_DUMP_RESET ? MEMORY_THEN_RESET : MEMORY_THEN_GO_ON;
}

/* The formats are QEMU's ways to write memory alone; its stream has one form. */
bool
save_plan_dump(SavePlan *ret_plan, const char *path, unsigned format,
               unsigned flags, GError **error)
{
    bool is_core = flags & VIR_DUMP_MEMORY_ONLY;

    if (!flags_check(flags, DUMP_FLAGS, "a dump", error))
        return false;
    if (format != VIR_DOMAIN_CORE_DUMP_FORMAT_RAW && !is_core) {
        return fail(error, VIR_ERR_OPERATION_UNSUPPORTED,
                    "format '%s' is one of memory alone: ask for that "
                    "(--memory-only)",
                    formats[format]);
    }
    *ret_plan = (SavePlan){
        .operation = VIR_DOMAIN_JOB_OPERATION_DUMP,
        .kind = is_core ? MEMORY_JOB_CORE : MEMORY_JOB_STREAM,
        .then = then_of(flags),
        .path = path,
        .format = formats[format],
        .is_live = flags & VIR_DUMP_LIVE,
        .spares_cache = flags & VIR_DUMP_BYPASS_CACHE,
    };
    return true;
}

/* libvirt has a reason for each, and programs show it to people who wonder why
 * their guest does not answer. */
int
save_plan_pause_reason(int operation)
{
    switch (operation) {
    case VIR_DOMAIN_JOB_OPERATION_SAVE:
        return VIR_DOMAIN_PAUSED_SAVE;
    case VIR_DOMAIN_JOB_OPERATION_DUMP:
        return VIR_DOMAIN_PAUSED_DUMP;
    case VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT:
        return VIR_DOMAIN_PAUSED_MIGRATION;
    default:
        return VIR_DOMAIN_PAUSED_SNAPSHOT;
    }
}

/* ---- what stands against it ---- */

/* For the messages: "cannot save the domain". */
static const char *
name_of(const SavePlan *plan)
{
    return plan->operation == VIR_DOMAIN_JOB_OPERATION_SAVE ? "save the domain"
                                                            : "dump the domain";
}

/* A machine has a state of its own while it ends, and saves none then. */
static bool
check_state(const SavePlan *plan, const char *name, int state, GError **error)
{
    if (state == VIR_DOMAIN_SHUTOFF) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot %s: '%s' does not run", name_of(plan), name);
    }
    if (state == VIR_DOMAIN_SHUTDOWN) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot %s: '%s' has switched itself off", name_of(plan),
                    name);
    }
    /* QEMU takes its images back only when the guest goes on, and this one must
     * not.  A rule of every driver, or a program would learn of it late. */
    if (plan->kind == MEMORY_JOB_STREAM && state != VIR_DOMAIN_RUNNING &&
        plan->then == MEMORY_THEN_GO_ON) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot %s: '%s' is paused, and QEMU would need it to run "
                    "afterwards; dump its memory alone (--memory-only), or "
                    "resume it",
                    name_of(plan), name);
    }
    return true;
}

/* A save gives the images up, and whatever works on them would be lost; a dump
 * of memory alone leaves them alone, but stops the guest. */
bool
save_plan_check(const SavePlan *plan, const char *name, int state,
                const JobTable *jobs, GError **error)
{
    const Job *backup = job_table_live(jobs);
    bool is_core = plan->kind == MEMORY_JOB_CORE;

    if (!check_state(plan, name, state, error))
        return false;
    if (backup && !is_core) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "cannot %s: backup %d of domain '%s' is running; end it "
                    "first",
                    name_of(plan), backup->id, name);
    }
    return save_plan_refuse(name, jobs, name_of(plan), error) &&
           (is_core || disk_job_refuse(name, jobs, NULL, name_of(plan), error));
}

/* Before the guest is touched, and with a way out in the message. */
bool
save_plan_check_snapshot(const char *name, int state, const char *path,
                         GError **error)
{
    /* Its images are QEMU's again only once the guest runs. */
    if (state != VIR_DOMAIN_RUNNING) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "the memory of domain '%s' cannot be saved to a file while "
                    "it is paused: QEMU would give its images back only when "
                    "it runs; resume it, or take an internal snapshot, or one "
                    "of the disks only",
                    name);
    }
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return true;
    return fail(error, VIR_ERR_CONFIG_UNSUPPORTED,
                "the memory file '%s' exists already; choose another one, or "
                "remove it",
                path);
}

/* Wherever a driver keeps such an image, it is found by the domain and by nobody
 * else; and a transient one is gone when it stops, which a save is. */
bool
save_plan_check_managed(const char *name, bool is_persistent, GError **error)
{
    if (is_persistent)
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "domain '%s' is transient: a managed save image would be gone "
                "with it; save it to a file of your own",
                name);
}

/* With the file in the message, since that is what its owner knows it by. */
bool
save_plan_refuse(const char *name, const JobTable *jobs, const char *what,
                 GError **error)
{
    const Job *job = job_table_memory(jobs);
    const char *path = job ? job->memory->path : NULL;

    if (!job)
        return true;
    /* It writes to nobody's file, and may not be ours to abort. */
    if (job->memory->migration) {
        return migration_refuse(job->memory->migration, job->id, name, what,
                                error);
    }
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "cannot %s: job %d writes the memory of domain '%s'%s%s%s; "
                "wait for its end, or abort it",
                what, job->id, name, path ? " to '" : "", path ? path : "",
                path ? "'" : "");
}

/* A rule of every driver: what can be given up here and not there would be found
 * out when it matters. */
bool
save_plan_check_cancel(const char *name, const Job *job, GError **error)
{
    if (job->memory->migration) {
        return migration_check_cancel(job->memory->migration, job->id, name,
                                      error);
    }
    if (job->memory->kind != MEMORY_JOB_CORE)
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "job %d of domain '%s' dumps memory alone, which QEMU cannot "
                "give up; wait for its end",
                job->id, name);
}

/* ---- its record ---- */

/* The guest as it is now: it is held a moment later, and whoever takes the job up
 * lets a guest go that ran, and not one that somebody had paused. */
void
save_plan_record(const SavePlan *plan, int state, Job *job)
{
    job->started_ms = g_get_real_time() / US_PER_MS;
    job->holds_guest = state == VIR_DOMAIN_RUNNING;
    job->memory = memory_job_new(plan->kind, plan->then, plan->path);
    job->memory->spares_cache = plan->spares_cache;
    job->memory->snapshot = g_strdup(plan->snapshot);
    job->checkpoint = g_strdup(plan->checkpoint);
}

void
save_plan_note(Job *job, int64_t started_ms, uint64_t memory)
{
    job->started_ms = started_ms;
    job->outcome = JOB_COMPLETED;
    job->memory = memory_job_new(MEMORY_JOB_INSIDE, MEMORY_THEN_GO_ON, NULL);
    job->memory->total = job->memory->processed = memory;
}

/* ---- how it ended ---- */

/* For the call that waited.  Forgotten is what somebody else has read and many
 * jobs since have pushed out; that it completed cannot be told then, and must not
 * be guessed. */
bool
save_plan_judge(const char *name, int id, const Job *job, GError **error)
{
    bool is_cancelled = job && job->outcome == JOB_CANCELLED;
    const char *path = job ? job->memory->path : NULL;

    if (!job) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "job %d of domain '%s' has ended, and how is forgotten", id,
                    name);
    }
    if (job->outcome == JOB_COMPLETED)
        return true;
    if (job->memory->migration)
        return migration_fail(name, is_cancelled, job->error, error);
    return fail(error,
                is_cancelled ? VIR_ERR_OPERATION_ABORTED
                             : VIR_ERR_OPERATION_FAILED,
                "writing the memory of domain '%s'%s%s%s %s: %s", name,
                path ? " to '" : "", path ? path : "", path ? "'" : "",
                is_cancelled ? "was given up" : "failed",
                job->error ? job->error : "unknown reason");
}
