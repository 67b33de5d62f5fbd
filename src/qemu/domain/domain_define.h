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

/** domain_define_remove: the definition and, of one that is off, all that goes
 * with it; @flags: virDomainUndefineFlags. */
bool domain_define_remove(QemuDomain *vm, unsigned flags, GError **error);

/** domain_define_put: @def, taken over on success, becomes the definition of
 * @vm, which is there: told as new, or as an update of the one it has. */
bool domain_define_put(QemuDomain *vm, DomainDef *def, GError **error);

/** domain_define_make_folder: (transfer full): a domain of which nothing is on
 * record, with an empty folder, open. */
QemuDomain *domain_define_make_folder(QemuSession *session,
                                      const unsigned char *uuid,
                                      GError **error);
