/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a domain may be on this host, of what QEMU tells of itself. */
#include "base/error.h"
#include "qemu/host/firmware.h"
#include "qemu/host/host_calls.h"
#include "qemu/host/models.h"
#include "qemu/process/caller_rules.h"
#include "qemu/session.h"
#include "xml/host/domain_caps_xml.h"

#include <unistd.h>

/* Everything that DomainCaps borrows. */
typedef struct {
    QemuModels *models;
    GPtrArray *firmware; /* of QemuFirmware */
} Found;

static void
found_clear(Found *found)
{
    qemu_models_free(found->models);
    if (found->firmware)
        g_ptr_array_unref(found->firmware);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Found, found_clear)

/* Each loader that could be named; <os firmware='efi'> finds one of the same. */
static void
add_firmware(DomainCaps *caps, const GPtrArray *list)
{
    for (guint i = 0; i < list->len; i++) {
        const QemuFirmware *firmware = list->pdata[i];

        if (!qemu_firmware_fits(firmware, caps->machine) ||
            access(firmware->loader, F_OK) != 0)
            continue;
        g_ptr_array_add(caps->loaders, firmware->loader);
        caps->has_efi = true;
        caps->has_secure = caps->has_secure || firmware->is_secure;
    }
}

/* The machine by its whole name, whichever of its names was asked about:
 * that is what a client compares later. */
static char *
describe(const DomainCapsAsked *asked, const Found *found, GError **error)
{
    const QemuMachineType *type =
        qemu_models_find(found->models, asked->machine, error);
    g_autoptr(GPtrArray) loaders = g_ptr_array_new();
    DomainCaps caps = {0};

    if (!type)
        return NULL;
    caps = (DomainCaps){.emulator = asked->emulator,
                        .virt_type = asked->virt_type,
                        .machine = type->name,
                        .vcpus_max = type->vcpus_max,
                        .is_q35 = g_str_has_prefix(type->name, "pc-q35-"),
                        .loaders = loaders,
                        .cpus = found->models->cpus};
    add_firmware(&caps, found->firmware);
    return domain_caps_xml_format(&caps);
}

/* As libvirt: KVM if it is there, else what emulates. */
static bool
settle_type(DomainCapsAsked *asked, GError **error)
{
    static const char *const types[] = {"qemu", "kvm", NULL};
    bool has_kvm = qemu_host_has_kvm();

    if (!domain_caps_check(asked, types, error))
        return false;
    if (!asked->virt_type)
        asked->virt_type = has_kvm ? "kvm" : "qemu";
    if (!g_str_equal(asked->virt_type, "kvm") || has_kvm)
        return true;
    return fail(error, VIR_ERR_INVALID_ARG,
                "emulator '%s' does not support domains of type 'kvm': this "
                "process cannot open /dev/kvm",
                asked->emulator);
}

/* The emulator is run: it has to be one that this caller's machines could
 * have. */
char *
qemu_connect_domain_capabilities(virConnectPtr conn, const char *emulator,
                                 const char *arch, const char *machine,
                                 const char *virt_type, GError **error)
{
    QemuSession *session = conn->session;
    DomainCapsAsked asked = {emulator ? emulator : QEMU_HOST_EMULATOR, arch,
                             machine ? machine : "pc", virt_type};
    g_auto(Found) found = {0};

    if (!settle_type(&asked, error) ||
        !caller_rules_emulator(asked.emulator, error) ||
        !qemu_session_lock(session, error))
        return NULL;
    found.models = qemu_models_ask(session->root, asked.emulator,
                                   g_str_equal(asked.virt_type, "kvm"), error);
    qemu_session_unlock(session);
    if (!found.models)
        return NULL;
    /* Without the lock: these are files of the host's, and none of ours. */
    found.firmware = qemu_firmware_list(NULL);
    return describe(&asked, &found, error);
}
