/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sizes as people write them. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/** size_parse: "512", "10M", "10MiB" (1024 each), "10MB" (1000 each), up to E;
 * whole numbers.  VIR_ERR_INVALID_ARG naming @text, also when it is too large
 * for @max. */
bool size_parse(const char *text, uint64_t max, uint64_t *ret_size,
                GError **error);
