/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The numbers of what running backups write to. */
#include "model/block/backup_image.h"

#include "base/error.h"
#include "disk_fixture.h"

#include <libvirt/libvirt.h>

/* Of vda and vdb, vdb's to a server. */
static Job *
add_backup(JobTable *jobs, JobState state)
{
    Job *job = job_table_add(jobs, VIR_DOMAIN_JOB_OPERATION_BACKUP, NULL);
    static const char *const names[] = {"vda", "vdb", "vdc"};

    job->state = state;
    job->backup = backup_def_new();
    job->backup->disks =
        g_ptr_array_new_with_free_func((GDestroyNotify)backup_disk_free);
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        BackupDisk *disk = backup_disk_new(names[i]);

        disk->is_chosen = i < 2;
        g_ptr_array_add(job->backup->disks, disk);
        if (i == 1) {
            backup_disk_set_network(disk, g_new0(BackupServer, 1),
                                    g_strdup(""));
        } else {
            disk->store = g_strdup_printf("/%s.%d", names[i], job->id);
        }
    }
    return job;
}

/* vda is a chain of three, vdb and vdc have an image each. */
static DomainDef *
new_domain(void)
{
    DomainDef *domain = domain_def_new();

    domain->name = g_strdup("web");
    g_ptr_array_add(domain->disks, fixture_disk_chain(DISK_SOURCE_FILE));
    (void)fixture_add_disk(domain, "vdb", "/b", IMAGE_FORMAT_QCOW2);
    (void)fixture_add_disk(domain, "vdc", "/c", IMAGE_FORMAT_QCOW2);
    return domain;
}

static void
expect(const DomainDef *domain, const JobTable *jobs, const char *device,
       const char *store)
{
    g_autoptr(GError) error = NULL;
    BackupImage image = {0};

    if (store) {
        g_assert_true(backup_images_find(domain, jobs, device, &image, &error));
        g_assert_cmpstr(image.wanted->store, ==, store);
    } else {
        g_assert_false(
            backup_images_find(domain, jobs, device, &image, &error));
        g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
        g_assert_null(image.wanted);
    }
}

static void
each_is_found_by_a_number_that_no_other_image_has(void)
{
    g_autoptr(DomainDef) domain = new_domain();
    g_autoptr(JobTable) jobs = job_table_new();

    (void)add_backup(jobs, JOB_RUNNING);
    (void)add_backup(jobs, JOB_RUNNING);
    /* The chain itself is 1 to 3. */
    expect(domain, jobs, "vda[3]", NULL);
    expect(domain, jobs, "vda[4]", "/vda.1");
    expect(domain, jobs, "vda[5]", "/vda.2");
    expect(domain, jobs, "vda[6]", NULL);
    expect(domain, jobs, "vda", NULL);
    /* On a server, and left out. */
    expect(domain, jobs, "vdb[2]", NULL);
    expect(domain, jobs, "vdc[2]", NULL);
}

static void
what_has_ended_is_found_only_by_who_wants_it(void)
{
    g_autoptr(DomainDef) domain = new_domain();
    g_autoptr(JobTable) jobs = job_table_new();
    g_autoptr(GArray) live = NULL;
    g_autoptr(GArray) all = NULL;

    (void)add_backup(jobs, JOB_ENDED);
    expect(domain, jobs, "vda[4]", NULL);
    live = backup_images_of(domain, jobs, false);
    all = backup_images_of(domain, jobs, true);
    g_assert_cmpuint(live->len, ==, 0);
    g_assert_cmpuint(all->len, ==, 1);
}

static void
documents_show_them_as_long_as_the_backup_runs(void)
{
    g_autoptr(DomainDef) domain = new_domain();
    g_autoptr(JobTable) jobs = job_table_new();
    Job *job = add_backup(jobs, JOB_RUNNING);
    const BackupDisk *vda = backup_def_find_disk(job->backup, "vda");
    const BackupDisk *vdb = backup_def_find_disk(job->backup, "vdb");

    backup_images_show(domain, jobs);
    g_assert_cmpuint(vda->index, ==, 4);
    g_assert_cmpuint(vdb->index, ==, 0);
    job->state = JOB_DONE;
    backup_images_show(domain, jobs);
    g_assert_cmpuint(vda->index, ==, 0);
    /* Of a machine that is off nothing grows. */
    job->state = JOB_RUNNING;
    backup_images_show(NULL, jobs);
    g_assert_cmpuint(vda->index, ==, 0);
}

#define ADD(test) g_test_add_func("/backup_image/" #test, test)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(each_is_found_by_a_number_that_no_other_image_has);
    ADD(what_has_ended_is_found_only_by_who_wants_it);
    ADD(documents_show_them_as_long_as_the_backup_runs);
    return g_test_run();
}
