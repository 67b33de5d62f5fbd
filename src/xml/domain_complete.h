/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a domain's XML left unsaid, and whether its parts fit together.
 *
 * Defaults become part of the definition when it is read, so that it shows them
 * and means the same machine in later versions.
 */
#pragma once

#include "model/domain.h"

#include <glib.h>

/** domain_complete: fills in defaults, addresses of drives and the controllers
 * that devices need; then refuses what clashes (VIR_ERR_XML_ERROR) or cannot be
 * on this machine (VIR_ERR_CONFIG_UNSUPPORTED). */
bool domain_complete(DomainDef *def, GError **error);
