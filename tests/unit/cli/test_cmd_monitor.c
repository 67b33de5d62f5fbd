/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What commands tell of a domain, in virsh's layouts. */
#include "console.h"

#include <string.h>

static void
answers_have_virshs_layout(void)
{
    static const ConsoleCase cases[] = {
        {"domstate web", "domain_state", "paused\n\n"},
        {"domstate web --reason", "domain_state", "paused (user)\n\n"},
        {"domuuid web", "domain_lookup_by_name web",
         "5a1d0001-0203-4405-8607-08090a0b0c0d\n\n"},
        {"domname 7", "domain_lookup_by_id 7", "web\n\n"},
        {"domid 7", "domain_lookup_by_id 7", "7\n\n"},
        {"domid web", "domain_lookup_by_name web", "-\n\n"},
        {"dumpxml web", "domain_xml flags=0x0", "<domain/>\n\n"},
        {"dumpxml web --inactive --security-info", "domain_xml flags=0x3",
         NULL},
        {"dumpxml web --migratable --update-cpu", "domain_xml flags=0xc", NULL},
        {"domblklist web", "domain_xml flags=0x0",
         " Target   Source\n------------------\n\n"},
        {"domblklist web --details --inactive", "domain_xml flags=0x2",
         " Type   Device   Target   Source\n"
         "----------------------------------\n\n"},
        {"domblkinfo web vda", "domain_block_info vda",
         "Capacity:       64\nAllocation:     0\nPhysical:       0\n\n"},
        {"domblkinfo web vda --human", "domain_block_info vda",
         "Capacity:       64.000 B\nAllocation:     0.000 B\n"
         "Physical:       0.000 B\n\n"},
        {NULL},
    };

    fake_reset();
    console_check(cases);
}

static void
dominfo_is_a_list_of_fields(void)
{
    g_autoptr(Said) said = NULL;

    fake_reset();
    said = console_run("dominfo 7");
    g_assert_cmpint(said->result, ==, RESULT_DONE);
    said_out(said, "Id:             7\n"
                   "Name:           web\n"
                   "UUID:           5a1d0001-0203-4405-8607-08090a0b0c0d\n"
                   "OS Type:        hvm\n"
                   "State:          no state\n"
                   "CPU(s):         2\n"
                   "Max memory:     2048 KiB\n"
                   "Used memory:    0 KiB\n"
                   "Persistent:     no\n"
                   "Autostart:      enable\n"
                   "\n");
}

static void
a_domain_is_found_by_id_uuid_and_name(void)
{
    g_autoptr(Said) by_uuid = NULL;

    fake_reset();
    by_uuid = console_run("domname 5a1d0001-0203-4405-8607-08090a0b0c0d");
    said_done(by_uuid, "domain_lookup_by_uuid 5a");
}

static void
domblkinfo_wants_to_know_which_disk(void)
{
    static const char *const lines[] = {"domblkinfo web",
                                        "domblkinfo web vda --all", NULL};

    fake_reset();
    console_check_misuse(lines);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/cmd_monitor/answers_have_virshs_layout",
                    answers_have_virshs_layout);
    g_test_add_func("/cli/cmd_monitor/dominfo_is_a_list_of_fields",
                    dominfo_is_a_list_of_fields);
    g_test_add_func("/cli/cmd_monitor/a_domain_is_found_by_id_uuid_and_name",
                    a_domain_is_found_by_id_uuid_and_name);
    g_test_add_func("/cli/cmd_monitor/domblkinfo_wants_to_know_which_disk",
                    domblkinfo_wants_to_know_which_disk);
    return g_test_run();
}
