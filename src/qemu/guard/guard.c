/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* strandline-guard: sees to what must not be left undone when its caller dies.
 *
 *   strandline-guard DEADLINE-MS DOMAIN     (descriptor 3: the agent's socket)
 *   strandline-guard --end PID START        (both: qemu/process/process.h)
 *
 * The second ends a process when the caller is gone (end of file on stdin), or
 * ends with it.  The first sees to it that a frozen guest is thawed: between
 * freeze and thaw the guest's programs stand still, so whoever froze it
 * must not just die.  This process does nothing else: it freezes, says so, and
 * thaws when it is told to, when its caller is gone (end of file on stdin), or
 * when the time is up, whichever comes first.  It says on stdout, a line each:
 *
 *   frozen COUNT | failed CODE WORDS          after the freeze
 *   thawed COUNT | expired | failed CODE WORDS   after the thaw
 *
 * where CODE is one of <libvirt/virterror.h>.
 */
#include "base/error.h"
#include "base/fd.h"
#include "qemu/agent/channel.h"
#include "qemu/process/process.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    AGENT_FD = 3,
    /* One try to thaw, and how often: an agent that was busy may come back,
     * and nobody but us would ask it again. */
    THAW_TRY_MS = 5 * 1000,
    SYNC_MS = 5 * 1000,
    THAW_TRIES = 6,
    /* A QEMU that is asked to end writes its images' bitmaps first. */
    TERM_TIMEOUT_MS = 30 * 1000,
};

typedef enum {
    ORDER_THAW,
    ORDER_GONE,
    ORDER_EXPIRED,
} Order;

static gint64
deadline_in(gint64 timeout_ms)
{
    return g_get_monotonic_time() + timeout_ms * 1000;
}

static void report(const char *format, ...) G_GNUC_PRINTF(1, 2);

static void
report(const char *format, ...)
{
    g_autofree char *text = NULL;
    g_autofree char *line = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    va_end(args);
    line = g_strconcat(text, "\n", NULL);
    /* Nobody there to read it is no reason to stop.
     *
     * One write of one line: shorter than a pipe's atomic size in all but odd
     * cases, and the reader goes by newlines anyway. */
    if (write(STDOUT_FILENO, line, strlen(line)) < 0)
        g_debug("the caller is gone");
}

static void
report_failure(const GError *error)
{
    report("failed %d %s", error->code, error->message);
}

/* Returns how many file systems were frozen, -1 on failure. */
static int
freeze(AgentChannel *channel, gint64 deadline, GError **error)
{
    if (!agent_channel_sync(channel, MIN(deadline, deadline_in(SYNC_MS)),
                            error))
        return -1;
    return agent_channel_count(channel, "guest-fsfreeze-freeze", NULL, deadline,
                               error);
}

/* Returns how many were thawed, -1 on failure. */
static int
thaw(AgentChannel *channel, GError **error)
{
    g_autoptr(GError) trouble = NULL;
    int count = agent_channel_count(channel, "guest-fsfreeze-thaw", NULL,
                                    deadline_in(THAW_TRY_MS), &trouble);
    int tries = 1;

    while (count < 0 && tries < THAW_TRIES &&
           !agent_channel_is_closed(channel)) {
        gint64 deadline = deadline_in(THAW_TRY_MS);

        g_clear_error(&trouble);
        tries++;
        /* Between two tries: the answer to the last one may have come late, and
         * must not be taken for this one's. */
        if (agent_channel_sync(channel, deadline, &trouble)) {
            count = agent_channel_count(channel, "guest-fsfreeze-thaw", NULL,
                                        deadline, &trouble);
        }
    }
    if (count < 0)
        g_propagate_error(error, g_steal_pointer(&trouble));
    return count;
}

static Order
wait_for_order(gint64 deadline)
{
    while (true) {
        struct pollfd ready = {.fd = STDIN_FILENO, .events = POLLIN};
        gint64 left = deadline - g_get_monotonic_time();
        char word[sizeof("thaw")];

        if (left <= 0)
            return ORDER_EXPIRED;
        if (poll(&ready, 1, (int)MIN((left + 999) / 1000, G_MAXINT)) <= 0)
            continue;
        /* Any word is the order to thaw: the only other thing that we could be
         * told is nothing. */
        return read(STDIN_FILENO, word, sizeof(word)) > 0 ? ORDER_THAW
                                                          : ORDER_GONE;
    }
}

/* A freeze that was not answered may still happen: a thaw behind it in the
 * agent's queue undoes it.  One that the agent refused undid itself. */
static void
undo_freeze(AgentChannel *channel, const GError *why)
{
    if (error_is(why, VIR_ERR_AGENT_UNRESPONSIVE) &&
        !agent_channel_is_closed(channel))
        thaw(channel, NULL);
}

/* Between two calls a terminal's Ctrl-C or a closed session must not end us
 * sooner than the caller; the caller's end we see ourselves. */
static void
outlive_signals(void)
{
    static const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
    size_t i = 0;

    /* A session of its own: the terminal's hangup goes to its former one. */
    setsid();
    for (i = 0; i < G_N_ELEMENTS(ignored); i++)
        signal(ignored[i], SIG_IGN);
}

static int
guard(AgentChannel *channel, gint64 deadline)
{
    g_autoptr(GError) error = NULL;
    Order order = ORDER_GONE;
    int count = freeze(channel, deadline, &error);

    if (count < 0) {
        report_failure(error);
        undo_freeze(channel, error);
        return 1;
    }
    /* The caller's work begins with this line. */
    report("frozen %d", count);
    order = wait_for_order(deadline);
    count = thaw(channel, &error);
    /* Told even after the deadline: that the guest is still frozen is worse
     * news than that time is up. */
    if (count < 0) {
        report_failure(error);
    } else if (order == ORDER_EXPIRED) {
        report("expired");
    } else {
        report("thawed %d", count);
    }
    return count < 0 ? 1 : 0;
}

/* ---- a process that is to end with its caller ---- */

/* True: the caller is gone; false: the process is. */
static bool
wait_for_caller(int process)
{
    while (true) {
        struct pollfd ready[] = {{.fd = STDIN_FILENO, .events = POLLIN},
                                 {.fd = process, .events = POLLIN}};
        char word[64];

        if (poll(ready, G_N_ELEMENTS(ready), -1) <= 0)
            continue;
        if (ready[1].revents)
            return false;
        /* Nobody tells us anything: what comes is passed over. */
        if (read(STDIN_FILENO, word, sizeof(word)) <= 0)
            return true;
    }
}

/* By its pid and when it began, so that it is this process or none. */
static int
end_with_caller(const char *pid_text, const char *start_text)
{
    g_auto(AutoFd) process = -1;
    guint64 pid = 0;
    guint64 start = 0;

    if (!g_ascii_string_to_unsigned(pid_text, 10, 1, G_MAXINT, &pid, NULL) ||
        !g_ascii_string_to_unsigned(start_text, 10, 1, G_MAXUINT64, &start,
                                    NULL))
        return 2;
    process = process_open((pid_t)pid, start);
    if (process < 0 || !wait_for_caller(process))
        return 0;
    /* Asked first: a QEMU that is killed leaves bitmaps that nobody can trust. */
    if (process_signal((pid_t)pid, start, SIGTERM) &&
        process_wait_end((pid_t)pid, start, TERM_TIMEOUT_MS))
        return 0;
    return process_signal((pid_t)pid, start, SIGKILL) ? 0 : 1;
}

int
main(int argc, char **argv)
{
    g_autoptr(AgentChannel) channel = NULL;
    guint64 deadline_ms = 0;

    if (argc == 4 && strcmp(argv[1], "--end") == 0) {
        outlive_signals();
        return end_with_caller(argv[2], argv[3]);
    }
    if (argc != 3 || !g_ascii_string_to_unsigned(argv[1], 10, 1, G_MAXINT,
                                                 &deadline_ms, NULL)) {
        fprintf(stderr, "usage: strandline-guard DEADLINE-MS DOMAIN, with the "
                        "guest agent's socket as descriptor 3; or "
                        "strandline-guard --end PID START\n");
        return 2;
    }
    outlive_signals();
    channel = agent_channel_new(AGENT_FD, argv[2]);
    return guard(channel, deadline_in((gint64)deadline_ms));
}
