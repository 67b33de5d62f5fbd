/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Figures of the host, as the kernel and the usual emulator tell them. */
#include "base/error.h"
#include "qemu/host/host_calls.h"
#include "qemu/host/models.h"
#include "qemu/session.h"
#include "xml/host/domain_caps_xml.h"

#include <errno.h>
#include <unistd.h>

/* Of the machine that a domain gets which names none.  Readers may ask: the
 * emulator is not theirs to choose, and answers once. */
int
qemu_connect_max_vcpus(virConnectPtr conn, const char *type, GError **error)
{
    static const char *const types[] = {"qemu", "kvm", NULL};
    const DomainCapsAsked asked = {.virt_type = type};
    QemuSession *session = conn->session;
    g_autoptr(QemuModels) models = NULL;
    const QemuMachineType *machine = NULL;

    /* Processors of KVM and of TCG are as many: the limit is the machine's. */
    if (!domain_caps_check(&asked, types, error) ||
        !qemu_session_lock(session, error))
        return -1;
    models = qemu_models_ask(session->root, QEMU_HOST_EMULATOR, false, error);
    qemu_session_unlock(session);
    machine = models ? qemu_models_find(models, "pc", error) : NULL;
    return machine ? (int)machine->vcpus_max : -1;
}

/* What caches could give back does not count, as libvirt counts. */
int
qemu_node_free_memory(virConnectPtr conn, unsigned long long *ret_bytes,
                      GError **error)
{
    long pages = sysconf(_SC_AVPHYS_PAGES);
    long size = sysconf(_SC_PAGESIZE);

    (void)conn;
    if (pages < 0 || size < 0) {
        (void)fail_errno(error, errno, "cannot learn about this host's memory");
        return -1;
    }
    *ret_bytes = (unsigned long long)pages * (unsigned long long)size;
    return 0;
}

/* No security module marks a domain here. */
int
qemu_node_security_model(virConnectPtr conn, virSecurityModelPtr ret_model,
                         GError **error)
{
    (void)conn;
    (void)error;
    g_strlcpy(ret_model->model, "none", sizeof(ret_model->model));
    g_strlcpy(ret_model->doi, "0", sizeof(ret_model->doi));
    return 0;
}
