/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The driver's members that write to a disk, read it, and change its size. */
#pragma once

#include "driver/driver.h"

int memory_test_disk_write(virDomainPtr domain, const char *disk,
                           unsigned long long offset, const void *buffer,
                           unsigned long long size, GError **error);
int memory_block_peek(virDomainPtr domain, const char *disk,
                      unsigned long long offset, size_t size, void *ret_buffer,
                      GError **error);
int memory_block_resize(virDomainPtr domain, const char *disk,
                        unsigned long long size, unsigned flags,
                        GError **error);
