/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/domain/domain_state.h"

#include "qemu/events/journal.h"
#include "qemu/qmp/message.h"
#include "qemu/watcher.h"

enum { KNOWN_FOR_US = G_USEC_PER_SEC };

typedef struct {
    const char *status; /* RunState of QEMU's schema */
    int state;
    int reason; /* unless we know a better one for this state */
} StateName;

static const StateName state_names[] = {
    {"running", VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_UNPAUSED},
    {"paused", VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER},
    {"prelaunch", VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_STARTING_UP},
    {"debug", VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_UNKNOWN},
    {"inmigrate", VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_MIGRATION},
    {"postmigrate", VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_MIGRATION},
    {"finish-migrate", VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_MIGRATION},
    {"save-vm", VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_SAVE},
    {"restore-vm", VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_FROM_SNAPSHOT},
    {"io-error", VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_IOERROR},
    {"watchdog", VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_WATCHDOG},
    {"internal-error", VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_UNKNOWN},
    {"shutdown", VIR_DOMAIN_SHUTDOWN, VIR_DOMAIN_SHUTDOWN_UNKNOWN},
    {"suspended", VIR_DOMAIN_PMSUSPENDED, VIR_DOMAIN_PMSUSPENDED_UNKNOWN},
    {"guest-panicked", VIR_DOMAIN_CRASHED, VIR_DOMAIN_CRASHED_PANICKED},
};

/* "running" and "paused" alone do not say why; what we noted does.  So it is of
 * the states of a migration, which may be a save. */
static bool
is_plain(int state)
{
    /* Every other state of QEMU's has one reason, and the table has it. */
    return state == VIR_DOMAIN_RUNNING || state == VIR_DOMAIN_PAUSED;
}

/* What QEMU says, and what we know beyond it. */
void
domain_state_map(const char *status, int state, int reason, int *ret_state,
                 int *ret_reason)
{
    *ret_state = VIR_DOMAIN_NOSTATE;
    *ret_reason = VIR_DOMAIN_NOSTATE_UNKNOWN;
    /* An unknown word of a later QEMU leaves NOSTATE: not known, rather than
     * wrong. */
    for (gsize i = 0; i < G_N_ELEMENTS(state_names); i++) {
        const StateName *name = &state_names[i];
        bool is_vague = g_str_equal(status, "running") ||
                        g_str_equal(status, "paused") ||
                        g_str_equal(status, "prelaunch") ||
                        g_str_equal(status, "finish-migrate") ||
                        g_str_equal(status, "postmigrate");

        if (!g_str_equal(name->status, status))
            continue;
        *ret_state = name->state;
        *ret_reason = is_vague && is_plain(state) && state == name->state
                          ? reason
                          : name->reason;
    }
}

/* The states that QEMU never leaves without an event in its journal.  Those of a
 * migration come and go in silence. */
static bool
is_left_aloud(const char *status)
{
    static const char *const statuses[] = {
        "running",        "paused",    "prelaunch",      "io-error", "shutdown",
        "guest-panicked", "suspended", "internal-error", "watchdog", NULL,
    };

    return g_strv_contains(statuses, status);
}

/* A journal that is not there is no proof of silence, and one that cannot be
 * written is none for long: a full disk stops guests and keeps QEMU from telling
 * of it. */
bool
domain_state_is_known(const QemuDomain *vm)
{
    return vm->known_at > 0 && vm->known_at == journal_end(vm->folder) &&
           g_get_monotonic_time() - vm->known_us < KNOWN_FOR_US;
}

bool
domain_state_look(QemuDomain *vm)
{
    return domain_state_is_known(vm) || domain_state_refresh(vm);
}

/* One short command; its answer is written down only if it is news. */
bool
domain_state_refresh(QemuDomain *vm)
{
    QmpClient *qmp = NULL;
    g_autoptr(Json) answer = NULL;
    const char *status = NULL;
    int state = vm->state;
    int reason = vm->reason;
    gint64 known_at = 0;

    if (!qemu_domain_is_active(vm))
        return true;
    vm->known_at = 0;
    /* Before the question: what changes after it is in the journal behind
     * this. */
    known_at = journal_end(vm->folder);
    vm->known_us = g_get_monotonic_time();
    qmp = qemu_domain_monitor(vm, NULL);
    answer = qmp ? qmp_client_call(qmp, "query-status", NULL, NULL) : NULL;
    status = json_string_value(json_object_get(answer, "status"));
    if (!status)
        return false;
    domain_state_map(status, vm->state, vm->reason, &state, &reason);
    /* The usual case writes nothing, so a mere question does not make the other
     * processes read anew. */
    if ((state != vm->state || reason != vm->reason) &&
        !domain_state_set(vm, state, reason, -1, 0, NULL))
        return false;
    vm->known_at = is_left_aloud(status) ? known_at : 0;
    return true;
}

/* Memory, event and disk: who hears of it and asks finds the new state. */
bool
domain_state_set(QemuDomain *vm, int state, int reason, int event, int detail,
                 GError **error)
{
    if (!qemu_domain_touch(vm, error))
        return false;
    vm->state = state;
    vm->reason = reason;
    vm->known_at = 0;
    /* Sent with the new state in place: who hears of it and asks finds it
     * so. */
    if (event >= 0)
        watcher_send(vm, vm->name, event, detail);
    return qemu_domain_save_status(vm, error);
}
