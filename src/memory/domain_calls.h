/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The driver's members that speak of domains (driver/driver.h), gathered into
 * the table by driver.c.
 *
 * In domain_list.c: which there are; in domain_define.c: their definitions; in
 * domain_power.c: what runs (starts are in
 * run/domain_create.c); in domain_info.c: what is known about one.
 */
#pragma once

#include "driver/driver.h"

int memory_list_domains(virConnectPtr conn, virDomainPtr **ret_domains,
                        unsigned flags, GError **error);
virDomainPtr memory_lookup_by_name(virConnectPtr conn, const char *name,
                                   GError **error);
virDomainPtr memory_lookup_by_uuid(virConnectPtr conn,
                                   const unsigned char *uuid, GError **error);
virDomainPtr memory_lookup_by_id(virConnectPtr conn, int id, GError **error);

virDomainPtr memory_domain_define_xml(virConnectPtr conn, const char *xml,
                                      unsigned flags, GError **error);
int memory_domain_undefine(virDomainPtr domain, unsigned flags, GError **error);
int memory_domain_rename(virDomainPtr domain, const char *new_name,
                         unsigned flags, GError **error);
int memory_domain_set_metadata(virDomainPtr domain,
                               const DomainMetadata *metadata, unsigned flags,
                               GError **error);
char *memory_domain_get_metadata(virDomainPtr domain, int type, const char *uri,
                                 unsigned flags, GError **error);
int memory_domain_set_autostart(virDomainPtr domain, int autostart,
                                GError **error);

int memory_domain_shutdown(virDomainPtr domain, unsigned flags, GError **error);
int memory_domain_reboot(virDomainPtr domain, unsigned flags, GError **error);
int memory_domain_reset(virDomainPtr domain, unsigned flags, GError **error);
int memory_domain_destroy(virDomainPtr domain, unsigned flags, GError **error);
int memory_domain_suspend(virDomainPtr domain, GError **error);
int memory_domain_resume(virDomainPtr domain, GError **error);

char *memory_domain_xml_desc(virDomainPtr domain, unsigned flags,
                             GError **error);
char *memory_domain_os_type(virDomainPtr domain, GError **error);
int memory_domain_state(virDomainPtr domain, int *ret_state, int *ret_reason,
                        GError **error);
int memory_domain_info(virDomainPtr domain, virDomainInfoPtr ret_info,
                       GError **error);
int memory_domain_active(virDomainPtr domain, GError **error);
int memory_domain_persistent(virDomainPtr domain, GError **error);
int memory_domain_updated(virDomainPtr domain, GError **error);
int memory_domain_get_autostart(virDomainPtr domain, int *ret_autostart,
                                GError **error);
int memory_domain_block_info(virDomainPtr domain, const char *disk,
                             virDomainBlockInfoPtr ret_info, GError **error);
