/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a third-party client of a pull backup does, in two calls: read a whole
 * export, or read only the ranges that a dirty bitmap's context marks. */
#pragma once

#include <glib.h>
#include <stdint.h>

/** nbd_read_all: the export's content, @size bytes; stops the test if it is of
 * another size. */
uint8_t *nbd_read_all(const char *socket, const char *export_name,
                      uint64_t size);

/** nbd_read_dirty: puts the ranges that qemu:dirty-bitmap:@bitmap marks over
 * what @content already holds.  Returns: how many bytes were marked. */
uint64_t nbd_read_dirty(const char *socket, const char *export_name,
                        const char *bitmap, uint8_t *content, uint64_t size);

/** nbd_read_fails: whether a read of the first 512 bytes is refused. */
gboolean nbd_read_fails(const char *socket, const char *export_name);
