/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guest that is alive within a second: 37 bytes of boot sector that count,
 * and write the count to the first disk, then to the second, for ever.  In any
 * one moment the two disks hold the same count, or the first is one ahead. */
#pragma once

#include "machine.h"

enum { COUNTING_SECTOR = 512 };

/** counting_sector: COUNTING_SECTOR bytes to boot from. */
const char *counting_sector(void);

/** counter_in: the count in the content of one of its disks. */
uint32_t counter_in(const uint8_t *content);

/** pushed_counter: the count that a full push of @disk, up to its end, holds;
 * the disk is @size bytes. */
uint32_t pushed_counter(Machine *machine, virDomainPtr domain, const char *disk,
                        uint64_t size);

/** wait_for_end: polls until job @id runs no more; returns its type. */
int wait_for_end(virDomainPtr domain, int id);
