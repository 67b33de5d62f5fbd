/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The rules that no document shows by itself; the rest is held by the golden
 * files of xml/test_backup_xml.c. */
#include "model/backup.h"

#include "base/error.h"

#include <string.h>

static DomainDef *
one_disk(void)
{
    DomainDef *domain = domain_def_new();
    DiskDef *disk = disk_def_new();

    domain->name = g_strdup("web");
    disk->target = g_strdup("vda");
    disk->source_type = DISK_SOURCE_FILE;
    disk->path = g_strdup("/a");
    disk->backing =
        g_ptr_array_new_with_free_func((GDestroyNotify)image_layer_free);
    g_ptr_array_add(disk->backing, image_layer_new(DISK_SOURCE_FILE, "/base",
                                                   IMAGE_FORMAT_QCOW2));
    g_ptr_array_add(domain->disks, disk);
    return domain;
}

static BackupDef *
backup_of(const char *name)
{
    BackupDef *def = backup_def_new();

    def->disks =
        g_ptr_array_new_with_free_func((GDestroyNotify)backup_disk_free);
    g_ptr_array_add(def->disks, backup_disk_new(name));
    return def;
}

static void
refuses_a_domain_without_disks(void)
{
    g_autoptr(DomainDef) domain = domain_def_new();
    g_autoptr(BackupDef) def = backup_def_new();
    g_autoptr(GError) error = NULL;

    domain->name = g_strdup("web");
    g_assert_false(backup_def_align(def, domain, "s", &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_CONFIG_UNSUPPORTED);
}

static void
refuses_a_target_that_is_a_backing_file(void)
{
    g_autoptr(DomainDef) domain = one_disk();
    g_autoptr(BackupDef) def = backup_of("vda");
    g_autoptr(GError) error = NULL;
    BackupDisk *disk = g_ptr_array_index(def->disks, 0);

    disk->store = g_strdup("/base");
    g_assert_false(backup_def_align(def, domain, "s", &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
}

static void
a_generated_name_ends_in_the_suffix(void)
{
    g_autoptr(DomainDef) domain = one_disk();
    g_autoptr(BackupDef) def = backup_of("/a");
    const BackupDisk *disk = NULL;

    g_assert_true(backup_def_align(def, domain, "monday", NULL));
    disk = backup_def_find_disk(def, "vda");
    g_assert_cmpstr(disk->store, ==, "/a.monday");
    g_assert_true(disk->is_generated);
}

static void
an_increment_goes_where_it_cannot_be_mistaken(void)
{
    g_autoptr(BackupDisk) disk = backup_disk_new("vda");
    g_autoptr(GError) error = NULL;

    disk->store = g_strdup("/bytes");
    disk->format = IMAGE_FORMAT_RAW;
    disk->mode = BACKUP_DISK_FULL;
    g_assert_true(
        backup_disk_check_increment(disk, BACKUP_MODE_PUSH, false, NULL));
    disk->mode = BACKUP_DISK_INCREMENTAL;
    g_assert_true(
        backup_disk_check_increment(disk, BACKUP_MODE_PUSH, true, NULL));
    g_assert_true(
        backup_disk_check_increment(disk, BACKUP_MODE_PULL, false, NULL));
    g_assert_false(
        backup_disk_check_increment(disk, BACKUP_MODE_PUSH, false, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_CONFIG_UNSUPPORTED);
    disk->format = IMAGE_FORMAT_QCOW2;
    g_assert_true(
        backup_disk_check_increment(disk, BACKUP_MODE_PUSH, false, NULL));
}

static void
refuses_an_export_name_too_long_for_nbd(void)
{
    g_autoptr(DomainDef) domain = one_disk();
    g_autoptr(BackupDef) def = backup_of("vda");
    g_autoptr(GError) error = NULL;
    BackupDisk *disk = g_ptr_array_index(def->disks, 0);

    def->mode = BACKUP_MODE_PULL;
    disk->exportname = g_strnfill(4096, 'x');
    g_assert_false(backup_def_align(def, domain, "s", &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_CONFIG_UNSUPPORTED);
}

static void
files_are_called_after_the_checkpoint_or_the_second(void)
{
    gint64 before = g_get_real_time() / G_USEC_PER_SEC;
    g_autofree char *named = backup_suffix("c1");
    g_autofree char *timed = backup_suffix(NULL);
    gint64 seconds = 0;

    g_assert_cmpstr(named, ==, "c1");
    g_assert_true(g_ascii_string_to_signed(
        timed, 10, before, g_get_real_time() / G_USEC_PER_SEC, &seconds, NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/model/backup/refuses_a_domain_without_disks",
                    refuses_a_domain_without_disks);
    g_test_add_func("/model/backup/refuses_a_target_that_is_a_backing_file",
                    refuses_a_target_that_is_a_backing_file);
    g_test_add_func("/model/backup/a_generated_name_ends_in_the_suffix",
                    a_generated_name_ends_in_the_suffix);
    g_test_add_func(
        "/model/backup/an_increment_goes_where_it_cannot_be_mistaken",
        an_increment_goes_where_it_cannot_be_mistaken);
    g_test_add_func("/model/backup/refuses_an_export_name_too_long_for_nbd",
                    refuses_an_export_name_too_long_for_nbd);
    g_test_add_func(
        "/model/backup/files_are_called_after_the_checkpoint_or_the_second",
        files_are_called_after_the_checkpoint_or_the_second);
    return g_test_run();
}
