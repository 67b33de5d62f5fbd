/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a begin refuses, it refuses with libvirt's code and before anything has
 * changed; each begin here would also have made a checkpoint. */
#include "backup_steps.h"

#include <libvirt/virterror.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static Machine *
paused_machine(void)
{
    Machine *machine = machine_new("refuse", 2, 2 * MIB);

    machine_start_paused(machine);
    return machine;
}

static char *
target(const Machine *machine, const char *path)
{
    return document(machine, "push",
                    "<disks><disk name='vda'><target file='%s'/></disk>"
                    "</disks>",
                    path);
}

static void
refuses_targets_that_exist_or_cannot_be(void)
{
    g_autoptr(Machine) machine = paused_machine();
    g_autofree char *file = machine_file(machine, "target0");
    g_autofree char *lost = machine_file(machine, "lost/target0");
    g_autofree char *content = NULL;

    g_assert_true(g_file_set_contents(file, "mine", -1, NULL));
    refuse_begin(machine, target(machine, file), "c", 0, VIR_ERR_INVALID_ARG,
                 file);
    g_assert_true(g_file_get_contents(file, &content, NULL, NULL));
    g_assert_cmpstr(content, ==, "mine");
    refuse_begin(machine, target(machine, lost), "c", 0, VIR_ERR_SYSTEM_ERROR,
                 lost);
    refuse_begin(machine, target(machine, machine->path[1]), "c", 0,
                 VIR_ERR_INVALID_ARG, machine->path[1]);
    refuse_begin(machine, target(machine, "/dev/null"), "c", 0,
                 VIR_ERR_INVALID_ARG, "/dev/null");
    require_nothing_left(machine, "target0");
}

static void
refuses_bases_that_are_none(void)
{
    g_autoptr(Machine) machine = paused_machine();
    int job = 0;

    refuse_begin(machine,
                 document(machine, "push", "<incremental>never</incremental>"),
                 "c", 0, VIR_ERR_NO_DOMAIN_CHECKPOINT, "never");
    /* A checkpoint whose job still runs is not yet one. */
    job = begin(machine, document(machine, "pull", " "), "pending", 0);
    refuse_begin(machine,
                 document(machine, "push",
                          "<incremental>pending"
                          "</incremental>"),
                 NULL, 0, VIR_ERR_OPERATION_INVALID, "job 1");
    end(machine, job, 0, 1);
    require_nothing_left(machine, NULL);
}

static void
refuses_a_second_backup_and_says_how_to_end_the_first(void)
{
    g_autoptr(Machine) machine = paused_machine();
    int job = begin(machine, document(machine, "pull", " "), NULL, 0);

    refuse_begin(machine, NULL, "c", 0, VIR_ERR_OPERATION_INVALID, "--id 1");
    end(machine, job, 0, 1);
    require_nothing_left(machine, NULL);
}

static void
refuses_flags_domains_and_duplicates(void)
{
    g_autoptr(Machine) machine = machine_new("refuse", 1, MIB);

    refuse_begin(machine, NULL, NULL, 0, VIR_ERR_OPERATION_UNSUPPORTED,
                 "refuse");
    machine_start_paused(machine);
    refuse_begin(machine, NULL, NULL, 1U << 20, VIR_ERR_INVALID_ARG,
                 "0x100000");
    push_all(machine, "c");
    refuse_begin(machine, NULL, "c", 0, VIR_ERR_OPERATION_FAILED, "'c'");
    refuse_begin(machine,
                 document(machine, "pull",
                          "<disks><disk name='vda' exportname='x'/>"
                          "<disk name='vdb'/></disks>"),
                 "d", 0, VIR_ERR_CONFIG_UNSUPPORTED, "vdb");
    require_nothing_left(machine, "target0");
}

static void
refuses_sockets_that_are_in_use_or_no_sockets(void)
{
    g_autoptr(Machine) machine = paused_machine();
    g_autofree char *path = machine_file(machine, "nbd.sock");
    g_autofree char *content = NULL;
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int server = socket(AF_UNIX, SOCK_STREAM, 0);
    int client = socket(AF_UNIX, SOCK_STREAM, 0);
    int job = 0;

    g_assert_true(g_file_set_contents(path, "a disk image", -1, NULL));
    refuse_begin(machine, document(machine, "pull", " "), "c", 0,
                 VIR_ERR_INVALID_ARG, path);
    g_assert_true(g_file_get_contents(path, &content, NULL, NULL));
    g_assert_cmpstr(content, ==, "a disk image");
    g_assert_cmpint(unlink(path), ==, 0);

    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    g_assert_cmpint(bind(server, (struct sockaddr *)&address, sizeof(address)),
                    ==, 0);
    g_assert_cmpint(listen(server, 8), ==, 0);
    refuse_begin(machine, document(machine, "pull", " "), "c", 0,
                 VIR_ERR_INVALID_ARG, path);
    g_assert_cmpint(
        connect(client, (struct sockaddr *)&address, sizeof(address)), ==, 0);
    close(client);
    close(server);

    /* Nobody listens on it any more: it may be replaced. */
    job = begin(machine, document(machine, "pull", " "), NULL, 0);
    end(machine, job, 0, 1);
    require_nothing_left(machine, NULL);
}

static void
refuses_a_port_that_is_in_use(void)
{
    g_autoptr(Machine) machine = paused_machine();
    g_autoptr(Machine) other = machine_new("other", 1, MIB);
    g_autofree char *text = NULL;
    g_autofree char *port = NULL;
    int job = 0;

    machine_start_paused(other);
    job = begin(other,
                g_strdup("<domainbackup mode='pull'><server/></domainbackup>"),
                NULL, 0);
    text = shown(other, job);
    port = g_strndup(strstr(text, " port='") + 7,
                     strspn(strstr(text, " port='") + 7, "0123456789"));
    refuse_begin(machine,
                 g_strdup_printf("<domainbackup mode='pull'><server "
                                 "port='%s'/></domainbackup>",
                                 port),
                 "c", 0, VIR_ERR_SYSTEM_ERROR, port);
    require_nothing_left(machine, NULL);
    end(other, job, 0, 1);
}

/* A node of a name that the backup needs: QEMU refuses it half-way. */
static void
undoes_a_begin_that_qemu_refuses(void)
{
    g_autoptr(Machine) machine = paused_machine();
    g_autofree char *command = g_strdup_printf(
        "{\"execute\": \"blockdev-add\", \"arguments\": {\"driver\": "
        "\"null-co\", \"node-name\": \"sl-j1-vda-cbw\", \"size\": 1}}");

    g_free(machine_monitor(machine, command));
    refuse_begin(machine, NULL, "c", 0, VIR_ERR_OPERATION_FAILED, "QEMU");
    require_nothing_left(machine, NULL);
    push_all(machine, "c");
}

#define ADD(test) g_test_add_func("/integration/" #test, test)

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    ADD(refuses_targets_that_exist_or_cannot_be);
    ADD(refuses_bases_that_are_none);
    ADD(refuses_a_second_backup_and_says_how_to_end_the_first);
    ADD(refuses_flags_domains_and_duplicates);
    ADD(refuses_sockets_that_are_in_use_or_no_sockets);
    ADD(refuses_a_port_that_is_in_use);
    ADD(undoes_a_begin_that_qemu_refuses);
    return g_test_run();
}
