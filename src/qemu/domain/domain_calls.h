/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The driver's members that speak of domains (driver/driver.h), gathered into
 * the table by driver.c.
 *
 * In domain_define.c: what exists; in domain_power.c: what runs; in
 * domain_info.c: what is known about it.
 */
#pragma once

#include "driver/driver.h"

int qemu_node_info(virConnectPtr conn, virNodeInfoPtr ret_info, GError **error);
char *qemu_connect_capabilities(virConnectPtr conn, GError **error);
int qemu_connect_version(virConnectPtr conn, unsigned long *ret_version,
                         GError **error);
int qemu_list_domains(virConnectPtr conn, virDomainPtr **ret_domains,
                      unsigned flags, GError **error);
virDomainPtr qemu_lookup_by_name(virConnectPtr conn, const char *name,
                                 GError **error);
virDomainPtr qemu_lookup_by_uuid(virConnectPtr conn, const unsigned char *uuid,
                                 GError **error);
virDomainPtr qemu_lookup_by_id(virConnectPtr conn, int id, GError **error);

virDomainPtr qemu_domain_define_xml(virConnectPtr conn, const char *xml,
                                    unsigned flags, GError **error);
int qemu_domain_undefine(virDomainPtr domain, unsigned flags, GError **error);
int qemu_domain_rename(virDomainPtr domain, const char *new_name,
                       unsigned flags, GError **error);
int qemu_domain_set_metadata(virDomainPtr domain,
                             const DomainMetadata *metadata, unsigned flags,
                             GError **error);
char *qemu_domain_get_metadata(virDomainPtr domain, int type, const char *uri,
                               unsigned flags, GError **error);
int qemu_domain_set_autostart(virDomainPtr domain, int autostart,
                              GError **error);

int qemu_domain_create(virDomainPtr domain, unsigned flags, GError **error);
virDomainPtr qemu_domain_create_xml(virConnectPtr conn, const char *xml,
                                    unsigned flags, GError **error);
int qemu_domain_cpu_stats(virDomainPtr domain, int cpu, CpuStats *ret_stats,
                          GError **error);
int qemu_domain_shutdown(virDomainPtr domain, unsigned flags, GError **error);
int qemu_domain_reboot(virDomainPtr domain, unsigned flags, GError **error);
int qemu_domain_reset(virDomainPtr domain, unsigned flags, GError **error);
int qemu_domain_destroy(virDomainPtr domain, unsigned flags, GError **error);
int qemu_domain_suspend(virDomainPtr domain, GError **error);
int qemu_domain_resume(virDomainPtr domain, GError **error);

char *qemu_domain_xml(virDomainPtr domain, unsigned flags, GError **error);
char *qemu_domain_os_type(virDomainPtr domain, GError **error);
int qemu_domain_state(virDomainPtr domain, int *ret_state, int *ret_reason,
                      GError **error);
int qemu_domain_info(virDomainPtr domain, virDomainInfoPtr ret_info,
                     GError **error);
int qemu_domain_active(virDomainPtr domain, GError **error);
int qemu_domain_persistent(virDomainPtr domain, GError **error);
int qemu_domain_updated(virDomainPtr domain, GError **error);
int qemu_domain_get_autostart(virDomainPtr domain, int *ret_autostart,
                              GError **error);
int qemu_block_peek(virDomainPtr domain, const char *disk,
                    unsigned long long offset, size_t size, void *ret_buffer,
                    GError **error);
int qemu_block_resize(virDomainPtr domain, const char *disk,
                      unsigned long long size, unsigned flags, GError **error);
int qemu_block_threshold(virDomainPtr domain, const char *device,
                         unsigned long long threshold, GError **error);
int qemu_domain_block_info(virDomainPtr domain, const char *disk,
                           virDomainBlockInfoPtr ret_info, GError **error);
int qemu_domain_block_stats(virDomainPtr domain, const char *disk,
                            BlockStats *ret_stats, GError **error);
char *qemu_monitor_command(virDomainPtr domain, const char *command,
                           unsigned flags, GError **error);
