/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a machine that runs is the one that its definition describes. */
#pragma once

#include "model/domain.h"

#include <stdbool.h>

/** domain_compare_is_run_of: a start of @config would make the machine that
 * @live is.  What a start finds out by itself does not count: aliases, ports,
 * ptys, and the backing chain of a disk whose definition states none. */
bool domain_compare_is_run_of(const DomainDef *live, const DomainDef *config);
