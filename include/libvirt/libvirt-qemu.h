/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What reaches past a domain into its QEMU, and into its guest agent.
 *
 * With these a program can break what Strandline believes about a domain; they
 * are for looking, and for what has no call of its own yet.
 *
 * Names and numbers are libvirt's.  Errors that any call may give: those of
 * libvirt-domain.h.
 */
#pragma once

#include <libvirt/libvirt.h>

#ifdef __cplusplus
extern "C" {
#endif

/** virDomainQemuMonitorCommandFlags: how the command is written.  Since:
 * 0.1.0 */
typedef enum {
    /* as QMP: a JSON object */
    VIR_DOMAIN_QEMU_MONITOR_COMMAND_DEFAULT = 0,
    /* as a line for QEMU's human monitor */
    VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP = (1 << 0),
} virDomainQemuMonitorCommandFlags;

/** virDomainQemuAgentCommandTimeoutValues: how long to wait for the guest
 * agent. Any other number: seconds.  Since: 0.1.0 */
typedef enum {
    /* the least there is */
    VIR_DOMAIN_QEMU_AGENT_COMMAND_MIN = -2,
    /* for ever */
    VIR_DOMAIN_QEMU_AGENT_COMMAND_BLOCK = -2,
    /* as long as other calls do */
    VIR_DOMAIN_QEMU_AGENT_COMMAND_DEFAULT = -1,
    /* not at all */
    VIR_DOMAIN_QEMU_AGENT_COMMAND_NOWAIT = 0,
    /* what is sensible for powering off */
    VIR_DOMAIN_QEMU_AGENT_COMMAND_SHUTDOWN = 60,
} virDomainQemuAgentCommandTimeoutValues;

/**
 * virDomainQemuMonitorCommand:
 * @domain: a running domain
 * @cmd: {"execute": "query-status"}, or with HMP "info status"
 * @result: set to the reply, for free(): the whole JSON object, errors of QEMU
 *          included, or with HMP its text
 * @flags: bitwise-OR of virDomainQemuMonitorCommandFlags
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run), VIR_ERR_INVALID_ARG (not
 * JSON), VIR_ERR_OPERATION_TIMEOUT.
 *
 * Returns: 0, or -1 on error
 *
 * Since: 0.1.0
 */
int virDomainQemuMonitorCommand(virDomainPtr domain, const char *cmd,
                                char **result, unsigned int flags);

/**
 * virDomainQemuAgentCommand:
 * @domain: a running domain
 * @cmd: {"execute": "guest-info"}
 * @timeout: seconds, or one of virDomainQemuAgentCommandTimeoutValues
 * @flags: none: 0
 *
 * Errors: VIR_ERR_OPERATION_INVALID (it does not run),
 * VIR_ERR_AGENT_UNRESPONSIVE (no agent, or no answer in time),
 * VIR_ERR_INVALID_ARG (not JSON).
 *
 * Returns: (transfer full): the reply, a JSON object, for free(); NULL on error
 *
 * Since: 0.1.0
 */
char *virDomainQemuAgentCommand(virDomainPtr domain, const char *cmd,
                                int timeout, unsigned int flags);

#ifdef __cplusplus
}
#endif
