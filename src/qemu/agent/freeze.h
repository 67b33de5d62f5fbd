/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The caller's side of the guard process (qemu/guard/guard.c).
 *
 * The guard, not we, holds the agent's socket from before the freeze until
 * after the thaw, and one end of a socket pair whose other end only we hold:
 * our death is its end of file.
 */
#pragma once

#include "qemu/agent.h"

/** agent_freeze_begin_on: like agent_freeze_begin(), over an agent's @socket
 * (taken over).  @domain names the machine in messages. */
AgentFreeze *agent_freeze_begin_on(int socket, const char *domain,
                                   int deadline_ms, int *ret_count,
                                   GError **error);
