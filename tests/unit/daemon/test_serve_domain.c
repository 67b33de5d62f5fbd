/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The calls on connections and domains that are served by hand. */
#include "base/error.h"
#include "loop.h"
#include "remote/calls_made.h"
#include "rpc/wire_objects.h"

#include <libvirt/libvirt.h>
#include <string.h>

#define CALL(loop, name, args, ret, error) \
    loop_call(loop, RPC_PROGRAM_REMOTE, REMOTE_##name, args, ret, error)
#define FREE(name, ret) loop_free_ret(RPC_PROGRAM_REMOTE, REMOTE_##name, ret)

static void
the_connection_says_what_it_is(void)
{
    g_autoptr(Loop) loop = loop_new();
    char *type = NULL;
    unsigned long version = 0;

    g_assert_true(CALL(loop, CONNECT_GET_TYPE, NULL, &type, NULL));
    g_assert_cmpstr(type, ==, "Test");
    FREE(CONNECT_GET_TYPE, &type);
    g_assert_cmpint(call_remote_connect_get_version(loop->conn, &version, NULL),
                    ==, 0);
    g_assert_cmpuint(version, ==, 2);
}

static void
the_older_lists_count_and_name_the_same_domains(void)
{
    g_autoptr(Loop) loop = loop_new();
    WireIds ids = {0};
    WireNames names = {0};
    int count = -1;
    int maximum = 5;

    g_assert_true(CALL(loop, CONNECT_NUM_OF_DOMAINS, NULL, &count, NULL));
    g_assert_cmpint(count, ==, 1);
    g_assert_true(CALL(loop, CONNECT_LIST_DOMAINS, &maximum, &ids, NULL));
    g_assert_cmpuint(ids.ids.ids_len, ==, 1);
    g_assert_cmpint(ids.ids.ids_val[0], ==, loop->domain->id);
    FREE(CONNECT_LIST_DOMAINS, &ids);

    g_assert_cmpint(call_remote_domain_destroy_flags(loop->domain, 0, NULL), ==,
                    0);
    g_assert_true(
        CALL(loop, CONNECT_NUM_OF_DEFINED_DOMAINS, NULL, &count, NULL));
    g_assert_cmpint(count, ==, 1);
    g_assert_true(
        CALL(loop, CONNECT_LIST_DEFINED_DOMAINS, &maximum, &names, NULL));
    g_assert_cmpstr(names.names.names_val[0], ==, "test");
    FREE(CONNECT_LIST_DEFINED_DOMAINS, &names);

    maximum = 0;
    g_assert_true(
        CALL(loop, CONNECT_LIST_DEFINED_DOMAINS, &maximum, &names, NULL));
    g_assert_cmpuint(names.names.names_len, ==, 0);
    FREE(CONNECT_LIST_DEFINED_DOMAINS, &names);
}

static void
a_maximum_that_no_list_has_is_refused(void)
{
    g_autoptr(Loop) loop = loop_new();
    const int wrong[] = {-1, WIRE_LIST_MAX + 1, G_MAXINT};

    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        g_autoptr(GError) error = NULL;
        WireIds ids = {0};

        g_assert_false(
            CALL(loop, CONNECT_LIST_DOMAINS, &wrong[i], &ids, &error));
        g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_RPC);
    }
}

static void
starting_gives_the_new_id(void)
{
    g_autoptr(Loop) loop = loop_new();
    WireDomainFlags args = {0};
    WireDomain started = {0};

    wire_domain_lend(loop->domain, &args.domain);
    g_assert_cmpint(call_remote_domain_destroy_flags(loop->domain, 0, NULL), ==,
                    0);
    g_assert_true(CALL(loop, DOMAIN_CREATE_WITH_FLAGS, &args, &started, NULL));
    g_assert_cmpint(started.id, >, 0);
    g_assert_cmpstr(started.name, ==, "test");
    FREE(DOMAIN_CREATE_WITH_FLAGS, &started);
}

static void
memory_is_told_in_kib(void)
{
    g_autoptr(Loop) loop = loop_new();
    WireDomain args = {0};
    u_quad_t memory = 0;

    wire_domain_lend(loop->domain, &args);
    g_assert_true(CALL(loop, DOMAIN_GET_MAX_MEMORY, &args, &memory, NULL));
    g_assert_cmpuint(memory, ==, 8388608);
}

static virDomainSnapshotPtr
take_snapshot(Loop *loop, const char *xml)
{
    WireDomainTextFlags args = {.text = (char *)xml};
    WireSnapshot made = {0};
    virDomainSnapshotPtr snapshot = NULL;
    g_autoptr(GError) error = NULL;

    wire_domain_lend(loop->domain, &args.domain);
    CALL(loop, DOMAIN_SNAPSHOT_CREATE_XML, &args, &made, &error);
    g_assert_no_error(error);
    snapshot = wire_snapshot_to(loop->conn, &made);
    FREE(DOMAIN_SNAPSHOT_CREATE_XML, &made);
    return snapshot;
}

static void
snapshots_are_listed_by_name(void)
{
    g_autoptr(Loop) loop = loop_new();
    virDomainSnapshotPtr first =
        take_snapshot(loop, "<domainsnapshot><name>s1</name></domainsnapshot>");
    virDomainSnapshotPtr second =
        take_snapshot(loop, "<domainsnapshot><name>s2</name></domainsnapshot>");
    WireNamesInDomain in_domain = {.max_names = 8};
    WireNamesBelowSnapshot below = {.max_names = 8};
    WireNames names = {0};

    wire_domain_lend(loop->domain, &in_domain.domain);
    g_assert_true(
        CALL(loop, DOMAIN_SNAPSHOT_LIST_NAMES, &in_domain, &names, NULL));
    g_assert_cmpuint(names.names.names_len, ==, 2);
    FREE(DOMAIN_SNAPSHOT_LIST_NAMES, &names);

    wire_snapshot_lend(first, &below.snapshot);
    g_assert_true(
        CALL(loop, DOMAIN_SNAPSHOT_LIST_CHILDREN_NAMES, &below, &names, NULL));
    g_assert_cmpuint(names.names.names_len, ==, 1);
    g_assert_cmpstr(names.names.names_val[0], ==, "s2");
    FREE(DOMAIN_SNAPSHOT_LIST_CHILDREN_NAMES, &names);
    g_assert_cmpint(call_remote_domain_snapshot_delete(second, 0, NULL), ==, 0);
    snapshot_object_unref(first);
    snapshot_object_unref(second);
}

static void
file_systems_are_told_with_their_disks(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    g_autoptr(GError) error = NULL;
    WireDomainFlags args = {0};
    WireFsInfo info = {0};
    const WireFs *root = NULL;

    wire_domain_lend(loop->domain, &args.domain);
    CALL(loop, DOMAIN_GET_FSINFO, &args, &info, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(info.count, ==, 1);
    g_assert_cmpuint(info.items.items_len, ==, 1);
    root = info.items.items_val;
    g_assert_cmpstr(root->mountpoint, ==, "/");
    g_assert_cmpstr(root->type, ==, "");
    g_assert_cmpuint(root->devices.devices_len, ==, 1);
    g_assert_cmpstr(root->devices.devices_val[0], ==, "vda");
    FREE(DOMAIN_GET_FSINFO, &info);
}

/* Rows of processors that are not there do not travel; and what would not fit
 * is refused before it is allocated. */
static void
processor_time_is_told_of_processors_that_are_there(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    g_autoptr(GError) error = NULL;
    WireCpuStatsAsked asked = {0};
    WireCpuStats came = {0};

    wire_domain_lend(loop->domain, &asked.domain);
    g_assert_true(CALL(loop, DOMAIN_GET_CPU_STATS, &asked, &came, NULL));
    g_assert_cmpint(came.nparams, ==, 2);
    g_assert_cmpuint(came.params.params_len, ==, 0);
    FREE(DOMAIN_GET_CPU_STATS, &came);

    asked.nparams = 2;
    asked.first = 1;
    asked.ncpus = 100;
    g_assert_true(CALL(loop, DOMAIN_GET_CPU_STATS, &asked, &came, NULL));
    g_assert_cmpuint(came.params.params_len, ==, 2);
    g_assert_cmpstr(came.params.params_val[0].field, ==, "cpu_time");
    FREE(DOMAIN_GET_CPU_STATS, &came);

    asked.nparams = asked.ncpus = 65536;
    g_assert_false(CALL(loop, DOMAIN_GET_CPU_STATS, &asked, &came, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INTERNAL_ERROR);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/daemon/serve_domain/" #name, name)
    TEST(the_connection_says_what_it_is);
    TEST(the_older_lists_count_and_name_the_same_domains);
    TEST(a_maximum_that_no_list_has_is_refused);
    TEST(starting_gives_the_new_id);
    TEST(memory_is_told_in_kib);
    TEST(snapshots_are_listed_by_name);
    TEST(file_systems_are_told_with_their_disks);
    TEST(processor_time_is_told_of_processors_that_are_there);
    return g_test_run();
}
