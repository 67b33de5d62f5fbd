/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Machines that move from one host to another while they run: what both drivers
 * promise of it.  What a real guest notices is in
 * tests/integration/test_migrate.c. */
#include "../integration/backup_steps.h"
#include "../integration/checkpoint_steps.h"
#include "../integration/domain_steps.h"
#include "../integration/event_ear.h"
#include "../integration/snapshot_steps.h"
#include "hosts.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK (64 * KIB)

/* ---- how it goes ---- */

static void
a_running_guest_goes_on_at_the_destination(void)
{
    g_autoptr(Hosts) hosts = hosts_new();
    virDomainPtr there = NULL;

    stage_write(hosts->stage, 0, 0x5d, 2 * BLOCK, BLOCK);
    there = hosts_move(hosts, VIR_MIGRATE_LIVE);
    expect_state(there, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_MIGRATED);
    expect_state(hosts->domain, VIR_DOMAIN_SHUTOFF,
                 VIR_DOMAIN_SHUTOFF_MIGRATED);
    hosts_expect_byte(there, 2 * BLOCK, 0x5d);
    hosts_expect_byte(there, BLOCK, 0);
    require(virDomainIsPersistent(there) == 0);
    require(virDomainIsPersistent(hosts->domain) == 1);
    require(virDomainDestroy(there) == 0);
    require(virDomainFree(there) == 0);
    hosts_expect_none_there(hosts, false);
    require(virDomainCreate(hosts->domain) == 0);
}

static void
a_paused_guest_arrives_paused_and_goes_on(void)
{
    g_autoptr(Hosts) hosts = hosts_new();
    virDomainPtr there = NULL;

    require(virDomainSuspend(hosts->domain) == 0);
    there = hosts_move(hosts, 0);
    expect_state(there, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    require(virDomainResume(there) == 0);
    expect_state(there, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_UNPAUSED);
    require(virDomainFree(there) == 0);
}

static void
a_running_guest_can_be_asked_to_arrive_paused(void)
{
    g_autoptr(Hosts) hosts = hosts_new();
    virDomainPtr there = hosts_move(hosts, VIR_MIGRATE_PAUSED);

    expect_state(there, VIR_DOMAIN_PAUSED, VIR_DOMAIN_PAUSED_USER);
    require(virDomainResume(there) == 0);
    require(virDomainFree(there) == 0);
}

/* There and back, with its definition, and the disk that it writes to. */
static void
a_definition_moves_with_its_machine_and_comes_back(void)
{
    const unsigned flags = VIR_MIGRATE_LIVE | VIR_MIGRATE_PERSIST_DEST |
                           VIR_MIGRATE_UNDEFINE_SOURCE;
    g_autoptr(Hosts) hosts = hosts_new();
    virConnectPtr home = hosts->stage->machine->conn;
    virDomainPtr back = NULL;
    virDomainPtr there = NULL;

    stage_write(hosts->stage, 0, 7, BLOCK, BLOCK);
    there = hosts_move(hosts, flags);
    require(virDomainIsPersistent(there) == 1);
    g_assert_null(virDomainLookupByName(home, "web"));
    back = virDomainMigrate(there, home, flags, NULL, NULL, 0);
    require(back != NULL);
    expect_state(back, VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_MIGRATED);
    hosts_expect_byte(back, BLOCK, 7);
    require(virDomainIsPersistent(back) == 1);
    hosts_expect_none_there(hosts, false);
    require(virDomainFree(there) == 0);
    require(virDomainFree(back) == 0);
}

/* Without UNDEFINE_SOURCE both have it; the second time it is an update. */
static void
a_definition_that_is_there_is_replaced(void)
{
    g_autoptr(Hosts) hosts = hosts_new();
    char *xml = virDomainGetXMLDesc(hosts->domain, VIR_DOMAIN_XML_INACTIVE);
    g_auto(GStrv) parts = g_strsplit(xml, "<memory ", 2);
    g_autofree char *titled = g_strconcat(
        parts[0], "<title>as before</title><memory ", parts[1], NULL);
    virDomainPtr there = virDomainDefineXML(hosts->there, titled);
    char *now = NULL;

    free(xml);
    require(there != NULL);
    require(virDomainFree(there) == 0);
    there = hosts_move(hosts, VIR_MIGRATE_PERSIST_DEST);
    now = virDomainGetXMLDesc(there, VIR_DOMAIN_XML_INACTIVE);
    g_assert_null(strstr(now, "as before"));
    free(now);
    require(virDomainIsPersistent(there) == 1);
    require(virDomainFree(there) == 0);
}

static virDomainPtr
move_with(Hosts *hosts, const char *name, const char *value)
{
    virTypedParameterPtr params = NULL;
    int n = 0;
    int max = 0;
    virDomainPtr there = NULL;

    require(virTypedParamsAddString(&params, &n, &max, name, value) == 0);
    require(virTypedParamsAddULLong(&params, &n, &max,
                                    VIR_MIGRATE_PARAM_BANDWIDTH, 100) == 0);
    there = virDomainMigrate3(hosts->domain, hosts->there, params, (unsigned)n,
                              VIR_MIGRATE_LIVE);
    virTypedParamsFree(params, n);
    return there;
}

static void
the_stream_can_go_over_a_port_or_a_socket(void)
{
    static const char *const uris[] = {"tcp://127.0.0.1", "unix:%s/over.sock"};

    for (gsize i = 0; i < G_N_ELEMENTS(uris); i++) {
        g_autoptr(Hosts) hosts = hosts_new();
        g_auto(GStrv) parts = g_strsplit(uris[i], "%s", 2);
        g_autofree char *uri = g_strjoinv(hosts->stage->machine->folder, parts);
        virDomainPtr there = move_with(hosts, VIR_MIGRATE_PARAM_URI, uri);

        require(there != NULL);
        require(virDomainFree(there) == 0);
    }
}

static void
it_can_have_another_name_there(void)
{
    g_autoptr(Hosts) hosts = hosts_new();
    virDomainPtr there =
        move_with(hosts, VIR_MIGRATE_PARAM_DEST_NAME, "elsewhere");

    require(there != NULL);
    g_assert_cmpstr(virDomainGetName(there), ==, "elsewhere");
    require(virDomainFree(there) == 0);
}

/* Back home by its URI: the way there needs a connection that stays. */
static void
it_finds_the_destination_by_its_uri(void)
{
    g_autoptr(Hosts) hosts = hosts_new();
    const char *home = hosts->stage->machine->uri;
    virDomainPtr there = hosts_move(hosts, 0);

    g_assert_cmpint(virDomainMigrateToURI(there, home, 0, NULL, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "PEER2PEER");
    require(virDomainMigrateToURI3(there, home, NULL, 0,
                                   VIR_MIGRATE_PEER2PEER |
                                       VIR_MIGRATE_CHANGE_PROTECTION |
                                       VIR_MIGRATE_ABORT_ON_ERROR) == 0);
    expect_state(hosts->domain, VIR_DOMAIN_RUNNING,
                 VIR_DOMAIN_RUNNING_MIGRATED);
    require(virDomainFree(there) == 0);
}

static void
a_definition_moves_without_a_machine(void)
{
    const unsigned flags = VIR_MIGRATE_OFFLINE | VIR_MIGRATE_PERSIST_DEST |
                           VIR_MIGRATE_UNDEFINE_SOURCE;
    g_autoptr(Hosts) hosts = hosts_new();
    virDomainPtr there = NULL;

    g_assert_null(
        virDomainMigrate(hosts->domain, hosts->there, flags, NULL, NULL, 0));
    expect_error(VIR_ERR_OPERATION_INVALID, "runs");
    require(virDomainDestroy(hosts->domain) == 0);
    g_assert_null(
        virDomainMigrate(hosts->domain, hosts->there, 0, NULL, NULL, 0));
    expect_error(VIR_ERR_OPERATION_INVALID, "does not run");
    g_assert_null(virDomainMigrate(hosts->domain, hosts->there,
                                   VIR_MIGRATE_OFFLINE, NULL, NULL, 0));
    expect_error(VIR_ERR_OPERATION_INVALID, "PERSIST_DEST");
    there = hosts_move(hosts, flags);
    require(virDomainIsPersistent(there) == 1);
    require(virDomainCreate(there) == 0);
    g_assert_cmpint(virDomainIsActive(hosts->domain), ==, -1);
    require_error(VIR_ERR_NO_DOMAIN);
    require(virDomainFree(there) == 0);
}

/* ---- what is told ---- */

static void
the_source_tells_what_happens(void)
{
    g_autoptr(Hosts) hosts = hosts_new();

    ear_keep(hosts->stage->machine->conn);
    require(virDomainFree(hosts_move(hosts, VIR_MIGRATE_UNDEFINE_SOURCE)) == 0);
    ear_expect("lifecycle 3 1\n"   /* suspended, migrated */
               "lifecycle 1 0\n"   /* undefined, removed */
               "job 1\n"           /* completed */
               "lifecycle 5 3\n"); /* stopped, migrated */
}

static void
the_destination_tells_what_happens(void)
{
    g_autoptr(Hosts) hosts = hosts_new();

    ear_keep(hosts->there);
    require(virDomainFree(hosts_move(hosts, VIR_MIGRATE_PERSIST_DEST)) == 0);
    ear_expect("lifecycle 2 1\n" /* started, migrated */
               "lifecycle 0 0\n" /* defined, added */
               "lifecycle 4 1\n" /* resumed, migrated */
               "job 1\n");
}

static void
expect_completed(virDomainPtr domain, int expected)
{
    virTypedParameterPtr params = NULL;
    unsigned long long total = 0;
    unsigned long long rest = 1;
    int n = 0;
    int type = -1;
    int operation = -1;

    require(virDomainGetJobStats(domain, &type, &params, &n,
                                 VIR_DOMAIN_JOB_STATS_COMPLETED) == 0);
    g_assert_cmpint(type, ==, VIR_DOMAIN_JOB_COMPLETED);
    require(virTypedParamsGetInt(params, n, VIR_DOMAIN_JOB_OPERATION,
                                 &operation) == 1);
    g_assert_cmpint(operation, ==, expected);
    if (operation == VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT) {
        require(virTypedParamsGetULLong(params, n, VIR_DOMAIN_JOB_MEMORY_TOTAL,
                                        &total) == 1);
        g_assert_cmpuint(total, >=, 32 * MIB);
        require(virTypedParamsGetULLong(
                    params, n, VIR_DOMAIN_JOB_MEMORY_REMAINING, &rest) == 1);
        g_assert_cmpuint(rest, ==, 0);
    }
    virTypedParamsFree(params, n);
}

static void
both_sides_have_a_job_of_it(void)
{
    g_autoptr(Hosts) hosts = hosts_new();
    virDomainPtr there = hosts_move(hosts, 0);

    expect_completed(hosts->domain, VIR_DOMAIN_JOB_OPERATION_MIGRATION_OUT);
    expect_completed(there, VIR_DOMAIN_JOB_OPERATION_MIGRATION_IN);
    require(virDomainFree(there) == 0);
}

static void
how_fast_it_may_be_is_kept_by_a_run(void)
{
    g_autoptr(Hosts) hosts = hosts_new();
    unsigned long speed = 0;
    unsigned long long downtime = 0;

    require(virDomainMigrateGetMaxSpeed(hosts->domain, &speed, 0) == 0);
    g_assert_cmpuint(speed, ==, G_MAXINT64 >> 20);
    require(virDomainMigrateSetMaxSpeed(hosts->domain, 128, 0) == 0);
    require(virDomainMigrateGetMaxSpeed(hosts->domain, &speed, 0) == 0);
    g_assert_cmpuint(speed, ==, 128);
    require(virDomainMigrateGetMaxDowntime(hosts->domain, &downtime, 0) == 0);
    g_assert_cmpuint(downtime, ==, 300);
    require(virDomainMigrateSetMaxDowntime(hosts->domain, 250, 0) == 0);
    require(virDomainMigrateGetMaxDowntime(hosts->domain, &downtime, 0) == 0);
    g_assert_cmpuint(downtime, ==, 250);
    g_assert_cmpint(
        virDomainMigrateSetMaxDowntime(hosts->domain, G_MAXUINT64, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_FAILED);
    require(virDomainDestroy(hosts->domain) == 0);
    g_assert_cmpint(virDomainMigrateSetMaxSpeed(hosts->domain, 128, 0), ==, -1);
    expect_error(VIR_ERR_OPERATION_INVALID, "does not run");
}

/* ---- what is refused ---- */

/* And nothing has changed anywhere. */
static void
refuse(Hosts *hosts, unsigned flags, int code, const char *words)
{
    g_assert_null(
        virDomainMigrate(hosts->domain, hosts->there, flags, NULL, NULL, 0));
    expect_error(code, words);
    g_assert_cmpint(virDomainIsActive(hosts->domain), ==, 1);
    hosts_expect_none_there(hosts, true);
}

static void
what_is_not_had_is_refused_by_its_name(void)
{
    g_autoptr(Hosts) hosts = hosts_new();

    refuse(hosts, VIR_MIGRATE_TUNNELLED, VIR_ERR_ARGUMENT_UNSUPPORTED,
           "TUNNELLED");
    refuse(hosts, VIR_MIGRATE_NON_SHARED_DISK, VIR_ERR_ARGUMENT_UNSUPPORTED,
           "NON_SHARED_DISK");
    refuse(hosts, VIR_MIGRATE_POSTCOPY, VIR_ERR_ARGUMENT_UNSUPPORTED,
           "POSTCOPY");
    refuse(hosts, VIR_MIGRATE_TLS, VIR_ERR_ARGUMENT_UNSUPPORTED, "TLS");
    refuse(hosts, 1U << 30, VIR_ERR_INVALID_ARG, "flags");
    g_assert_null(move_with(hosts, VIR_MIGRATE_PARAM_COMPRESSION, "xbzrle"));
    expect_error(VIR_ERR_ARGUMENT_UNSUPPORTED, "compression");
    g_assert_null(move_with(hosts, "nobody", "knows"));
    expect_error(VIR_ERR_INVALID_ARG, "nobody");
    g_assert_null(move_with(hosts, VIR_MIGRATE_PARAM_URI, "rdma://host"));
    expect_error(VIR_ERR_INVALID_ARG, "rdma://host");
    hosts_expect_none_there(hosts, false);
}

static void
what_would_be_left_behind_keeps_a_machine_here(void)
{
    g_autoptr(Hosts) hosts = hosts_new();
    Machine *machine = hosts->stage->machine;
    int job = begin(machine, document(machine, "pull", "%s", ""), NULL, 0);

    refuse(hosts, 0, VIR_ERR_OPERATION_INVALID, "job");
    end(machine, job, 0, 1);
    make_checkpoint(machine, "monday", NULL);
    refuse(hosts, 0, VIR_ERR_OPERATION_INVALID, "'monday'");
    delete_checkpoint(machine, "monday", 0);
    take(machine, "<domainsnapshot><name>before</name></domainsnapshot>", 0);
    refuse(hosts, 0, VIR_ERR_OPERATION_INVALID, "'before'");
}

static void
a_place_that_is_taken_is_refused(void)
{
    g_autoptr(Hosts) hosts = hosts_new();
    g_autofree char *xml = stage_document(hosts->stage, "web", NULL, NULL);
    virDomainPtr other = virDomainDefineXML(hosts->there, xml);

    require(other != NULL);
    refuse(hosts, 0, VIR_ERR_OPERATION_FAILED, "web");
    require(virDomainUndefine(other) == 0);
    require(virDomainFree(other) == 0);
    g_assert_null(virDomainMigrate(hosts->domain, hosts->stage->machine->conn,
                                   0, NULL, NULL, 0));
    expect_error(VIR_ERR_OPERATION_INVALID, "runs already");
    expect_state(hosts->domain, VIR_DOMAIN_RUNNING,
                 VIR_DOMAIN_RUNNING_UNPAUSED);
}

/* The same disk by another name is another image, unless somebody knows. */
static void
a_copy_of_an_image_is_not_the_image(void)
{
    g_autoptr(Hosts) hosts = hosts_new();
    Machine *machine = hosts->stage->machine;
    g_autofree char *copy = machine_file(machine, "copy.qcow2");
    char *xml = virDomainGetXMLDesc(hosts->domain, 0);
    g_auto(GStrv) parts = g_strsplit(xml, machine->path[0], -1);
    g_autofree char *moved = g_strjoinv(copy, parts);
    virDomainPtr there = NULL;

    free(xml);
    if (!hosts->stage->is_memory)
        g_free(run_command("cp", machine->path[0], copy, NULL));
    g_assert_null(virDomainMigrate2(hosts->domain, hosts->there, moved, 0, NULL,
                                    NULL, 0));
    expect_error(VIR_ERR_MIGRATE_UNSAFE, "another file");
    expect_state(hosts->domain, VIR_DOMAIN_RUNNING,
                 VIR_DOMAIN_RUNNING_UNPAUSED);
    there = virDomainMigrate2(hosts->domain, hosts->there, moved,
                              VIR_MIGRATE_UNSAFE, NULL, NULL, 0);
    require(there != NULL);
    require(virDomainFree(there) == 0);
}

/* The document that is to run there is of this machine, and that to be defined
 * of this domain. */
static void
documents_of_others_are_refused(void)
{
    g_autoptr(Hosts) hosts = hosts_new();
    g_autofree char *other = stage_document(hosts->stage, "web", NULL, NULL);
    virTypedParameterPtr params = NULL;
    int n = 0;
    int max = 0;

    g_assert_null(virDomainMigrate2(hosts->domain, hosts->there, other, 0, NULL,
                                    NULL, 0));
    require_error(VIR_ERR_CONFIG_UNSUPPORTED);
    require(virTypedParamsAddString(&params, &n, &max,
                                    VIR_MIGRATE_PARAM_PERSIST_XML, other) == 0);
    g_assert_null(virDomainMigrate3(hosts->domain, hosts->there, params,
                                    (unsigned)n, VIR_MIGRATE_PERSIST_DEST));
    expect_error(VIR_ERR_INVALID_ARG, "another domain");
    virTypedParamsFree(params, n);
    hosts_expect_none_there(hosts, false);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "migrate");
    require(virEventRegisterDefaultImpl() == 0);
    STAGE_TEST(a_running_guest_goes_on_at_the_destination);
    STAGE_TEST(a_paused_guest_arrives_paused_and_goes_on);
    STAGE_TEST(a_running_guest_can_be_asked_to_arrive_paused);
    STAGE_TEST(a_definition_moves_with_its_machine_and_comes_back);
    STAGE_TEST(a_definition_that_is_there_is_replaced);
    STAGE_TEST(the_stream_can_go_over_a_port_or_a_socket);
    STAGE_TEST(it_can_have_another_name_there);
    STAGE_TEST(it_finds_the_destination_by_its_uri);
    STAGE_TEST(a_definition_moves_without_a_machine);
    STAGE_TEST(the_source_tells_what_happens);
    STAGE_TEST(the_destination_tells_what_happens);
    STAGE_TEST(both_sides_have_a_job_of_it);
    STAGE_TEST(how_fast_it_may_be_is_kept_by_a_run);
    STAGE_TEST(what_is_not_had_is_refused_by_its_name);
    STAGE_TEST(what_would_be_left_behind_keeps_a_machine_here);
    STAGE_TEST(a_place_that_is_taken_is_refused);
    STAGE_TEST(a_copy_of_an_image_is_not_the_image);
    STAGE_TEST(documents_of_others_are_refused);
    return g_test_run();
}
