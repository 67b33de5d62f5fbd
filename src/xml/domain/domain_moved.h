/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A definition in place of the one that a machine was saved with: the same
 * machine, as its memory knows it, with its disks elsewhere. */
#pragma once

#include "model/domain.h"

/** domain_moved_parse: (transfer full): @dxml as a machine into which the state
 * of @xml can be loaded: only where its disks are may differ.
 * VIR_ERR_CONFIG_UNSUPPORTED. */
DomainDef *domain_moved_parse(const char *xml, const char *dxml,
                              GError **error);
