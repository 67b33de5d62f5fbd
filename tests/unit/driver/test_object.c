/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Handles keep what they name alive, and know their own kind. */
#include "fake_driver.h"

#include <string.h>

/* conn <- domain <- checkpoint, job: the caller drops them top down. */
static void
a_handle_keeps_those_above_it(void)
{
    virConnectPtr conn = NULL;
    virDomainPtr domain = NULL;
    virDomainCheckpointPtr checkpoint = NULL;
    virDomainJobPtr job = NULL;

    fake_reset();
    conn = connect_object_new(&fake_driver, &fake, "fake:///", true);
    domain = domain_object_new(conn, "web", fake_uuid, 3);
    checkpoint = checkpoint_object_new(domain, "chk");
    job = job_object_new(domain, 9, VIR_DOMAIN_JOB_BOUNDED,
                         VIR_DOMAIN_JOB_OPERATION_BACKUP);
    g_assert_cmpint(connect_object_unref(conn), ==, 1);
    g_assert_cmpint(domain_object_unref(domain), ==, 2);
    g_assert_cmpint(fake.closes, ==, 0);

    g_assert_cmpstr(checkpoint->domain->conn->uri, ==, "fake:///");
    g_assert_true(checkpoint->domain->conn->is_readonly);
    g_assert_cmpint(memcmp(job->domain->uuid, fake_uuid, VIR_UUID_BUFLEN), ==,
                    0);
    g_assert_cmpint(job->domain->id, ==, 3);
    g_assert_cmpint(checkpoint_object_unref(checkpoint), ==, 0);
    g_assert_cmpint(fake.closes, ==, 0);
    g_assert_cmpint(job_object_unref(job), ==, 0);
    g_assert_cmpint(fake.closes, ==, 1);
}

static void
a_handle_is_of_one_kind(void)
{
    virConnectPtr conn =
        connect_object_new(&fake_driver, &fake, "fake:///", false);
    virDomainPtr domain = domain_object_new(conn, "web", fake_uuid, -1);
    virDomainCheckpointPtr checkpoint = checkpoint_object_new(domain, "chk");
    virDomainJobPtr job = job_object_new(domain, 1, 0, 0);

    g_assert_true(connect_object_is(conn));
    g_assert_true(domain_object_is(domain));
    g_assert_true(checkpoint_object_is(checkpoint));
    g_assert_true(job_object_is(job));
    g_assert_false(connect_object_is((void *)domain));
    g_assert_false(domain_object_is((void *)checkpoint));
    g_assert_false(checkpoint_object_is((void *)job));
    g_assert_false(job_object_is((void *)checkpoint));
    g_assert_false(connect_object_is(NULL));
    g_assert_false(domain_object_is(NULL));
    g_assert_false(checkpoint_object_is(NULL));
    g_assert_false(job_object_is(NULL));
    job_object_unref(job);
    checkpoint_object_unref(checkpoint);
    domain_object_unref(domain);
    connect_object_unref(conn);
}

static void
the_last_reference_cannot_be_revived(void)
{
    virConnectPtr conn =
        connect_object_new(&fake_driver, &fake, "fake:///", false);

    g_assert_true(connect_object_try_ref(conn));
    g_assert_cmpint(connect_object_unref(conn), ==, 1);
    /* As the closing thread has left it, a moment before it frees. */
    g_atomic_int_set(&conn->refs, 0);
    g_assert_false(connect_object_try_ref(conn));
    g_atomic_int_set(&conn->refs, 1);
    g_assert_cmpint(connect_object_unref(conn), ==, 0);
}

static gpointer
ref_and_unref(gpointer data)
{
    for (int i = 0; i < 20000; i++) {
        g_assert_true(connect_object_try_ref(data));
        g_assert_cmpint(connect_object_unref(data), >, 0);
    }
    return NULL;
}

static void
references_are_counted_across_threads(void)
{
    virConnectPtr conn =
        connect_object_new(&fake_driver, &fake, "fake:///", false);
    GThread *threads[2];

    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
        threads[i] = g_thread_new("references", ref_and_unref, conn);
    for (size_t i = 0; i < G_N_ELEMENTS(threads); i++)
        g_thread_join(threads[i]);
    g_assert_cmpint(connect_object_unref(conn), ==, 0);
}

static void
nothing_is_no_reference(void)
{
    g_assert_cmpint(connect_object_unref(NULL), ==, 0);
    g_assert_cmpint(domain_object_unref(NULL), ==, 0);
    g_assert_cmpint(checkpoint_object_unref(NULL), ==, 0);
    g_assert_cmpint(job_object_unref(NULL), ==, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/driver/object/a_handle_keeps_those_above_it",
                    a_handle_keeps_those_above_it);
    g_test_add_func("/driver/object/a_handle_is_of_one_kind",
                    a_handle_is_of_one_kind);
    g_test_add_func("/driver/object/the_last_reference_cannot_be_revived",
                    the_last_reference_cannot_be_revived);
    g_test_add_func("/driver/object/references_are_counted_across_threads",
                    references_are_counted_across_threads);
    g_test_add_func("/driver/object/nothing_is_no_reference",
                    nothing_is_no_reference);
    return g_test_run();
}
