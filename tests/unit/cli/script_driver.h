/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the drivers have in common that play what a test is about: the scheme
 * "script", and a domain of any name.
 *
 *     static const Driver script_driver = {SCRIPT_DRIVER, .job_info = ...};
 */
#pragma once

#include "driver/driver.h"

bool script_accepts(const ConnectUri *uri);
void *script_open(const ConnectUri *uri, bool is_readonly, char **ret_uri,
                  GError **error);
void script_close(void *session);
virDomainPtr script_lookup(virConnectPtr conn, const char *name,
                           GError **error);

#define SCRIPT_DRIVER                                                      \
    .name = "SCRIPT", .error_domain = VIR_FROM_TEST,                       \
    .accepts = script_accepts, .open = script_open, .close = script_close, \
    .domain_lookup_by_name = script_lookup
