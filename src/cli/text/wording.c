/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cli/text/wording.h"

#include <glib.h>

/* The words of one enum by value; a gap is NULL. */
typedef struct {
    const char *const *words;
    unsigned count;
} Words;

#define WORDS(array)                                   \
    {                                                  \
        .words = (array), .count = G_N_ELEMENTS(array) \
    }

/* @unknown where the table has nothing. */
static const char *
word(const Words *words, int value, const char *unknown)
{
    /* A later library may have values that this tool does not know; it must not
     * read past its tables. */
    if (value < 0 || (unsigned)value >= words->count || !words->words[value])
        return unknown;
    return words->words[value];
}

static const char *
detail_word(const Words *table, unsigned rows, int row, int value)
{
    if (row < 0 || (unsigned)row >= rows)
        return "unknown";
    return word(&table[row], value, "unknown");
}

/* Indexed by virDomainState. */
const char *
wording_state(int state)
{
    static const char *const names[] = {"no state", "running",     "idle",
                                        "paused",   "in shutdown", "shut off",
                                        "crashed",  "pmsuspended"};
    static const Words words = WORDS(names);

    return word(&words, state, "no state");
}

/* A table a state, since the numbers of reasons begin anew in each. */
const char *
wording_reason(int state, int reason)
{
    static const char *const none[] = {"unknown"};
    static const char *const running[] = {
        "unknown",       "booted",   "migrated",           "restored",
        "from snapshot", "unpaused", "migration canceled", "save canceled",
        "event wakeup",  "crashed",  "post-copy",          "post-copy failed"};
    static const char *const paused[] = {"unknown",       "user",
                                         "migrating",     "saving",
                                         "dumping",       "I/O error",
                                         "watchdog",      "from snapshot",
                                         "shutting down", "creating snapshot",
                                         "crashed",       "starting up",
                                         "post-copy",     "post-copy failed"};
    static const char *const shutdown[] = {"unknown", "user"};
    static const char *const shutoff[] = {
        "unknown", "shutdown", "destroyed",     "crashed", "migrated",
        "saved",   "failed",   "from snapshot", "daemon"};
    static const char *const crashed[] = {"unknown", "panicked"};
    static const Words table[] = {
        WORDS(none),     WORDS(running), WORDS(none),    WORDS(paused),
        WORDS(shutdown), WORDS(shutoff), WORDS(crashed), WORDS(none)};

    return detail_word(table, G_N_ELEMENTS(table), state, reason);
}

/* Indexed by virDomainJobType. */
const char *
wording_job_type(int type)
{
    static const char *const names[] = {"None",      "Bounded", "Unbounded",
                                        "Completed", "Failed",  "Cancelled"};
    static const Words words = WORDS(names);

    return word(&words, type, "unknown");
}

const char *
wording_block_job(int type)
{
    static const char *const names[] = {"Unknown job",         "Block Pull",
                                        "Block Copy",          "Block Commit",
                                        "Active Block Commit", "Backup"};
    static const Words words = WORDS(names);

    return word(&words, type, "Unknown job");
}

const char *
wording_block_job_status(int status)
{
    static const char *const names[] = {"completed", "failed", "canceled",
                                        "ready"};
    static const Words words = WORDS(names);

    return word(&words, status, "unknown");
}

const char *
wording_io_error(int action)
{
    static const char *const names[] = {"none", "pause", "report"};
    static const Words words = WORDS(names);

    return word(&words, action, "unknown");
}

const char *
wording_agent_state(int state)
{
    static const char *const names[] = {"unknown", "connected", "disconnected"};
    static const Words words = WORDS(names);

    return word(&words, state, "unknown");
}

const char *
wording_agent_reason(int reason)
{
    static const char *const names[] = {"unknown", "domain started",
                                        "channel event"};
    static const Words words = WORDS(names);

    return word(&words, reason, "unknown");
}

/* Indexed by virDomainMetadataType; a kind that is new to us has no word. */
const char *
wording_metadata(int type)
{
    static const char *const names[] = {"description", "title", "element"};
    static const Words words = WORDS(names);

    return word(&words, type, "unknown");
}

/* Indexed by virDomainJobOperation. */
const char *
wording_operation(int operation)
{
    static const char *const names[] = {"Unknown",
                                        "Start",
                                        "Save",
                                        "Restore",
                                        "Incoming migration",
                                        "Outgoing migration",
                                        "Snapshot",
                                        "Snapshot revert",
                                        "Dump",
                                        "Backup",
                                        "Snapshot delete"};
    static const Words words = WORDS(names);

    return word(&words, operation, "Unknown");
}

/* Indexed by virDomainEventType. */
const char *
wording_event(int event)
{
    static const char *const names[] = {"Defined",   "Undefined",   "Started",
                                        "Suspended", "Resumed",     "Stopped",
                                        "Shutdown",  "PMSuspended", "Crashed"};
    static const Words words = WORDS(names);

    return word(&words, event, "unknown");
}

/* A table a kind of event, as for reasons. */
const char *
wording_event_detail(int event, int detail)
{
    static const char *const defined[] = {"Added", "Updated", "Renamed",
                                          "Snapshot"};
    static const char *const undefined[] = {"Removed", "Renamed"};
    static const char *const started[] = {"Booted", "Migrated", "Restored",
                                          "Snapshot", "Event wakeup"};
    static const char *const suspended[] = {
        "Paused",   "Migrated",  "I/O Error", "Watchdog",       "Restored",
        "Snapshot", "API error", "Post-copy", "Post-copy Error"};
    static const char *const resumed[] = {"Unpaused", "Migrated", "Snapshot",
                                          "Post-copy", "Post-copy Error"};
    static const char *const stopped[] = {"Shutdown", "Destroyed", "Crashed",
                                          "Migrated", "Saved",     "Failed",
                                          "Snapshot"};
    static const char *const shutdown[] = {"Finished",
                                           "Finished after guest request",
                                           "Finished after host request"};
    static const char *const pmsuspended[] = {"Memory", "Disk"};
    static const char *const crashed[] = {"Panicked", "Crashloaded"};
    static const Words table[] = {
        WORDS(defined),   WORDS(undefined),   WORDS(started),
        WORDS(suspended), WORDS(resumed),     WORDS(stopped),
        WORDS(shutdown),  WORDS(pmsuspended), WORDS(crashed)};

    return detail_word(table, G_N_ELEMENTS(table), event, detail);
}

/* For output only: a value of a type that this tool does not know is shown as a
 * question mark. */
char *
wording_param(const virTypedParameter *param)
{
    switch (param->type) {
    case VIR_TYPED_PARAM_INT:
        return g_strdup_printf("%d", param->value.i);
    case VIR_TYPED_PARAM_UINT:
        return g_strdup_printf("%u", param->value.ui);
    case VIR_TYPED_PARAM_LLONG:
        return g_strdup_printf("%lld", param->value.l);
    case VIR_TYPED_PARAM_ULLONG:
        return g_strdup_printf("%llu", param->value.ul);
    case VIR_TYPED_PARAM_DOUBLE:
        return g_strdup_printf("%f", param->value.d);
    /* virsh's words. */
    case VIR_TYPED_PARAM_BOOLEAN:
        return g_strdup(param->value.b ? "yes" : "no");
    case VIR_TYPED_PARAM_STRING:
        return g_strdup(param->value.s);
    default:
        return g_strdup("?");
    }
}
