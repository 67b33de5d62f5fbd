/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What can be wished of a new snapshot of a domain as it is: the same of every
 * driver, in the same words. */
#pragma once

#include "model/snapshot.h"

#include <glib.h>
#include <stdbool.h>

typedef struct {
    const char *name; /* the domain's */
    bool is_active;
    bool is_persistent;
} SnapshotSubject;

/** snapshot_wishes_check: @flags (virDomainSnapshotCreateFlags) fit the aligned
 * @def and @subject.  VIR_ERR_OPERATION_INVALID. */
bool snapshot_wishes_check(const SnapshotSubject *subject,
                           const SnapshotDef *def, unsigned flags,
                           GError **error);
