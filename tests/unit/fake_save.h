/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The part of the fake driver that saves, dumps and counts. */
#pragma once

#include "fake_driver.h"

virDomainPtr fake_domain_create_xml(virConnectPtr conn, const char *xml,
                                    unsigned flags, GError **error);
/* Two processors; the figures of number N are 10 N and up. */
int fake_domain_cpu_stats(virDomainPtr domain, int cpu, CpuStats *ret_stats,
                          GError **error);
int fake_domain_save(virDomainPtr domain, const char *path, const char *dxml,
                     unsigned flags, GError **error);
int fake_domain_restore(virConnectPtr conn, const char *path, const char *dxml,
                        unsigned flags, GError **error);
int fake_domain_dump(virDomainPtr domain, const char *path, unsigned format,
                     unsigned flags, GError **error);
char *fake_save_image_xml(virConnectPtr conn, const char *path, unsigned flags,
                          GError **error);
int fake_save_image_define(virConnectPtr conn, const char *path,
                           const char *dxml, unsigned flags, GError **error);
int fake_managed_save_has(virDomainPtr domain, GError **error);
int fake_managed_save_remove(virDomainPtr domain, GError **error);
char *fake_managed_save_xml(virDomainPtr domain, unsigned flags,
                            GError **error);
int fake_managed_save_define(virDomainPtr domain, const char *dxml,
                             unsigned flags, GError **error);
