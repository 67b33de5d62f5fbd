/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Making snapshots: from files, from arguments, with a checkpoint. */
#include "console.h"
#include "temp_folder.h"

#include <string.h>

static void
files_are_given_as_they_are(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *snapshot = temp_folder_file(folder, "s.xml");
    g_autofree char *checkpoint = temp_folder_file(folder, "c.xml");
    g_autofree char *alone =
        g_strconcat("snapshot-create web ", snapshot, NULL);
    g_autofree char *both =
        g_strconcat("snapshot-create web ", snapshot, " --checkpointxml ",
                    checkpoint, " --disk-only", NULL);
    g_autofree char *said_alone =
        g_strdup_printf("Domain snapshot snap created from '%s'\n", snapshot);
    g_autoptr(Said) first = NULL;
    g_autoptr(Said) second = NULL;

    temp_folder_write(folder, "s.xml", "<a/>");
    temp_folder_write(folder, "c.xml", "<b/>");
    fake_reset();
    first = console_run(alone);
    said_done(first, "snapshot_create <a/> - flags=0x0");
    said_out(first, said_alone);
    second = console_run(both);
    said_done(second, "snapshot_create <a/> <b/> flags=0x10");
}

static void
each_option_is_a_flag(void)
{
    static const ConsoleCase cases[] = {
        {"snapshot-create web", "snapshot_create <domainsnapshot/> - flags=0x0",
         "Domain snapshot snap created\n"},
        {"snapshot-create web --redefine --current",
         "snapshot_create <domainsnapshot/> - flags=0x3", NULL},
        {"snapshot-create web --no-metadata --halt --disk-only",
         "snapshot_create <domainsnapshot/> - flags=0x1c", NULL},
        {"snapshot-create web --disk-only --reuse-external --quiesce --atomic",
         "snapshot_create <domainsnapshot/> - flags=0xf0", NULL},
        {"snapshot-create web --live",
         "snapshot_create <domainsnapshot/> - flags=0x100", NULL},
        {"snapshot-create-as web n --live",
         "snapshot_create <domainsnapshot>\n  <name>n</name>\n"
         "</domainsnapshot>\n - flags=0x100",
         "Domain snapshot snap created\n"},
        {NULL},
    };

    fake_reset();
    console_check(cases);
}

static void
arguments_become_a_document(void)
{
    static const ConsoleCase cases[] = {
        {"snapshot-create-as web --print-xml", NULL,
         "<domainsnapshot>\n</domainsnapshot>\n\n\n"},
        {"snapshot-create-as web n1 'a <b>' --print-xml --memspec "
         "file=/m,,1,snapshot=external --diskspec "
         "vda,snapshot=external,driver=qcow2,stype=file,file=/x "
         "vdb,snapshot=no "
         "vdc,stype=block,file=/dev/y",
         NULL,
         "<domainsnapshot>\n"
         "  <name>n1</name>\n"
         "  <description>a &lt;b&gt;</description>\n"
         "  <memory snapshot='external' file='/m,1'/>\n"
         "  <disks>\n"
         "    <disk name='vda' snapshot='external' type='file'>\n"
         "      <driver type='qcow2'/>\n"
         "      <source file='/x'/>\n"
         "    </disk>\n"
         "    <disk name='vdb' snapshot='no'/>\n"
         "    <disk name='vdc' type='block'>\n"
         "      <source dev='/dev/y'/>\n"
         "    </disk>\n"
         "  </disks>\n"
         "</domainsnapshot>\n\n\n"},
        {"snapshot-create-as web --print-xml --memspec /m", NULL,
         "<domainsnapshot>\n  <memory file='/m'/>\n</domainsnapshot>\n\n\n"},
        {NULL},
    };

    fake_reset();
    console_check(cases);
}

static void
what_is_not_understood_is_refused(void)
{
    static const char *const lines[] = {
        "snapshot-create-as web --diskspec vda,nosuch=1",
        "snapshot-create-as web --diskspec ,snapshot=no",
        "snapshot-create-as web --diskspec vda,snapshot=no,snapshot=no",
        "snapshot-create-as web --diskspec vda,stype=network,file=x",
        "snapshot-create-as web --memspec snapshot=no,x",
        "snapshot-create web --current",
        "snapshot-create web - --checkpointxml -",
        NULL,
    };

    fake_reset();
    console_check_misuse(lines);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cli/cmd_snapshot_create/files_are_given_as_they_are",
                    files_are_given_as_they_are);
    g_test_add_func("/cli/cmd_snapshot_create/each_option_is_a_flag",
                    each_option_is_a_flag);
    g_test_add_func("/cli/cmd_snapshot_create/arguments_become_a_document",
                    arguments_become_a_document);
    g_test_add_func(
        "/cli/cmd_snapshot_create/what_is_not_understood_is_refused",
        what_is_not_understood_is_refused);
    return g_test_run();
}
