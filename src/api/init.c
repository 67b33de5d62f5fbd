/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "api/init.h"

#include "driver/registry.h"

void
add_builtin_drivers(void)
{
    registry_add(&memory_driver);
    registry_add(&qemu_driver);
    registry_add(&remote_driver);
}
