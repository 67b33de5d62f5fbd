/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a guest says of itself, as libvirt's named parameters
 * (virDomainGuestInfoTypes). */
#pragma once

#include "qemu/agent/fsinfo.h"

typedef struct {
    virTypedParameterPtr params;
    int nparams;
    int capacity;
} GuestInfo;

void guest_info_clear(GuestInfo *info);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(GuestInfo, guest_info_clear)

/** guest_info_command: the agent's command for one of the types; NULL: there is
 * no such type. */
const char *guest_info_command(unsigned type);

/** guest_info_add: what @answer to that command says; members that are not
 * there, or are not what the agent's manual says, are left out.  @places: of the
 * domain's disks.  VIR_ERR_AGENT_UNRESPONSIVE: it is another thing altogether, or
 * too much. */
bool guest_info_add(GuestInfo *info, unsigned type, const json_t *answer,
                    const DiskPlaces *places, GError **error);
