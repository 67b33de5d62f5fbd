/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is known of a machine besides its figures: how many processors it has,
 * which disks are in trouble, what people should know. */
#include "base/error.h"
#include "base/flags.h"
#include "model/domain/domain_rules.h"
#include "model/domain_devices.h"
#include "qemu/block/node_names.h"
#include "qemu/qmp/message.h"
#include "qemu/stats/stats_calls.h"

/* From memory: how many there are is settled when it starts. */
int
qemu_domain_vcpus(virDomainPtr domain, unsigned flags, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin_looking(domain, error);
    const QemuDomain *vm = call ? qemu_call_domain(call) : NULL;

    return vm ? domain_rules_vcpus(vm->live, vm->config, flags, error) : -1;
}

/* ---- disks ---- */

/* Of the device whose backend is @disk's; "ok" where it is not told. */
static int
trouble_of(const json_t *backends, const DiskDef *disk)
{
    g_autofree char *top = node_top(disk->target);
    const json_t *backend = NULL;
    gsize index = 0;

    json_array_foreach(backends, index, backend)
    {
        const char *node = json_string_value(
            json_object_get(json_object_get(backend, "inserted"), "node-name"));
        const char *status =
            json_string_value(json_object_get(backend, "io-status"));

        if (g_strcmp0(node, top) != 0)
            continue;
        /* "nospace" waits for room, and is told apart since somebody can make
         * some; all else is a failed request. */
        if (g_strcmp0(status, "nospace") == 0)
            return VIR_DOMAIN_DISK_ERROR_NO_SPACE;
        return g_strcmp0(status, "failed") == 0 ? VIR_DOMAIN_DISK_ERROR_UNSPEC
                                                : VIR_DOMAIN_DISK_ERROR_NONE;
    }
    return VIR_DOMAIN_DISK_ERROR_NONE;
}

/* As libvirt: only those in trouble are named, in the order of the
 * definition. */
static int
find_errors(QemuDomain *vm, virDomainDiskErrorPtr ret_errors, unsigned room,
            GError **error)
{
    const GPtrArray *disks = vm->live->disks;
    QmpClient *qmp = qemu_domain_monitor(vm, error);
    g_autoptr(Json) backends =
        qmp ? qmp_client_call(qmp, "query-block", NULL, error) : NULL;
    unsigned count = 0;

    if (!backends)
        return -1;
    for (guint i = 0; i < disks->len && count < room; i++) {
        const DiskDef *disk = disks->pdata[i];
        int trouble = trouble_of(backends, disk);

        if (trouble != VIR_DOMAIN_DISK_ERROR_NONE) {
            ret_errors[count++] =
                (virDomainDiskError){g_strdup(disk->target), trouble};
        }
    }
    return (int)count;
}

/* A reading call: a machine in trouble is the one that is asked about. */
int
qemu_domain_disk_errors(virDomainPtr domain, virDomainDiskErrorPtr ret_errors,
                        unsigned room, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin_reading(domain, error);
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;

    if (!vm)
        return -1;
    if (!qemu_domain_is_active(vm)) {
        fail(error, VIR_ERR_OPERATION_INVALID,
             "no disk of domain '%s' can be in trouble: it does not run",
             vm->name);
        return -1;
    }
    return ret_errors ? find_errors(vm, ret_errors, room, error)
                      : (int)vm->live->disks->len;
}

/* ---- messages ---- */

/* Arguments of somebody's own may undo anything that is promised of a machine.
 * QEMU tells of nothing deprecated that a definition here could have. */
int
qemu_domain_messages(virDomainPtr domain, char ***ret_messages, unsigned flags,
                     GError **error)
{
    const unsigned known =
        VIR_DOMAIN_MESSAGE_DEPRECATION | VIR_DOMAIN_MESSAGE_TAINTING;
    g_autoptr(QemuCall) call = NULL;
    const QemuDomain *vm = NULL;
    int count = 0;

    if (!flags_check(flags, known, "the messages of a domain", error))
        return -1;
    call = qemu_call_begin_looking(domain, error);
    if (!call)
        return -1;
    vm = qemu_call_domain(call);
    /* Room for the one there can be, and the NULL behind it. */
    *ret_messages = g_new0(char *, 2);
    if (vm->live && (!flags || flags & VIR_DOMAIN_MESSAGE_TAINTING) &&
        (vm->live->devices->qemu_arguments->len > 0 ||
         vm->live->devices->qemu_environment->len > 0)) {
        (*ret_messages)[count++] =
            g_strdup("tainted: QEMU has arguments of the definition's own "
                     "(<qemu:commandline>)");
    }
    return count;
}

/* Nobody is marked: qemu_node_security_model(). */
int
qemu_domain_security_label(virDomainPtr domain, virSecurityLabelPtr ret_label,
                           GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin_looking(domain, error);

    (void)ret_label; /* empty */
    return call ? 0 : -1;
}
