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

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/model/migration/" #test, test)
    ADD(flags_are_had_or_refused_by_name);
    ADD(what_is_off_moves_as_a_definition_that_stays);
    ADD(what_keeps_a_machine_is_named);
#undef ADD
    return g_test_run();
}
