/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Commands on checkpoints: their calls, and the XML made of arguments. */
#include "console.h"

#include <string.h>

static void
each_command_makes_its_call(void)
{
    static const ConsoleCase cases[] = {
        {"checkpoint-create web",
         "checkpoint_create <domaincheckpoint/> "
         "flags=0x0",
         "Domain checkpoint chk created\n"},
        {"checkpoint-create web --quiesce",
         "checkpoint_create <domaincheckpoint/> flags=0x2", NULL},
        {"checkpoint-create web --redefine --redefine-validate",
         "checkpoint_create <domaincheckpoint/> flags=0x5", NULL},
        {"checkpoint-dumpxml web c1 --security-info --no-domain --size",
         "checkpoint_xml flags=0x7", "<domaincheckpoint/>\n\n"},
        {"checkpoint-parent web c1", "checkpoint_parent", "root\n"},
        {"checkpoint-delete web c1", "checkpoint_delete flags=0x0",
         "Domain checkpoint c1 deleted\n\n"},
        {"checkpoint-delete web c1 --children --metadata",
         "checkpoint_delete flags=0x3", "Domain checkpoint c1 deleted\n\n"},
        {"checkpoint-delete web --checkpointname c1 --children-only",
         "checkpoint_delete flags=0x4",
         "Domain checkpoint c1 children deleted\n\n"},
        {"checkpoint-info web c1", "checkpoint_parent",
         "Name:           c1\n"
         "Domain:         web\n"
         "Parent:         root\n"
         "Children:       1\n"
         "Descendants:    1\n\n"},
        {NULL},
    };

    fake_reset();
    console_check(cases);
}

static void
arguments_become_a_document(void)
{
    static const ConsoleCase cases[] = {
        {"checkpoint-create-as web --print-xml", NULL,
         "<domaincheckpoint>\n</domaincheckpoint>\n\n"},
        {"checkpoint-create-as web n1 'a <b>' --print-xml "
         "vda,checkpoint=no --diskspec vdb,bitmap=x,checkpoint=bitmap vd,,c",
         NULL,
         "<domaincheckpoint>\n"
         "  <name>n1</name>\n"
         "  <description>a &lt;b&gt;</description>\n"
         "  <disks>\n"
         "    <disk name='vda' checkpoint='no'/>\n"
         "    <disk name='vdb' checkpoint='bitmap' bitmap='x'/>\n"
         "    <disk name='vd,c'/>\n"
         "  </disks>\n"
         "</domaincheckpoint>\n\n"},
        {"checkpoint-create-as web n1 --quiesce",
         "checkpoint_create <domaincheckpoint>\n  <name>n1</name>\n"
         "</domaincheckpoint>\n flags=0x2",
         "Domain checkpoint chk created\n"},
        {NULL},
    };

    fake_reset();
    console_check(cases);
}

static void
misuse_is_refused_before_anything_runs(void)
{
    static const char *const lines[] = {
        "checkpoint-create web --redefine-validate",
        "checkpoint-info web",
        "checkpoint-dumpxml web",
        "checkpoint-parent web",
        "checkpoint-delete web --children",
        "checkpoint-create-as web n d vda,checkpoint=no,foo=bar",
        "checkpoint-create-as web n d ,checkpoint=no",
        "checkpoint-create-as web n d vda,bitmap=a,bitmap=b",
        "checkpoint-delete web c1 --children --children-only",
        NULL,
    };

    fake_reset();
    console_check_misuse(lines);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/cmd_checkpoint/each_command_makes_its_call",
                    each_command_makes_its_call);
    g_test_add_func("/cli/cmd_checkpoint/arguments_become_a_document",
                    arguments_become_a_document);
    g_test_add_func(
        "/cli/cmd_checkpoint/misuse_is_refused_before_anything_runs",
        misuse_is_refused_before_anything_runs);
    return g_test_run();
}
