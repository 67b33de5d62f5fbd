/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "machine.h"

#include "api/init.h"
#include "driver/registry.h"

#include <libvirt/libvirt-strandline.h>

/* In the place of src/api/init.c. */
void
add_builtin_drivers(void)
{
    registry_add(&fake_driver);
    registry_add(&bare_driver);
}

static Machine *
from_connection(virConnectPtr conn)
{
    Machine *machine = g_new0(Machine, 1);

    g_assert_nonnull(conn);
    machine->conn = conn;
    machine->domain = domain_object_new(conn, "web", fake_uuid, -1);
    machine->checkpoint = checkpoint_object_new(machine->domain, "chk");
    machine->snapshot = snapshot_object_new(machine->domain, "snap");
    machine->job = job_object_new(machine->domain, 7, VIR_DOMAIN_JOB_UNBOUNDED,
                                  VIR_DOMAIN_JOB_OPERATION_BACKUP);
    fake_reset();
    return machine;
}

Machine *
machine_new(const char *uri)
{
    return from_connection(virConnectOpen(uri));
}

Machine *
machine_new_readonly(const char *uri)
{
    return from_connection(virConnectOpenReadOnly(uri));
}

void
machine_free(Machine *machine)
{
    if (!machine)
        return;
    job_object_unref(machine->job);
    snapshot_object_unref(machine->snapshot);
    checkpoint_object_unref(machine->checkpoint);
    domain_object_unref(machine->domain);
    connect_object_unref(machine->conn);
    g_free(machine);
    fake_reset();
}

void
assert_last_error(int domain, int code)
{
    virErrorPtr last = virGetLastError();

    g_assert_nonnull(last);
    g_assert_cmpint(last->code, ==, code);
    g_assert_cmpint(last->domain, ==, domain);
    g_assert_cmpint(last->level, ==, VIR_ERR_ERROR);
    g_assert_nonnull(last->message);
    g_assert_cmpstr(last->message, !=, "");
}
