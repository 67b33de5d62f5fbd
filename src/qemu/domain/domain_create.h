/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A run of a machine that need not be defined. */
#pragma once

#include "qemu/domain/domain_start.h"

/** domain_create_run: starts @how->machine; a domain of that UUID that is defined
 * and off stays defined as it is, else it is transient: gone when it ends.
 * VIR_ERR_OPERATION_INVALID if it runs, VIR_ERR_OPERATION_FAILED if another one
 * has its name. */
virDomainPtr domain_create_run(virConnectPtr conn, const DomainStart *how,
                               GError **error);
