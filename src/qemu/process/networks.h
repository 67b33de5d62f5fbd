/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which bridge stands for which of libvirt's networks.
 *
 * A domain that virt-install made hangs on a network by name.  Nobody here runs
 * networks: whoever set the host up says which bridge is meant, and the machine
 * is then one on that bridge.
 */
#pragma once

#include "model/domain.h"

#include <glib.h>
#include <stdbool.h>

/** networks_parse: "default:virbr0,lab:br1"; NULL: none.
 * VIR_ERR_INVALID_ARG for what is not NAME:BRIDGE.
 * Returns: (transfer full): name -> bridge. */
GHashTable *networks_parse(const char *text, GError **error);

/** networks_resolve: gives each interface of @live that hangs on a network its
 * bridge, which this host has.  A caller who is not root may have the bridges of
 * @networks, and no taps.
 * VIR_ERR_CONFIG_UNSUPPORTED: what is to be written where;
 * VIR_ERR_ACCESS_DENIED. */
bool networks_resolve(DomainDef *live, GHashTable *networks, GError **error);
