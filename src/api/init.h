/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is done once in a process before the first connection. */
#pragma once

/** add_builtin_drivers: registers the library's drivers.  In a file of its own
 * (init.c, linked into the shared library only): unit tests bring a fake driver
 * instead and need none of the real ones. */
void add_builtin_drivers(void);
