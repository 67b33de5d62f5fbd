/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A migration goes from phase to phase, and back from each that fails. */
#include "api/domain/migration.h"

#include "fake_migrate.h"
#include "machine.h"

#include <libvirt/libvirt-domain.h>

static virDomainPtr
lead(const Machine *machine, GError **error)
{
    const MigrationWish wish = {.name = "db", .bandwidth = 3, .flags = 1};

    return migration_lead(machine->domain, machine->conn, &wish, error);
}

static void
every_phase_is_told_of_the_one_before(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    g_autoptr(GError) error = NULL;
    virDomainPtr there = NULL;

    fake_migrate_reset();
    there = lead(machine, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(fake_phases, ==, "begin prepare perform finish confirm");
    g_assert_cmpstr(fake_step.name, ==, "db");
    g_assert_cmpuint(fake_step.bandwidth, ==, 3 << 20);
    domain_object_unref(there);
}

static void
what_needs_no_memory_is_not_performed(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainPtr there = NULL;

    fake_migrate_reset();
    fake_is_offline = true;
    there = lead(machine, NULL);
    g_assert_nonnull(there);
    g_assert_cmpstr(fake_phases, ==, "begin prepare finish confirm");
    domain_object_unref(there);
}

/* Whoever has been prepared hears of it, and what failed first is told. */
static void
a_phase_that_fails_is_taken_back_on_both_sides(void)
{
    static const struct {
        const char *phase;
        const char *passed;
    } cases[] = {
        {"begin", ""},
        {"prepare", "begin"},
        {"perform", "begin prepare finish-not confirm-not"},
        {"finish", "begin prepare perform confirm-not"},
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Machine) machine = machine_new("fake:///");
        g_autoptr(GError) error = NULL;
        g_autofree char *words = g_strdup_printf("%s fails", cases[i].phase);

        fake_migrate_reset();
        fake_failing_phase = cases[i].phase;
        g_assert_null(lead(machine, &error));
        g_assert_cmpstr(error->message, ==, words);
        g_assert_cmpstr(fake_phases, ==, cases[i].passed);
    }
}

/* It runs there by then. */
static void
a_source_that_is_slow_to_end_is_no_failure(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainPtr there = NULL;

    fake_migrate_reset();
    fake_failing_phase = "confirm";
    there = lead(machine, NULL);
    g_assert_nonnull(there);
    domain_object_unref(there);
}

static bool
read_one(const char *name, int type, MigrationWish *ret_wish, GError **error)
{
    virTypedParameter param = {.type = type};

    g_strlcpy(param.field, name, sizeof(param.field));
    if (type == VIR_TYPED_PARAM_STRING) {
        param.value.s = (char *)"text";
    } else {
        param.value.ul = 9;
    }
    return migration_wish_read(&param, 1, ret_wish, error);
}

static void
parameters_are_known_by_name_and_type(void)
{
    MigrationWish wish = {0};
    g_autoptr(GError) error = NULL;

    g_assert_true(
        read_one(VIR_MIGRATE_PARAM_URI, VIR_TYPED_PARAM_STRING, &wish, NULL));
    g_assert_true(read_one(VIR_MIGRATE_PARAM_PERSIST_XML,
                           VIR_TYPED_PARAM_STRING, &wish, NULL));
    g_assert_true(read_one(VIR_MIGRATE_PARAM_BANDWIDTH, VIR_TYPED_PARAM_ULLONG,
                           &wish, NULL));
    g_assert_cmpstr(wish.uri, ==, "text");
    g_assert_cmpstr(wish.persist_xml, ==, "text");
    g_assert_cmpuint(wish.bandwidth, ==, 9);
    g_assert_false(
        read_one(VIR_MIGRATE_PARAM_URI, VIR_TYPED_PARAM_STRING, &wish, &error));
    g_assert_cmpint(error->code, ==, VIR_ERR_INVALID_ARG);
    g_clear_error(&error);
    g_assert_false(read_one(VIR_MIGRATE_PARAM_DEST_XML, VIR_TYPED_PARAM_ULLONG,
                            &wish, &error));
    g_assert_cmpint(error->code, ==, VIR_ERR_INVALID_ARG);
    g_clear_error(&error);
    g_assert_false(read_one(VIR_MIGRATE_PARAM_DISKS_URI, VIR_TYPED_PARAM_STRING,
                            &wish, &error));
    g_assert_cmpint(error->code, ==, VIR_ERR_ARGUMENT_UNSUPPORTED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/api/migration/" #test, test)
    ADD(every_phase_is_told_of_the_one_before);
    ADD(what_needs_no_memory_is_not_performed);
    ADD(a_phase_that_fails_is_taken_back_on_both_sides);
    ADD(a_source_that_is_slow_to_end_is_no_failure);
    ADD(parameters_are_known_by_name_and_type);
#undef ADD
    return g_test_run();
}
