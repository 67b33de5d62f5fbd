/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How long the host's processors worked for a machine. */
#pragma once

#include "qemu/domain.h"

/** cpu_stats_read: of @vm, which runs. */
bool cpu_stats_read(const QemuDomain *vm, CpuStats *ret_stats, GError **error);
/** cpu_stats_read_file: of a process or thread, by its "stat" below /proc. */
bool cpu_stats_read_file(const char *path, CpuStats *ret_stats);
