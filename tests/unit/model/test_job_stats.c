/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/job_stats.h"

#include "base/typed_params.h"

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

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu/job_stats/what_remains_is_the_difference",
                    what_remains_is_the_difference);
    g_test_add_func("/qemu/job_stats/what_remains_is_never_below_nothing",
                    what_remains_is_never_below_nothing);
    return g_test_run();
}
