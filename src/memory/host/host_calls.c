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

/* The same for every kind of machine: nobody emulates any. */
int
memory_connect_max_vcpus(virConnectPtr conn, const char *type, GError **error)
{
    static const char *const types[] = {"test", NULL};
    const DomainCapsAsked asked = {.virt_type = type};

    (void)conn;
    return domain_caps_check(&asked, types, error) ? VCPUS_MAX : -1;
}

/* Always the same, as the other figures of this host (memory_node_info()). */
int
memory_node_free_memory(virConnectPtr conn, unsigned long long *ret_bytes,
                        GError **error)
{
    (void)conn;
    (void)error;
    *ret_bytes = 3ULL * 1024 * 1024;
    return 0;
}

/* As with QEMU: programs that are tried here find no mark there either. */
int
memory_node_security_model(virConnectPtr conn, virSecurityModelPtr ret_model,
                           GError **error)
{
    (void)conn;
    (void)error;
    g_strlcpy(ret_model->model, "none", sizeof(ret_model->model));
    g_strlcpy(ret_model->doi, "0", sizeof(ret_model->doi));
    return 0;
}
