/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/backup.h"

#include "base/error.h"
#include "base/flags.h"
#include "driver/job_query.h"
#include "memory/block/tell.h"
#include "memory/block/threshold.h"
#include "memory/fault.h"
#include "model/block/backup_image.h"
#include "model/job_stats.h"
#include "xml/backup_xml.h"

#include <sys/stat.h>
#include <unistd.h>

enum { US_PER_MS = 1000, STAT_BLOCK = 512 };

/* ---- figures ---- */

static void
look_at_disk(MemoryBackup *backup, const MemoryBackupDisk *disk,
             JobDisk *figures)
{
    struct stat status;

    if (backup->def->mode == BACKUP_MODE_PUSH) {
        LOCK_SCOPE(&backup->lock);

        figures->processed = MIN(disk->processed, figures->total);
    } else if (disk->fd >= 0 && fstat(disk->fd, &status) == 0 &&
               S_ISREG(status.st_mode)) {
        figures->temp_used = (uint64_t)status.st_blocks * STAT_BLOCK;
    }
}

/* Nothing tells the job of each block: its figures are brought up to date when
 * somebody asks, or has set a threshold. */
void
memory_backup_look(MemoryDomain *vm)
{
    const Job *job =
        vm->backup ? job_table_find(vm->jobs, vm->backup->job) : NULL;

    for (guint i = 0; job && i < vm->backup->disks->len; i++) {
        JobDisk *figures = g_ptr_array_index(job->disks, i);

        look_at_disk(vm->backup, g_ptr_array_index(vm->backup->disks, i),
                     figures);
        memory_threshold_look(vm, figures->target);
    }
}

void
memory_backup_watch(MemoryDomain *vm)
{
    {
        LOCK_SCOPE(&vm->backup->lock);

        vm->backup->is_watched = true;
    }
    memory_backup_look(vm);
}

/* As many bytes as will be copied: of an incremental one those that changed. */
static void
add_figures(const MemoryBackup *backup, Job *job)
{
    for (guint i = 0; i < backup->disks->len; i++) {
        const MemoryBackupDisk *disk = g_ptr_array_index(backup->disks, i);
        JobDisk *figures = job_disk_new(disk->wanted->name);

        figures->size = memory_image_size(disk->image);
        if (backup->def->mode == BACKUP_MODE_PULL) {
            figures->temp_total = figures->size;
        } else {
            figures->total = disk->dirty
                                 ? memory_bits_bytes(disk->dirty, figures->size)
                                 : figures->size;
        }
        figures->is_created = disk->is_created;
        g_ptr_array_add(job->disks, figures);
    }
}

/* ---- the end ---- */

/* Scratch always goes, targets unless the job completed; never what the caller
 * brought along, nor a device. */
static void
remove_files(const MemoryBackup *backup, JobOutcome outcome)
{
    const BackupServer *server = backup->def->server;
    bool keeps_targets =
        outcome == JOB_COMPLETED && backup->def->mode == BACKUP_MODE_PUSH;

    for (guint i = 0; i < backup->disks->len && !keeps_targets; i++) {
        const MemoryBackupDisk *disk = g_ptr_array_index(backup->disks, i);

        if (disk->is_created)
            (void)unlink(disk->wanted->store);
    }
    if (server && server->socket)
        (void)unlink(server->socket);
}

/* How a job ends decides its checkpoint: sealed, or rolled back. */
static void
settle_checkpoint(MemoryDomain *vm, const Job *job)
{
    if (job->checkpoint) {
        memory_checkpoint_settle(vm, job->checkpoint,
                                 job->outcome == JOB_COMPLETED);
    }
}

/* What the job used, and with it the right to end it. */
static MemoryBackup *
take_backup(MemoryDomain *vm)
{
    MemoryBackup *backup = g_steal_pointer(&vm->backup);

    memory_backup_cancel(backup);
    /* Its daemon is waited for when the lock is free again. */
    memory_host_end_later(vm->host, g_steal_pointer(&backup->export));
    return backup;
}

/* The figures first, as taking the backup ends what they come from; then files,
 * checkpoint and state; the event last, when all of it can be seen. */
void
memory_backup_finish(MemoryDomain *vm, Job *job, JobOutcome outcome,
                     const char *why)
{
    g_autoptr(MemoryBackup) backup = NULL;
    bool is_awaited =
        job->backup->mode == BACKUP_MODE_PUSH && !job->ends_itself;

    memory_backup_look(vm);
    backup = take_backup(vm);
    job->outcome = outcome;
    g_free(job->error);
    job->error = g_strdup(why);
    for (guint i = 0; i < job->disks->len && outcome == JOB_COMPLETED; i++) {
        JobDisk *figures = g_ptr_array_index(job->disks, i);

        figures->processed = figures->total; /* holes are done, too */
    }
    remove_files(backup, outcome);
    settle_checkpoint(vm, job);
    job->ended_ms = g_get_real_time() / US_PER_MS;
    /* A push that came to its own end is listed until somebody ends it. */
    job->state =
        is_awaited && outcome != JOB_CANCELLED && memory_domain_is_active(vm)
            ? JOB_DONE
            : JOB_ENDED;
    memory_tell_job(vm, job);
    job_table_trim(vm->jobs);
}

/* A begin that came to nothing: as if it had not been. */
static void
undo_begin(MemoryDomain *vm, Job *job)
{
    g_autoptr(MemoryBackup) backup = take_backup(vm);

    job->outcome = JOB_CANCELLED;
    remove_files(backup, JOB_CANCELLED);
    settle_checkpoint(vm, job);
    job_table_remove(vm->jobs, job);
}

/* ---- the beginning ---- */

/* The record's own: it may be forgotten while the copying thread, whose job was
 * aborted, still looks for the end of its work. */
static BackupDef *
copy_def(const BackupDef *def)
{
    g_autofree char *text = backup_xml_format(def);
    g_autoptr(GError) error = NULL;
    BackupDef *copy = backup_xml_parse(text, &error);

    g_assert_no_error(error); /* what we write, we read */
    copy->id = def->id;
    return copy;
}

/* The moment: the disks were frozen by the plan, the checkpoint is made, and
 * nobody wrote in between. */
static Job *
cut(MemoryDomain *vm, MemoryBackup *backup, unsigned flags, GError **error)
{
    Job *job = job_table_add(vm->jobs, VIR_DOMAIN_JOB_OPERATION_BACKUP, error);

    if (!job)
        return NULL;
    job->started_ms = g_get_real_time() / US_PER_MS;
    job->keeps_files = flags & VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL;
    job->ends_itself = flags & VIR_DOMAIN_BACKUP_BEGIN_END_WHEN_DONE;
    job->backup = copy_def(backup->def);
    add_figures(backup, job);
    if (backup->checkpoint) {
        job->checkpoint = g_strdup(memory_checkpoint_name(backup->checkpoint));
        memory_checkpoint_make(vm, backup->checkpoint);
    }
    vm->backup = memory_backup_ref(backup);
    memory_fault_arm(vm, backup);
    return job;
}

/* The thread has a reference of its own and is never joined: it ends the job,
 * or finds that somebody did. */
static bool
start_push(MemoryDomain *vm, MemoryBackup *backup, Job *job, GError **error)
{
    g_autoptr(GError) reason = NULL;
    GThread *thread = NULL;

    job->state = JOB_RUNNING;
    thread = g_thread_try_new("strandline-push", memory_backup_push,
                              memory_backup_ref(backup), &reason);
    if (thread) {
        g_thread_unref(thread);
        return true;
    }
    memory_backup_unref(backup);
    undo_begin(vm, job);
    return fail(error, VIR_ERR_OPERATION_FAILED,
                "cannot start a thread that copies: %s", reason->message);
}

/* The lock was free meanwhile: the job may have been ended, and the domain may
 * be gone. */
static bool
begin_serving(virDomainPtr domain, MemoryBackup *backup, MemoryExport *export,
              GError **error)
{
    g_autoptr(MemoryExport) owned = export;
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    MemoryDomain *vm = call ? memory_call_domain(call) : NULL;
    Job *job = NULL;

    if (!vm)
        return false;
    if (vm->backup != backup) {
        return fail(error, VIR_ERR_OPERATION_FAILED,
                    "backup %d of domain '%s' was ended while it began",
                    backup->job, vm->name);
    }
    job = job_table_find(vm->jobs, backup->job);
    if (!owned) {
        undo_begin(vm, job);
        return false;
    }
    backup->export = g_steal_pointer(&owned);
    job->state = JOB_RUNNING;
    return true;
}

static MemoryBackup *
prepare(virDomainPtr domain, const char *disk_xml, const char *checkpoint_xml,
        unsigned flags, GError **error)
{
    g_autoptr(MemoryCall) call =
        memory_call_enter(domain, "memory_backup_begin", error);
    g_autoptr(MemoryBackup) backup = NULL;
    MemoryDomain *vm = call ? memory_call_domain(call) : NULL;
    Job *job = NULL;

    if (!vm)
        return NULL;
    backup = memory_backup_plan(vm, disk_xml, checkpoint_xml, flags, error);
    if (!backup || !memory_backup_open(backup, error))
        return NULL;
    job = cut(vm, backup, flags, error);
    if (!job) {
        remove_files(backup, JOB_CANCELLED);
        return NULL;
    }
    if (backup->def->mode == BACKUP_MODE_PUSH &&
        !start_push(vm, backup, job, error))
        return NULL;
    return g_steal_pointer(&backup);
}

int
memory_backup_begin(virDomainPtr domain, const char *disk_xml,
                    const char *checkpoint_xml, unsigned flags, GError **error)
{
    g_autoptr(MemoryBackup) backup =
        prepare(domain, disk_xml, checkpoint_xml, flags, error);
    g_autoptr(GError) problem = NULL;
    MemoryExport *export = NULL;
    int id = backup ? backup->job : -1;

    if (!backup)
        return -1;
    /* A push's thread may have come to its end by now, and its document with
     * it: what is asked here is constant. */
    if (backup->listener < 0)
        return id;
    export = memory_backup_serve(backup, &problem);
    if (begin_serving(domain, backup, export, problem ? NULL : error))
        return id;
    if (problem)
        g_propagate_error(error, g_steal_pointer(&problem));
    return -1;
}

/* ---- the other calls ---- */

char *
memory_backup_xml(virDomainPtr domain, int id, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    MemoryDomain *vm = call ? memory_call_domain(call) : NULL;
    const Job *job = vm ? job_query_backup(domain, vm->jobs, id, error) : NULL;

    if (!job)
        return NULL;
    backup_images_show(vm->live, vm->jobs);
    return backup_xml_format(job->backup);
}

/* A push that concluded: its caller is told how, once. */
static int
close_done(virDomainPtr domain, MemoryDomain *vm, Job *job, GError **error)
{
    JobOutcome outcome = job->outcome;
    g_autofree char *why = g_strdup(job->error);
    int id = job->id;

    /* @job may be gone after this; what is told of it was copied before. */
    job_table_close(vm->jobs, job);
    return job_query_outcome(domain, id, outcome, why, error);
}

int
memory_backup_end(virDomainPtr domain, int id, unsigned flags, GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    MemoryDomain *vm = NULL;
    Job *job = NULL;
    bool is_pull = false;

    if (!flags_check(flags, VIR_DOMAIN_BACKUP_END_ABORT, "the end of a backup",
                     error))
        return -1;
    call = memory_call_begin(domain, error);
    vm = call ? memory_call_domain(call) : NULL;
    job = vm ? job_query_backup(domain, vm->jobs, id, error) : NULL;
    if (!job)
        return -1;
    /* With or without ABORT: there is nothing left to abort. */
    if (job->state == JOB_DONE)
        return close_done(domain, vm, job, error);
    if (!job_query_check_end(domain, job, flags, error))
        return -1;
    is_pull = job->backup->mode == BACKUP_MODE_PULL;
    memory_backup_finish(vm, job, is_pull ? JOB_COMPLETED : JOB_CANCELLED,
                         is_pull ? NULL : "aborted");
    /* Last: it may take the domain along. */
    memory_domain_settle(vm);
    return is_pull ? 1 : 0;
}
