/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/save/save_watch.h"

#include "cli/interrupt.h"
#include "cli/progress_bar.h"

enum { ASK_MS = 200 };

struct SaveWatch {
    const Tool *tool;
    virDomainPtr domain;
    ProgressBar *bar;
    Interrupt *interrupt;
    GThread *thread;
    int timer;
    gint is_over; /* atomic: the call has returned */
    /* The thread's alone until it was joined. */
    bool is_given_up;
    unsigned long long total; /* bytes, as last seen */
};

/* Being woken is all that is wanted. */
static void
on_timer(int timer G_GNUC_UNUSED, void *data G_GNUC_UNUSED)
{
}

/* Of zeroes nothing is written, so what is left says more than what was done. */
static void
show(SaveWatch *watch)
{
    virDomainJobInfo info;

    if (virDomainGetJobInfo(watch->domain, &info) == 0 &&
        info.type != VIR_DOMAIN_JOB_NONE &&
        info.dataTotal >= info.dataRemaining) {
        watch->total = info.dataTotal;
        progress_bar_update(watch->bar, watch->total - info.dataRemaining,
                            watch->total);
    }
}

/* Once: a dump of memory alone cannot be given up, and says so. */
static void
give_up(SaveWatch *watch)
{
    watch->is_given_up = true;
    progress_bar_end(watch->bar);
    if (virDomainAbortJob(watch->domain) < 0) {
        (void)tool_fail(watch->tool, "Failed to abort the job of domain '%s'",
                        virDomainGetName(watch->domain));
    }
}

/* Errors of its own calls are this thread's, and of no interest: the job may not
 * have begun, or have ended. */
static gpointer
watch_job(gpointer data)
{
    SaveWatch *watch = data;

    while (!g_atomic_int_get(&watch->is_over)) {
        if (watch->interrupt && interrupt_seen(watch->interrupt) &&
            !watch->is_given_up) {
            give_up(watch);
        } else {
            show(watch);
        }
        if (virEventRunDefaultImpl() < 0)
            break;
    }
    tool_forget_error();
    return NULL;
}

/* Without a timer nothing would end the loop's waiting, so there is no thread
 * then, and nothing to see. */
SaveWatch *
save_watch_begin(const Tool *tool, virDomainPtr domain, const char *title)
{
    SaveWatch *watch = g_new0(SaveWatch, 1);

    watch->tool = tool;
    watch->domain = domain;
    watch->bar = progress_bar_new(title, &tool->output);
    watch->interrupt = interrupt_new();
    watch->timer = virEventAddTimeout(ASK_MS, on_timer, NULL, NULL);
    if (watch->timer >= 0)
        watch->thread = g_thread_new("save-watch", watch_job, watch);
    return watch;
}

CommandResult
save_watch_end(SaveWatch *watch, bool is_done)
{
    CommandResult result = is_done ? RESULT_DONE : RESULT_FAILED;

    if (!watch)
        return result;
    g_atomic_int_set(&watch->is_over, 1);
    if (watch->thread) {
        /* It need not wait for the next time. */
        virEventUpdateTimeout(watch->timer, 0);
        (void)g_thread_join(watch->thread);
        (void)virEventRemoveTimeout(watch->timer);
    }
    /* One that was over before it was seen was whole, too. */
    if (is_done) {
        watch->total = MAX(watch->total, 1);
        progress_bar_update(watch->bar, watch->total, watch->total);
    }
    if (!is_done && watch->is_given_up)
        result = RESULT_INTERRUPTED;
    progress_bar_free(watch->bar);
    interrupt_free(watch->interrupt);
    g_free(watch);
    return result;
}
