/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The driver's members that tell figures (driver/driver.h), and the parts that
 * they are made of. */
#pragma once

#include "driver/domain_stats.h"
#include "qemu/domain.h"

int qemu_domain_vcpus(virDomainPtr domain, unsigned flags, GError **error);
int qemu_domain_disk_errors(virDomainPtr domain,
                            virDomainDiskErrorPtr ret_errors, unsigned room,
                            GError **error);
int qemu_domain_messages(virDomainPtr domain, char ***ret_messages,
                         unsigned flags, GError **error);
int qemu_domain_security_label(virDomainPtr domain,
                               virSecurityLabelPtr ret_label, GError **error);
int qemu_domain_memory_stats(virDomainPtr domain,
                             virDomainMemoryStatPtr ret_stats, unsigned room,
                             GError **error);
int qemu_connect_domain_stats(virConnectPtr conn, const DomainStatsAsked *asked,
                              virDomainStatsRecordPtr **ret_records,
                              GError **error);

/** block_figures_add: the group BLOCK of @vm; @has_backing: of each image. */
void block_figures_add(QemuDomain *vm, bool has_backing, DomainStats *stats);

/** memory_stats_get: what is known of the memory of @vm, which runs: KiB, by
 * virDomainMemoryStatTags, as many as there is @room for.
 * Returns: how many there are. */
unsigned memory_stats_get(QemuDomain *vm, virDomainMemoryStatPtr stats,
                          unsigned room);
