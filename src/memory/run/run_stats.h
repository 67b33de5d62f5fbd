/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Figures of domains: what there is of them without a process. */
#pragma once

#include "driver/driver.h"

/* The driver's members (driver/driver.h). */
int memory_domain_vcpus(virDomainPtr domain, unsigned flags, GError **error);
int memory_domain_disk_errors(virDomainPtr domain,
                              virDomainDiskErrorPtr ret_errors, unsigned room,
                              GError **error);
int memory_domain_messages(virDomainPtr domain, char ***ret_messages,
                           unsigned flags, GError **error);
int memory_domain_security_label(virDomainPtr domain,
                                 virSecurityLabelPtr ret_label, GError **error);
int memory_domain_memory_stats(virDomainPtr domain,
                               virDomainMemoryStatPtr ret_stats, unsigned room,
                               GError **error);
int memory_connect_domain_stats(virConnectPtr conn,
                                const DomainStatsAsked *asked,
                                virDomainStatsRecordPtr **ret_records,
                                GError **error);
