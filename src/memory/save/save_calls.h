/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The driver's members about saved machines in files, and dumps
 * (driver/driver.h); those that a domain keeps itself are in save/managed.h.
 *
 * In save_calls.c: what is written; in restore.c: what is read.
 */
#pragma once

#include "driver/driver.h"

int memory_domain_save(virDomainPtr domain, const char *path, const char *dxml,
                       unsigned flags, GError **error);
int memory_domain_dump(virDomainPtr domain, const char *path, unsigned format,
                       unsigned flags, GError **error);
int memory_domain_restore(virConnectPtr conn, const char *path,
                          const char *dxml, unsigned flags, GError **error);
char *memory_save_image_xml(virConnectPtr conn, const char *path,
                            unsigned flags, GError **error);
int memory_save_image_define(virConnectPtr conn, const char *path,
                             const char *dxml, unsigned flags, GError **error);
