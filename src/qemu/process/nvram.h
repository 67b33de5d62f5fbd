/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The variables of a UEFI machine: a file of its own, copied from the
 * firmware's template when it is not there yet. */
#pragma once

#include "model/domain.h"

#include <glib.h>
#include <stdbool.h>

/** nvram_name: where the file of a machine with one will be, in @folder when the
 * definition names none. */
void nvram_name(DomainDef *def, const char *folder);

/** nvram_prepare: names the file (in @folder when the definition names none)
 * and makes it; @is_reset: anew.  Nothing for a machine without a loader.
 * VIR_ERR_CONFIG_UNSUPPORTED when there is nothing to copy. */
bool nvram_prepare(DomainDef *live, const char *folder, bool is_reset,
                   GError **error);
