/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a QEMU binary can do: asked, never guessed from its version.
 *
 * A throw-away QEMU without a machine is asked once for each binary; the answer
 * is kept in DIR/cache under the binary's path, size and time, so a newer one
 * is asked again.  Starting a domain asks nothing: only calls that need to know
 * do.
 *
 * One thing no schema shows.  Some QEMUs (7.2 among them) abort when an NBD
 * client leaves an export that is served in an I/O thread.  That is found out
 * by doing it to a QEMU with which nothing is lost.
 */
#pragma once

#include "qemu/root.h"

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

typedef struct {
    unsigned major;
    unsigned minor;
    unsigned micro;
    bool has_reopen;          /* blockdev-reopen: the moment of a backup */
    bool has_snapshot_access; /* the driver: the frozen view of a pull */
    bool has_set_action;      /* set-action: who ends a machine left alone */
} QemuCapabilities;

/** qemu_capabilities_get: under the root's lock.
 * VIR_ERR_OPERATION_FAILED when @emulator cannot be run or asked. */
bool qemu_capabilities_get(QemuRoot *root, const char *emulator,
                           QemuCapabilities *ret_capabilities, GError **error);

/** qemu_capabilities_export_iothread_safe: whether @emulator survives a client
 * that leaves an export in an I/O thread.  The first ask of a binary runs the
 * probe.  Under the root's lock. */
bool qemu_capabilities_export_iothread_safe(QemuRoot *root,
                                            const char *emulator,
                                            bool *ret_safe, GError **error);

/** qemu_capabilities_models: what machines of @emulator can be:
 *     {"machines": [[NAME, ALIAS or null, MOST PROCESSORS], ...],
 *      "cpus": [[NAME, whether it can be had here], ...]}
 * in QEMU's order; machines of the kinds that are supported alone.  @accelerator
 * is "tcg" or "kvm".  Under the root's lock.
 * Returns: (transfer full): NULL on error. */
json_t *qemu_capabilities_models(QemuRoot *root, const char *emulator,
                                 const char *accelerator, GError **error);
