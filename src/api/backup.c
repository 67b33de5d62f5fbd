/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Backups: the proposal's three calls (<libvirt/libvirt-domain.h>). */
#include "api/call.h"

#include <libvirt/libvirt-domain.h>

int
virDomainBackupBegin(virDomainPtr domain, const char *diskXml,
                     const char *checkpointXml, unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    if (flags & VIR_DOMAIN_BACKUP_BEGIN_NO_METADATA)
        API_NOT_NULL(checkpointXml);
    API_RETURN_INT(backup_begin, domain, diskXml, checkpointXml, flags);
}

char *
virDomainBackupGetXMLDesc(virDomainPtr domain, int id, unsigned int flags)
{
    API_ENTER(domain, domain, NULL);
    API_NOT_NEGATIVE(id);
    API_CHECK(api_no_flags(&api, flags));
    API_RETURN_POINTER(backup_xml, domain, id);
}

int
virDomainBackupEnd(virDomainPtr domain, int id, unsigned int flags)
{
    API_ENTER(domain, domain, -1);
    API_NOT_NEGATIVE(id);
    /* 0 says that the backup was abandoned as asked, and is no failure. */
    API_RETURN_INT(backup_end, domain, id, flags);
}
