/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Disks, as the tests of what is done with them need them. */
#pragma once

#include "model/domain.h"

/** fixture_add_disk: a new disk of @domain, whose caller may change it; an
 * empty drive if @path is NULL. */
DiskDef *fixture_add_disk(DomainDef *domain, const char *target,
                          const char *path, ImageFormat format);

/** fixture_disk_chain: "vda": /top (of type @top) over /middle over /base,
 * numbered as at a start; base is raw, the others qcow2. */
DiskDef *fixture_disk_chain(DiskSourceType top);
