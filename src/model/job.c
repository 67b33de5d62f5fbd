/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/job.h"

#include "base/error.h"

#include <libvirt/libvirt.h>
#include <string.h>

/* Job ids are parts of node names, which are short (qemu/block/node_names.h);
 * nine digits last for a backup a second over 31 years. */
enum { JOB_ID_MAX = 999999999 };

/* In the order of the enumerators; these words are in state files, so they are
 * never changed, only added to. */
static const char *const state_names[] = {"starting", "running", "ending",
                                          "done", "ended"};
static const char *const outcome_names[] = {"none", "completed", "failed",
                                            "cancelled"};

/* All figures 0: nothing was asked of QEMU yet. */
JobDisk *
job_disk_new(const char *target)
{
    JobDisk *disk = g_new0(JobDisk, 1);

    disk->target = g_strdup(target);
    return disk;
}

/* Whether the file of a disk is removed is not decided here: the record
 * outlives the object. */
void
job_disk_free(JobDisk *disk)
{
    if (!disk)
        return;
    g_free(disk->target);
    g_free(disk->error);
    g_free(disk->hidden_scratch);
    g_free(disk);
}

/* Times and the backup's document are the beginner's to fill in; JOB_STARTING
 * and JOB_OUTCOME_NONE are what zero means. */
Job *
job_new(int id, int operation)
{
    Job *job = g_new0(Job, 1);

    job->id = id;
    job->operation = operation;
    job->disks = g_ptr_array_new_with_free_func((GDestroyNotify)job_disk_free);
    return job;
}

/* @job->backup is its own from the moment the job is on record. */
void
job_free(Job *job)
{
    if (!job)
        return;
    g_free(job->error);
    g_free(job->checkpoint);
    backup_def_free(job->backup);
    disk_job_free(job->disk_job);
    memory_job_free(job->memory);
    g_ptr_array_unref(job->disks);
    g_free(job);
}

/* By the order of the enumerators: all states before DONE hold something. */
bool
job_is_live(const Job *job)
{
    return job->state < JOB_DONE;
}

int
job_type(const Job *job)
{
    /* UNBOUNDED and never BOUNDED, as libvirt has it for backups: a pull has no
     * end that could be foreseen. */
    if (job_is_live(job))
        return VIR_DOMAIN_JOB_UNBOUNDED;
    switch (job->outcome) {
    case JOB_COMPLETED:
        return VIR_DOMAIN_JOB_COMPLETED;
    case JOB_CANCELLED:
        return VIR_DOMAIN_JOB_CANCELLED;
    case JOB_FAILED:
    /* A job that ended without an outcome is one whose record was damaged; to
     * call it completed would be the one wrong answer. */
    case JOB_OUTCOME_NONE:
        break;
    }
    return VIR_DOMAIN_JOB_FAILED;
}

/* The chosen disks only: one with backup='no' is in the document and not
 * here. */
JobDisk *
job_find_disk(const Job *job, const char *target)
{
    for (guint i = 0; i < job->disks->len; i++) {
        JobDisk *disk = g_ptr_array_index(job->disks, i);

        if (strcmp(disk->target, target) == 0)
            return disk;
    }
    return NULL;
}

/* @why may be the error that is there. */
void
job_disk_fail(JobDisk *disk, const char *why)
{
    char *error = g_strdup(why);

    g_free(disk->error);
    disk->error = error;
}

/* Nobody cancels the others for it: they may have come further, and are worth as
 * little. */
const JobDisk *
job_failed_disk(const Job *job)
{
    for (guint i = 0; i < job->disks->len; i++) {
        const JobDisk *disk = g_ptr_array_index(job->disks, i);

        if (disk->error)
            return disk;
    }
    return NULL;
}

char *
job_failure(const Job *job)
{
    const JobDisk *disk = job_failed_disk(job);

    return disk ? g_strdup_printf("disk '%s': %s", disk->target, disk->error)
                : g_strdup("a disk could not be copied");
}

/* The enumerator indexes the words, and the reader of records takes the same
 * list. */
const char *
job_state_name(JobState state)
{
    return state_names[state];
}

const char *
job_outcome_name(JobOutcome outcome)
{
    return outcome_names[outcome];
}

/* Ids begin at 1: 0 is the default job of libvirt's calls. */
JobTable *
job_table_new(void)
{
    JobTable *table = g_new0(JobTable, 1);

    table->next_id = 1;
    table->jobs = g_ptr_array_new_with_free_func((GDestroyNotify)job_free);
    return table;
}

void
job_table_free(JobTable *table)
{
    if (!table)
        return;
    g_ptr_array_unref(table->jobs);
    g_free(table);
}

/* The id is used up by the attempt, whether or not the job ever runs: a caller
 * that saw it in an error must not meet another job under it. */
Job *
job_table_add(JobTable *table, int operation, GError **error)
{
    Job *job = NULL;

    if (table->next_id > JOB_ID_MAX) {
        fail(error, VIR_ERR_OPERATION_FAILED,
             "this domain has used up its %d job ids; define it anew",
             JOB_ID_MAX);
        return NULL;
    }
    /* Here, and not when a job ends: whoever ends one goes on to tell of it, and
     * the trim may free any that has ended. */
    job_table_trim(table);
    /* The raised next_id is written down with the job itself, before QEMU hears
     * of it. */
    job = job_new(table->next_id++, operation);
    g_ptr_array_add(table->jobs, job);
    return job;
}

/* Its id stays used: next_id does not go back. */
void
job_table_remove(JobTable *table, Job *job)
{
    g_ptr_array_remove(table->jobs, job);
}

bool
job_is_forgotten(const Job *job)
{
    return job->state == JOB_ENDED && job->is_read;
}

/* Of the ended ones, those that are forgotten or those that are not.  Jobs that
 * live or wait for their End stay whatever their age, and do not count: somebody
 * will ask for them by id. */
static bool
is_history(const Job *job, bool is_forgotten)
{
    return job->state == JOB_ENDED && job_is_forgotten(job) == is_forgotten;
}

/* The one that ended first goes first.  That is not the one with the lowest id:
 * a long job that has just ended may have been outlived by a whole history of
 * short ones on other disks, and nobody could have read its result yet. */
static void
trim(JobTable *table, bool is_forgotten)
{
    for (;;) {
        guint n_ended = 0;
        Job *first = NULL;

        for (guint i = 0; i < table->jobs->len; i++) {
            Job *job = g_ptr_array_index(table->jobs, i);

            if (!is_history(job, is_forgotten))
                continue;
            n_ended++;
            if (!first || job->ended_ms < first->ended_ms)
                first = job;
        }
        if (n_ended <= JOB_HISTORY_MAX)
            return;
        g_ptr_array_remove(table->jobs, first);
    }
}

/* A push that nobody ends waits for ever, and the record of a script that never
 * ends one would grow until it cannot be read any more.  They hold nothing but
 * their line in it, so the oldest are history. */
static void
end_oldest_waiting(JobTable *table)
{
    guint n_waiting = 0;

    for (guint i = table->jobs->len; i > 0; i--) {
        Job *job = g_ptr_array_index(table->jobs, i - 1);

        if (job->state != JOB_DONE)
            continue;
        n_waiting++;
        if (n_waiting > JOB_WAITING_MAX)
            job->state = JOB_ENDED;
    }
}

/* Each kind has a history of its own: what nobody asked for must not be pushed
 * out by what was asked for. */
void
job_table_trim(JobTable *table)
{
    end_oldest_waiting(table);
    trim(table, false);
    trim(table, true);
}

/* A walk: a table has a handful of jobs that matter and a bounded history. */
Job *
job_table_find(const JobTable *table, int id)
{
    for (guint i = 0; i < table->jobs->len; i++) {
        Job *job = g_ptr_array_index(table->jobs, i);

        if (job->id == id)
            return job_is_forgotten(job) ? NULL : job;
    }
    return NULL;
}

/* From the newest: calls without an id speak of the newest backup. */
Job *
job_table_live(const JobTable *table)
{
    for (guint i = table->jobs->len; i > 0; i--) {
        Job *job = g_ptr_array_index(table->jobs, i - 1);

        if (job_is_live(job) && !job->disk_job && !job->memory)
            return job;
    }
    return NULL;
}

bool
job_table_check_idle(const JobTable *table, const char *domain, GError **error)
{
    const Job *other = job_table_live(table);

    if (!other)
        return true;
    return fail(error, VIR_ERR_OPERATION_INVALID,
                "cannot begin a backup of domain '%s': its job %d is running; "
                "end that with 'backup-end %s --id %d' first",
                domain, other->id, domain, other->id);
}

/* The table is oldest first, and one is enough to say that somebody is at work. */
Job *
job_table_any(const JobTable *table)
{
    for (guint i = 0; i < table->jobs->len; i++) {
        Job *job = g_ptr_array_index(table->jobs, i);

        if (job_is_live(job))
            return job;
    }
    return NULL;
}

/* There is one at most: it is refused while another one is live. */
Job *
job_table_memory(const JobTable *table)
{
    for (guint i = 0; i < table->jobs->len; i++) {
        Job *job = g_ptr_array_index(table->jobs, i);

        if (job_is_live(job) && job->memory)
            return job;
    }
    return NULL;
}

Job *
job_table_default(const JobTable *table)
{
    Job *memory = job_table_memory(table);

    return memory ? memory : job_table_live(table);
}

Job *
job_table_disk_job(const JobTable *table, const char *target)
{
    for (guint i = 0; i < table->jobs->len; i++) {
        Job *job = g_ptr_array_index(table->jobs, i);

        if (job_is_live(job) && job->disk_job &&
            (!target || strcmp(job->disk_job->disk, target) == 0))
            return job;
    }
    return NULL;
}

/* virsh's "blockjob" shows backups with libvirt, too. */
Job *
job_table_on_disk(const JobTable *table, const char *target)
{
    Job *job = job_table_disk_job(table, target);
    Job *backup = job ? NULL : job_table_live(table);

    return backup && job_find_disk(backup, target) ? backup : job;
}

bool
job_is_pull(const Job *job)
{
    return job->backup && job->backup->mode == BACKUP_MODE_PULL;
}

/* A live one before one that is only waiting for its End: what runs is what a
 * caller without an id means. */
Job *
job_table_listed(const JobTable *table)
{
    Job *live = job_table_default(table);

    for (guint i = table->jobs->len; !live && i > 0; i--) {
        Job *job = g_ptr_array_index(table->jobs, i - 1);

        if (job->state != JOB_ENDED && !job->disk_job && !job->memory)
            return job;
    }
    return live;
}

Job *
job_table_unread(const JobTable *table)
{
    Job *newest = NULL;

    for (guint i = 0; i < table->jobs->len; i++) {
        Job *job = g_ptr_array_index(table->jobs, i);

        if (!job_is_live(job) && !job->is_read && !job->disk_job &&
            (!newest || job->ended_ms >= newest->ended_ms))
            newest = job;
    }
    return newest;
}

/* Forgetting is what libvirt does: figures of a completed job can be read once,
 * unless KEEP_COMPLETED is given.
 *
 * The trim may free @job. */
void
job_table_mark_read(JobTable *table, Job *job)
{
    job->is_read = true;
    job_table_trim(table);
}

/* The caller of an End is told how it went by the call itself; the figures stay
 * for whoever asks for completed jobs. */
void
job_table_close(JobTable *table, Job *job)
{
    job->state = JOB_ENDED;
    job_table_trim(table);
}
