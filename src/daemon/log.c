/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "daemon/log.h"

#include "base/lock.h"

#include <string.h>

enum {
    REFUSALS_MAX = 30, /* a period */
    PERIOD_SECONDS = 60,
    FIELDS_MAX = 6,
};

/* Of the process, as its log is. */
static struct {
    Lock lock;
    gint64 since;
    unsigned told;
    unsigned untold;
} refusals = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* Fields are of the journal; everywhere else they would be lost, so the message
 * names the same things in words. */
static char *
in_words(const LogAbout *about, const char *client, const char *what)
{
    GString *text = g_string_new(NULL);

    g_string_append_printf(text, "%s: %s", what, client);
    if (about->domain)
        g_string_append_printf(text, ", domain '%s'", about->domain);
    if (about->job)
        g_string_append_printf(text, ", job %d", about->job);
    return g_string_free(text, FALSE);
}

/* The name that was proved stands beside the place it came from: a password that
 * got into other hands shows by that. */
static char *
client_text(const LogAbout *about)
{
    g_autofree char *peer = client_peer_text(about->peer);

    return about->name ? g_strdup_printf("%s (%s)", peer, about->name)
                       : g_steal_pointer(&peer);
}

/* The journal's own numbers of a message's weight. */
static const char *
priority_of(GLogLevelFlags level)
{
    if (level & G_LOG_LEVEL_WARNING)
        return "4";
    return level & G_LOG_LEVEL_MESSAGE ? "5" : "6";
}

/* Every value lies on this stack or in @about: the writer is done with them when
 * it returns. */
void
log_about(GLogLevelFlags level, const LogAbout *about, const char *format, ...)
{
    g_autofree char *what = NULL;
    g_autofree char *message = NULL;
    g_autofree char *client = client_text(about);
    g_autofree char *job = g_strdup_printf("%d", about->job);
    GLogField fields[FIELDS_MAX];
    gsize count = 0;
    va_list args;

    va_start(args, format);
    what = g_strdup_vprintf(format, args);
    va_end(args);
    message = in_words(about, client, what);
    fields[count++] = (GLogField){"MESSAGE", message, -1};
    fields[count++] = (GLogField){"PRIORITY", priority_of(level), -1};
    fields[count++] = (GLogField){"STRANDLINE_CLIENT", client, -1};
    if (about->domain)
        fields[count++] = (GLogField){"STRANDLINE_DOMAIN", about->domain, -1};
    if (about->job)
        fields[count++] = (GLogField){"STRANDLINE_JOB", job, -1};
    g_log_structured_array(level, fields, count);
}

/* Whether there is room for another line; *@ret_untold: how many found none
 * since the last that is to be told of. */
static bool
may_tell(unsigned *ret_untold)
{
    gint64 now = g_get_monotonic_time();
    LOCK_SCOPE(&refusals.lock);

    *ret_untold = 0;
    if (refusals.since == 0 ||
        now - refusals.since > (gint64)PERIOD_SECONDS * G_USEC_PER_SEC) {
        *ret_untold = refusals.untold;
        refusals.since = now;
        refusals.told = 0;
        refusals.untold = 0;
    }
    if (refusals.told == REFUSALS_MAX) {
        refusals.untold++;
        return false;
    }
    refusals.told++;
    return true;
}

/* The count of those who found no room is told with the first line of the next
 * period, so a flood leaves its size behind. */
void
log_refused(const ClientPeer *peer, const GError *error)
{
    const LogAbout about = {.peer = peer};
    unsigned untold = 0;

    if (!may_tell(&untold))
        return;
    if (untold > 0)
        g_warning("%u more clients were refused in the last minutes", untold);
    log_about(G_LOG_LEVEL_WARNING, &about, "refused: %s", error->message);
}
