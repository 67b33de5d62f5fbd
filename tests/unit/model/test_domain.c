/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Domains: names that are safe as file names, uuids, finding disks. */
#include "base/error.h"
#include "model/domain.h"

#include <string.h>

/* vda on /a.qcow2, vdb and vdc both on /shared.raw, sda empty */
static DomainDef *
four_disks(void)
{
    static const char *const disks[][2] = {{"vda", "/a.qcow2"},
                                           {"vdb", "/shared.raw"},
                                           {"vdc", "/shared.raw"},
                                           {"sda", NULL}};
    DomainDef *def = domain_def_new();

    for (guint i = 0; i < G_N_ELEMENTS(disks); i++) {
        DiskDef *disk = disk_def_new();

        disk->target = g_strdup(disks[i][0]);
        disk->path = g_strdup(disks[i][1]);
        disk->source_type = disk->path ? DISK_SOURCE_FILE : DISK_SOURCE_NONE;
        g_ptr_array_add(def->disks, disk);
    }
    return def;
}

static void
finds_disk_by_target(void)
{
    g_autoptr(DomainDef) def = four_disks();

    g_assert_cmpstr(domain_def_find_disk(def, "vdb")->target, ==, "vdb");
    g_assert_null(domain_def_find_disk(def, "vdz"));
    g_assert_null(domain_def_find_disk(def, "/a.qcow2"));
}

static void
finds_disk_by_its_only_path(void)
{
    g_autoptr(DomainDef) def = four_disks();

    g_assert_cmpstr(domain_def_find_disk_by_name(def, "/a.qcow2")->target, ==,
                    "vda");
    g_assert_cmpstr(domain_def_find_disk_by_name(def, "sda")->target, ==,
                    "sda");
}

static void
finds_no_disk_by_a_shared_path(void)
{
    g_autoptr(DomainDef) def = four_disks();

    g_assert_null(domain_def_find_disk_by_name(def, "/shared.raw"));
    g_assert_null(domain_def_find_disk_by_name(def, "/other"));
    g_assert_null(domain_def_find_disk_by_name(def, NULL));
}

static void
accepts_odd_but_safe_names(void)
{
    static const char *const names[] = {
        "web", "a,process=evil", "50% done", "with blank", "gr\xc3\xbc\xc3\x9f",
        "...", ".hidden",        "-x",       "1"};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_true(domain_name_check(names[i], &error));
        g_assert_no_error(error);
    }
}

static void
refuses_names_that_leave_a_folder_or_hide(void)
{
    static const char *const names[] = {
        "",  " ",    ".",       "..",      "../x",      "a/b",
        "/", "a\nb", "\x1b[2J", "bad\xff", "tab\there", NULL};

    for (guint i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autoptr(GError) error = NULL;

        g_assert_false(domain_name_check(names[i], &error));
        g_assert_true(error_is(error, VIR_ERR_XML_ERROR));
        g_assert_null(strchr(error->message, '\n'));
        g_assert_null(strchr(error->message, '\x1b'));
    }
}

static void
refuses_names_too_long_for_a_file(void)
{
    g_autofree char *longest = g_strnfill(200, 'x');
    g_autofree char *too_long = g_strnfill(201, 'x');
    g_autoptr(GError) error = NULL;

    g_assert_true(domain_name_check(longest, NULL));
    g_assert_false(domain_name_check(too_long, &error));
    g_assert_true(error_is(error, VIR_ERR_XML_ERROR));
}

static void
uuid_survives_its_text(void)
{
    static const char text[] = "6ba7b810-9dad-11d1-80b4-00c04fd430c8";
    unsigned char uuid[DOMAIN_UUID_SIZE];
    char again[DOMAIN_UUID_TEXT_SIZE];

    g_assert_true(uuid_parse(text, uuid));
    uuid_format(uuid, again);
    g_assert_cmpstr(again, ==, text);
}

static void
uuid_is_read_without_hyphens_and_in_capitals(void)
{
    unsigned char uuid[DOMAIN_UUID_SIZE];

    g_assert_true(uuid_parse("6BA7B8109DAD11D180B400C04FD430C8", uuid));
    g_assert_cmpint(uuid[15], ==, 0xc8);
}

static void
refuses_texts_that_are_no_uuid(void)
{
    static const char *const texts[] = {
        "",
        "6ba7b810",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c",
        "6ba7b810-9dad-11d1-80b4-00c04fd430c8a",
        "6ba7b810--9dad-11d1-80b4-00c04fd430c8",
        "-6ba7b810-9dad-11d1-80b4-00c04fd430c8",
        "gba7b810-9dad-11d1-80b4-00c04fd430c8",
    };
    unsigned char uuid[DOMAIN_UUID_SIZE] = {7};

    for (guint i = 0; i < G_N_ELEMENTS(texts); i++)
        g_assert_false(uuid_parse(texts[i], uuid));
    g_assert_cmpint(uuid[0], ==, 7); /* left alone on failure */
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/domain/finds_disk_by_target", finds_disk_by_target);
    g_test_add_func("/model/domain/finds_disk_by_its_only_path",
                    finds_disk_by_its_only_path);
    g_test_add_func("/model/domain/finds_no_disk_by_a_shared_path",
                    finds_no_disk_by_a_shared_path);
    g_test_add_func("/model/domain/accepts_odd_but_safe_names",
                    accepts_odd_but_safe_names);
    g_test_add_func("/model/domain/refuses_names_that_leave_a_folder_or_hide",
                    refuses_names_that_leave_a_folder_or_hide);
    g_test_add_func("/model/domain/refuses_names_too_long_for_a_file",
                    refuses_names_too_long_for_a_file);
    g_test_add_func("/model/domain/uuid_survives_its_text",
                    uuid_survives_its_text);
    g_test_add_func("/model/domain/uuid_is_read_without_hyphens",
                    uuid_is_read_without_hyphens_and_in_capitals);
    g_test_add_func("/model/domain/refuses_texts_that_are_no_uuid",
                    refuses_texts_that_are_no_uuid);
    return g_test_run();
}
