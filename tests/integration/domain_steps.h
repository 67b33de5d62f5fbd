/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Steps that the tests of the domain calls share. */
#pragma once

#include "machine.h"

#include <libvirt/virterror.h>

/** define_with: a domain @name in @machine's root whose <devices> are
 * @devices; what goes before them is @before (nullable). */
virDomainPtr define_with(Machine *machine, const char *name, const char *before,
                         const char *devices);

/** expect_error: the last call failed with @code and a message that holds
 * @words. */
void expect_error(int code, const char *words);

/** expect_state: what the library says of @domain now. */
void expect_state(virDomainPtr domain, int state, int reason);

/** run_tool: a program that must succeed; its output. */
char *run_tool(const char *program, ...) G_GNUC_NULL_TERMINATED;
