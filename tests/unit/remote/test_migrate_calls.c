/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Migration over the wire: what the driver at the other end is asked. */
#include "base/error.h"
#include "fake_driver.h"
#include "fake_migrate.h"
#include "loop.h"
#include "remote/members.h"

#include <string.h>

static void
every_phase_arrives_with_what_it_was_told(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    MigrationStep step = {.name = "db",
                          .persist_xml = "<domain type='x'/>",
                          .bandwidth = 3 << 20,
                          .flags = VIR_MIGRATE_LIVE};
    g_autofree char *begun = NULL;
    g_autofree char *prepared = NULL;
    g_autofree char *uri = NULL;
    g_autofree char *xml = NULL;
    virDomainPtr there = NULL;

    fake_migrate_reset();
    xml = remote_migrate_begin(loop->domain, &step, &begun, NULL);
    g_assert_cmpstr(xml, ==, "<domain/>");
    step.xml = xml;
    step.cookie = begun;
    g_assert_cmpint(
        remote_migrate_prepare(loop->conn, &step, &uri, &prepared, NULL), ==,
        0);
    g_assert_cmpuint(fake_step.bandwidth, ==, 3 << 20);
    g_assert_cmpuint(fake_step.flags, ==, VIR_MIGRATE_LIVE);
    step.cookie = prepared;
    step.uri = uri;
    g_assert_cmpint(remote_migrate_perform(loop->domain, &step, NULL), ==, 0);
    there = remote_migrate_finish(loop->conn, &step, false, NULL);
    g_assert_cmpstr(there->name, ==, "web");
    g_assert_cmpint(remote_migrate_confirm(loop->domain, &step, false, NULL),
                    ==, 0);
    g_assert_cmpstr(fake_phases, ==, "begin prepare perform finish confirm");
    domain_object_unref(there);
}

static void
limits_keep_their_units(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    unsigned long long speed = 0;

    g_assert_cmpint(remote_migrate_get_speed(loop->domain, &speed, NULL), ==,
                    0);
    g_assert_cmpuint(speed, ==, 5 << 20);
    g_assert_cmpint(remote_migrate_set_speed(loop->domain, 7 << 20, NULL), ==,
                    0);
    g_assert_cmpstr(fake.last_call, ==, "migrate_set_speed 7340032");
}

static void
libvirts_daemon_is_refused_before_anything_is_begun(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) there = NULL;
    const MigrationStep step = {.cookie = "from begin", .name = "db"};
    g_autofree char *cookie = NULL;
    g_autofree char *uri = NULL;

    fake_migrate_reset();
    loop_play_libvirt();
    g_assert_null(remote_migrate_begin(loop->domain, &step, &cookie, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_NO_SUPPORT);
    g_assert_nonnull(strstr(error->message, "PEER2PEER"));
    g_assert_cmpint(
        remote_migrate_prepare(loop->conn, &step, &uri, &cookie, &there), ==,
        -1);
    g_assert_error(there, STRANDLINE_ERROR, VIR_ERR_NO_SUPPORT);
    g_assert_cmpstr(fake_phases, ==, "");
}

static void
who_asks_how_it_came_out_is_told(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    const char *cookie =
        "<migration id='c7a5fdbd-edaf-9455-926a-d65c16db1809' "
        "uuid='c7a5fdbd-edaf-9455-926a-d65c16db1808' host='-' stamp='-'/>";
    g_autoptr(GError) error = NULL;

    fake_migrate_reset();
    g_assert_cmpint(remote_migrate_settle(loop->conn, cookie, true, &error), ==,
                    1);
    g_assert_cmpint(remote_migrate_settle(loop->conn, "nonsense", true, &error),
                    ==, -1);
    g_assert_nonnull(error);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/remote/migrate-calls/" #test, test)
    ADD(every_phase_arrives_with_what_it_was_told);
    ADD(limits_keep_their_units);
    ADD(libvirts_daemon_is_refused_before_anything_is_begun);
    ADD(who_asks_how_it_came_out_is_told);
#undef ADD
    return g_test_run();
}
