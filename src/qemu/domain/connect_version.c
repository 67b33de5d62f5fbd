/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The version of the QEMU that a domain gets unless it names another. */
#include "base/error.h"
#include "qemu/domain/domain_calls.h"
#include "qemu/process/capabilities.h"
#include "qemu/session.h"

#define DEFAULT_EMULATOR "/usr/bin/qemu-system-x86_64"

int
qemu_connect_version(virConnectPtr conn, unsigned long *ret_version,
                     GError **error)
{
    QemuSession *session = conn->session;
    QemuCapabilities found = {0};
    bool is_done = false;

    if (!qemu_session_lock(session, error))
        return -1;
    is_done =
        qemu_capabilities_get(session->root, DEFAULT_EMULATOR, &found, error);
    qemu_session_unlock(session);
    if (!is_done)
        return -1;
    *ret_version = found.major * 1000000UL + found.minor * 1000UL + found.micro;
    return 0;
}
