/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What reaches past the domain into its QEMU: <libvirt/libvirt-qemu.h>. */
#include "api/call.h"

#include <libvirt/libvirt-qemu.h>

int
virDomainQemuMonitorCommand(virDomainPtr domain, const char *cmd, char **result,
                            unsigned int flags)
{
    char *reply = NULL;

    if (result)
        *result = NULL;
    API_ENTER(qemu, domain, -1);
    API_NOT_NULL(cmd);
    API_NOT_NULL(result);
    API_CALL(reply, API_IS_NULL, qemu_monitor_command, domain, cmd, flags);
    *result = reply;
    return 0;
}

char *
virDomainQemuAgentCommand(virDomainPtr domain, const char *cmd, int timeout,
                          unsigned int flags)
{
    API_ENTER(qemu, domain, NULL);
    API_NOT_NULL(cmd);
    API_CLAIM(timeout >= VIR_DOMAIN_QEMU_AGENT_COMMAND_MIN, "timeout",
              "-2, -1, 0 or a number of seconds");
    API_RETURN_POINTER(qemu_agent_command, domain, cmd, timeout, flags);
}
