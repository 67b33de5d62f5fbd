/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands to the agent and the monitor carry text and times unharmed. */
#include "console.h"

static void
each_command_makes_its_call(void)
{
    static const ConsoleCase cases[] = {
        {"domfsfreeze web", "domain_fs_freeze all flags=0x0",
         "Froze 2 filesystem(s)\n\n"},
        {"domfsfreeze web /data /", "domain_fs_freeze /data flags=0x0", NULL},
        {"domfsthaw web --mountpoint /data", "domain_fs_thaw /data flags=0x0",
         "Thawed 2 filesystem(s)\n\n"},
        {"domfsinfo web", "domain_fs_info",
         " Mountpoint   Name   Type   Target\n"
         "------------------------------------\n"
         " /                          vda\n\n"},
        {"qemu-monitor-command web '{\"execute\": \"stop\"}'",
         "qemu_monitor_command {\"execute\": \"stop\"} flags=0x0", "{}\n\n"},
        {"qemu-monitor-command web --hmp info block",
         "qemu_monitor_command info block flags=0x1", NULL},
        {"qemu-monitor-command web --pretty x",
         "qemu_monitor_command x flags=0x0", "{}\n\n"},
        {"qemu-agent-command web '{\"execute\":\"guest-ping\"}'",
         "qemu_agent_command {\"execute\":\"guest-ping\"} timeout=-1 flags=0x0",
         "{}\n\n"},
        {"qemu-agent-command web --timeout 5 x",
         "qemu_agent_command x timeout=5 flags=0x0", NULL},
        {"qemu-agent-command web --block x",
         "qemu_agent_command x timeout=-2 flags=0x0", NULL},
        {"qemu-agent-command web --async x",
         "qemu_agent_command x timeout=0 flags=0x0", NULL},
        {NULL},
    };

    fake_reset();
    fake.result = 2;
    console_check(cases);
}

static void
a_reply_without_a_return_value_is_refused(void)
{
    g_autoptr(Said) said = NULL;

    fake_reset();
    said = console_run("qemu-monitor-command web --return-value x");
    said_refused(said, RESULT_FAILED, "no 'return'");
}

static void
misuse_is_refused_before_anything_runs(void)
{
    static const char *const lines[] = {
        "qemu-monitor-command web",
        "qemu-monitor-command web --hmp --pretty x",
        "qemu-agent-command web --timeout 0 x",
        "qemu-agent-command web --timeout 5 --block x",
        "qemu-agent-command web --async --block x",
        NULL,
    };

    fake_reset();
    console_check_misuse(lines);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/cmd_guest/each_command_makes_its_call",
                    each_command_makes_its_call);
    g_test_add_func("/cli/cmd_guest/a_reply_without_a_return_value_is_refused",
                    a_reply_without_a_return_value_is_refused);
    g_test_add_func("/cli/cmd_guest/misuse_is_refused_before_anything_runs",
                    misuse_is_refused_before_anything_runs);
    return g_test_run();
}
