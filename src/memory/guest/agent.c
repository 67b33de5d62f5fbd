/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/guest/agent.h"

#include "base/error.h"
#include "base/flags.h"
#include "memory/block/tell.h"
#include "model/domain_devices.h"

enum {
    CONNECTED = VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_CONNECTED,
    DISCONNECTED = VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_DISCONNECTED,
    STARTED = VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_DOMAIN_STARTED,
    CHANNEL = VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_REASON_CHANNEL,
};

/* Of the run, and not of the definition: a channel that was added meanwhile is
 * there with the next start. */
static bool
has_channel(const MemoryDomain *vm)
{
    return domain_devices_find_agent(vm->live->devices) != NULL;
}

/* In this order and this early, as a program hears it of a QEMU: before it is
 * told that the machine stands still. */
void
memory_agent_start(MemoryDomain *vm)
{
    vm->has_agent = false;
    vm->frozen = 0;
    vm->clock_off = 0;
    if (has_channel(vm))
        memory_tell_agent(vm, DISCONNECTED, STARTED);
}

/* Whenever the machine runs for the first time since its start, be it at once or
 * after a start that was paused: there is no guest that would take a while. */
void
memory_agent_boot(MemoryDomain *vm)
{
    if (vm->has_agent || !has_channel(vm))
        return;
    vm->has_agent = true;
    memory_tell_agent(vm, CONNECTED, CHANNEL);
}

static bool
check_channel(const MemoryDomain *vm, GError **error)
{
    if (has_channel(vm))
        return true;
    return fail(error, VIR_ERR_ARGUMENT_UNSUPPORTED,
                "domain '%s' has no guest agent: add a <channel type='unix'> "
                "with <target type='virtio' name='" DOMAIN_AGENT_CHANNEL "'/>",
                vm->name);
}

/* An agent that goes takes no freeze along: the file systems stay frozen, and
 * who comes back can thaw them. */
bool
memory_agent_set(MemoryDomain *vm, bool is_connected, GError **error)
{
    if (!memory_domain_require_active(vm, VIR_ERR_OPERATION_INVALID,
                                      "change the guest agent", error) ||
        !check_channel(vm, error))
        return false;
    if (vm->has_agent == is_connected)
        return true;
    vm->has_agent = is_connected;
    memory_tell_agent(vm, is_connected ? CONNECTED : DISCONNECTED, CHANNEL);
    return true;
}

/* In libvirt's order, on which the code depends that a caller sees: a paused machine
 * without any agent is paused first of all. */
bool
memory_agent_check(const MemoryDomain *vm, GError **error)
{
    if (vm->state != VIR_DOMAIN_RUNNING) {
        return fail(error, VIR_ERR_OPERATION_INVALID,
                    "domain '%s' is not running, so its guest agent cannot "
                    "answer; start or resume it",
                    vm->name);
    }
    if (!check_channel(vm, error))
        return false;
    return vm->has_agent ||
           fail(error, VIR_ERR_AGENT_UNRESPONSIVE,
                "cannot reach the guest agent of '%s': nobody is there",
                vm->name);
}

/* A job that quiesces freezes and thaws within one moment here, so that it could
 * is all there is to see.  Frozen ones are refused as the agent does it, which
 * answers little else in that state. */
bool
memory_agent_check_freeze(const MemoryDomain *vm, bool is_wanted,
                          GError **error)
{
    if (!is_wanted)
        return true;
    if (!memory_agent_check(vm, error))
        return false;
    return vm->frozen == 0 ||
           fail(error, VIR_ERR_INTERNAL_ERROR,
                "guest agent of '%s' refused 'guest-fsfreeze-freeze': its file "
                "systems are frozen; thaw them first",
                vm->name);
}

/* The first disk has the root, the others what they are called. */
char *
memory_agent_mountpoint(const DomainDef *def, guint number)
{
    const DiskDef *disk = g_ptr_array_index(def->disks, number);

    return number == 0 ? g_strdup("/")
                       : g_strdup_printf("/mnt/%s", disk->target);
}

/* No names at all mean every file system; a list that was given means those in
 * it, and an agent passes over a name that it does not know. */
static bool
is_named(const char *mountpoint, const char **names, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (g_str_equal(names[i], mountpoint))
            return true;
    }
    return count == 0;
}

/* A second freeze is refused above, so what is counted is this call's alone; the
 * thaw gives the same number back. */
int
memory_domain_fs_freeze(virDomainPtr domain, const char **mountpoints,
                        unsigned nmountpoints, unsigned flags, GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    MemoryDomain *vm = NULL;

    if (!flags_check(flags, 0, "a freeze of file systems", error))
        return -1;
    call = memory_call_begin(domain, error);
    vm = call ? memory_call_domain(call) : NULL;
    if (!vm || !memory_agent_check_freeze(vm, true, error))
        return -1;
    for (guint i = 0; i < vm->live->disks->len; i++) {
        g_autofree char *mountpoint = memory_agent_mountpoint(vm->live, i);

        vm->frozen += is_named(mountpoint, mountpoints, nmountpoints);
    }
    return (int)vm->frozen;
}

/* The agent has no thaw of some: @mountpoints say nothing, as in libvirt. */
int
memory_domain_fs_thaw(virDomainPtr domain,
                      const char **mountpoints G_GNUC_UNUSED,
                      unsigned nmountpoints G_GNUC_UNUSED, unsigned flags,
                      GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    MemoryDomain *vm = NULL;
    int thawed = 0;

    if (!flags_check(flags, 0, "a thaw of file systems", error))
        return -1;
    call = memory_call_begin(domain, error);
    vm = call ? memory_call_domain(call) : NULL;
    if (!vm || !memory_agent_check(vm, error))
        return -1;
    thawed = (int)vm->frozen;
    vm->frozen = 0;
    return thawed;
}

/* Names as a Linux guest would have them, so that programs that look for them
 * find some. */
int
memory_domain_fs_info(virDomainPtr domain, virDomainFSInfoPtr **ret_info,
                      GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    const MemoryDomain *vm = call ? memory_call_domain(call) : NULL;
    virDomainFSInfoPtr *list = NULL;
    guint count = 0;

    if (!vm || !memory_agent_check(vm, error))
        return -1;
    count = vm->live->disks->len;
    list = g_new0(virDomainFSInfoPtr, count + 1);
    for (guint i = 0; i < count; i++) {
        const DiskDef *disk = g_ptr_array_index(vm->live->disks, i);

        list[i] = g_new0(virDomainFSInfo, 1);
        list[i]->mountpoint = memory_agent_mountpoint(vm->live, i);
        list[i]->name = g_strdup_printf("%s1", disk->target);
        list[i]->fstype = g_strdup("ext4");
        list[i]->ndevAlias = 1;
        list[i]->devAlias = g_new0(char *, 1);
        list[i]->devAlias[0] = g_strdup(disk->target);
    }
    *ret_info = list;
    return (int)count;
}
