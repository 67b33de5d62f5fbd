/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a document may name that came from somebody who is not root
 * (base/caller.h).  Asked when it was read and before anything is touched; for
 * callers who may everything, all of these are true.
 */
#pragma once

#include "model/backup.h"
#include "model/domain.h"
#include "model/snapshot.h"

#include <glib.h>
#include <stdbool.h>

bool caller_rules_domain(const DomainDef *def, GError **error);
/** caller_rules_emulator: a program that is run, if only to be asked. */
bool caller_rules_emulator(const char *emulator, GError **error);
/** caller_rules_layer: an image for a disk. */
bool caller_rules_layer(const ImageLayer *layer, GError **error);
bool caller_rules_backup(const BackupDef *def, GError **error);
bool caller_rules_snapshot(const SnapshotDef *def, GError **error);
