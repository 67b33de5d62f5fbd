/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/backup_wait.h"

#include "cli/interrupt.h"
#include "cli/progress_bar.h"

#include <libvirt/libvirt-strandline.h>
#include <libvirt/virterror.h>
#include <string.h>

/* Each question takes the root's lock for a moment; a bar that moves five
 * times a second looks alive. */
#define ASK_INTERVAL_MS 200

typedef struct {
    const Tool *tool;
    virDomainPtr domain;
    int id;
    virDomainJobPtr job; /* NULL until it was looked up; owned */
    ProgressBar *bar;
    Interrupt *interrupt; /* nullable */
    bool is_over;
    bool has_told_busy; /* the user knows why nothing moves */
} Wait;

/* What the library said of the job. */
typedef struct {
    int type; /* virDomainJobType */
    unsigned long long done;
    unsigned long long total;
    char *message; /* (nullable): why it failed */
} Status;

static void
status_clear(Status *status)
{
    g_free(status->message);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Status, status_clear)

/* Both only have to end virEventRunDefaultImpl(). */
static void
on_timer(int timer G_GNUC_UNUSED, void *data G_GNUC_UNUSED)
{
}

static void
on_job_completed(virConnectPtr connection G_GNUC_UNUSED,
                 virDomainPtr domain G_GNUC_UNUSED,
                 virTypedParameterPtr params G_GNUC_UNUSED,
                 int count G_GNUC_UNUSED, void *data G_GNUC_UNUSED)
{
}

/* One question to the library; a figure that it does not tell stays 0. */
static bool
ask_with(const Wait *wait, unsigned flags, Status *ret_status)
{
    virTypedParameterPtr params = NULL;
    const char *message = NULL;
    int count = 0;

    /* The job by its handle, not by an id alone: ids are never used twice, so
     * this is the job we began. */
    if (virDomainJobGetStats(wait->job, &ret_status->type, &params, &count,
                             flags) < 0)
        return false;
    virTypedParamsGetULLong(params, count, VIR_DOMAIN_JOB_DISK_PROCESSED,
                            &ret_status->done);
    virTypedParamsGetULLong(params, count, VIR_DOMAIN_JOB_DISK_TOTAL,
                            &ret_status->total);
    virTypedParamsGetString(params, count, VIR_DOMAIN_JOB_ERRMSG, &message);
    ret_status->message = g_strdup(message);
    virTypedParamsFree(params, count);
    return true;
}

/* The job as it runs or, when somebody has ended it, as it is remembered. */
static bool
ask(Wait *wait, Status *ret_status)
{
    /* Looked up once it can be: the first try may meet a root that is
     * locked. */
    if (!wait->job)
        wait->job = virDomainJobLookupByID(wait->domain, wait->id, 0);
    if (!wait->job)
        return false;
    /* NONE says that it ended, and its figures are to be asked for as such. */
    if (ask_with(wait, 0, ret_status) &&
        ret_status->type != VIR_DOMAIN_JOB_NONE)
        return true;
    return ask_with(wait,
                    VIR_DOMAIN_JOB_STATS_COMPLETED |
                        VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED,
                    ret_status);
}

/* A call that failed: is it only that another process holds the root for long,
 * or that QEMU is slow to answer?  The job goes on meanwhile, so nothing is
 * decided by that; it is said once, and asked again. */
static CommandResult
fail_unless_busy(Wait *wait, const char *what)
{
    if (virGetLastErrorCode() != VIR_ERR_OPERATION_TIMEOUT) {
        return tool_fail(wait->tool,
                         "Failed to %s backup job %d of domain '%s'", what,
                         wait->id, virDomainGetName(wait->domain));
    }
    if (!wait->has_told_busy) {
        (void)tool_fail(wait->tool,
                        "Still trying to %s backup job %d of domain "
                        "'%s'; Ctrl-C twice gives up",
                        what, wait->id, virDomainGetName(wait->domain));
        wait->has_told_busy = true;
    }
    /* The next turn asks again. */
    wait->is_over = false;
    return RESULT_DONE;
}

/* Whatever failed on the way is forgotten: the backup is there. */
static CommandResult
report_done(const Wait *wait, bool is_ended_by_another)
{
    virResetLastError();
    output_say(&wait->tool->output, "Backup completed (job %d%s)\n", wait->id,
               is_ended_by_another ? ", ended by another process" : "");
    return RESULT_DONE;
}

/* The copy is whole: end the job, unless somebody else has. */
static CommandResult
finish(Wait *wait)
{
    /* Whoever begins a backup with --wait has asked for its end as well. */
    int ended = virDomainBackupEnd(wait->domain, wait->id, 0);

    if (ended == 1)
        return report_done(wait, false);
    if (ended < 0 && virGetLastErrorCode() == VIR_ERR_NO_DOMAIN_BACKUP)
        return report_done(wait, true);
    return fail_unless_busy(wait, "end");
}

/* Three things are said: how it ended, the library's reason, and nothing about
 * the tidying up that follows. */
static CommandResult
report_failure(const Wait *wait, const Status *status)
{
    const char *name = virDomainGetName(wait->domain);

    /* By somebody else: our own Ctrl-C goes another way. */
    if (status->type == VIR_DOMAIN_JOB_CANCELLED) {
        (void)tool_refuse(wait->tool,
                          "Backup job %d of domain '%s' was aborted by another "
                          "process",
                          wait->id, name);
    } else {
        (void)tool_refuse(wait->tool, "Backup job %d of domain '%s' failed",
                          wait->id, name);
    }
    if (status->message)
        (void)tool_refuse(wait->tool, "%s", status->message);
    /* Nobody else will: a failed job stays listed until it is ended.  If
     * somebody did, there is nothing to say about it. */
    if (virDomainBackupEnd(wait->domain, wait->id,
                           VIR_DOMAIN_BACKUP_END_ABORT) < 0)
        virResetLastError();
    return RESULT_FAILED;
}

/* Ctrl-C may come when the copy is just complete: then it is kept.  And when
 * somebody else has ended the job, there is nothing left to abort. */
static CommandResult
abort_job(Wait *wait)
{
    int ended =
        virDomainBackupEnd(wait->domain, wait->id, VIR_DOMAIN_BACKUP_END_ABORT);

    if (ended == 1)
        return report_done(wait, false);
    if (ended < 0 && virGetLastErrorCode() != VIR_ERR_NO_DOMAIN_BACKUP)
        return fail_unless_busy(wait, "abort");
    virResetLastError();
    /* On stderr, and the exit code of an interrupted program: scripts must not
     * take this for a backup. */
    output_error(&wait->tool->output, "Backup aborted (job %d)", wait->id);
    return RESULT_INTERRUPTED;
}

static bool
job_is_running(int type)
{
    return type != VIR_DOMAIN_JOB_COMPLETED && type != VIR_DOMAIN_JOB_FAILED &&
           type != VIR_DOMAIN_JOB_CANCELLED;
}

/* The job does not answer any more. */
static CommandResult
report_silence(Wait *wait)
{
    if (virGetLastErrorCode() != VIR_ERR_NO_DOMAIN_BACKUP)
        return fail_unless_busy(wait, "ask about");
    virResetLastError();
    return tool_refuse(wait->tool,
                       "Backup job %d of domain '%s' was ended by another "
                       "process",
                       wait->id, virDomainGetName(wait->domain));
}

/* One look at the job; clears wait->is_over if there is more to wait for.  The
 * line of the bar is ended before anything is said. */
static CommandResult
watch_job(Wait *wait)
{
    g_auto(Status) status = {0};
    bool is_aborting = interrupt_seen(wait->interrupt);
    bool has_answered = !is_aborting && ask(wait, &status);

    wait->is_over = true;
    if (has_answered) {
        progress_bar_update(wait->bar, status.done, status.total);
        if (job_is_running(status.type)) {
            wait->is_over = false;
            return RESULT_DONE;
        }
    }
    progress_bar_end(wait->bar);
    if (is_aborting)
        return abort_job(wait);
    if (!has_answered)
        return report_silence(wait);
    return status.type == VIR_DOMAIN_JOB_COMPLETED
               ? finish(wait)
               : report_failure(wait, &status);
}

/* The event loop of the library does the waiting: its timer wakes us to ask, an
 * event or a signal does so earlier. */
CommandResult
backup_wait(const Tool *tool, virDomainPtr domain, int id)
{
    g_autoptr(Interrupt) interrupt = interrupt_new();
    g_autoptr(ProgressBar) bar = progress_bar_new("Backup", &tool->output);
    Wait wait = {.tool = tool,
                 .domain = domain,
                 .id = id,
                 .bar = bar,
                 .interrupt = interrupt};
    int timer = virEventAddTimeout(ASK_INTERVAL_MS, on_timer, NULL, NULL);
    /* -1 where there are no events: the timer alone will do. */
    int callback = virConnectDomainEventRegisterAny(
        virDomainGetConnect(domain), domain, VIR_DOMAIN_EVENT_ID_JOB_COMPLETED,
        VIR_DOMAIN_EVENT_CALLBACK(on_job_completed), NULL, NULL);
    CommandResult result = RESULT_DONE;

    do {
        result = watch_job(&wait);
        if (!wait.is_over && virEventRunDefaultImpl() < 0) {
            result = tool_fail(tool, "Failed to wait for backup job %d", id);
            wait.is_over = true;
        }
    } while (!wait.is_over);
    if (callback >= 0) {
        virConnectDomainEventDeregisterAny(virDomainGetConnect(domain),
                                           callback);
    }
    if (timer >= 0)
        virEventRemoveTimeout(timer);
    if (wait.job)
        virDomainJobFree(wait.job);
    return result;
}
