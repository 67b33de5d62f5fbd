/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Handles come out of the wire as they went in. */
#include "rpc/wire_objects.h"

#include "driver/driver.h"

#include <string.h>

static const Driver driver = {.name = "none"};
static const unsigned char uuid[DOMAIN_UUID_SIZE] = {1, 2, 3, 0xff};

typedef struct {
    virConnectPtr conn;
    virDomainPtr domain;
} Handles;

static Handles
handles(void)
{
    Handles made = {.conn = connect_object_new(&driver, NULL, "x:///", false)};

    made.domain = domain_object_new(made.conn, "web", uuid, 7);
    return made;
}

static void
handles_end(const Handles *made)
{
    domain_object_unref(made->domain);
    g_assert_cmpint(connect_object_unref(made->conn), ==, 0);
}

static void
a_domain_keeps_name_uuid_and_id(void)
{
    Handles made = handles();
    WireDomain wire = {0};
    virDomainPtr again = NULL;

    wire_domain_lend(made.domain, &wire);
    again = wire_domain_to(made.conn, &wire);
    g_assert_cmpstr(again->name, ==, "web");
    g_assert_cmpmem(again->uuid, sizeof(again->uuid), uuid, sizeof(uuid));
    g_assert_cmpint(again->id, ==, 7);
    domain_object_unref(again);
    handles_end(&made);
}

static void
what_lies_below_a_domain_brings_it_along(void)
{
    Handles made = handles();
    virDomainCheckpointPtr checkpoint =
        checkpoint_object_new(made.domain, "c1");
    virDomainSnapshotPtr snapshot = snapshot_object_new(made.domain, "s1");
    virDomainJobPtr job = job_object_new(made.domain, 3, 2, 9);
    WireCheckpoint wire_checkpoint = {0};
    WireSnapshot wire_snapshot = {0};
    WireJob wire_job = {0};

    wire_checkpoint_lend(checkpoint, &wire_checkpoint);
    wire_snapshot_lend(snapshot, &wire_snapshot);
    wire_job_lend(job, &wire_job);
    checkpoint_object_unref(checkpoint);
    snapshot_object_unref(snapshot);
    job_object_unref(job);
    /* The names are the domain's and constants', which are still there. */
    g_assert_cmpstr(wire_checkpoint.domain.name, ==, "web");
    job = wire_job_to(made.conn, &wire_job);
    g_assert_cmpint(job->id, ==, 3);
    g_assert_cmpint(job->operation, ==, 9);
    g_assert_cmpstr(job->domain->name, ==, "web");
    job_object_unref(job);
    handles_end(&made);
}

static void
a_list_goes_and_comes(void)
{
    Handles made = handles();
    virDomainPtr *list = g_new0(virDomainPtr, 3);
    virDomainPtr *again = NULL;
    WireDomain *items = NULL;
    u_int count = 0;

    list[0] = domain_object_new(made.conn, "a", uuid, 1);
    list[1] = domain_object_new(made.conn, "b", uuid, -1);
    wire_domain_list_from(list, &items, &count);
    g_assert_cmpuint(count, ==, 2);
    g_assert_cmpint(wire_domain_list_to(made.conn, items, count, &again), ==,
                    2);
    g_assert_cmpstr(again[1]->name, ==, "b");
    g_assert_cmpint(again[1]->id, ==, -1);
    g_assert_null(again[2]);
    for (unsigned i = 0; i < count; i++) {
        domain_object_unref(again[i]);
        xdr_free((xdrproc_t)xdr_WireDomain, (char *)&items[i]);
    }
    g_free(again);
    g_free(items);
    handles_end(&made);
}

static void
no_list_is_an_empty_one(void)
{
    WireJob *items = NULL;
    u_int count = 1;

    wire_job_list_from(NULL, &items, &count);
    g_assert_cmpuint(count, ==, 0);
    g_free(items);
}

static void
a_text_may_be_absent(void)
{
    WireTextOrNone none = wire_text_own(NULL);
    WireTextOrNone some = wire_text_own(g_strdup("x"));

    g_assert_null(none);
    g_assert_null(wire_text(none));
    g_assert_cmpstr(wire_text(some), ==, "x");
    xdr_free((xdrproc_t)xdr_WireTextOrNone, (char *)&some);
    g_assert_null(some);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/rpc/wire_objects/" #name, name)
    TEST(a_domain_keeps_name_uuid_and_id);
    TEST(what_lies_below_a_domain_brings_it_along);
    TEST(a_list_goes_and_comes);
    TEST(no_list_is_an_empty_one);
    TEST(a_text_may_be_absent);
    return g_test_run();
}
