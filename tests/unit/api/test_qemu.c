/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands to QEMU and to the guest agent. */
#include "machine.h"

#include <libvirt/libvirt-qemu.h>
#include <stdlib.h>
#include <string.h>

static void
assert_refused(bool is_failure)
{
    g_assert_true(is_failure);
    assert_last_error(VIR_FROM_NONE, VIR_ERR_INVALID_ARG);
    g_assert_null(fake.last_call);
}

static void
the_monitor_answers(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    char stale = 'x';
    char *reply = &stale;

    assert_refused(
        virDomainQemuMonitorCommand(machine->domain, NULL, &reply, 0) == -1);
    g_assert_null(reply);
    assert_refused(
        virDomainQemuMonitorCommand(machine->domain, "{}", NULL, 0) == -1);
    g_assert_cmpint(
        virDomainQemuMonitorCommand(machine->domain, "info status", &reply,
                                    VIR_DOMAIN_QEMU_MONITOR_COMMAND_HMP),
        ==, 0);
    g_assert_cmpstr(fake.last_call, ==,
                    "qemu_monitor_command info status flags=0x1");
    g_assert_cmpstr(reply, ==, "{}");
    free(reply);
}

static void
the_agent_answers_in_time(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    char *reply = NULL;

    assert_refused(!virDomainQemuAgentCommand(machine->domain, NULL, 5, 0));
    assert_refused(!virDomainQemuAgentCommand(machine->domain, "{}", -3, 0));
    reply = virDomainQemuAgentCommand(machine->domain, "{}",
                                      VIR_DOMAIN_QEMU_AGENT_COMMAND_BLOCK, 0);
    g_assert_cmpstr(fake.last_call, ==,
                    "qemu_agent_command {} timeout=-2 flags=0x0");
    free(reply);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/api/qemu/the_monitor_answers", the_monitor_answers);
    g_test_add_func("/api/qemu/the_agent_answers_in_time",
                    the_agent_answers_in_time);
    return g_test_run();
}
