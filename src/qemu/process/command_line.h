/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* QEMU's command line for a domain: pure, no file is touched.
 *
 * What came from outside reaches QEMU as JSON, or with its commas doubled where
 * an option has no JSON form: "a,process=evil" is a name like any other.
 *
 * The parts: command_line.c the machine; command_devices.c its devices;
 * command_disks.c the block graph (qemu/block/node_names.h) and its drives.
 */
#pragma once

#include "model/domain.h"

#include <glib.h>
#include <stdbool.h>

/* What is decided at start and not in the definition. */
typedef struct {
    const char *pid_file; /* (nullable): somebody else writes it */
    const char *journal; /* qemu/events/journal.h: what both files begin with */
    /* alias ("monitor", "channel0") -> GINT: number, in QEMU, of a listening
     * socket that was made for it; or of its file, and of the file's set. */
    GHashTable *handed;
} CommandLineContext;

/** command_line_build: @def: live (aliases, complete chains, nvram path).
 * Errors: VIR_ERR_CONFIG_UNSUPPORTED, naming what this machine cannot have.
 * Returns: (transfer full): of char *, NULL-terminated; the first is the
 * emulator. */
GPtrArray *command_line_build(const DomainDef *def,
                              const CommandLineContext *context,
                              GError **error);
