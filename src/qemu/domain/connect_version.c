/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a connection tells of the host and of the QEMU that a domain gets unless
 * it names another. */
#include "base/error.h"
#include "qemu/domain/domain_calls.h"
#include "qemu/host/models.h"
#include "qemu/process/capabilities.h"
#include "qemu/session.h"

#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#define CAPABILITIES_START            \
    "<capabilities>\n"                \
    "  <host>\n"                      \
    "    <cpu>\n"                     \
    "      <arch>%s</arch>\n"         \
    "    </cpu>\n"                    \
    "  </host>\n"                     \
    "  <guest>\n"                     \
    "    <os_type>hvm</os_type>\n"    \
    "    <arch name='x86_64'>\n"      \
    "      <wordsize>64</wordsize>\n" \
    "      <emulator>%s</emulator>\n"
#define CAPABILITIES_MACHINE \
    "      <machine canonical='%s' maxCpus='%u'>%s</machine>\n"
#define CAPABILITIES_TYPE "      <domain type='%s'/>\n"
/* What virt-install looks for before it writes <acpi/>. */
#define CAPABILITIES_END                               \
    "    </arch>\n"                                    \
    "    <features>\n"                                 \
    "      <acpi default='on' toggle='yes'/>\n"        \
    "      <apic default='on' toggle='no'/>\n"         \
    "      <cpuselection/>\n"                          \
    "      <deviceboot/>\n"                            \
    "      <disksnapshot default='on' toggle='no'/>\n" \
    "    </features>\n"                                \
    "  </guest>\n"                                     \
    "</capabilities>\n"

/* Of the emulator that a domain gets when it names none; another domain's may
 * differ. */
int
qemu_connect_version(virConnectPtr conn, unsigned long *ret_version,
                     GError **error)
{
    QemuSession *session = conn->session;
    QemuCapabilities found = {0};
    bool is_done = false;

    /* For the cache's sake: the first question runs a QEMU and writes the
     * answer down. */
    if (!qemu_session_lock(session, error))
        return -1;
    is_done =
        qemu_capabilities_get(session->root, QEMU_HOST_EMULATOR, &found, error);
    qemu_session_unlock(session);
    if (!is_done)
        return -1;
    *ret_version = found.major * 1000000UL + found.minor * 1000UL + found.micro;
    return 0;
}

/* As the first processor tells it; 0, which is "not known", on hosts whose
 * processors do not. */
static unsigned
processor_mhz(void)
{
    g_autofree char *told = NULL;
    const char *line = NULL;

    if (!g_file_get_contents("/proc/cpuinfo", &told, NULL, NULL))
        return 0;
    line = strstr(told, "cpu MHz");
    line = line ? strchr(line, ':') : NULL;
    return line ? (unsigned)g_ascii_strtoull(line + 1, NULL, 10) : 0;
}

/* How the processors are made up is not told: it decides nothing here, and the
 * sum is right. */
int
qemu_node_info(virConnectPtr conn, virNodeInfoPtr ret_info, GError **error)
{
    struct utsname names;
    long pages = sysconf(_SC_PHYS_PAGES);
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);

    (void)conn;
    if (uname(&names) != 0 || pages < 0 || cpus < 1) {
        (void)fail_errno(error, errno, "cannot learn about this host");
        return -1;
    }
    g_strlcpy(ret_info->model, names.machine, sizeof(ret_info->model));
    ret_info->memory =
        (unsigned long)pages * ((unsigned long)sysconf(_SC_PAGESIZE) / 1024);
    ret_info->cpus = (unsigned)cpus;
    ret_info->mhz = processor_mhz();
    ret_info->nodes = 1;
    ret_info->sockets = 1;
    ret_info->cores = (unsigned)cpus;
    ret_info->threads = 1;
    return 0;
}

/* Those that go by a name of their own; where the emulator cannot be asked there
 * are none, and the rest is told all the same. */
static void
add_machines(QemuSession *session, GString *text)
{
    static const char *const names[] = {"pc", "q35", NULL};
    g_autoptr(QemuModels) models = NULL;

    if (!qemu_session_lock(session, NULL))
        return;
    models = qemu_models_ask(session->root, QEMU_HOST_EMULATOR, false, NULL);
    qemu_session_unlock(session);
    for (const char *const *name = names; models && *name; name++) {
        const QemuMachineType *type = qemu_models_find(models, *name, NULL);

        if (type) {
            g_string_append_printf(text, CAPABILITIES_MACHINE, type->name,
                                   type->vcpus_max, *name);
        }
    }
}

/* KVM is named where this process could use it. */
char *
qemu_connect_capabilities(virConnectPtr conn, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    struct utsname names;

    if (uname(&names) != 0) {
        (void)fail_errno(error, errno, "cannot learn about this host");
        return NULL;
    }
    g_string_printf(text, CAPABILITIES_START, names.machine,
                    QEMU_HOST_EMULATOR);
    add_machines(conn->session, text);
    g_string_append_printf(text, CAPABILITIES_TYPE, "qemu");
    if (qemu_host_has_kvm())
        g_string_append_printf(text, CAPABILITIES_TYPE, "kvm");
    g_string_append(text, CAPABILITIES_END);
    return g_string_free(g_steal_pointer(&text), FALSE);
}
