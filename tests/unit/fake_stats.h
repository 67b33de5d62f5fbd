/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The fake driver's members that tell figures (fake_driver.h). */
#pragma once

#include "driver/driver.h"

int fake_connect_domain_stats(virConnectPtr conn, const DomainStatsAsked *asked,
                              virDomainStatsRecordPtr **ret_records,
                              GError **error);
int fake_connect_max_vcpus(virConnectPtr conn, const char *type,
                           GError **error);
int fake_node_free_memory(virConnectPtr conn, unsigned long long *ret_bytes,
                          GError **error);
int fake_node_security_model(virConnectPtr conn, virSecurityModelPtr ret_model,
                             GError **error);
int fake_domain_vcpus(virDomainPtr domain, unsigned flags, GError **error);
int fake_domain_disk_errors(virDomainPtr domain,
                            virDomainDiskErrorPtr ret_errors, unsigned room,
                            GError **error);
int fake_domain_messages(virDomainPtr domain, char ***ret_messages,
                         unsigned flags, GError **error);
int fake_domain_security_label(virDomainPtr domain,
                               virSecurityLabelPtr ret_label, GError **error);
int fake_domain_memory_stats(virDomainPtr domain,
                             virDomainMemoryStatPtr ret_stats, unsigned room,
                             GError **error);
