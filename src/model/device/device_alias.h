/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Device names, as libvirt gives them: programs look them up in the live XML
 * and, with QEMU, use them in its paths (/machine/peripheral/virtio-disk0). */
#pragma once

#include "model/domain_devices.h"

/** device_alias_assign: to each device of a @def that is being started. */
void device_alias_assign(DomainDef *def);
