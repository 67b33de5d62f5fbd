/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The root's lock is held only while the domain is looked up and its agent's
 * socket is connected.  The agent is then asked without it: a guest that takes
 * seconds must not stop the calls on other machines. */
#include "qemu/agent.h"

#include "base/error.h"
#include "base/flags.h"
#include "qemu/agent/channel.h"
#include "qemu/agent/connect.h"
#include "qemu/agent/freeze.h"
#include "qemu/agent/fsinfo.h"
#include "qemu/qmp/message.h"

#include <stdlib.h>
#include <string.h>

enum {
    SYNC_MS = 5 * 1000,
    COMMAND_MS = 5 * 1000,
    /* A freeze first writes out what the guest's programs have written. */
    FREEZE_MS = 60 * 1000,
    UNDO_MS = 1000,
};

static gint64
deadline_in(gint64 timeout_ms)
{
    return g_get_monotonic_time() + timeout_ms * 1000;
}

/* The root is locked only until the socket is connected.  From then on this
 * caller has the agent: QEMU serves one connection of the channel at a time, so
 * two callers take turns there and not here. */
AgentChannel *
agent_open(virDomainPtr domain, DiskPlaces **ret_places, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin(domain, error);
    g_autoptr(AgentChannel) channel = NULL;
    QemuDomain *vm = NULL;
    int socket = -1;

    if (!call)
        return NULL;
    vm = qemu_call_domain(call);
    socket = agent_connect(vm, error);
    if (socket < 0)
        return NULL;
    channel = agent_channel_new(socket, vm->name);
    agent_channel_set_patience(channel, vm->agent_timeout);
    if (ret_places) {
        QmpClient *qmp = qemu_domain_monitor(vm, error);
        g_autoptr(Json) pci =
            qmp ? qmp_client_call(qmp, "query-pci", NULL, NULL) : NULL;

        /* A machine without PCI refuses the command: then there is less to go
         * by, no more. */
        if (!qmp)
            return NULL;
        *ret_places = disk_places_new(vm->live, pci);
    }
    /* Before the first byte is exchanged: from here on the guest may take its
     * time. */
    g_clear_pointer(&call, qemu_call_end);
    if (!agent_channel_sync(channel, deadline_in(SYNC_MS), error))
        return NULL;
    return g_steal_pointer(&channel);
}

/* For work that holds the root's lock meanwhile: backups and checkpoints. */
AgentFreeze *
agent_freeze_begin(QemuDomain *vm, int deadline_ms, int *ret_count,
                   GError **error)
{
    /* Under the lock, unlike the calls below: a backup's begin holds it anyhow,
     * and the guard's deadline bounds the wait. */
    int socket = agent_connect(vm, error);

    if (socket < 0)
        return NULL;
    return agent_freeze_begin_on(socket, vm->name, deadline_ms, ret_count,
                                 error);
}

/* {"mountpoints": [...]}; NULL, with @error, for one that is not UTF-8. */
static json_t *
mountpoint_list(const char **mountpoints, unsigned count, GError **error)
{
    g_autoptr(Json) list = json_array();
    unsigned i = 0;

    for (i = 0; i < count; i++) {
        /* json_string() is NULL for text that is not UTF-8, and appending NULL
         * fails. */
        if (json_array_append_new(list, json_string(mountpoints[i])) < 0) {
            fail(error, VIR_ERR_INVALID_ARG,
                 "a mount point's name is not in UTF-8");
            return NULL;
        }
    }
    return json_pack("{s:O}", "mountpoints", list);
}

/* The public call.  Who freezes here has to thaw: nothing ends it but a
 * thaw. */
int
qemu_domain_fs_freeze(virDomainPtr domain, const char **mountpoints,
                      unsigned nmountpoints, unsigned flags, GError **error)
{
    const char *command = "guest-fsfreeze-freeze";
    json_t *arguments = NULL;
    g_autoptr(AgentChannel) channel = NULL;
    g_autoptr(GError) trouble = NULL;
    int count = -1;

    if (!flags_check(flags, 0, "a freeze of file systems", error))
        return -1;
    if (nmountpoints > 0) {
        /* Without a list all are frozen; an empty list would freeze none and
         * report success. */
        command = "guest-fsfreeze-freeze-list";
        arguments = mountpoint_list(mountpoints, nmountpoints, error);
        if (!arguments)
            return -1;
    }
    channel = agent_open(domain, NULL, error);
    if (!channel) {
        json_decref(arguments);
        return -1;
    }
    /* No guard here: this freeze is meant to outlast the call, and its caller
     * thaws it by another. */
    count = agent_channel_count(channel, command, arguments,
                                agent_channel_deadline(channel, FREEZE_MS),
                                &trouble);
    /* Who is told that it failed does not thaw; and it may yet happen. */
    if (error_is(trouble, VIR_ERR_AGENT_UNRESPONSIVE)) {
        agent_channel_post(channel, "guest-fsfreeze-thaw", deadline_in(UNDO_MS),
                           NULL);
    }
    /* The agent's refusal, or the silence: the thaw that was posted changes
     * nothing of what is told. */
    if (count < 0)
        g_propagate_error(error, g_steal_pointer(&trouble));
    return count;
}

/* The agent has no thaw of some: @mountpoints say nothing, as in libvirt. */
int
qemu_domain_fs_thaw(virDomainPtr domain, const char **mountpoints G_GNUC_UNUSED,
                    unsigned nmountpoints G_GNUC_UNUSED, unsigned flags,
                    GError **error)
{
    g_autoptr(AgentChannel) channel = NULL;

    if (!flags_check(flags, 0, "a thaw of file systems", error))
        return -1;
    channel = agent_open(domain, NULL, error);
    if (!channel)
        return -1;
    return agent_channel_count(channel, "guest-fsfreeze-thaw", NULL,
                               agent_channel_deadline(channel, FREEZE_MS),
                               error);
}

/* The table of places is made under the lock, the guest asked without it. */
int
qemu_domain_fs_info(virDomainPtr domain, virDomainFSInfoPtr **ret_info,
                    GError **error)
{
    g_autoptr(DiskPlaces) places = NULL;
    g_autoptr(AgentChannel) channel = agent_open(domain, &places, error);
    g_autoptr(Json) request = json_pack("{s:s}", "execute", "guest-get-fsinfo");
    g_autoptr(Json) reply = NULL;

    if (!channel)
        return -1;
    /* Guest data from here on; agent_fsinfo_parse() believes none of it. */
    reply = agent_channel_exchange(
        channel, request, agent_channel_deadline(channel, COMMAND_MS), error);
    if (!reply)
        return -1;
    return agent_fsinfo_parse(json_object_get(reply, "return"), places,
                              ret_info, error);
}

/* The deadline that virDomainQemuAgentCommand()'s @timeout means. */
static bool
command_deadline(int timeout, gint64 *ret_deadline, GError **error)
{
    switch (timeout) {
    /* The caller's own wish: it waits as long as the guest likes, without
     * holding anything of ours. */
    case VIR_DOMAIN_QEMU_AGENT_COMMAND_BLOCK:
        *ret_deadline = AGENT_FOREVER;
        return true;
    case VIR_DOMAIN_QEMU_AGENT_COMMAND_DEFAULT:
        *ret_deadline = deadline_in(COMMAND_MS);
        return true;
    default:
        if (timeout < VIR_DOMAIN_QEMU_AGENT_COMMAND_MIN) {
            return fail(error, VIR_ERR_INVALID_ARG,
                        "guest agent timeout %d is less than %d", timeout,
                        VIR_DOMAIN_QEMU_AGENT_COMMAND_MIN);
        }
        *ret_deadline = deadline_in((gint64)timeout * 1000);
        return true;
    }
}

/* For programs that know the agent's language; nothing is checked but that it
 * is one JSON object. */
char *
qemu_agent_command(virDomainPtr domain, const char *command, int timeout,
                   unsigned flags, GError **error)
{
    g_autoptr(AgentChannel) channel = NULL;
    g_autoptr(Json) request = NULL;
    g_autoptr(Json) reply = NULL;
    json_error_t why;
    gint64 deadline = 0;

    if (!flags_check(flags, 0, "an agent command", error) ||
        !command_deadline(timeout, &deadline, error))
        return NULL;
    /* Parsed and written anew: a newline in the caller's text would make two
     * commands of one. */
    request = json_loads(command, 0, &why);
    if (!json_is_object(request)) {
        fail(error, VIR_ERR_INVALID_ARG,
             "the guest agent's command must be a JSON object such as "
             "{\"execute\": \"guest-ping\"}: %s",
             request ? "it is something else" : why.text);
        return NULL;
    }
    channel = agent_open(domain, NULL, error);
    if (!channel)
        return NULL;
    /* The time counts from here: the sync before had its own. */
    command_deadline(timeout, &deadline, NULL);
    reply = agent_channel_exchange(channel, request, deadline, error);
    return reply ? json_dumps(reply, JSON_COMPACT) : NULL;
}
