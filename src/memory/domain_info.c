/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is known about a domain. */
#include "base/error.h"
#include "base/flags.h"
#include "memory/domain.h"
#include "memory/domain_calls.h"
#include "xml/domain/domain_compare.h"
#include "xml/domain_xml.h"

#include <string.h>

#define XML_FLAGS                                      \
    (VIR_DOMAIN_XML_SECURE | VIR_DOMAIN_XML_INACTIVE | \
     VIR_DOMAIN_XML_UPDATE_CPU | VIR_DOMAIN_XML_MIGRATABLE)

char *
memory_domain_xml_desc(virDomainPtr domain, unsigned flags, GError **error)
{
    g_autoptr(MemoryCall) call = NULL;
    const MemoryDomain *vm = NULL;
    const DomainDef *def = NULL;
    unsigned format = 0;

    if (!flags_check(flags, XML_FLAGS, "the XML of a domain", error))
        return NULL;
    call = memory_call_begin(domain, error);
    if (!call)
        return NULL;
    vm = memory_call_domain(call);
    def = memory_domain_def(vm);
    if (flags & VIR_DOMAIN_XML_SECURE)
        format |= DOMAIN_FORMAT_SECURE;
    if (flags & (VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_MIGRATABLE)) {
        format |= DOMAIN_FORMAT_INACTIVE;
        def = flags & VIR_DOMAIN_XML_INACTIVE && vm->config ? vm->config : def;
    }
    return domain_xml_format(def, (DomainFormatFlags)format);
}

char *
memory_domain_os_type(virDomainPtr domain, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);

    return call ? g_strdup("hvm") : NULL;
}

/* As it is: nothing can change here behind our back, since there is no
 * process that could. */
int
memory_domain_state(virDomainPtr domain, int *ret_state, int *ret_reason,
                    GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);

    if (!call)
        return -1;
    *ret_state = memory_call_domain(call)->state;
    if (ret_reason)
        *ret_reason = memory_call_domain(call)->reason;
    return 0;
}

/* The figures of the definition, and the time that playing the guest has
 * cost. */
int
memory_domain_info(virDomainPtr domain, virDomainInfoPtr ret_info,
                   GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    const MemoryDomain *vm = call ? memory_call_domain(call) : NULL;
    const DomainDef *def = vm ? memory_domain_def(vm) : NULL;

    if (!vm)
        return -1;
    memset(ret_info, 0, sizeof(*ret_info));
    ret_info->state = (unsigned char)vm->state;
    ret_info->maxMem = def->memory_kib;
    ret_info->memory = def->current_memory_kib;
    ret_info->cpuTime = vm->cpu.user + vm->cpu.system;
    ret_info->nrVirtCpu = (unsigned short)def->vcpus;
    return 0;
}

int
memory_domain_active(virDomainPtr domain, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);

    return call ? memory_domain_is_active(memory_call_domain(call)) : -1;
}

int
memory_domain_persistent(virDomainPtr domain, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);

    return call ? memory_call_domain(call)->config != NULL : -1;
}

/* Both are here, and neither is asked of a process: they are compared as
 * documents, by what a start would make of the second. */
int
memory_domain_updated(virDomainPtr domain, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);
    const MemoryDomain *vm = call ? memory_call_domain(call) : NULL;

    if (!vm)
        return -1;
    return vm->live && vm->config &&
           !domain_compare_is_run_of(vm->live, vm->config);
}

int
memory_domain_get_autostart(virDomainPtr domain, int *ret_autostart,
                            GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);

    if (!call)
        return -1;
    *ret_autostart = memory_call_domain(call)->is_autostart;
    return 0;
}

/* Allocated is what was ever written; there is no file whose length could be
 * another figure. */
bool
memory_block_info_read(const MemoryDomain *vm, const char *name,
                       virDomainBlockInfoPtr ret_info, GError **error)
{
    const DiskDef *def =
        domain_def_find_disk_by_name(memory_domain_def(vm), name);
    const MemoryDisk *disk =
        def ? memory_disks_find(vm->disks, def->target) : NULL;

    if (!def) {
        return fail(error, VIR_ERR_INVALID_ARG,
                    "domain '%s' has no disk '%s'; domblklist names its disks",
                    vm->name, name);
    }
    memset(ret_info, 0, sizeof(*ret_info));
    if (!disk)
        return true; /* an empty drive */
    ret_info->capacity = memory_disk_size(disk);
    ret_info->allocation = ret_info->physical = memory_disk_allocated(disk);
    return true;
}

int
memory_domain_block_info(virDomainPtr domain, const char *disk,
                         virDomainBlockInfoPtr ret_info, GError **error)
{
    g_autoptr(MemoryCall) call = memory_call_begin(domain, error);

    return call && memory_block_info_read(memory_call_domain(call), disk,
                                          ret_info, error)
               ? 0
               : -1;
}
