/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Holding the list of disks in a moment's document (a checkpoint, a snapshot)
 * against the domain that it is of.  What an entry asks for is each kind's own;
 * what they share is that an entry may name its disk by target or by path, and
 * that no disk is meant twice.
 */
#pragma once

#include "model/domain.h"

/** MomentDiskName: where @entry keeps its disk's name. */
typedef char **(*MomentDiskName)(gpointer entry);

/** moment_disks_map: (transfer container): target -> the one of @entries (NULL:
 * none) that means it; keys are borrowed from @domain.
 * VIR_ERR_CONFIG_UNSUPPORTED on an unknown or repeated disk; @what
 * ("checkpoint") lists them in messages. */
GHashTable *moment_disks_map(const GPtrArray *entries, MomentDiskName name_of,
                             const DomainDef *domain, const char *what,
                             GError **error);

/** moment_disks_rename: of a moment that is described again: names become
 * targets where the domain still has the disk.  VIR_ERR_CONFIG_UNSUPPORTED on a
 * repeated one, naming @what and its @name. */
bool moment_disks_rename(const GPtrArray *entries, MomentDiskName name_of,
                         const DomainDef *domain, const char *what,
                         const char *name, GError **error);
