/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guest's memory as debuggers read it. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/** memory_core_write: an ELF core of @size bytes of memory that nobody has
 * written to, which is what a guest of this driver has. */
bool memory_core_write(int file, uint64_t size, GError **error);
/** memory_core_size: the bytes of that file. */
uint64_t memory_core_size(void);
