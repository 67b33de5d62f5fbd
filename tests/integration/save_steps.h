/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A guest that counts in its memory and nowhere else: whether its memory was
 * saved shows in the count, which a boot begins anew. */
#pragma once

#include "machine.h"

#define DISK_SIZE (16 * MIB)

/** counting_machine: "web", with one disk to boot from. */
Machine *counting_machine(void);

/** counter: the count in the memory of the running QEMU. */
guint64 counter(Machine *machine);

/** count_of: the same of any domain that runs it. */
guint64 count_of(virDomainPtr domain);

/** set_bandwidth: of QEMU's migrations, bytes/s, whatever the library has said;
 * by the other monitor, as the library's may be in use. */
void set_bandwidth(Machine *machine, gint64 bandwidth);

/** let_it_count: it has booted. */
void let_it_count(Machine *machine);
