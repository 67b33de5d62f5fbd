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

/* The driver's members (driver/driver.h). */
int qemu_domain_fs_freeze(virDomainPtr domain, const char **mountpoints,
                          unsigned nmountpoints, unsigned flags,
                          GError **error);
int qemu_domain_fs_thaw(virDomainPtr domain, const char **mountpoints,
                        unsigned nmountpoints, unsigned flags, GError **error);
int qemu_domain_fs_info(virDomainPtr domain, virDomainFSInfoPtr **ret_info,
                        GError **error);
char *qemu_agent_command(virDomainPtr domain, const char *command, int timeout,
                         unsigned flags, GError **error);
