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

G_DEFINE_AUTOPTR_CLEANUP_FUNC(virDomainJob, virDomainJobFree)

typedef struct {
    const Tool *tool;
    virDomainPtr domain;
    int id;
    virDomainJobPtr job;
    int timer;    /* of the event loop */
    int callback; /* -1: no event, only the timer */
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

static bool
ask_with(const Wait *wait, unsigned flags, Status *ret_status)
{
    virTypedParameterPtr params = NULL;
    const char *message = NULL;
    int count = 0;

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
ask(const Wait *wait, Status *ret_status)
{
    if (ask_with(wait, 0, ret_status) &&
        ret_status->type != VIR_DOMAIN_JOB_NONE)
        return true;
    return ask_with(wait,
                    VIR_DOMAIN_JOB_STATS_COMPLETED |
                        VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED,
                    ret_status);
}

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
finish(const Wait *wait)
{
    int ended = virDomainBackupEnd(wait->domain, wait->id, 0);

    if (ended == 1)
        return report_done(wait, false);
    if (ended < 0 && virGetLastErrorCode() == VIR_ERR_NO_DOMAIN_BACKUP)
        return report_done(wait, true);
    return tool_fail(wait->tool, "Failed to end backup job %d of domain '%s'",
                     wait->id, virDomainGetName(wait->domain));
}

static CommandResult
report_failure(const Wait *wait, const Status *status)
{
    const char *name = virDomainGetName(wait->domain);

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
abort_job(const Wait *wait)
{
    int ended =
        virDomainBackupEnd(wait->domain, wait->id, VIR_DOMAIN_BACKUP_END_ABORT);

    if (ended == 1)
        return report_done(wait, false);
    if (ended < 0 && virGetLastErrorCode() != VIR_ERR_NO_DOMAIN_BACKUP) {
        return tool_fail(wait->tool,
                         "Failed to abort backup job %d of domain '%s'",
                         wait->id, virDomainGetName(wait->domain));
    }
    virResetLastError();
    output_error(&wait->tool->output, "Backup aborted (job %d)", wait->id);
    return RESULT_INTERRUPTED;
}

/* One look at the job.  *@ret_is_over tells whether there is anything left to
 * wait for. */
static CommandResult
watch_job(const Wait *wait, ProgressBar *bar, const Interrupt *interrupt,
          bool *ret_is_over)
{
    g_auto(Status) status = {0};

    *ret_is_over = true;
    if (interrupt_seen(interrupt))
        return abort_job(wait);
    if (!ask(wait, &status)) {
        if (virGetLastErrorCode() != VIR_ERR_NO_DOMAIN_BACKUP) {
            return tool_fail(wait->tool,
                             "Failed to ask about backup job %d of domain '%s'",
                             wait->id, virDomainGetName(wait->domain));
        }
        virResetLastError();
        return tool_refuse(wait->tool,
                           "Backup job %d of domain '%s' was ended by another "
                           "process",
                           wait->id, virDomainGetName(wait->domain));
    }
    progress_bar_update(bar, status.done, status.total);
    if (status.type == VIR_DOMAIN_JOB_COMPLETED)
        return finish(wait);
    if (status.type == VIR_DOMAIN_JOB_FAILED ||
        status.type == VIR_DOMAIN_JOB_CANCELLED)
        return report_failure(wait, &status);
    *ret_is_over = false;
    return RESULT_DONE;
}

CommandResult
backup_wait(const Tool *tool, virDomainPtr domain, int id)
{
    g_autoptr(virDomainJob) job = virDomainJobLookupByID(domain, id, 0);
    g_autoptr(Interrupt) interrupt = interrupt_new();
    g_autoptr(ProgressBar) bar = progress_bar_new("Backup", &tool->output);
    Wait wait = {.tool = tool, .domain = domain, .id = id, .job = job};
    CommandResult result = RESULT_DONE;
    bool is_over = false;

    if (!job) {
        return tool_fail(tool, "Failed to find backup job %d of domain '%s'",
                         id, virDomainGetName(domain));
    }
    wait.timer = virEventAddTimeout(ASK_INTERVAL_MS, on_timer, NULL, NULL);
    wait.callback = virConnectDomainEventRegisterAny(
        virDomainGetConnect(domain), domain, VIR_DOMAIN_EVENT_ID_JOB_COMPLETED,
        VIR_DOMAIN_EVENT_CALLBACK(on_job_completed), NULL, NULL);
    while (!is_over) {
        result = watch_job(&wait, bar, interrupt, &is_over);
        if (!is_over && virEventRunDefaultImpl() < 0) {
            result = tool_fail(tool, "Failed to wait for backup job %d", id);
            is_over = true;
        }
    }
    if (wait.callback >= 0) {
        virConnectDomainEventDeregisterAny(virDomainGetConnect(domain),
                                           wait.callback);
    }
    if (wait.timer >= 0)
        virEventRemoveTimeout(wait.timer);
    return result;
}
