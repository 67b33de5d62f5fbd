/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What there is on the host: <libvirt/libvirt-host.h>. */
#include "api/call.h"

#include <libvirt/libvirt-host.h>
#include <string.h>

/* A relative path would be looked for wherever the daemon happens to be. */
char *
virConnectGetDomainCapabilities(virConnectPtr conn, const char *emulatorbin,
                                const char *arch, const char *machine,
                                const char *virttype, unsigned int flags)
{
    API_ENTER(connect, conn, NULL);
    API_CHECK(api_no_flags(&api, flags));
    API_CLAIM(!emulatorbin || g_path_is_absolute(emulatorbin), "emulatorbin",
              "an absolute path");
    API_RETURN_POINTER(connect_domain_capabilities, conn, emulatorbin, arch,
                       machine, virttype);
}

/* Which types there are differs by driver, so a wrong one gets that far. */
int
virConnectGetMaxVcpus(virConnectPtr conn, const char *type)
{
    API_ENTER(connect, conn, -1);
    API_RETURN_INT(connect_max_vcpus, conn, type);
}

/* 0 is how it fails, by libvirt's convention. */
unsigned long long
virNodeGetFreeMemory(virConnectPtr conn)
{
    unsigned long long bytes = 0;
    int result = -1;

    API_ENTER(connect, conn, 0ULL);
    API_CALL(result, API_IS_NEGATIVE, node_free_memory, conn, &bytes);
    return bytes;
}

/* Zeroed, so that what a driver leaves out is an empty text. */
int
virNodeGetSecurityModel(virConnectPtr conn, virSecurityModelPtr secmodel)
{
    API_ENTER(connect, conn, -1);
    API_NOT_NULL(secmodel);
    memset(secmodel, 0, sizeof(*secmodel));
    API_RETURN_INT(node_security_model, conn, secmodel);
}
