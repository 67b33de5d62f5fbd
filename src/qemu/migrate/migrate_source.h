/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a machine is that may move away, and whether it may. */
#pragma once

#include "qemu/domain.h"

/** migrate_source_check: nothing keeps it here.  VIR_ERR_OPERATION_INVALID, or
 * as migration_check_flags(). */
bool migrate_source_check(QemuDomain *vm, unsigned flags, GError **error);

/** migrate_source_holds: the same of what belongs to a domain wherever it is:
 * for both sides; @what is not done. */
bool migrate_source_holds(QemuDomain *vm, const char *what, GError **error);

/** migrate_source_xml: (transfer full): @def without what is this folder's own;
 * NULL: VIR_ERR_CONFIG_UNSUPPORTED. */
char *migrate_source_xml(const QemuDomain *vm, const DomainDef *def,
                         GError **error);
