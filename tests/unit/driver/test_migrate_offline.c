/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A definition moves by being defined there and undefined here, each by the
 * driver's own call. */
#include "driver/migrate_offline.h"

#include "base/error.h"
#include "fake_driver.h"

static char *defined;
static int undefined;

static virDomainPtr
define(virConnectPtr conn, const char *xml, unsigned flags, GError **error)
{
    (void)error;
    g_assert_cmpuint(flags, ==, 0);
    defined = g_strdup(xml);
    return domain_object_new(conn, "web", fake_uuid, -1);
}

static int
undefine(virDomainPtr domain, unsigned flags, GError **error)
{
    (void)domain;
    (void)error;
    g_assert_cmpuint(flags, ==, 0);
    undefined++;
    return 0;
}

static const Driver driver = {
    .name = "Offline", .domain_define = define, .domain_undefine = undefine};

static void
what_came_with_the_answer_is_defined_there(void)
{
    virConnectPtr conn = connect_object_new(&driver, NULL, "offline:///", 0);
    g_autoptr(MigrationCookie) cookie = migration_cookie_new();
    g_autoptr(GError) error = NULL;
    virDomainPtr domain = NULL;

    cookie->definition = g_strdup("<domain/>");
    g_assert_null(migrate_offline_finish(conn, cookie, true, &error));
    g_assert_cmpint(error->code, ==, VIR_ERR_OPERATION_ABORTED);
    g_assert_null(defined);
    g_clear_error(&error);
    domain = migrate_offline_finish(conn, cookie, false, &error);
    g_assert_nonnull(domain);
    g_assert_cmpstr(defined, ==, "<domain/>");
    g_clear_pointer(&defined, g_free);
    domain_object_unref(domain);
    connect_object_unref(conn);
}

static void
it_goes_here_only_if_it_is_there_and_is_to_go(void)
{
    virConnectPtr conn = connect_object_new(&driver, NULL, "offline:///", 0);
    virDomainPtr domain = domain_object_new(conn, "web", fake_uuid, -1);
    MigrationStep step = {.flags = VIR_MIGRATE_OFFLINE};
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(migrate_offline_confirm(domain, &step, false, &error), ==,
                    0);
    step.flags |= VIR_MIGRATE_UNDEFINE_SOURCE;
    g_assert_cmpint(migrate_offline_confirm(domain, &step, true, &error), ==,
                    0);
    g_assert_cmpint(undefined, ==, 0);
    g_assert_cmpint(migrate_offline_confirm(domain, &step, false, &error), ==,
                    0);
    g_assert_cmpint(undefined, ==, 1);
    domain_object_unref(domain);
    connect_object_unref(conn);
}

#define ADD(name) g_test_add_func("/driver/migrate_offline/" #name, name)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(what_came_with_the_answer_is_defined_there);
    ADD(it_goes_here_only_if_it_is_there_and_is_to_go);
    return g_test_run();
}
