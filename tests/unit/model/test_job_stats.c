/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/job_stats.h"

#include "base/typed_params.h"

#include <libvirt/libvirt-strandline.h>

static Job *
push_job(uint64_t total, uint64_t processed)
{
    Job *job = job_new(7, VIR_DOMAIN_JOB_OPERATION_BACKUP);
    JobDisk *disk = job_disk_new("vda");

    job->state = JOB_RUNNING;
    job->backup = backup_def_new();
    job->backup->mode = BACKUP_MODE_PUSH;
    disk->total = total;
    disk->processed = processed;
    g_ptr_array_add(job->disks, disk);
    return job;
}

static unsigned long long
figure(const Job *job, const char *name)
{
    virTypedParameterPtr params = NULL;
    int n_params = job_stats_params(job, &params);
    const virTypedParameter *found = typed_params_find(params, n_params, name);
    unsigned long long value = 0;

    g_assert_nonnull(found);
    value = found->value.ul;
    typed_params_free(params, n_params);
    return value;
}

static void
what_remains_is_the_difference(void)
{
    g_autoptr(Job) job = push_job(100, 30);
    virDomainJobInfo info;

    g_assert_cmpuint(figure(job, VIR_DOMAIN_JOB_DISK_REMAINING), ==, 70);
    job_stats_info(job, &info);
    g_assert_cmpuint(info.fileRemaining, ==, 70);
    g_assert_cmpuint(info.dataRemaining, ==, 70);
}

static void
what_remains_is_never_below_nothing(void)
{
    g_autoptr(Job) job = push_job(100, 164);
    virDomainJobInfo info;

    g_assert_cmpuint(figure(job, VIR_DOMAIN_JOB_DISK_REMAINING), ==, 0);
    job_stats_info(job, &info);
    g_assert_cmpuint(info.fileRemaining, ==, 0);
    g_assert_cmpuint(info.dataRemaining, ==, 0);
}

static const char *
failed_disk(virTypedParameterPtr params, int n_params)
{
    const virTypedParameter *found =
        typed_params_find(params, n_params, VIR_DOMAIN_JOB_FAILED_DISK);

    return found ? found->value.s : NULL;
}

/* Of one that was aborted QEMU reports errors, too, which nobody has to know. */
static void
a_failed_copy_names_its_disk_and_an_aborted_one_does_not(void)
{
    const JobOutcome outcomes[] = {JOB_FAILED, JOB_CANCELLED};
    const char *const names[] = {"vda", NULL};

    for (gsize i = 0; i < G_N_ELEMENTS(outcomes); i++) {
        g_autoptr(Job) job = push_job(100, 30);
        virTypedParameterPtr params = NULL;
        int n_params = 0;

        job->state = JOB_ENDED;
        job->outcome = outcomes[i];
        n_params = job_stats_params(job, &params);
        g_assert_null(failed_disk(params, n_params));
        typed_params_free(params, n_params);
        job_disk_fail(job_find_disk(job, "vda"), "no room");
        n_params = job_stats_params(job, &params);
        g_assert_cmpstr(failed_disk(params, n_params), ==, names[i]);
        typed_params_free(params, n_params);
    }
}

/* How far its reader is, nobody knows. */
static void
a_pull_of_a_disk_stands_at_nothing_of_its_size(void)
{
    g_autoptr(Job) job = push_job(0, 0);
    virDomainBlockJobInfo info;

    job->backup->mode = BACKUP_MODE_PULL;
    job_find_disk(job, "vda")->size = 4096;
    job_stats_block_info(job, "vda", &info);
    g_assert_cmpint(info.type, ==, VIR_DOMAIN_BLOCK_JOB_TYPE_BACKUP);
    g_assert_cmpuint(info.cur, ==, 0);
    g_assert_cmpuint(info.end, ==, 4096);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu/job_stats/what_remains_is_the_difference",
                    what_remains_is_the_difference);
    g_test_add_func("/qemu/job_stats/what_remains_is_never_below_nothing",
                    what_remains_is_never_below_nothing);
    g_test_add_func("/qemu/job_stats/"
                    "a_failed_copy_names_its_disk_and_an_aborted_one_does_not",
                    a_failed_copy_names_its_disk_and_an_aborted_one_does_not);
    g_test_add_func(
        "/qemu/job_stats/a_pull_of_a_disk_stands_at_nothing_of_its_size",
        a_pull_of_a_disk_stands_at_nothing_of_its_size);
    return g_test_run();
}
