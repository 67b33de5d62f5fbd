/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Notes about a domain: its title, its description, elements of its metadata.
 * QEMU knows nothing of them. */
#include "base/flags.h"
#include "model/domain/domain_rules.h"
#include "qemu/domain/domain_calls.h"
#include "qemu/domain/domain_record.h"
#include "xml/domain/metadata_xml.h"
#include "xml/domain_xml.h"

enum { IMPACTS = VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG };

/* The definition's file last: if writing it fails, the run alone is another,
 * which the caller is told of, and both can be set again. */
static bool
set_notes(QemuDomain *vm, const DomainMetadata *metadata, unsigned impact,
          GError **error)
{
    g_autoptr(DomainDef) config = NULL;

    if (impact & VIR_DOMAIN_AFFECT_CONFIG) {
        config = domain_def_copy(vm->config);
        if (!metadata_xml_set(config, metadata, error))
            return false;
    }
    if (!qemu_domain_touch(vm, error))
        return false;
    /* The run's record is in place: what fails of a note fails before it
     * changes anything. */
    if ((impact & VIR_DOMAIN_AFFECT_LIVE) &&
        (!metadata_xml_set(vm->live, metadata, error) ||
         !qemu_domain_save_status(vm, error)))
        return false;
    if (config && !domain_record_save_config(vm, config, error))
        return false;
    config = NULL; /* the record's now */
    return true;
}

/* Told by the comparison at the call's end (qemu/notes/notes_seen.h), in this
 * process as in others. */
int
qemu_domain_set_metadata(virDomainPtr domain, const DomainMetadata *metadata,
                         unsigned flags, GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    QemuDomain *vm = NULL;
    unsigned impact = 0;

    if (!flags_check(flags, IMPACTS, "a note about a domain", error))
        return -1;
    call = qemu_call_begin_reading(domain, error);
    vm = call ? qemu_call_domain(call) : NULL;
    if (!vm ||
        !domain_rules_impact(vm->name, qemu_domain_is_active(vm),
                             vm->config != NULL, flags, &impact, error) ||
        !set_notes(vm, metadata, impact, error))
        return -1;
    return 0;
}

/* Looks at the record alone: QEMU knows nothing of notes, and need not
 * answer. */
char *
qemu_domain_get_metadata(virDomainPtr domain, int type, const char *uri,
                         unsigned flags, GError **error)
{
    g_autoptr(QemuCall) call = NULL;
    const QemuDomain *vm = NULL;
    unsigned impact = 0;

    if (!flags_check(flags, IMPACTS, "a note about a domain", error))
        return NULL;
    call = qemu_call_begin_looking(domain, error);
    vm = call ? qemu_call_domain(call) : NULL;
    if (!vm || !domain_rules_impact(vm->name, qemu_domain_is_active(vm),
                                    vm->config != NULL, flags, &impact, error))
        return NULL;
    return metadata_xml_get(impact == VIR_DOMAIN_AFFECT_LIVE ? vm->live
                                                             : vm->config,
                            type, uri, error);
}
