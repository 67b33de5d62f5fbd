/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/agent/connect.h"

#include "base/error.h"
#include "base/fd.h"
#include "model/domain_devices.h"

#include <libvirt/libvirt-domain.h>
#include <string.h>

/* The agent's channel as a socket on which QEMU listens; NULL if it has none. */
static const DomainChar *
find_channel(const DomainDef *def)
{
    guint i = 0;

    for (i = 0; i < def->devices->channels->len; i++) {
        const DomainChar *one = g_ptr_array_index(def->devices->channels, i);
        /* A channel that QEMU connects elsewhere has no place where we could
         * connect to. */
        bool is_ours = !one->path || one->is_server;

        if (one->device == CHAR_CHANNEL && one->type == CHAR_UNIX && is_ours &&
            g_strcmp0(one->name, DOMAIN_AGENT_CHANNEL) == 0)
            return one;
    }
    return NULL;
}

/* Where QEMU listens for the channel's other end. */
static char *
socket_path(const QemuDomain *vm, const DomainChar *channel)
{
    g_autofree char *folder = NULL;
    const char *path = channel->live_path ? channel->live_path : channel->path;

    if (path)
        return g_strdup(path);
    /* The name that a start gives it (qemu/process/launch.c). */
    folder = qemu_root_folder_path(vm->root, vm->uuid);
    return g_build_filename(folder, "agent.sock", NULL);
}

/* Everything that can be known without asking the guest is refused here, with
 * words about the definition or the state. */
int
agent_connect(QemuDomain *vm, GError **error)
{
    const DomainChar *channel = NULL;
    g_autofree char *path = NULL;
    g_autofree char *folder = NULL;
    g_autofree char *name = NULL;
    g_autoptr(GError) trouble = NULL;
    int socket = -1;

    /* A guest that stands still answers nobody, and a freeze would wait. */
    if (!qemu_domain_is_active(vm) || vm->state != VIR_DOMAIN_RUNNING) {
        fail(error, VIR_ERR_OPERATION_INVALID,
             "domain '%s' is not running, so its guest agent cannot answer; "
             "start or resume it",
             vm->name);
        return -1;
    }
    channel = find_channel(vm->live);
    if (!channel) {
        fail(error, VIR_ERR_ARGUMENT_UNSUPPORTED,
             "domain '%s' has no guest agent: add a <channel type='unix'> with "
             "<target type='virtio' name='" DOMAIN_AGENT_CHANNEL "'/>",
             vm->name);
        return -1;
    }
    path = socket_path(vm, channel);
    folder = g_path_get_dirname(path);
    name = g_path_get_basename(path);
    /* QEMU serves one at a time: with another program connected this waits, and
     * then says so. */
    socket = unix_connect(folder, name, &trouble);
    if (socket < 0) {
        fail(error, VIR_ERR_AGENT_UNRESPONSIVE,
             "cannot reach the guest agent of '%s': %s", vm->name,
             trouble->message);
    }
    return socket;
}
