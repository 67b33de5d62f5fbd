/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The handles that a test of the public calls needs, on the fake driver. */
#pragma once

#include "../fake_driver.h"

#include <glib.h>

typedef struct {
    virConnectPtr conn;
    virDomainPtr domain;
    virDomainCheckpointPtr checkpoint;
    virDomainSnapshotPtr snapshot;
    virDomainJobPtr job;
} Machine;

/** machine_new: @uri is fake:/// or bare:///; the fake is reset after it. */
Machine *machine_new(const char *uri);
Machine *machine_new_readonly(const char *uri);
void machine_free(Machine *machine);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Machine, machine_free)

/** assert_last_error: the thread's error is @code from @domain, and says
 * something. */
void assert_last_error(int domain, int code);
