/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The fake driver's members that ask a guest (driver/driver.h). */
#pragma once

#include "driver/driver.h"

int fake_fs_trim(virDomainPtr domain, const char *mountpoint,
                 unsigned long long minimum, GError **error);
int fake_get_time(virDomainPtr domain, long long *ret_seconds,
                  unsigned *ret_nanoseconds, GError **error);
int fake_set_time(virDomainPtr domain, long long seconds, unsigned nanoseconds,
                  unsigned flags, GError **error);
char *fake_guest_hostname(virDomainPtr domain, unsigned flags, GError **error);
int fake_interface_addresses(virDomainPtr domain,
                             virDomainInterfacePtr **ret_interfaces,
                             unsigned source, GError **error);
int fake_guest_info(virDomainPtr domain, unsigned types,
                    virTypedParameterPtr *ret_params, int *ret_nparams,
                    GError **error);
int fake_agent_timeout(virDomainPtr domain, int timeout, GError **error);
int fake_set_password(virDomainPtr domain, const char *user,
                      const char *password, unsigned flags, GError **error);
