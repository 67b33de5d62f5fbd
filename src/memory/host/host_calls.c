/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "memory/host/host_calls.h"

#include "base/error.h"
#include "xml/host/domain_caps_xml.h"

enum { VCPUS_MAX = 32 }; /* libvirt's test driver has it */

/* Nothing is emulated, so there is no emulator and no firmware; what the readers
 * of <domain> accept is the same. */
char *
memory_connect_domain_capabilities(virConnectPtr conn, const char *emulator,
                                   const char *arch, const char *machine,
                                   const char *virt_type, GError **error)
{
    static const char *const types[] = {"test", NULL};
    const DomainCapsAsked asked = {emulator, arch, machine ? machine : "pc",
                                   virt_type};
    bool is_q35 = g_str_equal(asked.machine, "q35");
    /* What is left out is not there. */
    DomainCaps caps = {.virt_type = "test",
                       .machine = asked.machine,
                       .vcpus_max = VCPUS_MAX,
                       .is_q35 = is_q35};

    (void)conn;
    if (!domain_caps_check(&asked, types, error))
        return NULL;
    if (is_q35 || g_str_equal(asked.machine, "pc"))
        return domain_caps_xml_format(&caps);
    fail(error, VIR_ERR_INVALID_ARG,
         "there is no machine '%.64s' here, only 'pc' and 'q35'",
         asked.machine);
    return NULL;
}
