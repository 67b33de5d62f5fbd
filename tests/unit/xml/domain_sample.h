/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A small domain around the piece of XML that a test is about. */
#pragma once

#include "model/domain.h"

#include <glib.h>

/** domain_with_devices: a PC with @devices; fails the test if it is refused. */
DomainDef *domain_with_devices(const char *devices);

/** q35_with_devices: the same with a q35 machine. */
DomainDef *q35_with_devices(const char *devices);

/** domain_with_body: a PC of 4 vCPUs with @body among <domain>'s children,
 * <os> included if it is there. */
DomainDef *domain_with_body(const char *body);

/** refusal_of_devices/refusal_of_body: the message with which it is refused;
 * fails the test if it is not, or with another code.  (transfer full) */
char *refusal_of_devices(const char *devices, int code);
char *refusal_of_body(const char *body, int code);
