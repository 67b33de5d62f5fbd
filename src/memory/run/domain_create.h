/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Machines that run without having been defined, or as another one than they
 * are: virDomainCreateXML(), and from a saved machine's file. */
#pragma once

#include "memory/save/state.h"

typedef struct {
    DomainOrigin origin;
    bool is_paused;
    bool ends_with_session;   /* AUTODESTROY */
    const MemoryState *state; /* nullable: what the guest is */
} MemoryStart;

/** memory_domain_check_document: @def is of a domain that this driver can have.
 * VIR_ERR_CONFIG_UNSUPPORTED, VIR_ERR_XML_ERROR. */
bool memory_domain_check_document(const DomainDef *def, GError **error);

/** memory_domain_find_or_add: the domain that @machine is, which is off and may
 * be new; with the host's lock.  VIR_ERR_OPERATION_INVALID,
 * VIR_ERR_OPERATION_FAILED. */
MemoryDomain *memory_domain_find_or_add(MemoryHost *host,
                                        const DomainDef *machine,
                                        bool *ret_is_new, GError **error);

/** memory_domain_run: @machine runs, as the domain that has its UUID, or as a
 * transient one.  VIR_ERR_OPERATION_INVALID if that runs already. */
virDomainPtr memory_domain_run(virConnectPtr conn, const DomainDef *machine,
                               const MemoryStart *how, GError **error);

/** memory_domain_end_owned: @session closes: what was begun with AUTODESTROY on
 * it ends.  With the host's lock. */
void memory_domain_end_owned(const MemorySession *session);

/* The driver's members (driver/driver.h). */
virDomainPtr memory_domain_create_xml(virConnectPtr conn, const char *xml,
                                      unsigned flags, GError **error);
int memory_domain_create(virDomainPtr domain, unsigned flags, GError **error);
