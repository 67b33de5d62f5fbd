/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Phases as libvirt's clients make them: without a cookie after a failure, and
 * with whatever anybody may send. */
#include "base/error.h"
#include "fake_migrate.h"
#include "loop.h"
#include "remote/members.h"
#include "rpc/wire_objects.h"

#include <libvirt/libvirt.h>
#include <string.h>

#define CALL(loop, name, args, ret, error) \
    loop_call(loop, RPC_PROGRAM_REMOTE, REMOTE_##name, args, ret, error)

/* A name, as libvirt's clients give it to the last phase. */
static WireParam name_param = {
    .field = (char *)VIR_MIGRATE_PARAM_DEST_NAME,
    .value = {.type = VIR_TYPED_PARAM_STRING,
              .WireParamValue_u = {.s = (char *)"db"}}};

static void
prepare(Loop *loop, GError **error)
{
    const MigrationStep step = {
        .xml = "<domain/>", .cookie = "from begin", .name = "db"};
    g_autofree char *cookie = NULL;
    g_autofree char *uri = NULL;

    fake_migrate_reset();
    if (remote_migrate_prepare(loop->conn, &step, &uri, &cookie, error) == 0)
        g_assert_cmpstr(cookie, ==, "from prepare");
}

/* NULL: that is how a client tells which has lost the cookie. */
static bool
finish(Loop *loop, bool is_cancelled, GError **error)
{
    WireMigrateFinish args = {.params = {1, &name_param},
                              .is_cancelled = is_cancelled};
    WireMigrateFinished ret = {0};
    bool is_done =
        CALL(loop, DOMAIN_MIGRATE_FINISH3_PARAMS, &args, &ret, error);

    if (is_done) {
        loop_free_ret(RPC_PROGRAM_REMOTE, REMOTE_DOMAIN_MIGRATE_FINISH3_PARAMS,
                      &ret);
    }
    return is_done;
}

static void
a_client_that_lost_the_cookie_finishes_all_the_same(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    g_autoptr(GError) error = NULL;

    prepare(loop, &error);
    g_assert_no_error(error);
    g_assert_false(finish(loop, true, &error));
    g_assert_cmpstr(fake_phases, ==, "prepare finish-not");
}

static void
only_who_prepared_finishes(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    g_autoptr(GError) error = NULL;
    g_autoptr(GError) again = NULL;

    fake_migrate_reset();
    g_assert_false(finish(loop, false, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_INVALID);
    g_assert_cmpstr(fake_phases, ==, "");
    prepare(loop, NULL);
    g_assert_true(finish(loop, false, NULL));
    g_assert_false(finish(loop, false, &again));
    g_assert_error(again, STRANDLINE_ERROR, VIR_ERR_OPERATION_INVALID);
}

static void
a_source_whose_stream_failed_is_confirmed_without_a_cookie(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    const MigrationStep step = {.cookie = "from prepare",
                                .uri = "tcp://here:1"};
    WireMigrateConfirm args = {.is_cancelled = true};

    wire_domain_lend(loop->domain, &args.domain);
    fake_migrate_reset();
    fake_failing_phase = "perform";
    g_assert_cmpint(remote_migrate_perform(loop->domain, &step, NULL), ==, -1);
    g_assert_true(
        CALL(loop, DOMAIN_MIGRATE_CONFIRM3_PARAMS, &args, NULL, NULL));
    g_assert_cmpstr(fake_phases, ==, "confirm-not");
    /* Nothing is due any more, and nothing is asked of the driver. */
    g_assert_true(
        CALL(loop, DOMAIN_MIGRATE_CONFIRM3_PARAMS, &args, NULL, NULL));
    g_assert_cmpstr(fake_phases, ==, "confirm-not");
}

/* As libvirtd's own, which is binary where it likes. */
static void
a_cookie_of_another_kind_is_refused_in_words(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    g_autoptr(GError) error = NULL;
    WireMigratePrepare args = {.params = {1, &name_param},
                               .cookie = {4, (char *)"a\0b"}};
    WireMigratePrepared ret = {0};

    g_assert_false(
        CALL(loop, DOMAIN_MIGRATE_PREPARE3_PARAMS, &args, &ret, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_INVALID);
    g_assert_nonnull(strstr(error->message, "no strandlined"));
}

static void
a_bandwidth_that_cannot_be_counted_is_refused(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    g_autoptr(GError) error = NULL;
    WireParam param = {.field = (char *)VIR_MIGRATE_PARAM_BANDWIDTH,
                       .value = {.type = VIR_TYPED_PARAM_ULLONG,
                                 .WireParamValue_u = {.ul = G_MAXUINT64}}};
    WireMigrateBegin args = {.params = {1, &param}};
    WireMigrateBegun ret = {0};

    fake_migrate_reset();
    wire_domain_lend(loop->domain, &args.domain);
    g_assert_false(
        CALL(loop, DOMAIN_MIGRATE_BEGIN3_PARAMS, &args, &ret, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
    g_assert_cmpstr(fake_phases, ==, "");
}

/* ---- permissions ---- */

static const char *denied;

static bool
may_call(const Serve *serve, virDomainPtr domain, unsigned flags)
{
    (void)domain;
    (void)flags;
    if (!g_str_equal(serve->procedure->function, denied))
        return true;
    return serve_fail(VIR_ERR_ACCESS_DENIED, "not %s",
                      serve->procedure->function);
}

/* The permissions of each phase: that of the whole, and at the destination that
 * of making machines besides. */
static void
no_phase_is_made_by_who_may_not(void)
{
    static const ServeAccess access = {.may_call = may_call};
    g_autoptr(Loop) loop = loop_new_fake();
    const MigrationStep step = {.cookie = "from begin",
                                .xml = "<domain/>",
                                .name = "db",
                                .uri = "tcp://here:1"};
    g_autofree char *cookie = NULL;
    g_autofree char *uri = NULL;

    fake_migrate_reset();
    loop_access(&access);
    denied = "virDomainMigrate3";
    g_assert_null(remote_migrate_begin(loop->domain, &step, &cookie, NULL));
    g_assert_cmpint(
        remote_migrate_prepare(loop->conn, &step, &uri, &cookie, NULL), ==, -1);
    g_assert_cmpint(remote_migrate_perform(loop->domain, &step, NULL), ==, -1);
    g_assert_null(remote_migrate_finish(loop->conn, &step, false, NULL));
    g_assert_cmpint(remote_migrate_confirm(loop->domain, &step, false, NULL),
                    ==, -1);
    g_assert_cmpint(remote_migrate_settle(loop->conn, "x", false, NULL), ==,
                    -1);
    denied = "virDomainCreateXML";
    g_assert_cmpint(
        remote_migrate_prepare(loop->conn, &step, &uri, &cookie, NULL), ==, -1);
    g_assert_cmpstr(fake_phases, ==, "");
    loop_access(NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/daemon/serve-migrate/" #test, test)
    ADD(a_client_that_lost_the_cookie_finishes_all_the_same);
    ADD(only_who_prepared_finishes);
    ADD(a_source_whose_stream_failed_is_confirmed_without_a_cookie);
    ADD(a_cookie_of_another_kind_is_refused_in_words);
    ADD(a_bandwidth_that_cannot_be_counted_is_refused);
    ADD(no_phase_is_made_by_who_may_not);
#undef ADD
    return g_test_run();
}
