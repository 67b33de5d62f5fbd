/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From the file of a saved machine back to the machine. */
#pragma once

#include "model/save/save_image.h"
#include "qemu/domain/domain_start.h"

typedef struct {
    SaveImage *image;
    DomainDef *machine;
    int file; /* stands at the stream */
    DomainStart how;
} RestorePlan;

void restore_plan_free(RestorePlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RestorePlan, restore_plan_free)

/** restore_plan_new: @dxml: nullable: as domain_moved_parse() has it. */
RestorePlan *restore_plan_new(const char *path, const char *dxml,
                              GError **error);

/** restore_check_owner: VIR_ERR_OPERATION_FAILED if it is another domain's. */
bool restore_check_owner(const RestorePlan *plan, const QemuDomain *vm,
                         GError **error);

/** restore_load: DomainStart.load with a RestorePlan. */
bool restore_load(QemuDomain *vm, const void *data, GError **error);
