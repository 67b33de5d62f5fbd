/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A QEMU without a machine, for questions and for experiments that may kill it.
 * It is our child, has no files, and is gone with its handle. */
#pragma once

#include "qemu/qmp/client.h"

#include <glib.h>

typedef struct ScrapQemu ScrapQemu;

/** scrap_qemu_new: @accelerator is "tcg" or "kvm": what is told of processors
 * differs.  VIR_ERR_OPERATION_FAILED if @emulator does not run. */
ScrapQemu *scrap_qemu_new(const char *emulator, const char *accelerator,
                          GError **error);
void scrap_qemu_free(ScrapQemu *scrap);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(ScrapQemu, scrap_qemu_free)

QmpClient *scrap_qemu_monitor(ScrapQemu *scrap);
