/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Copies: what the guest sees goes along, and what is left behind stays as it
 * was at that moment. */
#include "blockjob_steps.h"

#include <glib/gstdio.h>
#include <libvirt/libvirt-strandline.h>
#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { CRAWL = 1 };

/* A <disk> of @format on the machine's file "copy". */
static char *
target(const Chain *chain, const char *format)
{
    return g_strdup_printf("<disk type='file'><source file='%s/copy'/>"
                           "<driver type='%s'/></disk>",
                           chain->machine->folder, format);
}

/* Begins a copy; with @slow it never gets anywhere. */
static int
copy(const Chain *chain, const char *format, bool is_slow, unsigned flags)
{
    g_autofree char *xml = target(chain, format);
    virTypedParameter limit = {.field = VIR_DOMAIN_BLOCK_COPY_BANDWIDTH,
                               .type = VIR_TYPED_PARAM_ULLONG,
                               .value.ul = CRAWL};

    return virDomainBlockCopy(chain->machine->domain, "vda", xml, &limit,
                              is_slow ? 1 : 0, flags);
}

static void
pivot(Chain *chain)
{
    virDomainPtr domain = chain->machine->domain;

    chain_write(chain, 0x61, 4 * MIB);
    wait_job_ready(domain);
    chain_write(chain, 0x62, 5 * MIB);
    require(virDomainBlockJobAbort(domain, "vda",
                                   VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT) == 0);
    chain_write(chain, 0x63, 6 * MIB);
}

static void
a_full_copy_stands_alone(void)
{
    g_autoptr(Chain) chain = chain_new("full");
    g_autofree char *path = machine_file(chain->machine, "copy");
    struct stat status;

    require(copy(chain, "qcow2", false, 0) == 0);
    g_assert_cmpint(stat(path, &status), ==, 0);
    g_assert_cmpint(status.st_mode & 0777, ==, 0600);
    pivot(chain);
    require_images(chain, "copy | copy");
    require_nodes(chain, 3);
    g_assert_cmpint(g_remove(chain->base), ==, 0);
    require_same(chain);
}

static void
a_copy_may_have_another_format(void)
{
    g_autoptr(Chain) chain = chain_new("raw");

    require(copy(chain, "raw", false,
                 VIR_DOMAIN_BLOCK_COPY_SYNCHRONOUS_WRITES) == 0);
    pivot(chain);
    require_images(chain, "copy | copy");
    require_same(chain);
    machine_start_paused(chain->machine);
    require_images(chain, "copy | copy");
}

static void
a_shallow_copy_stands_on_the_same_images(void)
{
    g_autoptr(Chain) chain = chain_new("shallow");

    require(copy(chain, "qcow2", false, VIR_DOMAIN_BLOCK_COPY_SHALLOW) == 0);
    pivot(chain);
    require_images(chain, "copy middle base | copy");
    require_nodes(chain, 7);
    /* A copy of a copy: numbers go on. */
    require(virDomainBlockRebase(chain->machine->domain, "vda", "vda[2]", 0,
                                 0) == 0);
    wait_job_over(chain->machine->domain);
    require_same(chain);
    machine_start_paused(chain->machine);
    require_images(chain, "copy middle base | copy");
}

static void
a_copy_that_is_left_is_the_disk_of_that_moment(void)
{
    g_autoptr(Chain) chain = chain_new("left");
    virDomainPtr domain = chain->machine->domain;
    g_autofree char *path = machine_file(chain->machine, "copy");

    require(virDomainBlockRebase(domain, "vda", path, 0,
                                 VIR_DOMAIN_BLOCK_REBASE_COPY |
                                     VIR_DOMAIN_BLOCK_REBASE_COPY_RAW) == 0);
    wait_job_ready(domain);
    chain_write(chain, 0x64, 4 * MIB);
    require(virDomainBlockJobAbort(domain, "vda", 0) == 0);
    g_free(run_command("qemu-img", "compare", "-f", "raw", "-F", "raw",
                       chain->reference, path, NULL));
    require_images(chain, "top middle base | top");
    require_nodes(chain, 7);
    chain_write(chain, 0x65, 5 * MIB);
    require_same(chain);
}

static void
a_copy_that_is_given_up_leaves_no_file(void)
{
    g_autoptr(Chain) chain = chain_new("giveup");
    virDomainPtr domain = chain->machine->domain;
    g_autofree char *path = machine_file(chain->machine, "copy");

    require(copy(chain, "qcow2", true, 0) == 0);
    g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
    g_assert_cmpint(
        virDomainBlockJobAbort(domain, "vda", VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT),
        ==, -1);
    require_error(VIR_ERR_BLOCK_COPY_ACTIVE);
    require(virDomainBlockJobAbort(domain, "vda", 0) == 0);
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    require_nodes(chain, 7);
    require_same(chain);
}

static void
the_callers_own_image_is_used_and_kept(void)
{
    g_autoptr(Chain) chain = chain_new("reuse");
    virDomainPtr domain = chain->machine->domain;
    g_autofree char *path = machine_file(chain->machine, "copy");

    g_free(run_command("qemu-img", "create", "-q", "-f", "qcow2", "-b",
                       chain->middle, "-F", "qcow2", path, NULL));
    require(copy(chain, "qcow2", true,
                 VIR_DOMAIN_BLOCK_COPY_SHALLOW |
                     VIR_DOMAIN_BLOCK_COPY_REUSE_EXT) == 0);
    require(virDomainBlockJobAbort(domain, "vda", 0) == 0);
    g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
    require(copy(chain, "qcow2", false,
                 VIR_DOMAIN_BLOCK_COPY_SHALLOW |
                     VIR_DOMAIN_BLOCK_COPY_REUSE_EXT) == 0);
    pivot(chain);
    require_images(chain, "copy middle base | copy");
    require_same(chain);
}

/* The last call failed with @code and @words; nothing was made. */
static void
expect(const Chain *chain, int result, int code, const char *words)
{
    g_assert_cmpint(result, ==, -1);
    require_error(code);
    if (!strstr(virGetLastErrorMessage(), words))
        g_error("without '%s': %s", words, virGetLastErrorMessage());
    require_nodes(chain, 7);
    g_assert_cmpint(virDomainListJobIds(chain->machine->domain, NULL, 0), ==,
                    1);
}

static void
a_target_that_cannot_be_is_refused(void)
{
    g_autoptr(Chain) chain = chain_new("refuse");
    virDomainPtr domain = chain->machine->domain;
    g_autofree char *path = machine_file(chain->machine, "copy");
    const unsigned reuse = VIR_DOMAIN_BLOCK_COPY_REUSE_EXT;

    expect(chain, virDomainBlockCopy(domain, "vda", "<disk/>", NULL, 0, 0),
           VIR_ERR_XML_ERROR, "no <source>");
    expect(
        chain,
        virDomainBlockCopy(domain, "vda", "<disk type='network'/>", NULL, 0, 0),
        VIR_ERR_CONFIG_UNSUPPORTED, "network");
    expect(chain,
           virDomainBlockRebase(domain, "vda", chain->base, 0,
                                VIR_DOMAIN_BLOCK_REBASE_COPY),
           VIR_ERR_INVALID_ARG, "is an image of disk 'vda'");
    expect(chain, copy(chain, "raw", false, VIR_DOMAIN_BLOCK_COPY_SHALLOW),
           VIR_ERR_INVALID_ARG, "cannot be raw");
    expect(chain, copy(chain, "qcow2", false, reuse), VIR_ERR_SYSTEM_ERROR,
           "cannot use the image");
    g_free(run_command("qemu-img", "create", "-q", "-f", "qcow2", path, "4M",
                       NULL));
    expect(chain, copy(chain, "qcow2", false, 0), VIR_ERR_INVALID_ARG,
           "exists");
    expect(chain, copy(chain, "qcow2", false, reuse),
           VIR_ERR_CONFIG_UNSUPPORTED, "8388608 bytes");
    g_free(run_command("qemu-img", "create", "-q", "-f", "qcow2", "-b",
                       chain->base, "-F", "qcow2", path, NULL));
    expect(chain,
           copy(chain, "qcow2", false, reuse | VIR_DOMAIN_BLOCK_COPY_SHALLOW),
           VIR_ERR_INVALID_ARG, "make it so with qemu-img");
    g_assert_true(g_file_test(path, G_FILE_TEST_EXISTS));
    require_same(chain);
}

/* QEMU would hang in the pivot. */
static void
a_disk_of_an_iothread_is_not_copied(void)
{
    g_autoptr(Chain) chain = chain_new("thread");
    virDomainPtr domain = chain->machine->domain;
    char *xml = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);
    g_autoptr(GString) changed = g_string_new(xml);

    g_assert_nonnull(xml);
    free(xml);
    g_string_replace(changed, "<vcpu", "<iothreads>1</iothreads><vcpu", 1);
    g_string_replace(changed, "discard='unmap'", "discard='unmap' iothread='1'",
                     1);
    machine_stop(chain->machine);
    virDomainFree(virDomainDefineXML(chain->machine->conn, changed->str));
    machine_start_paused(chain->machine);
    expect(chain, copy(chain, "qcow2", false, 0), VIR_ERR_OPERATION_UNSUPPORTED,
           "iothread 1");
    require(virDomainBlockCommit(domain, "vda", NULL, NULL, 0,
                                 VIR_DOMAIN_BLOCK_COMMIT_ACTIVE) == 0);
    wait_job_ready(domain);
    require(virDomainBlockJobAbort(domain, "vda",
                                   VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT) == 0);
    require_images(chain, "base | base");
    require_same(chain);
}

/* Of what is read through the filters, with which a mirror reads the disk, too:
 * so many bytes a second; 0: as many as there are. */
static void
limit_reading(const Chain *chain, unsigned bytes)
{
    g_autofree char *command = g_strdup_printf(
        "{\"execute\": \"qom-set\", \"arguments\": {\"path\": "
        "\"/objects/sl-unlimited\", \"property\": \"limits\", \"value\": "
        "{\"bps-read\": %u}}}",
        bytes);

    g_free(machine_monitor(chain->machine, command));
}

/* QEMU 7.2 aborts when it hears "complete" of a copy for a second time, and who
 * looks at a job sends what was wished again.  What the guest writes after the
 * copy was in step has to be copied before the end, and for that it has to be
 * read: the first block at once, the second when its time has come. */
static void
a_copy_that_takes_its_time_is_told_once_to_pivot(void)
{
    g_autoptr(Chain) chain = chain_new("once");
    virDomainPtr domain = chain->machine->domain;
    virDomainBlockJobInfo info;

    require(copy(chain, "qcow2", false, 0) == 0);
    wait_job_ready(domain);
    limit_reading(chain, 1);
    chain_write(chain, 0x71, 0);
    chain_write(chain, 0x72, 4 * MIB);
    chain_write(chain, 0x73, 6 * MIB);
    require(virDomainBlockJobAbort(domain, "vda",
                                   VIR_DOMAIN_BLOCK_JOB_ABORT_PIVOT |
                                       VIR_DOMAIN_BLOCK_JOB_ABORT_ASYNC) == 0);
    /* It is at it, so each of these looks sees a wish that is to be granted. */
    for (int i = 0; i < 3; i++)
        require(virDomainGetBlockJobInfo(domain, "vda", &info, 0) == 1);
    limit_reading(chain, 0);
    /* Who waits already goes on waiting, unless QEMU drains its disks: even of a
     * machine that stands still a stop does that. */
    g_free(machine_monitor(chain->machine, "{\"execute\": \"stop\"}"));
    wait_job_over(domain);
    require_images(chain, "copy | copy");
    require_same(chain);
}

/* Nobody of ours asked for its end, so it did not come to what it was for. */
static void
a_copy_ended_by_hand_is_told_as_failed(void)
{
    g_autoptr(Chain) chain = chain_new("fails");
    virDomainPtr domain = chain->machine->domain;
    virTypedParameterPtr params = NULL;
    const char *error = NULL;
    int n_params = 0;
    int type = 0;
    virDomainJobPtr job = NULL;
    g_autofree char *path = machine_file(chain->machine, "copy");

    require(copy(chain, "qcow2", true, 0) == 0);
    job = virDomainJobLookupByID(domain, only_job(domain), 0);
    require(job != NULL);
    g_free(machine_monitor(
        chain->machine, "{\"execute\": \"block-job-cancel\", \"arguments\": "
                        "{\"device\": \"sl-j1-vda-job\", \"force\": true}}"));
    wait_job_over(domain);
    require(virDomainJobGetStats(job, &type, &params, &n_params,
                                 VIR_DOMAIN_JOB_STATS_COMPLETED) == 0);
    g_assert_cmpint(type, ==, VIR_DOMAIN_JOB_FAILED);
    require(virTypedParamsGetString(params, n_params, VIR_DOMAIN_JOB_ERRMSG,
                                    &error) == 1);
    virTypedParamsFree(params, n_params);
    virDomainJobFree(job);
    g_assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
    require_same(chain);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/blockjob_copy/a_full_copy_stands_alone",
                    a_full_copy_stands_alone);
    g_test_add_func("/blockjob_copy/a_copy_may_have_another_format",
                    a_copy_may_have_another_format);
    g_test_add_func("/blockjob_copy/a_shallow_copy_stands_on_the_same_images",
                    a_shallow_copy_stands_on_the_same_images);
    g_test_add_func(
        "/blockjob_copy/a_copy_that_is_left_is_the_disk_of_that_moment",
        a_copy_that_is_left_is_the_disk_of_that_moment);
    g_test_add_func("/blockjob_copy/a_copy_that_is_given_up_leaves_no_file",
                    a_copy_that_is_given_up_leaves_no_file);
    g_test_add_func("/blockjob_copy/the_callers_own_image_is_used_and_kept",
                    the_callers_own_image_is_used_and_kept);
    g_test_add_func("/blockjob_copy/a_target_that_cannot_be_is_refused",
                    a_target_that_cannot_be_is_refused);
    g_test_add_func("/blockjob_copy/a_disk_of_an_iothread_is_not_copied",
                    a_disk_of_an_iothread_is_not_copied);
    g_test_add_func(
        "/blockjob_copy/a_copy_that_takes_its_time_is_told_once_to_pivot",
        a_copy_that_takes_its_time_is_told_once_to_pivot);
    g_test_add_func("/blockjob_copy/a_copy_ended_by_hand_is_told_as_failed",
                    a_copy_ended_by_hand_is_told_as_failed);
    return g_test_run();
}
