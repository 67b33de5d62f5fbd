/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A real guest that moves from one state folder to another while it runs, and the
 * traces that it leaves; what is promised of every driver is in
 * tests/conformance/test_migrate.c. */
#include "checkpoint_steps.h"
#include "domain_steps.h"
#include "move_steps.h"

#include <stdlib.h>
#include <string.h>

enum { POLL_US = 1000 };

static void
a_running_guest_goes_on_at_the_destination(void)
{
    g_autoptr(Pair) pair = pair_new();
    guint64 count = counter(pair->machine);
    virDomainPtr there = pair_move(pair, VIR_MIGRATE_LIVE);

    expect_state(there, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_MIGRATED);
    expect_counting(there, count);
    expect_state(pair->machine->domain, VIR_DOMAIN_SHUTOFF,
                 VIR_DOMAIN_SHUTOFF_MIGRATED);
    require(virDomainIsPersistent(there) == 0);
    require(virDomainIsPersistent(pair->machine->domain) == 1);
    expect_no_traces(pair, 1);
    require(virDomainDestroy(there) == 0);
    (void)virDomainFree(there);
    g_assert_null(pair_find(pair));
    machine_start(pair->machine);
}

static void
a_paused_guest_arrives_paused_and_goes_on(void)
{
    g_autoptr(Pair) pair = pair_new();
    guint64 count = 0;
    virDomainPtr there = NULL;

    require(virDomainSuspend(pair->machine->domain) == 0);
    count = counter(pair->machine);
    there = pair_move(pair, 0);
    expect_state(there, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    g_assert_cmpuint(count_of(there), ==, count);
    require(virDomainResume(there) == 0);
    expect_counting(there, count);
    (void)virDomainFree(there);
}

static void
a_running_guest_can_be_asked_to_arrive_paused(void)
{
    g_autoptr(Pair) pair = pair_new();
    guint64 count = counter(pair->machine);
    virDomainPtr there = pair_move(pair, VIR_MIGRATE_PAUSED);

    expect_state(there, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    require(virDomainResume(there) == 0);
    expect_counting(there, count);
    (void)virDomainFree(there);
}

/* There and back, with its definition, and the disk that it writes to. */
static void
a_definition_moves_with_its_machine_and_comes_back(void)
{
    const unsigned flags = VIR_MIGRATE_LIVE | VIR_MIGRATE_PERSIST_DEST |
                           VIR_MIGRATE_UNDEFINE_SOURCE;
    g_autoptr(Pair) pair = pair_new();
    Machine *machine = pair->machine;
    guint64 count = counter(machine);
    virDomainPtr home = NULL;
    virDomainPtr there = NULL;

    machine_write(machine, 0, 7, MIB, 64 * KIB);
    there = pair_move(pair, flags);
    require(virDomainIsPersistent(there) == 1);
    g_assert_cmpint(virConnectListAllDomains(machine->conn, NULL, 0), ==, 0);
    expect_no_traces(pair, 1);
    home = virDomainMigrate(there, machine->conn, flags, NULL, NULL, 0);
    require(home != NULL);
    expect_counting(home, count);
    require(virDomainIsPersistent(home) == 1);
    g_assert_cmpint(virConnectListAllDomains(pair->there, NULL, 0), ==, 0);
    machine_io(machine, 0, "read -P 7 1M 64k");
    expect_no_traces(pair, 1);
    (void)virDomainFree(there);
    (void)virDomainFree(home);
}

/* Without UNDEFINE_SOURCE both have it; the second time it is an update. */
static void
a_definition_that_is_there_is_replaced(void)
{
    g_autoptr(Pair) pair = pair_new();
    Machine *machine = pair->machine;
    g_autofree char *xml = virDomainGetXMLDesc(machine->domain, 0);
    g_auto(GStrv) parts = g_strsplit(xml, "<memory ", 2);
    g_autofree char *titled = g_strconcat(
        parts[0], "<title>as before</title><memory ", parts[1], NULL);
    virDomainPtr there = virDomainDefineXML(pair->there, titled);
    char *now = NULL;

    require(there != NULL);
    (void)virDomainFree(there);
    there = pair_move(pair, VIR_MIGRATE_PERSIST_DEST);
    now = virDomainGetXMLDesc(there, VIR_DOMAIN_XML_INACTIVE);
    g_assert_null(strstr(now, "as before"));
    free(now);
    require(virDomainIsPersistent(there) == 1);
    require(virDomainDestroy(there) == 0);
    (void)virDomainFree(there);
    expect_no_traces(pair, 0);
}

static virDomainPtr
move_with(Pair *pair, const char *name, const char *value)
{
    virTypedParameterPtr params = NULL;
    int n = 0;
    int max = 0;
    virDomainPtr there = NULL;

    require(virTypedParamsAddString(&params, &n, &max, name, value) == 0);
    require(virTypedParamsAddULLong(&params, &n, &max,
                                    VIR_MIGRATE_PARAM_BANDWIDTH, 100) == 0);
    there = virDomainMigrate3(pair->machine->domain, pair->there, params,
                              (unsigned)n, VIR_MIGRATE_LIVE);
    virTypedParamsFree(params, n);
    return there;
}

static void
the_stream_can_go_over_a_port_or_a_socket(void)
{
    static const char *const uris[] = {"tcp://127.0.0.1", "tcp:[::1]:0",
                                       "unix:%s/over.sock"};

    for (gsize i = 0; i < G_N_ELEMENTS(uris); i++) {
        g_autoptr(Pair) pair = pair_new();
        guint64 count = counter(pair->machine);
        g_auto(GStrv) parts = g_strsplit(uris[i], "%s", 2);
        g_autofree char *uri = g_strjoinv(pair->machine->folder, parts);
        virDomainPtr there = move_with(pair, VIR_MIGRATE_PARAM_URI, uri);

        require(there != NULL);
        expect_counting(there, count);
        (void)virDomainFree(there);
    }
}

static void
it_can_have_another_name_there(void)
{
    g_autoptr(Pair) pair = pair_new();
    guint64 count = counter(pair->machine);
    virDomainPtr there =
        move_with(pair, VIR_MIGRATE_PARAM_DEST_NAME, "elsewhere");

    require(there != NULL);
    g_assert_cmpstr(virDomainGetName(there), ==, "elsewhere");
    expect_counting(there, count);
    (void)virDomainFree(there);
}

static void
it_finds_the_destination_by_its_uri(void)
{
    g_autoptr(Pair) pair = pair_new();
    guint64 count = counter(pair->machine);
    virDomainPtr there = NULL;

    g_assert_cmpint(virDomainMigrateToURI(pair->machine->domain,
                                          pair->there_uri, 0, NULL, 0),
                    ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "PEER2PEER");
    require(virDomainMigrateToURI3(
                pair->machine->domain, pair->there_uri, NULL, 0,
                VIR_MIGRATE_PEER2PEER | VIR_MIGRATE_CHANGE_PROTECTION |
                    VIR_MIGRATE_ABORT_ON_ERROR) == 0);
    there = pair_find(pair);
    expect_counting(there, count);
    (void)virDomainFree(there);
}

static void
a_definition_moves_without_a_machine(void)
{
    const unsigned flags = VIR_MIGRATE_OFFLINE | VIR_MIGRATE_PERSIST_DEST |
                           VIR_MIGRATE_UNDEFINE_SOURCE;
    g_autoptr(Pair) pair = pair_new();
    virDomainPtr there = NULL;

    g_assert_null(virDomainMigrate(pair->machine->domain, pair->there, flags,
                                   NULL, NULL, 0));
    expect_error(VIR_ERR_OPERATION_INVALID, "runs");
    machine_stop(pair->machine);
    g_assert_null(
        virDomainMigrate(pair->machine->domain, pair->there, 0, NULL, NULL, 0));
    expect_error(VIR_ERR_OPERATION_INVALID, "does not run");
    g_assert_null(virDomainMigrate(pair->machine->domain, pair->there,
                                   VIR_MIGRATE_OFFLINE, NULL, NULL, 0));
    expect_error(VIR_ERR_OPERATION_INVALID, "PERSIST_DEST");
    there = pair_move(pair, flags);
    require(virDomainIsPersistent(there) == 1);
    require(virDomainCreate(there) == 0);
    g_assert_cmpint(virConnectListAllDomains(pair->machine->conn, NULL, 0), ==,
                    0);
    (void)virDomainFree(there);
}

/* ---- what is told ---- */

/* ---- what is refused ---- */

/* And nothing has changed anywhere. */
static void
refuse(Pair *pair, unsigned flags, int code, const char *words)
{
    g_assert_null(virDomainMigrate(pair->machine->domain, pair->there, flags,
                                   NULL, NULL, 0));
    expect_error(code, words);
    expect_counting(pair->machine->domain, 0);
    g_assert_cmpint(virConnectListAllDomains(pair->there, NULL,
                                             VIR_CONNECT_LIST_DOMAINS_ACTIVE),
                    ==, 0);
    expect_no_traces(pair, 1);
}

static void
what_is_not_had_is_refused_by_its_name(void)
{
    g_autoptr(Pair) pair = pair_new();

    refuse(pair, VIR_MIGRATE_TUNNELLED, VIR_ERR_ARGUMENT_UNSUPPORTED,
           "TUNNELLED");
    refuse(pair, VIR_MIGRATE_NON_SHARED_DISK, VIR_ERR_ARGUMENT_UNSUPPORTED,
           "NON_SHARED_DISK");
    refuse(pair, VIR_MIGRATE_POSTCOPY, VIR_ERR_ARGUMENT_UNSUPPORTED,
           "POSTCOPY");
    refuse(pair, 1U << 30, VIR_ERR_INVALID_ARG, "flags");
    g_assert_null(move_with(pair, VIR_MIGRATE_PARAM_COMPRESSION, "xbzrle"));
    expect_error(VIR_ERR_ARGUMENT_UNSUPPORTED, "compression");
    g_assert_null(move_with(pair, "nobody", "knows"));
    expect_error(VIR_ERR_INVALID_ARG, "nobody");
    g_assert_null(move_with(pair, VIR_MIGRATE_PARAM_URI, "rdma://host"));
    expect_error(VIR_ERR_INVALID_ARG, "rdma://host");
    refuse(pair, VIR_MIGRATE_TLS, VIR_ERR_ARGUMENT_UNSUPPORTED, "TLS");
}

static void
what_would_be_left_behind_keeps_a_machine_here(void)
{
    g_autoptr(Pair) pair = pair_new();
    Machine *machine = pair->machine;
    g_autofree char *pull =
        g_strdup_printf("<domainbackup mode='pull'><server transport='unix' "
                        "socket='%s/p.sock'/></domainbackup>",
                        machine->folder);
    int job = virDomainBackupBegin(machine->domain, pull, NULL, 0);
    virDomainSnapshotPtr snapshot = NULL;

    require(job > 0);
    refuse(pair, 0, VIR_ERR_OPERATION_INVALID, "job");
    require(virDomainBackupEnd(machine->domain, job, 0) == 1);
    make_checkpoint(machine, "monday", NULL);
    refuse(pair, 0, VIR_ERR_OPERATION_INVALID, "'monday'");
    delete_checkpoint(machine, "monday", 0);
    snapshot = virDomainSnapshotCreateXML(
        machine->domain, "<domainsnapshot><name>before</name></domainsnapshot>",
        0);
    require(snapshot != NULL);
    (void)virDomainSnapshotFree(snapshot);
    refuse(pair, 0, VIR_ERR_OPERATION_INVALID, "'before'");
}

static void
a_place_that_is_taken_is_refused(void)
{
    g_autoptr(Pair) pair = pair_new();
    Machine *machine = pair->machine;
    g_autofree char *xml =
        g_strdup("<domain type='qemu'><name>web</name><memory>32768</memory>"
                 "<os><type arch='x86_64' machine='pc'>hvm</type></os>"
                 "</domain>");
    virDomainPtr other = virDomainDefineXML(pair->there, xml);

    require(other != NULL);
    refuse(pair, 0, VIR_ERR_OPERATION_FAILED, "web");
    require(virDomainUndefine(other) == 0);
    (void)virDomainFree(other);
    g_assert_null(
        virDomainMigrate(machine->domain, machine->conn, 0, NULL, NULL, 0));
    expect_error(VIR_ERR_OPERATION_INVALID, "runs already");
    expect_counting(machine->domain, 0);
    expect_no_traces(pair, 1);
}

/* The same name at the destination, and another file. */
static void
a_copy_of_an_image_is_not_the_image(void)
{
    g_autoptr(Pair) pair = pair_new();
    Machine *machine = pair->machine;
    g_autofree char *copy = machine_file(machine, "copy.qcow2");
    g_autofree char *xml = virDomainGetXMLDesc(machine->domain, 0);
    g_auto(GStrv) parts = g_strsplit(xml, machine->path[0], -1);
    g_autofree char *moved = g_strjoinv(copy, parts);

    g_free(run_command("cp", machine->path[0], copy, NULL));
    g_assert_null(virDomainMigrate2(machine->domain, pair->there, moved, 0,
                                    NULL, NULL, 0));
    expect_error(VIR_ERR_MIGRATE_UNSAFE, "another file");
    g_free(run_command("rm", copy, NULL));
    g_assert_null(virDomainMigrate2(machine->domain, pair->there, moved, 0,
                                    NULL, NULL, 0));
    expect_error(VIR_ERR_SYSTEM_ERROR, "does not see");
    expect_counting(machine->domain, 0);
    expect_no_traces(pair, 1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    require(virEventRegisterDefaultImpl() == 0);
#define ADD(test) g_test_add_func("/integration/migrate/" #test, test)
    ADD(a_running_guest_goes_on_at_the_destination);
    ADD(a_paused_guest_arrives_paused_and_goes_on);
    ADD(a_running_guest_can_be_asked_to_arrive_paused);
    ADD(a_definition_moves_with_its_machine_and_comes_back);
    ADD(a_definition_that_is_there_is_replaced);
    ADD(the_stream_can_go_over_a_port_or_a_socket);
    ADD(it_can_have_another_name_there);
    ADD(it_finds_the_destination_by_its_uri);
    ADD(a_definition_moves_without_a_machine);
    ADD(what_is_not_had_is_refused_by_its_name);
    ADD(what_would_be_left_behind_keeps_a_machine_here);
    ADD(a_place_that_is_taken_is_refused);
    ADD(a_copy_of_an_image_is_not_the_image);
#undef ADD
    return g_test_run();
}
