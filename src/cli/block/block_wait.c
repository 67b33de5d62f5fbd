/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/block/block_wait.h"

#include "cli/interrupt.h"

#include <string.h>

enum {
    ASK_MS = 200,
    /* A job that is gone: so often the loop runs to hear how it ended. */
    LAST_ROUNDS = 3,
    NOT_TOLD = -1,
};

struct BlockWatch {
    BlockWait wait;
    const Output *output;
    virConnectPtr connection;
    int callbacks[2]; /* by path and by target; -1: none */
    int status;       /* virConnectDomainEventBlockJobStatus, or NOT_TOLD */
    int timer;
    gint64 deadline; /* 0: none */
    Interrupt *interrupt;
    bool has_shown; /* a line of progress, which is not ended */
};

/* @disk is a path in one kind of event and a target in the other; what the user
 * wrote is one of them. */
static void
on_block_job(virConnectPtr connection G_GNUC_UNUSED,
             virDomainPtr domain G_GNUC_UNUSED, const char *disk,
             int type G_GNUC_UNUSED, int status, void *data)
{
    BlockWatch *watch = data;

    if (strcmp(disk, watch->wait.disk) == 0)
        watch->status = status;
}

/* Being woken is all that is wanted. */
static void
on_timer(int timer G_GNUC_UNUSED, void *data G_GNUC_UNUSED)
{
}

/* A driver without events is asked all the same. */
BlockWatch *
block_wait_begin(const Tool *tool, const BlockWait *wait)
{
    static const int kinds[] = {VIR_DOMAIN_EVENT_ID_BLOCK_JOB,
                                VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2};
    BlockWatch *watch = g_new0(BlockWatch, 1);

    watch->wait = *wait;
    watch->output = &tool->output;
    watch->connection = tool->connection;
    watch->status = NOT_TOLD;
    watch->interrupt = interrupt_new();
    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
        watch->callbacks[i] = virConnectDomainEventRegisterAny(
            watch->connection, wait->domain, kinds[i],
            VIR_DOMAIN_EVENT_CALLBACK(on_block_job), watch, NULL);
    }
    watch->timer = virEventAddTimeout(ASK_MS, on_timer, NULL, NULL);
    tool_forget_error();
    if (wait->timeout > 0) {
        watch->deadline =
            g_get_monotonic_time() + (gint64)wait->timeout * G_USEC_PER_SEC;
    }
    return watch;
}

void
block_watch_free(BlockWatch *watch)
{
    if (!watch)
        return;
    for (unsigned i = 0; i < G_N_ELEMENTS(watch->callbacks); i++) {
        if (watch->callbacks[i] >= 0) {
            virConnectDomainEventDeregisterAny(watch->connection,
                                               watch->callbacks[i]);
        }
    }
    if (watch->timer >= 0)
        virEventRemoveTimeout(watch->timer);
    interrupt_free(watch->interrupt);
    g_free(watch);
}

static void
show_progress(BlockWatch *watch, const virDomainBlockJobInfo *info)
{
    const Output *output = watch->output;
    int percent = 100;

    if (!watch->wait.progress || output->is_quiet)
        return;
    if (info->cur < info->end)
        percent = (int)((double)info->cur * 100 / (double)info->end);
    fprintf(output->err, "\r%s: [%3d %%]", watch->wait.progress, percent);
    fflush(output->err);
    watch->has_shown = true;
}

/* What is said next stands on a line of its own. */
static void
end_progress(BlockWatch *watch)
{
    if (watch->has_shown)
        fprintf(watch->output->err, "\n");
    watch->has_shown = false;
}

static CommandResult
give_up(const Tool *tool, BlockWatch *watch, CommandResult result)
{
    unsigned flags =
        watch->wait.is_async_abort ? VIR_DOMAIN_BLOCK_JOB_ABORT_ASYNC : 0;

    end_progress(watch);
    if (virDomainBlockJobAbort(watch->wait.domain, watch->wait.disk, flags) <
        0) {
        (void)tool_fail(tool, "Failed to abort the job of disk '%s'",
                        watch->wait.disk);
    }
    (void)tool_refuse(tool, "%s aborted", watch->wait.title);
    return result;
}

/* The job is gone, or the event has come. */
static CommandResult
tell_end(const Tool *tool, BlockWatch *watch)
{
    end_progress(watch);
    switch (watch->status) {
    case VIR_DOMAIN_BLOCK_JOB_FAILED:
        return tool_refuse(tool, "%s failed", watch->wait.title);
    case VIR_DOMAIN_BLOCK_JOB_CANCELED:
        return tool_refuse(tool, "%s aborted", watch->wait.title);
    default:
        break;
    }
    /* A job of two stages does not end by itself. */
    if (watch->wait.is_two_stage &&
        watch->status != VIR_DOMAIN_BLOCK_JOB_READY) {
        return tool_refuse(tool, "%s was ended by somebody else",
                           watch->wait.title);
    }
    return RESULT_DONE;
}

static bool
is_in_step(const virDomainBlockJobInfo *info)
{
    return info->end > 0 && info->cur == info->end;
}

CommandResult
block_wait(const Tool *tool, BlockWatch *watch)
{
    const BlockWait *wait = &watch->wait;
    int rounds = 0;

    while (watch->status == NOT_TOLD && rounds < LAST_ROUNDS) {
        virDomainBlockJobInfo info = {0};
        int found =
            virDomainGetBlockJobInfo(wait->domain, wait->disk, &info, 0);

        if (found < 0) {
            end_progress(watch);
            return tool_fail(tool, "Failed to ask for the job of disk '%s'",
                             wait->disk);
        }
        if (found == 0) {
            rounds++;
        } else {
            show_progress(watch, &info);
            if (wait->is_two_stage && is_in_step(&info))
                watch->status = VIR_DOMAIN_BLOCK_JOB_READY;
        }
        if (watch->status != NOT_TOLD)
            break;
        if (interrupt_seen(watch->interrupt))
            return give_up(tool, watch, RESULT_INTERRUPTED);
        if (watch->deadline > 0 && g_get_monotonic_time() >= watch->deadline)
            return give_up(tool, watch, RESULT_FAILED);
        if (virEventRunDefaultImpl() < 0)
            return tool_fail(tool, "Failed to wait for events");
    }
    return tell_end(tool, watch);
}
