/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The driver's members that speak of the host (driver/driver.h). */
#pragma once

#include "driver/driver.h"

char *qemu_connect_domain_capabilities(virConnectPtr conn, const char *emulator,
                                       const char *arch, const char *machine,
                                       const char *virt_type, GError **error);
int qemu_connect_max_vcpus(virConnectPtr conn, const char *type,
                           GError **error);
int qemu_node_free_memory(virConnectPtr conn, unsigned long long *ret_bytes,
                          GError **error);
int qemu_node_security_model(virConnectPtr conn, virSecurityModelPtr ret_model,
                             GError **error);
