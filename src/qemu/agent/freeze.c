/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/agent/freeze.h"

#include "base/error.h"
#include "base/fd.h"
#include "qemu/guard/guard_spawn.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>

enum {
    /* What the guard may need beyond its own deadline: to start, and to get a
     * word out of a slow agent. */
    GUARD_GRACE_MS = 10 * 1000,
    REPORT_MAX = 16 * 1024,
};

struct AgentFreeze {
    int guard; /* our end; -1: it was told to thaw, or is gone */
    char *domain;
    GString *input; /* the guard's words, up to the next newline */
};

/* The agent's socket is its own from here on: what is said over it is not known
 * to us, and so cannot be lost with us. */
static bool
spawn_guard(AgentFreeze *freeze, int agent, int deadline_ms, GError **error)
{
    g_autofree char *deadline = g_strdup_printf("%d", deadline_ms);
    const char *const args[] = {deadline, freeze->domain, NULL};

    freeze->guard = guard_spawn(args, agent, error);
    if (freeze->guard < 0) {
        g_prefix_error(error, "domain '%s' is not frozen without its guard: ",
                       freeze->domain);
    }
    return freeze->guard >= 0;
}

static bool
fail_guard(const AgentFreeze *freeze, const char *text, GError **error)
{
    /* Always this code: to the caller it is the same whether agent, guard or
     * channel failed; the file systems may be frozen or not, and the guard sees
     * to it. */
    return fail(error, VIR_ERR_AGENT_UNRESPONSIVE,
                "the guard of the freeze of '%s' %s; see with 'domfsinfo' "
                "whether the guest still answers",
                freeze->domain, text);
}

/* Waits for the guard's next words: a new line without its end, or NULL. */
static char *
read_report(AgentFreeze *freeze, int timeout_ms, GError **error)
{
    gint64 deadline = g_get_monotonic_time() + (gint64)timeout_ms * 1000;
    char *end = NULL;
    char *line = NULL;

    while (!end) {
        struct pollfd ready = {.fd = freeze->guard, .events = POLLIN};
        gint64 left = (deadline - g_get_monotonic_time() + 999) / 1000;
        char bytes[512];
        ssize_t length = 0;

        /* Bounded although the guard is ours: its words contain the guest's. */
        if (left <= 0 || freeze->input->len > REPORT_MAX) {
            fail_guard(freeze, "does not answer", error);
            return NULL;
        }
        if (poll(&ready, 1, (int)MIN(left, G_MAXINT)) <= 0)
            continue;
        /* At the end of file the guard is gone: killed, or it could not be
         * started after the fork. */
        length = recv(freeze->guard, bytes, sizeof(bytes), MSG_DONTWAIT);
        if (length == 0 || (length < 0 && errno != EAGAIN && errno != EINTR)) {
            fail_guard(freeze, "ended without a word", error);
            return NULL;
        }
        g_string_append_len(freeze->input, bytes, MAX(length, 0));
        end = memchr(freeze->input->str, '\n', freeze->input->len);
    }
    line = g_strndup(freeze->input->str, (gsize)(end - freeze->input->str));
    g_string_erase(freeze->input, 0, (gssize)strlen(line) + 1);
    return line;
}

/* What "failed CODE WORDS" says. */
static bool
fail_by_report(const AgentFreeze *freeze, const char *report, GError **error)
{
    g_auto(GStrv) words = g_strsplit(report, " ", 3);
    gint64 code = VIR_ERR_AGENT_UNRESPONSIVE;

    if (g_strv_length(words) == 3 && strcmp(words[0], "failed") == 0 &&
        g_ascii_string_to_signed(words[1], 10, 1, G_MAXINT, &code, NULL))
        return fail(error, (int)code, "%s", words[2]);
    return fail_guard(freeze, "says what it should not", error);
}

/* Starts the guard and takes its first report. */
static bool
freeze_through_guard(AgentFreeze *freeze, int agent, int deadline_ms,
                     int *ret_count, GError **error)
{
    g_autofree char *report = NULL;
    guint64 count = 0;

    if (!spawn_guard(freeze, agent, deadline_ms, error))
        return false;
    /* The guard has the deadline itself; the grace is for it to say that it
     * passed. */
    report = read_report(freeze, deadline_ms + GUARD_GRACE_MS, error);
    if (!report)
        return false;
    if (!g_str_has_prefix(report, "frozen ") ||
        !g_ascii_string_to_unsigned(report + strlen("frozen "), 10, 0, G_MAXINT,
                                    &count, NULL))
        return fail_by_report(freeze, report, error);
    *ret_count = (int)count;
    return true;
}

/* The guard is running when this returns; from then on a thaw is certain,
 * whatever becomes of us. */
AgentFreeze *
agent_freeze_begin_on(int socket, const char *domain, int deadline_ms,
                      int *ret_count, GError **error)
{
    /* Ours is closed on the way out: the guard has the only one, so that nobody
     * else talks to the agent in between. */
    g_auto(AutoFd) agent = socket;
    g_autoptr(AgentFreeze) freeze = g_new0(AgentFreeze, 1);

    freeze->guard = -1;
    freeze->domain = g_strdup(domain);
    freeze->input = g_string_new(NULL);
    if (!freeze_through_guard(freeze, agent, deadline_ms, ret_count, error)) {
        /* The guard thaws what may be frozen; nothing to wait for here. */
        auto_fd_close(fd_steal(&freeze->guard));
        return NULL;
    }
    return g_steal_pointer(&freeze);
}

/* The guard is told, answers, and ends.  False means that the freeze did not
 * last until now. */
bool
agent_freeze_end(AgentFreeze *freeze, GError **error)
{
    static const char order[] = "thaw\n";
    g_autofree char *report = NULL;
    bool is_thawed = false;

    if (freeze->guard < 0)
        return fail_guard(freeze, "was told to thaw before", error);
    /* A guard that is gone, because its time was up, shows in what it said last. */
    if (send(freeze->guard, order, strlen(order), MSG_NOSIGNAL) < 0)
        g_debug("the guard of '%s' is gone", freeze->domain);
    /* What it said while nobody listened ("expired") is still in the socket. */
    report = read_report(freeze, GUARD_GRACE_MS, error);
    /* Also when it did not answer: the end of file is the order to thaw. */
    auto_fd_close(fd_steal(&freeze->guard));
    if (!report)
        return false;
    is_thawed = g_str_has_prefix(report, "thawed ");
    if (!is_thawed && strcmp(report, "expired") == 0) {
        return fail(error, VIR_ERR_AGENT_UNRESPONSIVE,
                    "'%s' was thawed before the work was done, since the time "
                    "for it was up; what was saved is not consistent for its "
                    "file systems",
                    freeze->domain);
    }
    return is_thawed || fail_by_report(freeze, report, error);
}

/* Blocks until the guest is thawed or the guard has given up. */
void
agent_freeze_free(AgentFreeze *freeze)
{
    if (!freeze)
        return;
    /* Waits for the thaw, so that the next caller finds the channel free. */
    if (freeze->guard >= 0)
        agent_freeze_end(freeze, NULL);
    g_string_free(freeze->input, TRUE);
    g_free(freeze->domain);
    g_free(freeze);
}
