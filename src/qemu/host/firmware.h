/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Firmware that is installed, by the descriptions that come with it (QEMU's
 * docs/interop/firmware.json): <os firmware='efi'> is one of these.
 *
 * A description of the administrator's hides one of the same name that a package
 * brought; an empty one hides it without a replacement.
 */
#pragma once

#include "model/domain.h"

#include <glib.h>
#include <stdbool.h>

typedef struct {
    char *loader;     /* the code: a flash image */
    char *variables;  /* nullable: what each machine's own are copied from */
    char **machines;  /* patterns: "pc-q35-*" */
    bool is_secure;   /* can start signed code alone */
    bool needs_smm;   /* and guards its variables with it */
    bool is_enrolled; /* with keys in it */
} QemuFirmware;

/** qemu_firmware_list: the UEFI ones of @folders (NULL-terminated, the first
 * weighs most; NULL: where QEMU has them), in the order of their names, which is
 * the order of preference.  What cannot be read or is of another kind is left
 * out.
 * Returns: (transfer full): of QemuFirmware, owned. */
GPtrArray *qemu_firmware_list(const char *const *folders);

/** qemu_firmware_fits: whether @machine, a full name, can be started with it. */
bool qemu_firmware_fits(const QemuFirmware *firmware, const char *machine);

/** qemu_firmware_settle: a loader and a template for a run that wants UEFI, the
 * first of @list (of QemuFirmware) that fits; nothing for others.
 * VIR_ERR_CONFIG_UNSUPPORTED if none does. */
bool qemu_firmware_settle(DomainDef *live, const GPtrArray *list,
                          GError **error);
