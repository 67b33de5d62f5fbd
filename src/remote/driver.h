/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The remote driver: qemu:///system, qemu+unix://, test+unix://.
 *
 * Every call is a message to a daemon, strandlined or a genuine libvirtd, and
 * nothing is known here that the daemon does not say.  What libvirt's protocol
 * cannot carry is found out when the connection is opened, and refused without
 * asking.  docs/design/rpc.md
 */
#pragma once

#include "driver/driver.h"

extern const Driver remote_driver;
