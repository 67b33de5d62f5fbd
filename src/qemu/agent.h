/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The guest agent: a stranger on the other end of a socket.
 *
 * Everything a guest says is bounded (AGENT_LINE_LIMIT, depth, number of
 * replies, list lengths) and timed; whatever goes wrong is
 * VIR_ERR_AGENT_UNRESPONSIVE (86) and harms nothing.  A freeze is guarded by a
 * helper process (strandline-guard) that holds the channel and thaws when we
 * die or when the deadline passes.
 */
#pragma once

#include "qemu/agent/channel.h"
#include "qemu/agent/fsinfo.h"
#include "qemu/domain.h"

typedef struct AgentFreeze AgentFreeze;

/** agent_freeze_begin: freezes all file systems through the guard.
 * *@ret_count: how many were frozen. */
AgentFreeze *agent_freeze_begin(QemuDomain *vm, int deadline_ms, int *ret_count,
                                GError **error);
/** agent_freeze_end: thaws.  False, VIR_ERR_AGENT_UNRESPONSIVE, when the
 * deadline had passed and the guard thawed before: what was done meanwhile was
 * not all done on frozen file systems. */
bool agent_freeze_end(AgentFreeze *freeze, GError **error);
/** agent_freeze_free: thaws if that was not done. */
void agent_freeze_free(AgentFreeze *freeze);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(AgentFreeze, agent_freeze_free)

/** agent_open: a channel to the agent of @domain, in step with it, which waits
 * as virDomainAgentSetResponseTimeout() says.  *@ret_places (nullable): where the
 * domain's disks are. */
AgentChannel *agent_open(virDomainPtr domain, DiskPlaces **ret_places,
                         GError **error);

/* The driver's members (driver/driver.h).  Those of file systems and the command
 * as it comes are in agent.c, the others in agent/guest_calls.c. */
int qemu_domain_fs_freeze(virDomainPtr domain, const char **mountpoints,
                          unsigned nmountpoints, unsigned flags,
                          GError **error);
int qemu_domain_fs_thaw(virDomainPtr domain, const char **mountpoints,
                        unsigned nmountpoints, unsigned flags, GError **error);
int qemu_domain_fs_info(virDomainPtr domain, virDomainFSInfoPtr **ret_info,
                        GError **error);
char *qemu_agent_command(virDomainPtr domain, const char *command, int timeout,
                         unsigned flags, GError **error);
int qemu_domain_fs_trim(virDomainPtr domain, const char *mountpoint,
                        unsigned long long minimum, GError **error);
int qemu_domain_get_time(virDomainPtr domain, long long *ret_seconds,
                         unsigned *ret_nanoseconds, GError **error);
int qemu_domain_set_time(virDomainPtr domain, long long seconds,
                         unsigned nanoseconds, unsigned flags, GError **error);
char *qemu_domain_hostname(virDomainPtr domain, unsigned flags, GError **error);
int qemu_domain_interface_addresses(virDomainPtr domain,
                                    virDomainInterfacePtr **ret_interfaces,
                                    unsigned source, GError **error);
int qemu_domain_guest_info(virDomainPtr domain, unsigned types,
                           virTypedParameterPtr *ret_params, int *ret_nparams,
                           GError **error);
int qemu_domain_agent_timeout(virDomainPtr domain, int timeout, GError **error);
int qemu_domain_set_password(virDomainPtr domain, const char *user,
                             const char *password, unsigned flags,
                             GError **error);
