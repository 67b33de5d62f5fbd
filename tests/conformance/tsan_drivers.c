/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The drivers of the library that tsan.sh builds: in the place of api/init.c,
 * without QEMU's. */
#include "api/init.h"

#include "driver/registry.h"

void
add_builtin_drivers(void)
{
    registry_add(&memory_driver);
}
