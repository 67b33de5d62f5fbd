/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Additions of Strandline. */
#pragma once

#include <libvirt/libvirt.h>

#ifdef __cplusplus
extern "C" {
#endif

#define STRANDLINE_VERSION_NUMBER 1000

typedef struct _virDomainJob virDomainJob;
typedef virDomainJob *virDomainJobPtr;

virDomainJobPtr virDomainJobLookupByID(virDomainPtr domain, int id,
                                       unsigned int flags);

int virDomainJobGetID(virDomainJobPtr job);

int virDomainJobGetType(virDomainJobPtr job);

int virDomainJobGetOperation(virDomainJobPtr job);

virDomainPtr virDomainJobGetDomain(virDomainJobPtr job);

int virDomainJobRef(virDomainJobPtr job);

int virDomainJobFree(virDomainJobPtr job);

int virDomainJobGetStats(virDomainJobPtr job, int *type,
                         virTypedParameterPtr *params, int *nparams,
                         unsigned int flags);

int virDomainJobAbort(virDomainJobPtr job, unsigned int flags);

#ifdef __cplusplus
}
#endif
