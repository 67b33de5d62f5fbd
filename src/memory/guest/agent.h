/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The guest agent of a machine that has no guest.
 *
 * A domain whose definition has the agent's channel has one that answers from
 * the moment at which it runs, until a test takes it away.  It has a file system
 * on each disk, which can be frozen; nothing else of it can be asked.
 */
#pragma once

#include "memory/domain.h"

/** memory_agent_start: @vm was started: tells that the agent is not there
 * yet. */
void memory_agent_start(MemoryDomain *vm);
/** memory_agent_boot: @vm runs: tells that the agent is there, if that is new. */
void memory_agent_boot(MemoryDomain *vm);
/** memory_agent_set: a test lets it come or go.  VIR_ERR_OPERATION_INVALID: the
 * domain does not run; VIR_ERR_ARGUMENT_UNSUPPORTED: it has no channel. */
bool memory_agent_set(MemoryDomain *vm, bool is_connected, GError **error);
/** memory_agent_check: it can be asked.  VIR_ERR_OPERATION_INVALID,
 * VIR_ERR_ARGUMENT_UNSUPPORTED, VIR_ERR_AGENT_UNRESPONSIVE. */
bool memory_agent_check(const MemoryDomain *vm, GError **error);

/** memory_agent_check_freeze: with @is_wanted (a flag to quiesce): the file
 * systems could be frozen now.  As memory_agent_check(), and
 * VIR_ERR_INTERNAL_ERROR: they are frozen. */
bool memory_agent_check_freeze(const MemoryDomain *vm, bool is_wanted,
                               GError **error);

/* The driver's members (driver/driver.h). */
int memory_domain_fs_freeze(virDomainPtr domain, const char **mountpoints,
                            unsigned nmountpoints, unsigned flags,
                            GError **error);
int memory_domain_fs_thaw(virDomainPtr domain, const char **mountpoints,
                          unsigned nmountpoints, unsigned flags,
                          GError **error);
int memory_domain_fs_info(virDomainPtr domain, virDomainFSInfoPtr **ret_info,
                          GError **error);
