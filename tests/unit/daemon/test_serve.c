/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A call over the wire does what it does without one: the stubs and dispatchers
 * that are made at build time, from end to end. */
#include "api/access.h"
#include "base/error.h"
#include "loop.h"
#include "remote/calls_made.h"

#include <libvirt/libvirt.h>
#include <string.h>

static void
a_domain_is_found_by_name_uuid_and_id(void)
{
    g_autoptr(Loop) loop = loop_new();
    virDomainPtr by_uuid =
        call_remote_domain_lookup_by_uuid(loop->conn, loop->domain->uuid, NULL);
    virDomainPtr by_id =
        call_remote_domain_lookup_by_id(loop->conn, loop->domain->id, NULL);

    g_assert_cmpstr(loop->domain->name, ==, "test");
    g_assert_cmpint(loop->domain->id, >, 0);
    g_assert_cmpstr(by_uuid->name, ==, "test");
    g_assert_cmpmem(by_id->uuid, DOMAIN_UUID_SIZE, loop->domain->uuid,
                    DOMAIN_UUID_SIZE);
    domain_object_unref(by_uuid);
    domain_object_unref(by_id);
}

static void
texts_numbers_and_structs_arrive(void)
{
    g_autoptr(Loop) loop = loop_new();
    g_autofree char *xml =
        call_remote_domain_get_xml_desc(loop->domain, 0, NULL);
    g_autofree char *os = call_remote_domain_get_os_type(loop->domain, NULL);
    virDomainInfo info = {0};
    virDomainInfo direct = {0};
    virDomainPtr domain = virDomainLookupByName(loop->server, "test");
    int state = -1;
    int reason = -1;

    g_assert_nonnull(strstr(xml, "<name>test</name>"));
    g_assert_cmpstr(os, ==, "hvm");
    g_assert_cmpint(call_remote_domain_get_info(loop->domain, &info, NULL), ==,
                    0);
    g_assert_cmpint(virDomainGetInfo(domain, &direct), ==, 0);
    g_assert_cmpuint(info.maxMem, ==, direct.maxMem);
    g_assert_cmpuint(info.memory, ==, direct.memory);
    g_assert_cmpuint(info.nrVirtCpu, ==, direct.nrVirtCpu);
    g_assert_cmpint(info.state, ==, VIR_DOMAIN_RUNNING);
    g_assert_cmpint(
        call_remote_domain_get_state(loop->domain, &state, &reason, NULL), ==,
        0);
    g_assert_cmpint(state, ==, VIR_DOMAIN_RUNNING);
    g_assert_cmpint(reason, ==, VIR_DOMAIN_RUNNING_BOOTED);
    virDomainFree(domain);
}

static void
characters_of_a_fixed_count_arrive(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    virNodeInfo node = {0};
    virNodeInfo direct = {0};

    g_assert_cmpint(call_remote_node_get_info(loop->conn, &node, NULL), ==, 0);
    g_assert_cmpint(virNodeGetInfo(loop->server, &direct), ==, 0);
    g_assert_cmpstr(direct.model, !=, "");
    g_assert_cmpmem(&node, sizeof(node), &direct, sizeof(direct));
}

static void
calls_without_a_result_do_their_work(void)
{
    g_autoptr(Loop) loop = loop_new();
    int state = -1;
    int reason = -1;

    g_assert_cmpint(call_remote_domain_suspend(loop->domain, NULL), ==, 0);
    call_remote_domain_get_state(loop->domain, &state, &reason, NULL);
    g_assert_cmpint(state, ==, VIR_DOMAIN_PAUSED);
    g_assert_cmpint(call_remote_domain_resume(loop->domain, NULL), ==, 0);
    g_assert_cmpint(call_remote_domain_is_active(loop->domain, NULL), ==, 1);
}

static void
an_error_is_the_same_on_both_sides(void)
{
    g_autoptr(Loop) loop = loop_new();
    g_autoptr(GError) error = NULL;
    const virError *direct = NULL;

    g_assert_null(
        call_remote_domain_lookup_by_name(loop->conn, "none", &error));
    g_assert_null(virDomainLookupByName(loop->server, "none"));
    direct = virGetLastError();
    g_assert_error(error, STRANDLINE_ERROR, direct->code);
    g_assert_cmpstr(error->message, ==, direct->message);
    g_assert_cmpint(error_origin(error), ==, direct->domain);
}

static void
what_the_program_must_not_do_is_refused_by_the_public_call(void)
{
    g_autoptr(Loop) loop = loop_new_readonly();
    g_autoptr(GError) denied = NULL;
    g_autoptr(GError) flags = NULL;

    g_assert_cmpint(call_remote_domain_suspend(loop->domain, &denied), ==, -1);
    g_assert_error(denied, STRANDLINE_ERROR, VIR_ERR_OPERATION_DENIED);
    g_assert_null(
        call_remote_domain_get_xml_desc(loop->domain, 1U << 30, &flags));
    g_assert_error(flags, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
}

static void
checkpoints_travel_with_their_domain(void)
{
    g_autoptr(Loop) loop = loop_new();
    g_autoptr(GError) error = NULL;
    virDomainCheckpointPtr first = call_remote_domain_checkpoint_create_xml(
        loop->domain, "<domaincheckpoint><name>c1</name></domaincheckpoint>", 0,
        &error);
    virDomainCheckpointPtr second = call_remote_domain_checkpoint_create_xml(
        loop->domain, "<domaincheckpoint><name>c2</name></domaincheckpoint>", 0,
        NULL);
    virDomainCheckpointPtr parent = NULL;
    const WireListInDomain asked = {.domain = {.name = (char *)"test"},
                                    .need_results = 0};
    WireListInDomain args = asked;
    WireCheckpointList list = {0};

    g_assert_no_error(error);
    parent = call_remote_domain_checkpoint_get_parent(second, NULL);
    g_assert_cmpstr(parent->name, ==, "c1");
    g_assert_cmpstr(parent->domain->name, ==, "test");
    g_assert_null(call_remote_domain_checkpoint_get_parent(first, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_NO_DOMAIN_CHECKPOINT);

    /* The count alone, then the list. */
    memcpy(args.domain.uuid, loop->domain->uuid, sizeof(args.domain.uuid));
    g_assert_true(loop_call(loop, RPC_PROGRAM_REMOTE,
                            REMOTE_DOMAIN_LIST_ALL_CHECKPOINTS, &args, &list,
                            NULL));
    g_assert_cmpint(list.count, ==, 2);
    g_assert_cmpuint(list.items.items_len, ==, 0);
    args.need_results = 1;
    g_assert_true(loop_call(loop, RPC_PROGRAM_REMOTE,
                            REMOTE_DOMAIN_LIST_ALL_CHECKPOINTS, &args, &list,
                            NULL));
    g_assert_cmpuint(list.items.items_len, ==, 2);
    g_assert_cmpstr(list.items.items_val[1].name, ==, "c2");
    loop_free_ret(RPC_PROGRAM_REMOTE, REMOTE_DOMAIN_LIST_ALL_CHECKPOINTS,
                  &list);
    g_assert_cmpint(call_remote_domain_checkpoint_delete(first, 0, NULL), ==,
                    0);
    checkpoint_object_unref(first);
    checkpoint_object_unref(second);
    checkpoint_object_unref(parent);
}

static bool
deny(const Serve *serve, virDomainPtr domain, unsigned flags)
{
    (void)domain;
    (void)flags;
    return serve_fail(VIR_ERR_ACCESS_DENIED, "not %s",
                      serve->procedure->function);
}

static bool
see_none(const Serve *serve, virDomainPtr domain)
{
    (void)serve;
    (void)domain;
    return false;
}

static void
what_a_client_may_not_call_is_not_called(void)
{
    g_autoptr(Loop) loop = loop_new();
    g_autoptr(GError) error = NULL;
    const ServeAccess nobody = {.may_call = deny};

    loop_access(&nobody);
    g_assert_cmpint(call_remote_domain_suspend(loop->domain, &error), ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_ACCESS_DENIED);
    g_assert_cmpstr(error->message, ==, "not virDomainSuspend");
    loop_access(NULL);
    g_assert_cmpint(call_remote_domain_is_active(loop->domain, NULL), ==, 1);
}

static void
what_a_client_may_not_see_is_neither_listed_nor_counted_nor_found(void)
{
    g_autoptr(Loop) loop = loop_new();
    g_autoptr(GError) error = NULL;
    const ServeAccess blind = {.may_see = see_none};
    WireList args = {.need_results = 0};
    WireDomainList list = {0};
    virDomainPtr *domains = NULL;

    loop_access(&blind);
    g_assert_cmpint(
        call_remote_connect_list_all_domains(loop->conn, &domains, 0, NULL), ==,
        0);
    g_free(domains);
    g_assert_true(loop_call(loop, RPC_PROGRAM_REMOTE,
                            REMOTE_CONNECT_LIST_ALL_DOMAINS, &args, &list,
                            NULL));
    g_assert_cmpuint(list.count, ==, 0);
    loop_free_ret(RPC_PROGRAM_REMOTE, REMOTE_CONNECT_LIST_ALL_DOMAINS, &list);
    g_assert_null(
        call_remote_domain_lookup_by_name(loop->conn, "test", &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_NO_DOMAIN);
    loop_access(NULL);
}

static void
what_we_do_not_serve_is_told_as_no_support(void)
{
    g_autoptr(Loop) loop = loop_new();
    g_autoptr(GError) error = NULL;
    WireNamed pool = {0};
    WireText path = (char *)"/images";

    g_assert_false(loop_call(loop, RPC_PROGRAM_REMOTE,
                             REMOTE_STORAGE_POOL_LOOKUP_BY_TARGET_PATH, &path,
                             &pool, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_NO_SUPPORT);
    g_assert_nonnull(
        strstr(error->message, "virStoragePoolLookupByTargetPath"));
}

static void
every_procedure_that_is_served_has_its_permission(void)
{
    unsigned count = 0;
    const Procedure *rows = procedure_all(&count);
    unsigned served = 0;

    for (unsigned i = 0; i < count; i++) {
        if (!serve_is_known(&rows[i]))
            continue;
        served++;
        if (!rows[i].function || !access_rule(rows[i].function))
            g_error("%s is served without a rule", rows[i].name);
    }
    g_assert_cmpuint(served, >, 90);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/daemon/serve/" #name, name)
    TEST(a_domain_is_found_by_name_uuid_and_id);
    TEST(texts_numbers_and_structs_arrive);
    TEST(characters_of_a_fixed_count_arrive);
    TEST(calls_without_a_result_do_their_work);
    TEST(an_error_is_the_same_on_both_sides);
    TEST(what_the_program_must_not_do_is_refused_by_the_public_call);
    TEST(checkpoints_travel_with_their_domain);
    TEST(what_a_client_may_not_call_is_not_called);
    TEST(what_a_client_may_not_see_is_neither_listed_nor_counted_nor_found);
    TEST(what_we_do_not_serve_is_told_as_no_support);
    TEST(every_procedure_that_is_served_has_its_permission);
    return g_test_run();
}
