/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The client's end against a genuine libvirtd (its test driver): what we send
 * is understood there, and we understand what comes.  private_libvirtd.sh runs
 * this beside a daemon of its own. */
#include "base/error.h"
#include "base/fd.h"
#include "remote/call.h"
#include "remote/calls_made.h"
#include "remote/channel.h"
#include "remote/members.h"

#include <libvirt/libvirt.h>
#include <string.h>

static const Driver client_driver = {.name = "remote"};
static Channel *channel;

bool
remote_is_strandline(virConnectPtr conn)
{
    (void)conn;
    return false;
}

bool
remote_call(virConnectPtr conn, const Procedure *procedure, const void *args,
            void *ret, GError **error)
{
    (void)conn;
    return channel_call(channel, procedure, args, ret, error);
}

#define REMOTE(name) procedure_find(RPC_PROGRAM_REMOTE, REMOTE_##name)

typedef struct {
    virConnectPtr conn;
    virDomainPtr domain;
} Line;

/* As libvirt's own client opens a connection. */
static Line *
line_new(void)
{
    Line *line = g_new0(Line, 1);
    g_autoptr(GError) error = NULL;
    WireText name = (char *)"test:///default";
    const WireOpen open = {.name = &name};
    WireAuthTypes ways = {0};

    channel = channel_new(
        transport_new(unix_connect("/run/libvirt", "libvirt-sock", &error)),
        NULL, NULL, &error);
    g_assert_no_error(error);
    line->conn = connect_object_new(&client_driver, NULL, "test:///", false);
    g_assert_true(channel_call(channel, REMOTE(AUTH_LIST), NULL, &ways, NULL));
    g_assert_cmpuint(ways.types.types_len, ==, 1);
    xdr_free((xdrproc_t)xdr_WireAuthTypes, (char *)&ways);
    channel_call(channel, REMOTE(CONNECT_OPEN), &open, NULL, &error);
    g_assert_no_error(error);
    line->domain =
        call_remote_domain_lookup_by_name(line->conn, "test", &error);
    g_assert_no_error(error);
    return line;
}

static void
line_free(Line *line)
{
    g_assert_true(
        channel_call(channel, REMOTE(CONNECT_CLOSE), NULL, NULL, NULL));
    domain_object_unref(line->domain);
    connect_object_unref(line->conn);
    channel_free(channel);
    g_free(line);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Line, line_free)

static void
texts_numbers_lists_and_structs_are_understood(void)
{
    g_autoptr(Line) line = line_new();
    g_autofree char *xml =
        call_remote_domain_get_xml_desc(line->domain, 0, NULL);
    g_autofree char *os = call_remote_domain_get_os_type(line->domain, NULL);
    virDomainPtr *domains = NULL;
    virDomainInfo info = {0};
    virNodeInfo node = {0};
    int state = -1;
    int reason = -1;

    g_assert_nonnull(strstr(xml, "<name>test</name>"));
    g_assert_cmpstr(os, ==, "linux");
    g_assert_cmpint(
        call_remote_connect_list_all_domains(line->conn, &domains, 0, NULL), ==,
        1);
    g_assert_cmpmem(domains[0]->uuid, DOMAIN_UUID_SIZE, line->domain->uuid,
                    DOMAIN_UUID_SIZE);
    domain_object_unref(domains[0]);
    g_free(domains);
    g_assert_cmpint(call_remote_domain_get_info(line->domain, &info, NULL), ==,
                    0);
    g_assert_cmpuint(info.maxMem, ==, 8388608);
    g_assert_cmpuint(info.memory, ==, 2097152);
    g_assert_cmpuint(info.nrVirtCpu, ==, 2);
    g_assert_cmpint(call_remote_node_get_info(line->conn, &node, NULL), ==, 0);
    g_assert_cmpstr(node.model, ==, "i686");
    g_assert_cmpuint(node.memory, ==, 3145728);
    g_assert_cmpint(
        call_remote_domain_get_state(line->domain, &state, &reason, NULL), ==,
        0);
    g_assert_cmpint(state, ==, VIR_DOMAIN_RUNNING);
}

static virDomainCheckpointPtr
checkpoint(const Line *line, const char *name)
{
    g_autofree char *xml = g_strdup_printf(
        "<domaincheckpoint><name>%s</name></domaincheckpoint>", name);
    g_autoptr(GError) error = NULL;
    virDomainCheckpointPtr made =
        call_remote_domain_checkpoint_create_xml(line->domain, xml, 0, &error);

    g_assert_no_error(error);
    return made;
}

static void
checkpoints_are_made_listed_and_deleted(void)
{
    g_autoptr(Line) line = line_new();
    g_autoptr(GError) error = NULL;
    virDomainCheckpointPtr first = checkpoint(line, "c1");
    virDomainCheckpointPtr second = checkpoint(line, "c2");
    virDomainCheckpointPtr parent =
        call_remote_domain_checkpoint_get_parent(second, NULL);
    virDomainCheckpointPtr *list = NULL;

    g_assert_cmpstr(parent->name, ==, "c1");
    g_assert_null(call_remote_domain_checkpoint_get_parent(first, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_NO_DOMAIN_CHECKPOINT);
    g_assert_cmpint(error_origin(error), ==, VIR_FROM_TEST);
    g_assert_cmpint(remote_checkpoint_list(line->domain, first, &list, 0, NULL),
                    ==, 1);
    g_assert_cmpstr(list[0]->name, ==, "c2");
    checkpoint_object_unref(list[0]);
    g_free(list);
    g_assert_cmpint(call_remote_domain_checkpoint_delete(second, 0, NULL), ==,
                    0);
    g_assert_cmpint(call_remote_domain_checkpoint_delete(first, 0, NULL), ==,
                    0);
    checkpoint_object_unref(parent);
    checkpoint_object_unref(second);
    checkpoint_object_unref(first);
}

static void
a_domain_is_stopped_started_and_has_its_new_id(void)
{
    g_autoptr(Line) line = line_new();
    int id = line->domain->id;

    g_assert_cmpint(call_remote_domain_suspend(line->domain, NULL), ==, 0);
    g_assert_cmpint(call_remote_domain_resume(line->domain, NULL), ==, 0);
    g_assert_cmpint(call_remote_domain_destroy_flags(line->domain, 0, NULL), ==,
                    0);
    g_assert_cmpint(remote_domain_create(line->domain, 0, NULL), ==, 0);
    g_assert_cmpint(line->domain->id, >, id);
}

static void
snapshots_are_found_or_told_missing(void)
{
    g_autoptr(Line) line = line_new();
    virDomainSnapshotPtr current = NULL;
    virDomainSnapshotPtr made = NULL;

    g_assert_cmpint(remote_snapshot_current(line->domain, &current, NULL), ==,
                    0);
    made = remote_snapshot_create(
        line->domain, "<domainsnapshot><name>s1</name></domainsnapshot>", NULL,
        0, NULL);
    g_assert_cmpint(remote_snapshot_current(line->domain, &current, NULL), ==,
                    1);
    g_assert_cmpstr(current->name, ==, "s1");
    g_assert_cmpint(call_remote_domain_snapshot_delete(made, 0, NULL), ==, 0);
    snapshot_object_unref(current);
    snapshot_object_unref(made);
}

static void
what_it_has_not_got_is_told_as_that(void)
{
    g_autoptr(Line) line = line_new();
    g_autoptr(GError) program = NULL;
    g_autoptr(GError) driver = NULL;
    WireHello hello = {.release = (char *)"0.1.0", .level = 1};
    WireHello answer = {0};

    g_assert_false(channel_call(
        channel,
        procedure_find(RPC_PROGRAM_STRANDLINE, STRANDLINE_CONNECT_HELLO),
        &hello, &answer, &program));
    g_assert_error(program, STRANDLINE_ERROR, VIR_ERR_RPC);
    g_assert_cmpint(remote_backup_begin(line->domain, NULL, NULL, 0, &driver),
                    ==, -1);
    g_assert_error(driver, STRANDLINE_ERROR, VIR_ERR_NO_SUPPORT);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/interop/libvirtd/" #name, name)
    TEST(texts_numbers_lists_and_structs_are_understood);
    TEST(checkpoints_are_made_listed_and_deleted);
    TEST(a_domain_is_stopped_started_and_has_its_new_id);
    TEST(snapshots_are_found_or_told_missing);
    TEST(what_it_has_not_got_is_told_as_that);
    return g_test_run();
}
