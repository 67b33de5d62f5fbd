/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Starting a domain, from nothing or back into a state that was saved. */
#pragma once

#include "model/domain/domain_rules.h"
#include "qemu/domain.h"

typedef struct {
    unsigned flags; /* virDomainCreateFlags */
    /* Nullable: what the machine is in this run; else what is defined. */
    const DomainDef *machine;
    /* Nullable: gives the machine, which stands still, the memory it had. */
    bool (*load)(QemuDomain *vm, const void *data, GError **error);
    const void *data;
    DomainOrigin origin;
    bool awaits_memory; /* QEMU is to take it from a stream */
    /* A migration: load() only makes it listen, and the guest stands still until
     * somebody says that it is here. */
    bool is_incoming;
    /* Nullable: what @vm has that is in the way, before anything is done. */
    bool (*check)(QemuDomain *vm, const void *data, GError **error);
} DomainStart;

/** domain_start: @vm is shut off.  A start that fails is taken back: it is off
 * again, and a transient one gone. */
bool domain_start(QemuDomain *vm, const DomainStart *how, GError **error);
