/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is asked of a guest is asked, and printed, as virsh does. */
#include "console.h"

#define HEAD                                                  \
    " Name       MAC address          Protocol     Address\n" \
    "-------------------------------------------------------" \
    "------------------------\n"

static void
each_command_makes_its_call(void)
{
    static const ConsoleCase cases[] = {
        {"domfstrim web", "domain_fs_trim all 0", "\n"},
        {"domfstrim web --minimum 4096 --mountpoint /a",
         "domain_fs_trim /a 4096", NULL},
        {"domtime web", "domain_get_time", "Time: 1700000000\n"},
        {"domtime web --pretty", "domain_get_time",
         "Time: 2023-11-14 22:13:20\n"},
        {"domtime web --time 5", "domain_set_time 5.0 flags=0x0", "\n"},
        {"domtime web --sync", "domain_set_time 0.0 flags=0x1", NULL},
        {"domhostname web", "domain_hostname flags=0x0", "web.example\n\n"},
        {"domhostname web --source lease", "domain_hostname flags=0x1", NULL},
        {"domhostname web --source agent", "domain_hostname flags=0x2", NULL},
        {"guestinfo web", "domain_guest_info 0x0",
         "hostname            : web.example\n"
         "timezone.offset     : 3600\n\n"},
        {"guestinfo web --user --os --timezone --hostname --filesystem --disk "
         "--interface",
         "domain_guest_info 0x7f", NULL},
        {"domifaddr web", "domain_interface_addresses 0", NULL},
        {"domifaddr web --source arp", "domain_interface_addresses 2", NULL},
        {"domifaddr web --source agent", "domain_interface_addresses 1",
         HEAD " eth0       52:54:00:00:00:01    ipv4         192.0.2.7/24\n"
              " -          -                    ipv6         2001:db8::7/64\n"
              " sit0                            N/A          N/A\n\n"},
        {"domifaddr web --source agent --full --interface eth0",
         "domain_interface_addresses 1",
         HEAD " eth0       52:54:00:00:00:01    ipv4         192.0.2.7/24\n"
              " eth0       52:54:00:00:00:01    ipv6         2001:db8::7/64\n"
              "\n"},
        {"guest-agent-timeout web", "domain_agent_timeout -2", "\n"},
        {"guest-agent-timeout web --timeout 7", "domain_agent_timeout 7", NULL},
        {"set-user-password web root secret --encrypted",
         "domain_set_password root secret flags=0x1",
         "Password set successfully for root in web\n"},
        {NULL},
    };

    fake_reset();
    console_check(cases);
}

static void
misuse_is_refused_before_anything_runs(void)
{
    static const char *const lines[] = {
        "domfstrim web --minimum few", "domtime web --now --sync",
        "domtime web --time noon",     "domhostname web --source dns",
        "domifaddr web --source dns",  "guest-agent-timeout web --timeout soon",
        "set-user-password web root",  NULL,
    };

    fake_reset();
    console_check_misuse(lines);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/cmd_inside/each_command_makes_its_call",
                    each_command_makes_its_call);
    g_test_add_func("/cli/cmd_inside/misuse_is_refused_before_anything_runs",
                    misuse_is_refused_before_anything_runs);
    return g_test_run();
}
