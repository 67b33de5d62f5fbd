/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The state that a domain keeps of its last run, to be gone on from.
 *
 * There is no memory to be kept: what is left of a guest is which machine it
 * was, whether it is to run, and how many file systems stand frozen.  It lives
 * and ends with the domain, whose disks stay where they are.
 */
#pragma once

#include "driver/driver.h"
#include "memory/domain.h"

/** memory_saved_new: @xml: of the run, with its passwords; @frozen: file
 * systems. */
MemorySaved *memory_saved_new(const char *xml, bool was_running,
                              unsigned frozen);
void memory_saved_free(MemorySaved *saved);

/** memory_saved_start: from it; it is gone then.  If that fails it stays. */
bool memory_saved_start(MemoryDomain *vm, bool is_paused, GError **error);
/** memory_saved_refuse: domain_rules_check_managed(). */
bool memory_saved_refuse(const MemoryDomain *vm, const char *what,
                         GError **error);

/* The driver's members (driver/driver.h); the save itself is one of
 * save_calls.h. */
int memory_managed_save_has(virDomainPtr domain, GError **error);
int memory_managed_save_remove(virDomainPtr domain, GError **error);
char *memory_managed_save_xml(virDomainPtr domain, unsigned flags,
                              GError **error);
int memory_managed_save_define(virDomainPtr domain, const char *dxml,
                               unsigned flags, GError **error);
