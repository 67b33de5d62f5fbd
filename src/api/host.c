/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What there is on the host: <libvirt/libvirt-host.h>. */
#include "api/call.h"

#include <libvirt/libvirt-host.h>

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
