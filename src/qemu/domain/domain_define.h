/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Steps of defining a domain that its other beginnings share. */
#pragma once

#include "qemu/domain.h"

/** domain_define_check_type: it is a machine of this driver's. */
bool domain_define_check_type(const DomainDef *def, GError **error);

/** domain_define_check_name: @name is free, or that of the domain @uuid.
 * VIR_ERR_OPERATION_FAILED. */
bool domain_define_check_name(QemuSession *session, const char *name,
                              const unsigned char *uuid, GError **error);

/** domain_define_make_folder: (transfer full): a domain of which nothing is on
 * record, with an empty folder, open. */
QemuDomain *domain_define_make_folder(QemuSession *session,
                                      const unsigned char *uuid,
                                      GError **error);
