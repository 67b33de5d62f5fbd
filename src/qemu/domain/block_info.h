/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How large a disk is: for the guest (capacity), as written in its image
 * (allocation), and as the file or device that holds it (physical). */
#pragma once

#include "qemu/domain.h"

/** block_info_get: of the disk called @name. */
bool block_info_get(QemuDomain *vm, const char *name,
                    virDomainBlockInfoPtr ret_info, GError **error);
/** block_info_look: from the host's side alone: for another format than raw its
 * capacity is not the image's. */
bool block_info_look(const char *path, virDomainBlockInfoPtr ret_info,
                     GError **error);
