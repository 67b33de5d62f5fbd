/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What block jobs refuse, before anything has changed. */
#include "blockjob_steps.h"

#include <libvirt/virterror.h>
#include <string.h>

enum { CRAWL = 1 };

/* The last call failed with @code and said @words; nothing is under way. */
static void
expect(const Chain *chain, int result, int code, const char *words)
{
    g_assert_cmpint(result, ==, -1);
    require_error(code);
    if (!strstr(virGetLastErrorMessage(), words))
        g_error("without '%s': %s", words, virGetLastErrorMessage());
    require_images(chain, "top middle base | top");
    require_nodes(chain, 7);
    g_assert_cmpint(virDomainListJobIds(chain->machine->domain, NULL, 0), ==,
                    1);
}

static void
names_that_mean_nothing_here(void)
{
    g_autoptr(Chain) chain = chain_new("names");
    virDomainPtr domain = chain->machine->domain;
    const char *top = chain->machine->path[0];
    virDomainBlockJobInfo info;

    expect(chain, virDomainBlockPull(domain, "vdz", 0, 0), VIR_ERR_INVALID_ARG,
           "vdz");
    expect(chain, virDomainBlockRebase(domain, "vda", "/elsewhere", 0, 0),
           VIR_ERR_INVALID_ARG, "/elsewhere");
    expect(chain, virDomainBlockRebase(domain, "vda", "vda[9]", 0, 0),
           VIR_ERR_INVALID_ARG, "vda[9]");
    expect(chain, virDomainBlockRebase(domain, "vda", "vdb[2]", 0, 0),
           VIR_ERR_INVALID_ARG, "vdb[2]");
    expect(chain, virDomainBlockRebase(domain, "vda", top, 0, 0),
           VIR_ERR_INVALID_ARG, "below");
    expect(
        chain,
        virDomainBlockCommit(domain, "vda", chain->middle, chain->base, 0, 0),
        VIR_ERR_INVALID_ARG, "no image below");
    expect(chain, virDomainBlockCommit(domain, "vda", top, chain->middle, 0, 0),
           VIR_ERR_INVALID_ARG, "is not below");
    expect(chain, virDomainBlockCommit(domain, "vda", NULL, NULL, 0, 0),
           VIR_ERR_INVALID_ARG, "active");
    expect(chain,
           virDomainBlockCommit(domain, "vda", NULL, chain->middle, 0,
                                VIR_DOMAIN_BLOCK_COMMIT_ACTIVE),
           VIR_ERR_INVALID_ARG, "leave the flag");
    expect(chain, virDomainBlockCommit(domain, "vda", NULL, NULL, 0, 1 << 20),
           VIR_ERR_INVALID_ARG, "0x100000");
    expect(chain, virDomainBlockJobAbort(domain, "vda", 0), VIR_ERR_INVALID_ARG,
           "no block job");
    expect(chain, virDomainBlockJobAbort(domain, "vda", 1 << 9),
           VIR_ERR_INVALID_ARG, "0x200");
    expect(chain, virDomainBlockJobSetSpeed(domain, "vda", 1, 0),
           VIR_ERR_INVALID_ARG, "no block job");
    g_assert_cmpint(virDomainGetBlockJobInfo(domain, "vda", &info, 0), ==, 0);
    g_assert_cmpint(info.type, ==, 0);
}

static void
a_disk_with_a_job_takes_no_other(void)
{
    g_autoptr(Chain) chain = chain_new("busy");
    virDomainPtr domain = chain->machine->domain;
    const unsigned long long slow = CRAWL;

    require(virDomainBlockCommit(domain, "vda", NULL, NULL, slow,
                                 VIR_DOMAIN_BLOCK_COMMIT_ACTIVE |
                                     VIR_DOMAIN_BLOCK_COMMIT_BANDWIDTH_BYTES) ==
            0);
    g_assert_cmpint(virDomainBlockPull(domain, "vda", 0, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    g_assert_nonnull(strstr(virGetLastErrorMessage(), "active-commit, job 1"));
    g_assert_cmpint(virDomainBackupBegin(domain, NULL, NULL, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    g_assert_nonnull(strstr(virGetLastErrorMessage(), "active-commit, job 1"));
    g_assert_null(
        virDomainCheckpointCreateXML(domain, "<domaincheckpoint/>", 0));
    require_error(VIR_ERR_OPERATION_INVALID);
    g_assert_nonnull(strstr(virGetLastErrorMessage(), "active-commit, job 1"));
    g_assert_cmpint(
        virDomainBlockJobAbort(domain, "vda", VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT),
        ==, -1);
    require_error(VIR_ERR_BLOCK_COPY_ACTIVE);
    require(virDomainBlockJobAbort(domain, "vda", 0) == 0);
    require_images(chain, "top middle base | top");
}

static void
a_pull_has_no_pivot(void)
{
    g_autoptr(Chain) chain = chain_new("nopivot");
    virDomainPtr domain = chain->machine->domain;

    require(virDomainBlockPull(domain, "vda", CRAWL,
                               VIR_DOMAIN_BLOCK_PULL_BANDWIDTH_BYTES) == 0);
    g_assert_cmpint(
        virDomainBlockJobAbort(domain, "vda", VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT),
        ==, -1);
    require_error(VIR_ERR_OPERATION_UNSUPPORTED);
    require(virDomainBlockJobAbort(domain, "vda", 0) == 0);
}

static void
checkpoints_are_named(void)
{
    g_autoptr(Chain) chain = chain_new("points");
    virDomainPtr domain = chain->machine->domain;
    virDomainCheckpointPtr point = virDomainCheckpointCreateXML(
        domain, "<domaincheckpoint><name>monday</name></domaincheckpoint>", 0);

    require(point != NULL);
    expect(chain, virDomainBlockPull(domain, "vda", 0, 0),
           VIR_ERR_OPERATION_INVALID, "'monday'");
    require(virDomainCheckpointDelete(point, 0) == 0);
    virDomainCheckpointFree(point);
    require(virDomainBlockPull(domain, "vda", 0, 0) == 0);
    wait_job_over(domain);
}

static void
a_disk_in_a_backup_is_named_with_it(void)
{
    g_autoptr(Chain) chain = chain_new("backup");
    virDomainPtr domain = chain->machine->domain;
    g_autofree char *document =
        g_strdup_printf("<domainbackup mode='pull'><server transport='unix' "
                        "socket='%s/nbd.sock'/></domainbackup>",
                        chain->machine->folder);
    int backup = virDomainBackupBegin(domain, document, NULL, 0);

    require(backup > 0);
    g_assert_cmpint(virDomainBlockPull(domain, "vda", 0, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    g_assert_nonnull(strstr(virGetLastErrorMessage(), "backup 1"));
    require(virDomainBackupEnd(domain, backup, 0) == 1);
    require(virDomainBlockPull(domain, "vda", 0, 0) == 0);
    wait_job_over(domain);
}

static void
a_machine_that_is_off_has_no_block_jobs(void)
{
    g_autoptr(Chain) chain = chain_new("off");
    virDomainPtr domain = chain->machine->domain;

    machine_stop(chain->machine);
    g_assert_cmpint(virDomainBlockPull(domain, "vda", 0, 0), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
    g_assert_cmpint(virDomainBlockJobAbort(domain, "vda", 0), ==, -1);
    require_error(VIR_ERR_OPERATION_INVALID);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/blockjob_refuse/names_that_mean_nothing_here",
                    names_that_mean_nothing_here);
    g_test_add_func("/blockjob_refuse/a_disk_with_a_job_takes_no_other",
                    a_disk_with_a_job_takes_no_other);
    g_test_add_func("/blockjob_refuse/a_pull_has_no_pivot",
                    a_pull_has_no_pivot);
    g_test_add_func("/blockjob_refuse/checkpoints_are_named",
                    checkpoints_are_named);
    g_test_add_func("/blockjob_refuse/a_disk_in_a_backup_is_named_with_it",
                    a_disk_in_a_backup_is_named_with_it);
    g_test_add_func("/blockjob_refuse/a_machine_that_is_off_has_no_block_jobs",
                    a_machine_that_is_off_has_no_block_jobs);
    return g_test_run();
}
