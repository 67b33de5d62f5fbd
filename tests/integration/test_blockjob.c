/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Pull and commit: the guest sees the same bytes before, meanwhile and after,
 * and the definitions name the images that are left. */
#include "blockjob_steps.h"

#include <glib/gstdio.h>
#include <libvirt/libvirt-strandline.h>
#include <libvirt/virterror.h>
#include <stdlib.h>

/* bytes/s: nothing of 64 KiB gets through in a test's life. */
enum { CRAWL = 1 };

static void
a_pull_makes_the_image_stand_alone(void)
{
    g_autoptr(Chain) chain = chain_new("pull");
    virDomainPtr domain = chain->machine->domain;

    require_images(chain, "top middle base | top");
    require(virDomainBlockPull(domain, "vda", 0, 0) == 0);
    chain_write(chain, 0x77, 4 * MIB);
    wait_job_over(domain);
    chain_write(chain, 0x78, 5 * MIB);
    require_images(chain, "top | top");
    require_nodes(chain, 3);
    g_assert_cmpint(g_remove(chain->middle), ==, 0);
    g_assert_cmpint(g_remove(chain->base), ==, 0);
    require_same(chain);
}

static void
a_rebase_keeps_the_base_that_it_names(void)
{
    g_autoptr(Chain) chain = chain_new("rebase");
    virDomainPtr domain = chain->machine->domain;

    require(virDomainBlockRebase(domain, "vda", "vda[3]", 0,
                                 VIR_DOMAIN_BLOCK_REBASE_RELATIVE) == 0);
    wait_job_over(domain);
    require_images(chain, "top base | top");
    require_nodes(chain, 5);
    g_assert_cmpint(g_remove(chain->middle), ==, 0);
    require_same(chain);
    machine_start_paused(chain->machine);
    require_images(chain, "top base | top");
}

static void
a_commit_of_a_middle_image_takes_it_out(void)
{
    g_autoptr(Chain) chain = chain_new("commit");
    virDomainPtr domain = chain->machine->domain;

    require(virDomainBlockCommit(domain, "vda", NULL, chain->middle, 0,
                                 VIR_DOMAIN_BLOCK_COMMIT_DELETE) == 0);
    wait_job_over(domain);
    chain_write(chain, 0x79, 6 * MIB);
    require_images(chain, "top base | top");
    require_nodes(chain, 5);
    g_assert_false(g_file_test(chain->middle, G_FILE_TEST_EXISTS));
    require_same(chain);
}

static void
a_pivot_goes_over_to_the_base(void)
{
    g_autoptr(Chain) chain = chain_new("pivot");
    virDomainPtr domain = chain->machine->domain;

    require(virDomainBlockCommit(domain, "vda", NULL, NULL, 0,
                                 VIR_DOMAIN_BLOCK_COMMIT_ACTIVE |
                                     VIR_DOMAIN_BLOCK_COMMIT_DELETE) == 0);
    g_assert_cmpint(only_job(domain), ==, 1);
    chain_write(chain, 0x7a, 4 * MIB);
    wait_job_ready(domain);
    chain_write(chain, 0x7b, 5 * MIB);
    require_images(chain, "top middle base | top");
    require(virDomainBlockJobAbort(domain, "vda",
                                   VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT) == 0);
    require_images(chain, "base | base");
    require_nodes(chain, 3);
    chain_write(chain, 0x7c, 6 * MIB);
    g_assert_false(g_file_test(chain->machine->path[0], G_FILE_TEST_EXISTS));
    g_assert_cmpint(virDomainListJobIds(domain, NULL, 0), ==, 1);
    require_same(chain);
    machine_start_paused(chain->machine);
    require_images(chain, "base | base");
}

static void
a_commit_that_is_given_up_changes_nothing(void)
{
    g_autoptr(Chain) chain = chain_new("giveup");
    virDomainPtr domain = chain->machine->domain;

    require(virDomainBlockCommit(domain, "vda", chain->middle, NULL, 0,
                                 VIR_DOMAIN_BLOCK_COMMIT_ACTIVE) == 0);
    wait_job_ready(domain);
    chain_write(chain, 0x7d, 4 * MIB);
    require(virDomainBlockJobAbort(domain, "vda", 0) == 0);
    require_images(chain, "top middle base | top");
    require_nodes(chain, 7);
    chain_write(chain, 0x7e, 5 * MIB);
    require_same(chain);
}

static void
a_pull_that_crawls_can_be_sped_up_and_ended(void)
{
    g_autoptr(Chain) chain = chain_new("crawl");
    virDomainPtr domain = chain->machine->domain;
    virDomainBlockJobInfo info;

    require(virDomainBlockPull(domain, "vda", CRAWL,
                               VIR_DOMAIN_BLOCK_PULL_BANDWIDTH_BYTES) == 0);
    require(virDomainGetBlockJobInfo(
                domain, "vda", &info,
                VIR_DOMAIN_BLOCK_JOB_INFO_BANDWIDTH_BYTES) == 1);
    g_assert_cmpint(info.type, ==, VIR_DOMAIN_BLOCK_JOB_TYPE_PULL);
    g_assert_cmpuint(info.bandwidth, ==, CRAWL);
    g_assert_cmpuint(info.cur, <, info.end);
    require(virDomainBlockJobSetSpeed(
                domain, "vda", 2 * CRAWL,
                VIR_DOMAIN_BLOCK_JOB_SPEED_BANDWIDTH_BYTES) == 0);
    require(virDomainGetBlockJobInfo(domain, "vda", &info, 0) == 1);
    g_assert_cmpuint(info.bandwidth, ==, 1); /* MiB/s, rounded up */
    require(virDomainBlockJobAbort(domain, "vda",
                                   VIR_DOMAIN_BLOCK_JOB_ABORT_ASYNC) == 0);
    wait_job_over(domain);
    require_nodes(chain, 7);
    require_same(chain);
}

/* Another connection reads the same records as another process would. */
static void
another_process_finds_the_job_and_ends_it(void)
{
    g_autoptr(Chain) chain = chain_new("other");
    virDomainPtr domain = chain->machine->domain;
    virConnectPtr other = virConnectOpen(chain->machine->uri);
    virDomainPtr theirs = other ? virDomainLookupByName(other, "other") : NULL;
    virTypedParameterPtr params = NULL;
    virDomainJobPtr job = NULL;
    int n_params = 0;
    int type = 0;

    require(theirs != NULL);
    require(virDomainBlockCommit(domain, "vda", NULL, NULL, 0,
                                 VIR_DOMAIN_BLOCK_COMMIT_ACTIVE) == 0);
    wait_job_ready(theirs);
    job = virDomainJobLookupByID(theirs, only_job(theirs), 0);
    require(job != NULL);
    require(virDomainBlockJobAbort(theirs, "vda",
                                   VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT) == 0);
    require_images(chain, "base | base");
    require(virDomainJobGetStats(job, &type, &params, &n_params,
                                 VIR_DOMAIN_JOB_STATS_COMPLETED) == 0);
    g_assert_cmpint(type, ==, VIR_DOMAIN_JOB_COMPLETED);
    virTypedParamsFree(params, n_params);
    g_assert_cmpint(virDomainListJobIds(domain, NULL, 0), ==, 1);
    virDomainJobFree(job);
    virDomainFree(theirs);
    virConnectClose(other);
    require_same(chain);
}

static void
a_job_is_aborted_by_its_id(void)
{
    g_autoptr(Chain) chain = chain_new("byid");
    virDomainPtr domain = chain->machine->domain;
    virDomainJobPtr job = NULL;

    require(virDomainBlockPull(domain, "vda", CRAWL,
                               VIR_DOMAIN_BLOCK_PULL_BANDWIDTH_BYTES) == 0);
    job = virDomainJobLookupByID(domain, only_job(domain), 0);
    require(job != NULL);
    require(virDomainJobAbort(job, 0) == 0);
    g_assert_cmpint(virDomainListJobIds(domain, NULL, 0), ==, 1);
    virDomainJobFree(job);
    require_images(chain, "top middle base | top");
    require_same(chain);
}

/* QEMU ends with the job under way, and the images say how far it got. */
static void
a_job_of_a_machine_that_is_destroyed_has_ended(void)
{
    g_autoptr(Chain) chain = chain_new("gone");
    virDomainPtr domain = chain->machine->domain;

    require(virDomainBlockCommit(domain, "vda", NULL, NULL, 0,
                                 VIR_DOMAIN_BLOCK_COMMIT_ACTIVE) == 0);
    wait_job_ready(domain);
    machine_kill(chain->machine);
    g_assert_cmpint(virDomainListJobIds(domain, NULL, 0), ==, 1);
    machine_start_paused(chain->machine);
    require_images(chain, "top middle base | top");
    require(virDomainBlockPull(domain, "vda", 0, 0) == 0);
    wait_job_over(domain);
    require_same(chain);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/blockjob/a_pull_makes_the_image_stand_alone",
                    a_pull_makes_the_image_stand_alone);
    g_test_add_func("/blockjob/a_rebase_keeps_the_base_that_it_names",
                    a_rebase_keeps_the_base_that_it_names);
    g_test_add_func("/blockjob/a_commit_of_a_middle_image_takes_it_out",
                    a_commit_of_a_middle_image_takes_it_out);
    g_test_add_func("/blockjob/a_pivot_goes_over_to_the_base",
                    a_pivot_goes_over_to_the_base);
    g_test_add_func("/blockjob/a_commit_that_is_given_up_changes_nothing",
                    a_commit_that_is_given_up_changes_nothing);
    g_test_add_func("/blockjob/a_pull_that_crawls_can_be_sped_up_and_ended",
                    a_pull_that_crawls_can_be_sped_up_and_ended);
    g_test_add_func("/blockjob/another_process_finds_the_job_and_ends_it",
                    another_process_finds_the_job_and_ends_it);
    g_test_add_func("/blockjob/a_job_is_aborted_by_its_id",
                    a_job_is_aborted_by_its_id);
    g_test_add_func("/blockjob/a_job_of_a_machine_that_is_destroyed_has_ended",
                    a_job_of_a_machine_that_is_destroyed_has_ended);
    return g_test_run();
}
