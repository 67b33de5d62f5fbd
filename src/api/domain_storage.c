/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A domain's disks and, through the guest agent, its file systems
 * (<libvirt/libvirt-domain.h>). */
#include "api/call.h"

#include <libvirt/libvirt-domain.h>
#include <stdlib.h>
#include <string.h>

int
virDomainGetBlockInfo(virDomainPtr dom, const char *disk,
                      virDomainBlockInfoPtr info, unsigned int flags)
{
    API_ENTER(domain, dom, -1);
    API_NOT_NULL(disk);
    API_CLAIM(*disk, "disk", "not empty");
    API_NOT_NULL(info);
    API_CHECK(api_no_flags(&api, flags));
    memset(info, 0, sizeof(*info));
    API_RETURN_INT(domain_block_info, dom, disk, info);
}

int
virDomainFSFreeze(virDomainPtr dom, const char **mountpoints,
                  unsigned int nmountpoints, unsigned int flags)
{
    API_ENTER(domain, dom, -1);
    API_CLAIM(!mountpoints == !nmountpoints, "mountpoints",
              "a list of as many names as nmountpoints says");
    API_RETURN_INT(domain_fs_freeze, dom, mountpoints, nmountpoints, flags);
}

int
virDomainFSThaw(virDomainPtr dom, const char **mountpoints,
                unsigned int nmountpoints, unsigned int flags)
{
    API_ENTER(domain, dom, -1);
    API_CLAIM(!mountpoints == !nmountpoints, "mountpoints",
              "a list of as many names as nmountpoints says");
    API_RETURN_INT(domain_fs_thaw, dom, mountpoints, nmountpoints, flags);
}

int
virDomainGetFSInfo(virDomainPtr dom, virDomainFSInfoPtr **info,
                   unsigned int flags)
{
    API_ENTER(domain, dom, -1);
    /* The agent runs a command in the guest for it. */
    API_NOT_NULL(info);
    *info = NULL;
    API_CHECK(api_no_flags(&api, flags));
    API_RETURN_INT(domain_fs_info, dom, info);
}

void
virDomainFSInfoFree(virDomainFSInfoPtr info)
{
    if (!info)
        return;
    for (size_t i = 0; i < info->ndevAlias; i++)
        g_free(info->devAlias[i]);
    g_free(info->devAlias);
    g_free(info->mountpoint);
    g_free(info->name);
    g_free(info->fstype);
    g_free(info);
}
