/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The driver's members about saved machines and dumps (driver/driver.h). */
#pragma once

#include "driver/driver.h"

int qemu_domain_save(virDomainPtr domain, const char *path, const char *dxml,
                     unsigned flags, GError **error);
int qemu_domain_dump(virDomainPtr domain, const char *path, unsigned format,
                     unsigned flags, GError **error);
int qemu_domain_restore(virConnectPtr conn, const char *path, const char *dxml,
                        unsigned flags, GError **error);
char *qemu_save_image_xml(virConnectPtr conn, const char *path, unsigned flags,
                          GError **error);
int qemu_save_image_define(virConnectPtr conn, const char *path,
                           const char *dxml, unsigned flags, GError **error);
int qemu_managed_save_has(virDomainPtr domain, GError **error);
int qemu_managed_save_remove(virDomainPtr domain, GError **error);
char *qemu_managed_save_xml(virDomainPtr domain, unsigned flags,
                            GError **error);
int qemu_managed_save_define(virDomainPtr domain, const char *dxml,
                             unsigned flags, GError **error);
