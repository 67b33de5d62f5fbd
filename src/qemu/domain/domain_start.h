/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Starting a domain, from nothing or back into a state that was saved. */
#pragma once

#include "qemu/domain.h"

typedef struct {
    unsigned flags; /* virDomainCreateFlags */
    /* Nullable: what the machine is in this run; else what is defined. */
    const DomainDef *machine;
    /* Nullable: gives the machine, which stands still, the memory it had. */
    bool (*load)(QemuDomain *vm, const void *data, GError **error);
    const void *data;
    bool is_back;       /* to a snapshot: so say the reason and the events */
    bool awaits_memory; /* QEMU is to take it from a stream */
} DomainStart;

/** domain_start: @vm, which is shut off.  A start that fails is taken
 * back: the domain is off again. */
bool domain_start(QemuDomain *vm, const DomainStart *how, GError **error);
