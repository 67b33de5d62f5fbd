/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pull backups of a real machine: what clients see, and that they see the
 * moment of the begin whatever the guest does. */
#include "backup_steps.h"
#include "nbd_reader.h"

#include <libnbd.h>
#include <libvirt/libvirt-strandline.h>
#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

enum { DISK_SIZE = 4 * 1024 * 1024, BLOCK = 64 * 1024 };

static Machine *
paused_machine(void)
{
    Machine *machine = machine_new("pull", 2, DISK_SIZE);

    machine_start_paused(machine);
    machine_write(machine, 0, 0x5d, MIB, 256 * KIB);
    machine_write(machine, 1, 0x6e, 0, 64 * KIB);
    return machine;
}

static void
require_range(const uint8_t *content, uint8_t pattern, uint64_t offset,
              uint64_t length)
{
    for (uint64_t i = offset; i < offset + length; i++)
        g_assert_cmpuint(content[i], ==, pattern);
}

static void
clients_read_the_moment_of_the_begin(void)
{
    g_autoptr(Machine) machine = paused_machine();
    g_autofree char *socket = machine_file(machine, "nbd.sock");
    int job = begin(machine, document(machine, "pull", " "), NULL, 0);
    long long used = stat_of(machine, job, VIR_DOMAIN_JOB_DISK_TEMP_USED);
    g_autofree uint8_t *first = NULL;
    g_autofree uint8_t *second = NULL;

    g_assert_cmpint(used, >, 0);
    machine_write(machine, 0, 0x11, MIB, 256 * KIB);
    machine_write(machine, 0, 0x12, 2 * MIB, 64 * KIB);
    machine_io(machine, 1, "discard 0 64k");
    first = nbd_read_all(socket, "vda", DISK_SIZE);
    second = nbd_read_all(socket, "vdb", DISK_SIZE);
    require_range(first, 0, 0, MIB);
    require_range(first, 0x5d, MIB, 256 * KIB);
    require_range(first, 0, 2 * MIB, 64 * KIB);
    require_range(second, 0x6e, 0, 64 * KIB);
    g_assert_cmpint(stat_of(machine, job, VIR_DOMAIN_JOB_DISK_TEMP_USED), >=,
                    used + 256 * 1024);
    g_assert_cmpint(stat_of(machine, job, VIR_DOMAIN_JOB_DISK_TEMP_TOTAL), >=,
                    2 * DISK_SIZE);
    end(machine, job, 0, 1);
    require_nothing_left(machine, NULL);
}

static void
exports_are_read_only_and_named_like_their_targets(void)
{
    g_autoptr(Machine) machine = paused_machine();
    g_autofree char *socket = machine_file(machine, "nbd.sock");
    g_autofree char *uri = g_strdup_printf("nbd+unix:///?socket=%s", socket);
    g_autofree char *list = NULL;
    int job = begin(machine, document(machine, "pull", " "), NULL, 0);

    list = run_command("nbdinfo", "--list", uri, NULL);
    g_assert_nonnull(strstr(list, "export=\"vda\""));
    g_assert_nonnull(strstr(list, "export=\"vdb\""));
    g_assert_null(strstr(list, "is_read_only: false"));
    g_assert_null(strstr(list, "dirty-bitmap"));
    end(machine, job, 0, 1);
}

static void
incremental_marks_what_was_written_since(void)
{
    g_autoptr(Machine) machine = paused_machine();
    g_autofree char *socket = machine_file(machine, "nbd.sock");
    g_autofree char *uri = g_strdup_printf("nbd+unix:///?socket=%s", socket);
    g_autofree char *list = NULL;
    g_autofree char *xml = NULL;
    g_autofree uint8_t *content = g_malloc0(DISK_SIZE);
    int job = 0;

    push_all(machine, "monday");
    machine_write(machine, 0, 0x77, 2 * MIB, 64 * KIB);
    machine_io(machine, 0, "write -z 1M 64k");
    job = begin(machine,
                document(machine, "pull",
                         "<incremental>monday</incremental><disks>"
                         "<disk name='vda' exportname='system' "
                         "exportbitmap='changed'/>"
                         "<disk name='vdb' backupmode='full'/></disks>"),
                NULL, 0);
    machine_write(machine, 0, 0x78, 3 * MIB, 64 * KIB);
    list = run_command("nbdinfo", "--list", uri, NULL);
    g_assert_nonnull(strstr(list, "export=\"system\""));
    g_assert_nonnull(strstr(list, "qemu:dirty-bitmap:changed"));
    g_assert_nonnull(strstr(list, "base:allocation"));
    g_assert_null(strstr(list, "backup-vdb"));
    g_assert_cmpuint(
        nbd_read_dirty(socket, "system", "changed", content, DISK_SIZE), ==,
        2 * BLOCK);
    require_range(content, 0x77, 2 * MIB, 64 * KIB);
    require_range(content, 0, 3 * MIB, 64 * KIB);
    xml = shown(machine, job);
    g_assert_nonnull(strstr(xml, "exportname='vdb'"));
    g_assert_nonnull(strstr(xml, "exportbitmap='changed'"));
    end(machine, job, VIR_DOMAIN_BACKUP_END_ABORT, 1);
    require_nothing_left(machine, "target?");
}

static void
a_port_is_picked_and_shown(void)
{
    g_autoptr(Machine) machine = paused_machine();
    g_autofree char *xml = NULL;
    g_autofree char *uri = NULL;
    g_autofree char *size = NULL;
    const char *port = NULL;
    int job = begin(machine,
                    g_strdup("<domainbackup mode='pull'><server/>"
                             "</domainbackup>"),
                    NULL, 0);

    xml = shown(machine, job);
    g_assert_nonnull(strstr(xml, "name='127.0.0.1'"));
    port = strstr(xml, " port='");
    g_assert_nonnull(port);
    uri = g_strdup_printf(
        "nbd://127.0.0.1:%d/vda",
        (int)g_ascii_strtoll(port + strlen(" port='"), NULL, 10));
    size = run_command("nbdinfo", "--size", uri, NULL);
    g_assert_cmpint((int)g_ascii_strtoll(size, NULL, 10), ==, DISK_SIZE);
    end(machine, job, 0, 1);
    require_nothing_left(machine, NULL);
}

static void
the_end_disconnects_clients(void)
{
    g_autoptr(Machine) machine = paused_machine();
    g_autofree char *socket = machine_file(machine, "nbd.sock");
    struct nbd_handle *nbd = nbd_create();
    char sector[512];
    int job = begin(machine, document(machine, "pull", " "), NULL, 0);

    g_assert_cmpint(nbd_set_export_name(nbd, "vda"), ==, 0);
    g_assert_cmpint(nbd_connect_unix(nbd, socket), ==, 0);
    g_assert_cmpint(nbd_pread(nbd, sector, sizeof(sector), MIB, 0), ==, 0);
    g_assert_cmpint(sector[0], ==, 0x5d);
    end(machine, job, 0, 1);
    g_assert_cmpint(nbd_pread(nbd, sector, sizeof(sector), MIB, 0), ==, -1);
    nbd_close(nbd);
    require_nothing_left(machine, NULL);
}

/* The scratch that we placed ends after less than what the guest then
 * overwrites: its raw node is made to end earlier, as a full disk would. */
static void
full_scratch_breaks_the_backup_and_not_the_guest(void)
{
    g_autoptr(Machine) machine = paused_machine();
    g_autofree char *file = machine_file(machine, "restored");
    g_autofree char *reply = NULL;
    int job = begin(machine, document(machine, "pull", " "), "monday", 0);

    reply = machine_monitor(
        machine,
        "{\"execute\": \"blockdev-reopen\", \"arguments\": {\"options\": "
        "[{\"driver\": \"raw\", \"node-name\": \"sl-j1-vda-scr-raw\", "
        "\"file\": \"sl-j1-vda-scr-file\", \"size\": 458752, "
        "\"discard\": \"unmap\"}]}}");
    g_assert_nonnull(strstr(reply, "\"return\""));
    machine_write(machine, 0, 0x33, 0, 3 * MIB);
    end(machine, job, 0, -1);
    require_error(VIR_ERR_OPERATION_FAILED);
    g_assert_nonnull(strstr(virGetLastErrorMessage(), "'vda'"));
    require_checkpoints(machine, 0);
    require_nothing_left(machine, NULL);
    machine_stop(machine);
    g_free(run_command("qemu-img", "convert", "-f", "qcow2", "-O", "raw",
                       machine->path[0], file, NULL));
    require_pattern(file, "raw", 0x33, 0, 3 * MIB);
}

static void
pulls_of_two_machines_do_not_meet(void)
{
    g_autoptr(Machine) one = paused_machine();
    g_autoptr(Machine) other = machine_new("other", 1, MIB);
    Machine *const machines[] = {one, other};
    char *uris[2] = {NULL};
    int jobs[2] = {0};

    machine_start_paused(other);
    machine_write(one, 0, 0x41, 0, 64 * KIB);
    machine_write(other, 0, 0x42, 0, 64 * KIB);
    for (gsize i = 0; i < G_N_ELEMENTS(machines); i++) {
        char *xml = NULL;
        const char *port = NULL;

        jobs[i] = begin(machines[i],
                        g_strdup("<domainbackup mode='pull'><server/>"
                                 "</domainbackup>"),
                        NULL, 0);
        xml = shown(machines[i], jobs[i]);
        port = strstr(xml, " port='");
        g_assert_nonnull(port);
        uris[i] = g_strdup_printf(
            "nbd://127.0.0.1:%" G_GINT64_FORMAT "/vda",
            g_ascii_strtoll(port + strlen(" port='"), NULL, 10));
        free(xml);
    }
    g_assert_cmpstr(uris[0], !=, uris[1]);
    for (gsize i = 0; i < G_N_ELEMENTS(machines); i++) {
        g_autofree char *copy = machine_file(machines[i], "copy.img");

        g_free(run_command("nbdcopy", uris[i], copy, NULL));
        require_pattern(copy, "raw", 0x41 + (int)i, 0, 64 * KIB);
        end(machines[i], jobs[i], 0, 1);
        g_free(uris[i]);
    }
}

static void
destroy_ends_a_pull_and_takes_its_files_along(void)
{
    g_autoptr(Machine) machine = paused_machine();

    begin(machine, document(machine, "pull", " "), "monday", 0);
    machine_stop(machine);
    require_nothing_left(machine, NULL);
    machine_start_paused(machine);
    require_checkpoints(machine, 0);
    push_all(machine, "monday");
    require_checkpoints(machine, 1);
}

static void
a_killed_qemu_leaves_no_files(void)
{
    g_autoptr(Machine) machine = paused_machine();

    begin(machine, document(machine, "pull", " "), "monday", 0);
    machine_kill(machine);
    g_assert_cmpint(virDomainIsActive(machine->domain), ==, 0);
    require_checkpoints(machine, 0);
    require_nothing_left(machine, NULL);
}

static void
readonly_disks_are_backed_up_when_named(void)
{
    g_autofree char *iso = NULL;
    g_autofree char *extra = NULL;
    g_autofree char *folder = g_dir_make_tmp("strandline-iso-XXXXXX", NULL);
    g_autoptr(Machine) machine = NULL;
    g_autofree char *socket = NULL;
    g_autofree uint8_t *content = NULL;
    g_autofree char *data = g_strnfill(MIB, 'i');
    int job = 0;

    iso = g_build_filename(folder, "iso", NULL);
    g_assert_true(g_file_set_contents(iso, data, (gssize)MIB, NULL));
    extra = g_strdup_printf(
        "<disk type='file' device='disk'><driver name='qemu' type='raw'/>"
        "<source file='%s'/><target dev='vdz' bus='virtio'/><readonly/></disk>",
        iso);
    machine = machine_new_with("readonly", 1, MIB, extra, NULL, 0);
    socket = machine_file(machine, "nbd.sock");
    machine_start_paused(machine);
    job = begin(machine,
                document(machine, "pull",
                         "<disks><disk name='vdz'>"
                         "<scratch file='%s/scratch'/></disk></disks>",
                         machine->folder),
                NULL, 0);
    content = nbd_read_all(socket, "vdz", MIB);
    require_range(content, 'i', 0, MIB);
    end(machine, job, 0, 1);
    require_nothing_left(machine, NULL);
    g_free(run_command("rm", "-r", folder, NULL));
}

#define ADD(test) g_test_add_func("/integration/" #test, test)

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD(clients_read_the_moment_of_the_begin);
    ADD(exports_are_read_only_and_named_like_their_targets);
    ADD(incremental_marks_what_was_written_since);
    ADD(a_port_is_picked_and_shown);
    ADD(the_end_disconnects_clients);
    ADD(full_scratch_breaks_the_backup_and_not_the_guest);
    ADD(pulls_of_two_machines_do_not_meet);
    ADD(destroy_ends_a_pull_and_takes_its_files_along);
    ADD(a_killed_qemu_leaves_no_files);
    ADD(readonly_disks_are_backed_up_when_named);
    return g_test_run();
}
