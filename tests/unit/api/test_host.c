/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the public calls about the host refuse before a driver is asked. */
#include "machine.h"

static void
an_emulator_is_named_by_its_whole_path(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    g_autofree char *caps = NULL;

    g_assert_null(virConnectGetDomainCapabilities(machine->conn, "bin/qemu",
                                                  NULL, NULL, NULL, 0));
    assert_last_error(VIR_FROM_NONE, VIR_ERR_INVALID_ARG);
    g_assert_null(virConnectGetDomainCapabilities(machine->conn, NULL, NULL,
                                                  NULL, NULL, 1));
    assert_last_error(VIR_FROM_NONE, VIR_ERR_INVALID_ARG);
    g_assert_null(fake.last_call);
    caps = virConnectGetDomainCapabilities(machine->conn, NULL, NULL, NULL,
                                           NULL, 0);
    g_assert_cmpstr(fake.last_call, ==, "connect_domain_capabilities -");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/api/host/an_emulator_is_named_by_its_whole_path",
                    an_emulator_is_named_by_its_whole_path);
    return g_test_run();
}
