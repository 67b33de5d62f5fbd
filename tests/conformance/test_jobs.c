/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Jobs: ids, handles, figures, and how each ends. */
#include "../integration/backup_steps.h"
#include "../integration/checkpoint_steps.h"
#include "stage.h"

#include <libvirt/libvirt-strandline.h>
#include <stdlib.h>
#include <string.h>

static int
begin_pull(Stage *stage)
{
    return begin(stage->machine, document(stage->machine, "pull", "%s", ""),
                 NULL, 0);
}

static int
push_and_wait(Stage *stage, const char *file)
{
    int job = begin(stage->machine,
                    document(stage->machine, "push",
                             "<disks><disk name='vda'><target file='%s/%s'/>"
                             "</disk></disks>",
                             stage->machine->folder, file),
                    NULL, 0);

    g_assert_cmpint(wait_until_done(stage->machine, job), ==,
                    VIR_DOMAIN_JOB_COMPLETED);
    return job;
}

/* Those listed besides the default one. */
static int
count_jobs(Stage *stage)
{
    virDomainJobId *ids = NULL;
    int count = virDomainListJobIds(stage->machine->domain, &ids, 0);

    require(count >= 1);
    g_assert_cmpint(ids[0].id, ==, 0);
    g_assert_cmpint(virDomainListJobIds(stage->machine->domain, NULL, 0), ==,
                    count);
    free(ids);
    return count - 1;
}

static void
the_default_job_is_always_listed(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainJobPtr *list = NULL;
    virDomainJobInfo info;
    int job = 0;

    g_assert_cmpint(count_jobs(stage), ==, 0);
    job = begin_pull(stage);
    g_assert_cmpint(count_jobs(stage), ==, 1);
    g_assert_cmpint(virDomainListAllJobs(stage->machine->domain, &list, 0), ==,
                    2);
    g_assert_cmpint(virDomainJobGetID(list[0]), ==, 0);
    g_assert_cmpint(virDomainJobGetID(list[1]), ==, job);
    g_assert_cmpint(virDomainJobGetOperation(list[1]), ==,
                    VIR_DOMAIN_JOB_OPERATION_BACKUP);
    g_assert_true(virDomainJobGetDomain(list[1]) == stage->machine->domain);
    g_assert_null(list[2]);
    require(virDomainJobFree(list[0]) == 0);
    require(virDomainGetJobInfo(stage->machine->domain, &info) == 0);
    g_assert_cmpint(info.type, ==, VIR_DOMAIN_JOB_UNBOUNDED);
    require(virDomainJobEnd(list[1], 0) == 1);
    g_assert_cmpint(virDomainJobEnd(list[1], 0), ==, -1);
    require_error(VIR_ERR_NO_DOMAIN_BACKUP);
    require(virDomainJobFree(list[1]) == 0);
    free(list);
    require(virDomainGetJobInfo(stage->machine->domain, &info) == 0);
    g_assert_cmpint(info.type, ==, VIR_DOMAIN_JOB_NONE);
}

static void
ids_are_used_once(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    int first = begin_pull(stage);
    int second = 0;

    end(stage->machine, first, 0, 1);
    second = begin_pull(stage);
    g_assert_cmpint(second, >, first);
    g_assert_cmpint(virDomainBackupEnd(domain, first, 0), ==, -1);
    require_error(VIR_ERR_NO_DOMAIN_BACKUP);
    g_assert_null(virDomainBackupGetXMLDesc(domain, first, 0));
    require_error(VIR_ERR_NO_DOMAIN_BACKUP);
    g_assert_null(virDomainBackupGetXMLDesc(domain, 12345, 0));
    require_error(VIR_ERR_NO_DOMAIN_BACKUP);
    g_assert_null(virDomainBackupGetXMLDesc(domain, -1, 0));
    require_error(VIR_ERR_INVALID_ARG);
    g_assert_cmpint(virDomainBackupEnd(domain, second, 1U << 20), ==, -1);
    require_error(VIR_ERR_INVALID_ARG);
    g_assert_null(virDomainJobLookupByID(domain, 12345, 0));
    require_error(VIR_ERR_NO_DOMAIN_BACKUP);
    end(stage->machine, second, 0, 1);
}

static void
a_push_that_is_done_waits_for_its_end(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    int job = push_and_wait(stage, "target");

    g_assert_cmpint(count_jobs(stage), ==, 1);
    g_assert_cmpint(stat_of(stage->machine, job, VIR_DOMAIN_JOB_DISK_TOTAL), ==,
                    (long long)MIB);
    g_assert_cmpint(stat_of(stage->machine, job, VIR_DOMAIN_JOB_DISK_PROCESSED),
                    ==, (long long)MIB);
    g_assert_cmpint(stat_of(stage->machine, job, VIR_DOMAIN_JOB_DISK_REMAINING),
                    ==, 0);
    /* It has given back what it used: another one may begin. */
    end(stage->machine, push_and_wait(stage, "other"), 0, 1);
    end(stage->machine, job, 0, 1);
    g_assert_cmpint(count_jobs(stage), ==, 0);
}

static void
completed_figures_are_told_once_unless_kept(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virDomainPtr domain = stage->machine->domain;
    const unsigned once = VIR_DOMAIN_JOB_STATS_COMPLETED;
    const unsigned keep = once | VIR_DOMAIN_JOB_STATS_KEEP_COMPLETED;
    const unsigned flags[] = {keep, once, once};
    const int types[] = {VIR_DOMAIN_JOB_COMPLETED, VIR_DOMAIN_JOB_COMPLETED,
                         VIR_DOMAIN_JOB_NONE};

    end(stage->machine, push_and_wait(stage, "target"), 0, 1);
    for (gsize i = 0; i < G_N_ELEMENTS(flags); i++) {
        virTypedParameterPtr params = NULL;
        int n_params = 0;
        int type = -1;

        require(virDomainGetJobStats(domain, &type, &params, &n_params,
                                     flags[i]) == 0);
        g_assert_cmpint(type, ==, types[i]);
        virTypedParamsFree(params, n_params);
    }
}

static void
domains_are_listed_by_their_running_backup(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    virConnectPtr conn = stage->machine->conn;
    const unsigned with = VIR_CONNECT_LIST_DOMAINS_HAS_BACKUP_JOB;
    const unsigned without = VIR_CONNECT_LIST_DOMAINS_NO_BACKUP_JOB;
    int all = virConnectListAllDomains(conn, NULL, with | without);
    int job = 0;

    g_assert_cmpint(virConnectListAllDomains(conn, NULL, with), ==, 0);
    g_assert_cmpint(virConnectListAllDomains(conn, NULL, without), ==, all);
    job = begin_pull(stage);
    g_assert_cmpint(virConnectListAllDomains(conn, NULL, with), ==, 1);
    g_assert_cmpint(virConnectListAllDomains(conn, NULL, without), ==, all - 1);
    end(stage->machine, job, 0, 1);
    /* A push that waits for its end is listed, and does not run. */
    job = push_and_wait(stage, "target");
    g_assert_cmpint(virConnectListAllDomains(conn, NULL, with), ==, 0);
    end(stage->machine, job, 0, 1);
}

static void
libvirts_abort_seals_a_pull(void)
{
    g_autoptr(Stage) stage = stage_new(1, MIB);
    Machine *machine = stage->machine;

    g_assert_cmpint(virDomainAbortJob(machine->domain), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    (void)begin(machine, document(machine, "pull", "%s", ""), "c1", 0);
    require(virDomainAbortJob(machine->domain) == 0);
    assert_names(machine, "c1");
    machine_stop(machine);
    g_assert_cmpint(virDomainAbortJob(machine->domain), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
}

int
main(int argc, char **argv)
{
    stage_init(&argc, &argv, "jobs");
    STAGE_TEST(the_default_job_is_always_listed);
    STAGE_TEST(ids_are_used_once);
    STAGE_TEST(a_push_that_is_done_waits_for_its_end);
    STAGE_TEST(completed_figures_are_told_once_unless_kept);
    STAGE_TEST(domains_are_listed_by_their_running_backup);
    STAGE_TEST(libvirts_abort_seals_a_pull);
    return g_test_run();
}
