/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/memory/migration.h"

#include "base/error.h"

#include <libvirt/libvirt.h>
#include <string.h>

static void
check_flags(unsigned flags, bool is_active, int code, const char *words)
{
    g_autoptr(GError) error = NULL;
    bool is_good = migration_check_flags(flags, "web", is_active, &error);

    g_assert_cmpint(is_good, ==, code == VIR_ERR_OK);
    if (is_good)
        return;
    g_assert_cmpint(error->code, ==, code);
    g_assert_nonnull(strstr(error->message, words));
}

static void
flags_are_had_or_refused_by_name(void)
{
    check_flags(VIR_MIGRATE_LIVE | VIR_MIGRATE_PEER2PEER |
                    VIR_MIGRATE_PERSIST_DEST | VIR_MIGRATE_UNDEFINE_SOURCE |
                    VIR_MIGRATE_PAUSED | VIR_MIGRATE_CHANGE_PROTECTION |
                    VIR_MIGRATE_UNSAFE | VIR_MIGRATE_ABORT_ON_ERROR,
                true, VIR_ERR_OK, "");
    check_flags(VIR_MIGRATE_COMPRESSED, true, VIR_ERR_ARGUMENT_UNSUPPORTED,
                "COMPRESSED");
    check_flags(VIR_MIGRATE_AUTO_CONVERGE, true, VIR_ERR_ARGUMENT_UNSUPPORTED,
                "AUTO_CONVERGE");
    check_flags(VIR_MIGRATE_NON_SHARED_INC, true, VIR_ERR_ARGUMENT_UNSUPPORTED,
                "NON_SHARED_INC");
    check_flags(VIR_MIGRATE_NON_SHARED_SYNCHRONOUS_WRITES, true,
                VIR_ERR_ARGUMENT_UNSUPPORTED, "SYNCHRONOUS_WRITES");
    check_flags(VIR_MIGRATE_RDMA_PIN_ALL, true, VIR_ERR_ARGUMENT_UNSUPPORTED,
                "RDMA_PIN_ALL");
    check_flags(VIR_MIGRATE_PARALLEL, true, VIR_ERR_ARGUMENT_UNSUPPORTED,
                "PARALLEL");
    check_flags(VIR_MIGRATE_POSTCOPY_RESUME, true, VIR_ERR_ARGUMENT_UNSUPPORTED,
                "POSTCOPY_RESUME");
    check_flags(VIR_MIGRATE_ZEROCOPY, true, VIR_ERR_ARGUMENT_UNSUPPORTED,
                "ZEROCOPY");
    check_flags(VIR_MIGRATE_ZEROCOPY << 1, true, VIR_ERR_INVALID_ARG, "0x");
}

static void
what_is_off_moves_as_a_definition_that_stays(void)
{
    check_flags(0, false, VIR_ERR_OPERATION_INVALID, "OFFLINE");
    check_flags(VIR_MIGRATE_OFFLINE, false, VIR_ERR_OPERATION_INVALID,
                "PERSIST_DEST");
    check_flags(VIR_MIGRATE_OFFLINE | VIR_MIGRATE_PERSIST_DEST, false,
                VIR_ERR_OK, "");
    check_flags(VIR_MIGRATE_OFFLINE | VIR_MIGRATE_PERSIST_DEST, true,
                VIR_ERR_OPERATION_INVALID, "runs");
}

static void
check_holds(const MigrationHolds *holds, const char *words)
{
    g_autoptr(GError) error = NULL;

    g_assert_false(migration_check_holds(holds, "move", &error));
    g_assert_cmpint(error->code, ==, VIR_ERR_OPERATION_INVALID);
    g_assert_nonnull(strstr(error->message, words));
}

static void
what_keeps_a_machine_is_named(void)
{
    const MigrationHolds free = {.name = "web"};
    const MigrationHolds job = {.name = "web", .job = 7};
    const MigrationHolds checkpoint = {.name = "web", .checkpoint = "monday"};
    const MigrationHolds snapshot = {.name = "web", .snapshot = "before"};
    const MigrationHolds saved = {.name = "web", .has_managed_save = true};

    g_assert_true(migration_check_holds(&free, "move", NULL));
    check_holds(&job, "job 7");
    check_holds(&checkpoint, "'monday'");
    check_holds(&snapshot, "'before'");
    check_holds(&saved, "managed save");
}

static void
a_stamp_changes_with_the_machine_and_its_run(void)
{
    g_autoptr(MigrationCookie) cookie = migration_cookie_new();
    g_autoptr(GError) error = NULL;
    g_autofree char *other = migration_stamp("<domain/>", 2, 1);

    cookie->stamp = migration_stamp("<domain/>", 1, 1);
    g_assert_true(migration_check_stamp(cookie, cookie->stamp, "web", &error));
    g_assert_false(migration_check_stamp(cookie, other, "web", &error));
    g_assert_cmpint(error->code, ==, VIR_ERR_OPERATION_FAILED);
    g_free(other);
    other = migration_stamp("<domain/>", 1, 3);
    g_assert_cmpstr(other, !=, cookie->stamp);
    g_free(other);
    other = migration_stamp("<domain />", 1, 1);
    g_assert_cmpstr(other, !=, cookie->stamp);
}

static void
only_a_source_that_still_sends_can_be_given_up(void)
{
    g_autoptr(Migration) migration = migration_new("id", false);
    g_autoptr(GError) error = NULL;

    g_assert_true(migration_check_cancel(migration, 3, "web", &error));
    migration->is_moved = true;
    g_assert_false(migration_check_cancel(migration, 3, "web", &error));
    g_assert_nonnull(strstr(error->message, "moved everything"));
    g_clear_error(&error);
    migration->is_moved = false;
    migration->is_incoming = true;
    g_assert_false(migration_check_cancel(migration, 3, "web", &error));
    g_assert_nonnull(strstr(error->message, "where it comes from"));
    g_clear_error(&error);
    g_assert_false(migration_refuse(migration, 3, "web", "pause", &error));
    g_assert_nonnull(strstr(error->message, "cannot pause: job 3"));
    g_assert_null(strstr(error->message, "abort"));
}

static void
an_answer_has_what_the_next_phases_need(void)
{
    g_autoptr(MigrationCookie) cookie = migration_cookie_new();

    (void)migration_cookie_add(cookie, "vda");
    cookie->definition = g_strdup("<domain/>");
    migration_cookie_answer(cookie, "test:///there", "<domain/>");
    g_assert_cmpstr(cookie->peer, ==, "test:///there");
    g_assert_null(cookie->definition);
    g_assert_cmpuint(cookie->disks->len, ==, 0);
    cookie->is_offline = true;
    migration_cookie_answer(cookie, "test:///there", "<domain/>");
    g_assert_cmpstr(cookie->definition, ==, "<domain/>");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/model/migration/" #test, test)
    ADD(flags_are_had_or_refused_by_name);
    ADD(what_is_off_moves_as_a_definition_that_stays);
    ADD(what_keeps_a_machine_is_named);
    ADD(a_stamp_changes_with_the_machine_and_its_run);
    ADD(only_a_source_that_still_sends_can_be_given_up);
    ADD(an_answer_has_what_the_next_phases_need);
#undef ADD
    return g_test_run();
}
