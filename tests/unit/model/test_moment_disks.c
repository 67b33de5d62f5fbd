/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"
#include "disk_fixture.h"
#include "model/moment_disks.h"

/* An entry is a name and nothing else here. */
static char **
name_of(gpointer entry)
{
    return entry;
}

static DomainDef *
make_domain(void)
{
    DomainDef *domain = domain_def_new();

    domain->name = g_strdup("web");
    fixture_add_disk(domain, "vda", "/images/web", IMAGE_FORMAT_QCOW2);
    fixture_add_disk(domain, "vdb", "/data", IMAGE_FORMAT_RAW);
    return domain;
}

static void
entry_free(gpointer data)
{
    g_free(*name_of(data));
    g_free(data);
}

static GPtrArray *
make_entries(const char *first, const char *second)
{
    const char *const names[] = {first, second};
    GPtrArray *entries = g_ptr_array_new_with_free_func(entry_free);

    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        char **entry = g_new0(char *, 1);

        *entry = g_strdup(names[i]);
        g_ptr_array_add(entries, entry);
    }
    return entries;
}

static void
entries_are_found_by_what_they_mean(void)
{
    g_autoptr(DomainDef) domain = make_domain();
    g_autoptr(GPtrArray) entries = make_entries("/data", "vda");
    g_autoptr(GHashTable) map =
        moment_disks_map(entries, name_of, domain, "checkpoint", NULL);
    g_autoptr(GHashTable) none =
        moment_disks_map(NULL, name_of, domain, "checkpoint", NULL);

    g_assert_cmpuint(g_hash_table_size(map), ==, 2);
    g_assert_true(g_hash_table_lookup(map, "vdb") == entries->pdata[0]);
    g_assert_true(g_hash_table_lookup(map, "vda") == entries->pdata[1]);
    g_assert_cmpuint(g_hash_table_size(none), ==, 0);
}

static void
an_unknown_or_a_second_one_is_refused_by_name(void)
{
    g_autoptr(DomainDef) domain = make_domain();
    g_autoptr(GPtrArray) unknown = make_entries("vda", "/other");
    g_autoptr(GPtrArray) twice = make_entries("vdb", "/data");
    g_autoptr(GError) error = NULL;

    g_assert_null(
        moment_disks_map(unknown, name_of, domain, "checkpoint", &error));
    g_assert_true(error_is(error, VIR_ERR_CONFIG_UNSUPPORTED));
    g_assert_cmpstr(error->message, ==,
                    "domain 'web' has no disk '/other'; name a disk by its "
                    "target");
    g_clear_error(&error);
    g_assert_null(moment_disks_map(twice, name_of, domain, "snapshot", &error));
    g_assert_true(error_is(error, VIR_ERR_CONFIG_UNSUPPORTED));
    g_assert_cmpstr(error->message, ==, "snapshot lists disk 'vdb' twice");
}

static void
names_become_targets_where_the_disk_is_still_there(void)
{
    g_autoptr(DomainDef) domain = make_domain();
    g_autoptr(GPtrArray) entries = make_entries("/data", "sda");
    g_autoptr(GPtrArray) twice = make_entries("/data", "vdb");
    g_autoptr(GError) error = NULL;

    g_assert_true(
        moment_disks_rename(entries, name_of, domain, "snapshot", "one", NULL));
    g_assert_cmpstr(*name_of(entries->pdata[0]), ==, "vdb");
    g_assert_cmpstr(*name_of(entries->pdata[1]), ==, "sda");
    g_assert_false(
        moment_disks_rename(twice, name_of, domain, "snapshot", "one", &error));
    g_assert_true(error_is(error, VIR_ERR_CONFIG_UNSUPPORTED));
    g_assert_cmpstr(error->message, ==,
                    "snapshot 'one' lists disk 'vdb' twice");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/moment_disks/entries_are_found_by_what_they_mean",
                    entries_are_found_by_what_they_mean);
    g_test_add_func("/model/moment_disks/an_unknown_or_a_second_is_refused",
                    an_unknown_or_a_second_one_is_refused_by_name);
    g_test_add_func("/model/moment_disks/names_become_targets",
                    names_become_targets_where_the_disk_is_still_there);
    return g_test_run();
}
