/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The guest agent of a machine that has no guest.
 *
 * A domain whose definition has the agent's channel has one that answers from
 * the moment at which it runs, until a test takes it away.  It has a file system
 * on each disk, which can be frozen; what else it tells is in guest_calls.c.
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

/** memory_agent_mountpoint: (transfer full): of the file system on the disk
 * @number of @def. */
char *memory_agent_mountpoint(const DomainDef *def, guint number);

/* The same in guest_calls.c. */
int memory_domain_fs_trim(virDomainPtr domain, const char *mountpoint,
                          unsigned long long minimum, GError **error);
int memory_domain_get_time(virDomainPtr domain, long long *ret_seconds,
                           unsigned *ret_nanoseconds, GError **error);
int memory_domain_set_time(virDomainPtr domain, long long seconds,
                           unsigned nanoseconds, unsigned flags,
                           GError **error);
char *memory_domain_hostname(virDomainPtr domain, unsigned flags,
                             GError **error);
int memory_domain_interface_addresses(virDomainPtr domain,
                                      virDomainInterfacePtr **ret_interfaces,
                                      unsigned source, GError **error);
int memory_domain_guest_info(virDomainPtr domain, unsigned types,
                             virTypedParameterPtr *ret_params, int *ret_nparams,
                             GError **error);
int memory_domain_agent_timeout(virDomainPtr domain, int timeout,
                                GError **error);
int memory_domain_set_password(virDomainPtr domain, const char *user,
                               const char *password, unsigned flags,
                               GError **error);
