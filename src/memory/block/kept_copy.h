/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The file of a block copy: made at the begin, and, of one that is ended in step
 * without a pivot, what the disk was at that moment.
 *
 * Everything else here is a name and no file; a copy that is kept is for others
 * to read.  It is written without the host's lock.
 */
#pragma once

#include "memory/domain.h"

/** kept_copy_claim: makes the file of @plan, a copy of @disk, or looks at the
 * caller's own.  VIR_ERR_INVALID_ARG (it exists), VIR_ERR_SYSTEM_ERROR,
 * VIR_ERR_CONFIG_UNSUPPORTED (a device; another size). */
bool kept_copy_claim(const DiskJob *plan, const MemoryDisk *disk,
                     GError **error);

typedef struct KeptCopy KeptCopy;
/** kept_copy_new: of @job, which is in step, at this moment. */
KeptCopy *kept_copy_new(MemoryDomain *vm, const Job *job);
void kept_copy_free(KeptCopy *copy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KeptCopy, kept_copy_free)

/** kept_copy_write: slow. */
bool kept_copy_write(const KeptCopy *copy, GError **error);
