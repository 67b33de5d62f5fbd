/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Jobs by id, by handle, and the one that a call without an id means. */
#include "machine.h"

#include <libvirt/libvirt-strandline.h>
#include <stdlib.h>
#include <string.h>

static void
assert_refused(bool is_failure)
{
    g_assert_true(is_failure);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_null(fake.last_call);
}

/* The id that the statistics are of, as the fake tells it. */
static int
id_in(virTypedParameterPtr params, int count)
{
    int id = -7;

    g_assert_cmpint(virTypedParamsGetInt(params, count, VIR_DOMAIN_JOB_ID, &id),
                    ==, 1);
    virTypedParamsFree(params, count);
    return id;
}

static void
calls_without_an_id_mean_the_current_job(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virTypedParameterPtr params = NULL;
    virDomainJobInfo info;
    int count = 0;
    int type = 0;

    g_assert_cmpint(
        virDomainGetJobStats(machine->domain, &type, &params, &count, 3), ==,
        0);
    g_assert_cmpstr(fake.last_call, ==, "job_stats -1 flags=0x3");
    g_assert_cmpint(type, ==, VIR_DOMAIN_JOB_UNBOUNDED);
    g_assert_cmpint(id_in(params, count), ==, -1);
    g_assert_cmpint(virDomainAbortJob(machine->domain), ==, 0);
    g_assert_cmpstr(fake.last_call, ==, "job_abort -1");
    memset(&info, 0xff, sizeof(info));
    g_assert_cmpint(virDomainGetJobInfo(machine->domain, &info), ==, 0);
    g_assert_cmpint(info.type, ==, VIR_DOMAIN_JOB_UNBOUNDED);
    g_assert_cmpuint(info.fileTotal, ==, 0);
}

static void
a_handle_means_its_job(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virTypedParameterPtr params = NULL;
    int count = 0;
    int type = 0;

    g_assert_cmpint(virDomainJobGetID(machine->job), ==, 7);
    g_assert_cmpint(virDomainJobGetType(machine->job), ==,
                    VIR_DOMAIN_JOB_UNBOUNDED);
    g_assert_cmpint(virDomainJobGetOperation(machine->job), ==,
                    VIR_DOMAIN_JOB_OPERATION_BACKUP);
    g_assert_true(virDomainJobGetDomain(machine->job) == machine->domain);
    g_assert_cmpint(virDomainJobGetStats(machine->job, &type, &params, &count,
                                         VIR_DOMAIN_JOB_STATS_COMPLETED),
                    ==, 0);
    g_assert_cmpstr(fake.last_call, ==, "job_stats 7 flags=0x1");
    g_assert_cmpint(id_in(params, count), ==, 7);
    g_assert_cmpint(virDomainJobAbort(machine->job, 0), ==, 0);
    g_assert_cmpstr(fake.last_call, ==, "job_abort 7");
    g_assert_cmpint(virDomainJobRef(machine->job), ==, 0);
    g_assert_cmpint(virDomainJobFree(machine->job), ==, 0);
    g_assert_cmpint(virDomainJobRef(NULL), ==, -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
    g_assert_cmpint(virDomainJobFree(NULL), ==, -1);
    assert_last_error(VIR_FROM_DOMAIN, VIR_ERR_INVALID_ARG);
}

static void
ids_are_listed_and_looked_up(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainJobId nothing = {0, 0};
    virDomainJobId *ids = NULL;
    virDomainJobPtr job = NULL;

    g_assert_cmpint(virDomainListJobIds(machine->domain, &ids, 0), ==, 1);
    g_assert_cmpint(ids[0].id, ==, 0);
    free(ids);
    job = virDomainJobLookupByID(machine->domain, 3, 0);
    g_assert_cmpint(virDomainJobGetID(job), ==, 3);
    virDomainJobFree(job);

    fake_reset();
    ids = &nothing;
    assert_refused(virDomainListJobIds(machine->domain, &ids, 1) == -1);
    g_assert_null(ids);
    assert_refused(!virDomainJobLookupByID(machine->domain, -1, 0));
    assert_refused(!virDomainJobLookupByID(machine->domain, 3, 1));
}

static void
all_jobs_are_listed_as_handles(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainJobPtr nothing = NULL;
    virDomainJobPtr *jobs = NULL;

    g_assert_cmpint(virDomainListAllJobs(machine->domain, &jobs,
                                         VIR_DOMAIN_LIST_JOBS_COMPLETED),
                    ==, 1);
    g_assert_cmpstr(fake.last_call, ==, "job_list flags=0x1");
    g_assert_cmpint(virDomainJobGetID(jobs[0]), ==, 0);
    g_assert_null(jobs[1]);
    virDomainJobFree(jobs[0]);
    free(jobs);
    jobs = &nothing;
    fake.is_failing = true;
    g_assert_cmpint(virDomainListAllJobs(machine->domain, &jobs, 0), ==, -1);
    g_assert_null(jobs);
}

static void
a_handle_is_shown_and_ended(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    char *xml = virDomainJobGetXMLDesc(machine->job, 0);

    g_assert_cmpstr(xml, ==, "<domainbackup/>");
    g_assert_cmpstr(fake.last_call, ==, "job_xml 7");
    free(xml);
    fake.result = 1;
    g_assert_cmpint(virDomainJobEnd(machine->job, 0), ==, 1);
    g_assert_cmpstr(fake.last_call, ==, "job_end 7");
    fake_reset();
    assert_refused(!virDomainJobGetXMLDesc(machine->job, 1));
    assert_refused(virDomainJobEnd(machine->job, 1) == -1);
}

static void
bad_arguments_are_refused(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virTypedParameterPtr params = NULL;
    virDomainPtr domain = machine->domain;
    virDomainJobPtr job = machine->job;
    const unsigned keep = VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED;
    int n = 0;

    assert_refused(virDomainGetJobStats(domain, &n, &params, &n, keep) == -1);
    assert_refused(virDomainJobGetStats(job, &n, &params, &n, keep) == -1);
    assert_refused(virDomainGetJobStats(domain, NULL, &params, &n, 0) == -1);
    assert_refused(virDomainGetJobStats(domain, &n, NULL, &n, 0) == -1);
    assert_refused(virDomainGetJobStats(domain, &n, &params, NULL, 0) == -1);
    assert_refused(virDomainJobGetStats(job, NULL, &params, &n, 0) == -1);
    assert_refused(virDomainJobGetStats(job, &n, NULL, &n, 0) == -1);
    assert_refused(virDomainJobGetStats(job, &n, &params, NULL, 0) == -1);
    assert_refused(virDomainJobAbort(job, 1) == -1);
    assert_refused(virDomainGetJobInfo(domain, NULL) == -1);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/api/job/calls_without_an_id_mean_the_current_job",
                    calls_without_an_id_mean_the_current_job);
    g_test_add_func("/api/job/a_handle_means_its_job", a_handle_means_its_job);
    g_test_add_func("/api/job/ids_are_listed_and_looked_up",
                    ids_are_listed_and_looked_up);
    g_test_add_func("/api/job/all_jobs_are_listed_as_handles",
                    all_jobs_are_listed_as_handles);
    g_test_add_func("/api/job/a_handle_is_shown_and_ended",
                    a_handle_is_shown_and_ended);
    g_test_add_func("/api/job/bad_arguments_are_refused",
                    bad_arguments_are_refused);
    return g_test_run();
}
