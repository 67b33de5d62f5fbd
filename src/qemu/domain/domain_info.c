/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is known about a domain. */
#include "base/flags.h"
#include "qemu/domain/domain_calls.h"
#include "qemu/domain/domain_state.h"
#include "qemu/host/firmware.h"
#include "qemu/process/nvram.h"
#include "xml/domain/domain_compare.h"
#include "xml/domain_xml.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#define XML_FLAGS                                      \
    (VIR_DOMAIN_XML_SECURE | VIR_DOMAIN_XML_INACTIVE | \
     VIR_DOMAIN_XML_UPDATE_CPU | VIR_DOMAIN_XML_MIGRATABLE)

/* From memory: the record was read when the call began, and QEMU is not
 * asked. */
char *
qemu_domain_xml(virDomainPtr domain, unsigned flags, GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    const QemuDomain *vm = NULL;
    const DomainDef *def = NULL;
    unsigned format = 0;

    if (!flags_check(flags, XML_FLAGS, "the XML of a domain", error))
        return NULL;
    call = qemu_call_begin_looking(domain, error);
    if (!call)
        return NULL;
    vm = qemu_call_domain(call);
    /* What runs; the definition only if that was asked and there is one (a
     * transient domain has none). */
    def = qemu_domain_def(vm);
    if (flags & VIR_DOMAIN_XML_SECURE)
        format |= DOMAIN_FORMAT_SECURE;
    if (flags & (VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_MIGRATABLE)) {
        format |= DOMAIN_FORMAT_INACTIVE;
        def = flags & VIR_DOMAIN_XML_INACTIVE && vm->config ? vm->config : def;
    }
    return domain_xml_format(def, format);
}

char *
qemu_domain_os_type(virDomainPtr domain, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin_looking(domain, error);

    /* The XML reader takes no other: a whole machine, not a container. */
    return call ? g_strdup("hvm") : NULL;
}

/* As it is now if QEMU answers; else as it was last seen, which is better than
 * an error for whoever lists machines. */
int
qemu_domain_state(virDomainPtr domain, int *ret_state, int *ret_reason,
                  GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin_looking(domain, error);
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;

    if (!vm)
        return -1;
    (void)domain_state_look(vm); /* else as it was last seen */
    *ret_state = vm->state;
    if (ret_reason)
        *ret_reason = vm->reason;
    return 0;
}

/* Processor time that QEMU has used, in nanoseconds; 0 if it is unknown. */
static unsigned long long
used_time(const QemuDomain *vm)
{
    clockid_t clock = 0;
    struct timespec used = {0};

    /* By pid: should it have been given to another process meanwhile, the
     * figure is wrong once.  The call's begin has looked. */
    if (!qemu_domain_is_active(vm) ||
        clock_getcpuclockid(vm->pid, &clock) != 0 ||
        clock_gettime(clock, &used) < 0)
        return 0;
    return (unsigned long long)used.tv_sec * G_GUINT64_CONSTANT(1000000000) +
           (unsigned long long)used.tv_nsec;
}

/* The figures of the definition, and what the kernel knows of the process. */
int
qemu_domain_info(virDomainPtr domain, virDomainInfoPtr ret_info, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin_looking(domain, error);
    QemuDomain *vm = call ? qemu_call_domain(call) : NULL;
    const DomainDef *def = NULL;

    if (!vm)
        return -1;
    (void)domain_state_look(vm); /* else as it was last seen */
    def = qemu_domain_def(vm);
    memset(ret_info, 0, sizeof(*ret_info));
    /* libvirt's struct has narrow fields; both values are checked far below
     * their limits. */
    ret_info->state = (unsigned char)vm->state;
    ret_info->maxMem = def->memory_kib;
    ret_info->memory = def->current_memory_kib;
    ret_info->nrVirtCpu = (unsigned short)def->vcpus;
    ret_info->cpuTime = used_time(vm);
    return 0;
}

int
qemu_domain_active(virDomainPtr domain, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin_looking(domain, error);

    return call ? qemu_domain_is_active(qemu_call_domain(call)) : -1;
}

int
qemu_domain_persistent(virDomainPtr domain, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin_looking(domain, error);

    return call ? qemu_call_domain(call)->config != NULL : -1;
}

/* Looked at rather than remembered: who defined it anew, and whether that was a
 * change at all, need not be this process's knowledge. */
int
qemu_domain_updated(virDomainPtr domain, GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin_looking(domain, error);
    const QemuDomain *vm = call ? qemu_call_domain(call) : NULL;
    g_autoptr(DomainDef) next = NULL;
    g_autoptr(GPtrArray) firmware = NULL;
    g_autofree char *folder = NULL;

    if (!vm)
        return -1;
    if (!vm->live || !vm->config)
        return 0;
    next = domain_def_copy(vm->config);
    /* What a start would find now; where it would fail, it is another. */
    firmware = qemu_firmware_list(NULL);
    if (!qemu_firmware_settle(next, firmware, NULL))
        return 1;
    folder = qemu_root_folder_path(vm->root, vm->uuid);
    nvram_name(next, folder);
    return !domain_compare_is_run_of(vm->live, next);
}

/* The file's presence, as it was when the record was read. */
int
qemu_domain_get_autostart(virDomainPtr domain, int *ret_autostart,
                          GError **error)
{
    g_autoptr(QemuCall) call = qemu_call_begin_looking(domain, error);

    if (!call)
        return -1;
    *ret_autostart = qemu_call_domain(call)->is_autostart;
    return 0;
}
