/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The folder that the embedded driver lives in: what it accepts, how processes
 * take turns, and what it refuses to understand. */
#include "domain_steps.h"

#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static void
expect_no_open(const char *uri, int code, const char *words)
{
    g_assert_null(virConnectOpen(uri));
    expect_error(code, words);
}

static void
write_file(const char *path, const char *text)
{
    g_autoptr(GError) error = NULL;

    g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
}

/* Sockets end at 107 bytes; machines below a root of 200 work all the same. */
static void
a_root_of_200_characters_works(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);
    g_autoptr(GString) path = g_string_new(machine->folder);
    g_autofree char *uri = NULL;
    virConnectPtr conn = NULL;
    virConnectPtr first = machine->conn;
    virDomainPtr domain = NULL;

    while (path->len < 200) {
        g_string_append_printf(path, "/%0*d", (int)MIN(200 - path->len - 1, 60),
                               7);
    }
    uri = g_strdup_printf("qemu:///embed?root=%s", path->str);
    conn = virConnectOpen(uri);
    require(conn != NULL);
    machine->conn = conn;
    domain = define_with(machine, "deep", NULL,
                         "<channel type='unix'><target type='virtio' "
                         "name='org.qemu.guest_agent.0'/></channel>");
    machine->conn = first;
    require(virDomainCreateWithFlags(domain, VIR_DOMAIN_START_PAUSED) == 0);
    expect_state(domain, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    require(virDomainDestroy(domain) == 0);
    require(virDomainFree(domain) == 0);
    require(virConnectClose(conn) == 0);
}

static void
refuses_a_folder_that_others_can_read(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);
    g_autofree char *open_folder = machine_file(machine, "open");
    g_autofree char *uri =
        g_strdup_printf("qemu:///embed?root=%s", open_folder);

    g_assert_cmpint(mkdir(open_folder, 0755), ==, 0);
    g_assert_cmpint(chmod(open_folder, 0755), ==, 0);
    expect_no_open(uri, VIR_ERR_OPERATION_INVALID, "0755");
    g_assert_cmpint(rmdir(open_folder), ==, 0); /* nothing was put in */
}

static void
refuses_a_folder_with_other_things_in_it(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);
    g_autofree char *folder = machine_file(machine, "home");
    g_autofree char *file = machine_file(machine, "home/letters.txt");
    g_autofree char *uri = g_strdup_printf("qemu:///embed?root=%s", folder);

    g_assert_cmpint(mkdir(folder, 0700), ==, 0);
    write_file(file, "dear");
    expect_no_open(uri, VIR_ERR_OPERATION_INVALID, "other things");
    g_assert_cmpint(unlink(file), ==, 0);
    g_assert_cmpint(rmdir(folder), ==, 0);
}

static void
refuses_a_folder_of_somebody_else(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);
    g_autofree char *folder = machine_file(machine, "theirs");
    g_autofree char *uri = g_strdup_printf("qemu:///embed?root=%s", folder);

    /* Only root can give a folder away; others find one of root's. */
    if (geteuid() != 0) {
        expect_no_open("qemu:///embed?root=/usr", VIR_ERR_OPERATION_INVALID,
                       "belongs to user 0");
        return;
    }
    g_assert_cmpint(mkdir(folder, 0700), ==, 0);
    g_assert_cmpint(chown(folder, 12345, 12345), ==, 0);
    expect_no_open(uri, VIR_ERR_OPERATION_INVALID, "12345");
}

static void
refuses_a_later_format_and_a_damaged_mark(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);
    g_autofree char *mark = machine_file(machine, "root/strandline-root");

    write_file(mark, "strandline root, format 2\n");
    expect_no_open(machine->uri, VIR_ERR_OPERATION_INVALID, "format 2");
    write_file(mark, "something else\n");
    expect_no_open(machine->uri, VIR_ERR_OPERATION_INVALID, "damaged");
    write_file(mark, "strandline root, format 1\n");
}

static void
refuses_uris_that_say_too_little_or_too_much(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);
    g_autofree char *typo = g_strconcat(machine->uri, "&lock_timout=1", NULL);
    g_autofree char *word =
        g_strconcat(machine->uri, "&lock_timeout=soon", NULL);

    expect_no_open("qemu:///embed", VIR_ERR_INVALID_ARG, "root=DIR");
    expect_no_open("qemu:///embed?root=relative", VIR_ERR_INVALID_ARG,
                   "absolute");
    expect_no_open(typo, VIR_ERR_INVALID_ARG, "lock_timout");
    expect_no_open(word, VIR_ERR_INVALID_ARG, "soon");
}

/* The process that took the lock last is the one that is named. */
static void
a_lock_held_too_long_names_its_holder(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);
    g_autofree char *path = machine_file(machine, "root/lock");
    g_autofree char *uri = g_strconcat(machine->uri, "&lock_timeout=0", NULL);
    g_autofree char *who = g_strdup_printf("process %d ", (int)getpid());
    virConnectPtr conn = virConnectOpen(uri);
    int fd = open(path, O_RDWR | O_CLOEXEC);

    require(conn != NULL);
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(virConnectListAllDomains(conn, NULL, 0), ==, 1);
    g_assert_cmpint(flock(fd, LOCK_EX), ==, 0);
    g_assert_cmpint(virConnectListAllDomains(conn, NULL, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_TIMEOUT, who);
    g_assert_cmpint(flock(fd, LOCK_UN), ==, 0);
    g_assert_cmpint(virConnectListAllDomains(conn, NULL, 0), ==, 1);
    close(fd);
    require(virConnectClose(conn) == 0);
}

/* A state of a later version is not guessed at, and the others still work. */
static void
refuses_a_run_recorded_by_a_later_version(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);
    char uuid[VIR_UUID_STRING_BUFLEN];
    g_autofree char *status = NULL;
    virDomainPtr other = define_with(machine, "other", NULL, "");
    virDomainPtr found = NULL;
    virConnectPtr conn = NULL;

    require(virDomainGetUUIDString(machine->domain, uuid) == 0);
    status = machine_file(machine, "root/domains/%s/status.xml", uuid);
    write_file(status, "<domainstatus version='2' state='5' reason='1'/>");
    conn = virConnectOpen(machine->uri);
    require(conn != NULL);
    g_assert_null(virDomainLookupByName(conn, "web"));
    expect_error(VIR_ERR_OPERATION_INVALID, "version 2");
    g_assert_cmpint(virConnectListAllDomains(conn, NULL, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, uuid);
    found = virDomainLookupByName(conn, "other");
    require(found != NULL);
    require(virDomainFree(found) == 0);
    require(virDomainFree(other) == 0);
    require(virConnectClose(conn) == 0);
    g_assert_cmpint(unlink(status), ==, 0);
}

/* What a definition that died before its end leaves is nobody's. */
static void
a_folder_without_a_definition_does_not_count(void)
{
    g_autoptr(Machine) machine = machine_new("web", 0, 0);
    g_autofree char *folder = machine_file(
        machine, "root/domains/11111111-2222-3333-4444-555555555555");
    g_autofree char *leftover = g_build_filename(folder, "jobs.xml", NULL);
    virConnectPtr conn = NULL;
    virDomainPtr domain = NULL;

    g_assert_cmpint(mkdir(folder, 0700), ==, 0);
    write_file(leftover, "rubbish");
    conn = virConnectOpen(machine->uri);
    require(conn != NULL);
    g_assert_cmpint(virConnectListAllDomains(conn, NULL, 0), ==, 1);
    domain = virDomainDefineXML(
        conn, "<domain type='qemu'><name>new</name>"
              "<uuid>11111111-2222-3333-4444-555555555555</uuid>"
              "<memory>65536</memory><os><type>hvm</type></os></domain>");
    require(domain != NULL);
    g_assert_false(g_file_test(leftover, G_FILE_TEST_EXISTS));
    require(virDomainFree(domain) == 0);
    require(virConnectClose(conn) == 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/root/a_root_of_200_characters_works",
                    a_root_of_200_characters_works);
    g_test_add_func("/root/refuses_a_folder_that_others_can_read",
                    refuses_a_folder_that_others_can_read);
    g_test_add_func("/root/refuses_a_folder_with_other_things_in_it",
                    refuses_a_folder_with_other_things_in_it);
    g_test_add_func("/root/refuses_a_folder_of_somebody_else",
                    refuses_a_folder_of_somebody_else);
    g_test_add_func("/root/refuses_a_later_format_and_a_damaged_mark",
                    refuses_a_later_format_and_a_damaged_mark);
    g_test_add_func("/root/refuses_uris_that_say_too_little_or_too_much",
                    refuses_uris_that_say_too_little_or_too_much);
    g_test_add_func("/root/a_lock_held_too_long_names_its_holder",
                    a_lock_held_too_long_names_its_holder);
    g_test_add_func("/root/refuses_a_run_recorded_by_a_later_version",
                    refuses_a_run_recorded_by_a_later_version);
    g_test_add_func("/root/a_folder_without_a_definition_does_not_count",
                    a_folder_without_a_definition_does_not_count);
    return g_test_run();
}
