/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/domain/agent_power.h"

#include "base/error.h"
#include "model/domain_devices.h"
#include "qemu/agent/channel.h"
#include "qemu/agent/connect.h"
#include "qemu/domain.h"
#include "qemu/domain/domain_state.h"
#include "qemu/qmp/message.h"

enum { SYNC_TIMEOUT_S = 5, CONSENT_TIMEOUT_S = 1 };

/* Whether the guest's end of the chardev @label is open. */
static bool
is_open(const json_t *chardevs, const char *label)
{
    gsize index = 0;
    json_t *chardev = NULL;

    json_array_foreach(chardevs, index, chardev)
    {
        const char *name = json_string_value(json_object_get(chardev, "label"));

        /* QEMU knows whether the guest has opened the port; whether an agent is
         * behind it shows only by asking. */
        if (g_strcmp0(name, label) == 0)
            return json_is_true(json_object_get(chardev, "frontend-open"));
    }
    return false;
}

/* A hint for choosing between agent and button, so no trouble is told: "no"
 * then. */
bool
agent_power_is_ready(virDomainPtr domain)
{
    /* A call of its own, ended before the agent is asked: the root stays free
     * while the guest thinks. */
    g_autoptr(QemuCall) call = qemu_call_begin_reading(domain, NULL);
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;
    const DomainChar *agent = NULL;
    QmpClient *qmp = NULL;
    g_autofree char *label = NULL;
    g_autoptr(Json) chardevs = NULL;

    if (!vm || !qemu_domain_is_active(vm))
        return false;
    agent = domain_devices_find_agent(vm->live->devices);
    qmp = agent ? qemu_domain_monitor(vm, NULL) : NULL;
    if (!qmp)
        return false;
    label = g_strdup_printf("char%s", agent->alias);
    chardevs = qmp_client_call(qmp, "query-chardev", NULL, NULL);
    return is_open(chardevs, label);
}

/* Under the lock only as long as the connection takes. */
static AgentChannel *
open_channel(virDomainPtr domain, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin_reading(domain, error);
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;
    int socket = -1;

    if (!vm)
        return NULL;
    (void)domain_state_refresh(vm); /* agent_connect() goes by the state */
    socket = agent_connect(vm, error);
    return socket < 0 ? NULL : agent_channel_new(socket, vm->name);
}

static gint64
seconds_from_now(int seconds)
{
    return g_get_monotonic_time() + seconds * G_TIME_SPAN_SECOND;
}

/* True also for silence after the sync, see the header. */
bool
agent_power(virDomainPtr domain, const char *mode, GError **error)
{
    g_autoptr(AgentChannel) channel = open_channel(domain, error);
    g_autoptr(GError) trouble = NULL;
    g_autoptr(Json) reply = NULL;
    g_autoptr(Json) request =
        json_pack("{s:s, s:{s:s}}", "execute", "guest-shutdown", "arguments",
                  "mode", mode);

    if (!channel ||
        !agent_channel_sync(channel, seconds_from_now(SYNC_TIMEOUT_S), error))
        return false;
    reply = agent_channel_exchange(
        channel, request, seconds_from_now(CONSENT_TIMEOUT_S), &trouble);
    /* Silence after a sync that was answered: it went down before it could say
     * so. */
    if (reply || error_is(trouble, VIR_ERR_AGENT_UNRESPONSIVE))
        return true;
    g_propagate_error(error, g_steal_pointer(&trouble));
    return false;
}
