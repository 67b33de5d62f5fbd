/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Switching a guest off from inside.
 *
 * An agent that carries the command out does not answer it; one that does not
 * want to says why.  So after a short while silence is taken for consent: the
 * agent has just shown that it is there.
 */
#pragma once

#include "driver/driver.h"

#include <glib.h>
#include <stdbool.h>

/** agent_power_is_ready: an agent has its port open, as far as QEMU can see. */
bool agent_power_is_ready(virDomainPtr domain);

/** agent_power: @mode: "powerdown", "reboot".  The root is not locked while
 * the guest thinks.  Errors: those of qemu/agent.h. */
bool agent_power(virDomainPtr domain, const char *mode, GError **error);
