/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The host's end of a guest's network card, made by us.
 *
 * A QEMU without rights can neither make a tap nor open one, and is not let start
 * a helper that could.  It gets a descriptor.  A tap that is made here goes with
 * the last descriptor of it, so whatever dies, nothing is left behind.
 */
#pragma once

#include "model/domain_devices.h"

#include <glib.h>

/** tap_open: for @interface, which hangs on a bridge or names a tap that is
 * there.  Returns: a descriptor, or -1: VIR_ERR_CONFIG_UNSUPPORTED (there is no
 * such tap), VIR_ERR_SYSTEM_ERROR. */
int tap_open(const DomainInterface *interface, GError **error);
