/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Disks and block jobs: units, flags, parameters, and a rebase that copies. */
#include "machine.h"

#include <string.h>

static void
assert_refused(int result, int code)
{
    g_assert_cmpint(result, ==, -1);
    assert_last_error(VIR_FROM_DOMAIN, code);
    g_assert_null(fake.last_call);
}

static void
assert_call(int result, const char *call)
{
    g_assert_cmpint(result, ==, 0);
    g_assert_cmpstr(fake.last_call, ==, call);
    fake_reset();
}

static void
units_become_bytes(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainPtr domain = machine->domain;

    assert_call(virDomainBlockResize(domain, "vda", 3, 0),
                "block_resize vda 3072 flags=0x0");
    assert_call(
        virDomainBlockResize(domain, "vda", 3, VIR_DOMAIN_BLOCK_RESIZE_BYTES),
        "block_resize vda 3 flags=0x0");
    assert_call(virDomainBlockJobSetSpeed(domain, "vda", 2, 0),
                "block_job_set_speed vda 2097152");
    assert_call(
        virDomainBlockJobSetSpeed(domain, "vda", 2,
                                  VIR_DOMAIN_BLOCK_JOB_SPEED_BANDWIDTH_BYTES),
        "block_job_set_speed vda 2");
    assert_call(virDomainBlockPull(domain, "vda", 1, 0),
                "block_pull vda - 1048576 flags=0x0");
    assert_call(
        virDomainBlockCommit(domain, "vda", "a", "b", 1,
                             VIR_DOMAIN_BLOCK_COMMIT_ACTIVE |
                                 VIR_DOMAIN_BLOCK_COMMIT_BANDWIDTH_BYTES),
        "block_commit vda a b 1 flags=0x4");
}

static void
what_no_number_of_bytes_can_say_is_refused(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainPtr domain = machine->domain;

    assert_refused(virDomainBlockResize(domain, "vda", 1ULL << 54, 0),
                   VIR_ERR_OVERFLOW);
    assert_refused(virDomainBlockJobSetSpeed(domain, "vda", 1UL << 44, 0),
                   VIR_ERR_OVERFLOW);
    assert_refused(virDomainBlockPull(domain, "vda", 1UL << 44, 0),
                   VIR_ERR_OVERFLOW);
    assert_refused(virDomainBlockRebase(domain, "vda", NULL, 1UL << 44, 0),
                   VIR_ERR_OVERFLOW);
    assert_refused(
        virDomainBlockCommit(domain, "vda", NULL, NULL, 1UL << 44, 0),
        VIR_ERR_OVERFLOW);
}

static void
a_small_limit_does_not_look_like_none(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainBlockJobInfo info;

    g_assert_cmpint(virDomainGetBlockJobInfo(machine->domain, "vda", &info, 0),
                    ==, 1);
    g_assert_cmpuint(info.bandwidth, ==, 2);
    g_assert_cmpint(
        virDomainGetBlockJobInfo(machine->domain, "vda", &info,
                                 VIR_DOMAIN_BLOCK_JOB_INFO_BANDWIDTH_BYTES),
        ==, 1);
    g_assert_cmpuint(info.bandwidth, ==, 1048577);
}

static void
a_rebase_pulls_down_to_its_base(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");

    assert_call(virDomainBlockRebase(machine->domain, "vda", "/base", 0,
                                     VIR_DOMAIN_BLOCK_REBASE_RELATIVE),
                "block_pull vda /base 0 flags=0x10");
    assert_refused(virDomainBlockRebase(machine->domain, "vda", NULL, 0,
                                        VIR_DOMAIN_BLOCK_REBASE_RELATIVE),
                   VIR_ERR_INVALID_ARG);
    assert_refused(virDomainBlockRebase(machine->domain, "vda", "/base", 0,
                                        VIR_DOMAIN_BLOCK_REBASE_SHALLOW),
                   VIR_ERR_INVALID_ARG);
    assert_refused(
        virDomainBlockRebase(machine->domain, "vda", "/base", 0, 1U << 20),
        VIR_ERR_INVALID_ARG);
}

static void
a_rebase_with_copy_is_a_copy(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainPtr domain = machine->domain;
    const unsigned copy = VIR_DOMAIN_BLOCK_REBASE_COPY;

    assert_call(virDomainBlockRebase(domain, "vda", "/a&b", 1,
                                     copy | VIR_DOMAIN_BLOCK_REBASE_COPY_RAW |
                                         VIR_DOMAIN_BLOCK_REBASE_SHALLOW),
                "block_copy vda <disk type='file'>\n"
                "  <source file='/a&amp;b'/>\n"
                "  <driver type='raw'/>\n"
                "</disk>\n 1048576 0 0 flags=0x1");
    assert_call(virDomainBlockRebase(domain, "vda", "/dev/x", 0,
                                     copy | VIR_DOMAIN_BLOCK_REBASE_COPY_DEV |
                                         VIR_DOMAIN_BLOCK_REBASE_REUSE_EXT),
                "block_copy vda <disk type='block'>\n"
                "  <source dev='/dev/x'/>\n"
                "</disk>\n 0 0 0 flags=0x2");
    assert_refused(virDomainBlockRebase(domain, "vda", NULL, 0, copy),
                   VIR_ERR_INVALID_ARG);
    assert_refused(
        virDomainBlockRebase(domain, "vda", "/a", 0,
                             copy | VIR_DOMAIN_BLOCK_REBASE_RELATIVE),
        VIR_ERR_INVALID_ARG);
}

static void
a_copy_takes_its_own_parameters_only(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainPtr domain = machine->domain;
    virTypedParameterPtr params = NULL;
    int count = 0;
    int room = 0;

    virTypedParamsAddULLong(&params, &count, &room,
                            VIR_DOMAIN_BLOCK_COPY_BANDWIDTH, 5);
    virTypedParamsAddUInt(&params, &count, &room,
                          VIR_DOMAIN_BLOCK_COPY_GRANULARITY, 65536);
    virTypedParamsAddULLong(&params, &count, &room,
                            VIR_DOMAIN_BLOCK_COPY_BUF_SIZE, 7);
    assert_call(virDomainBlockCopy(domain, "vda", "<d/>", params, count, 0),
                "block_copy vda <d/> 5 65536 7 flags=0x0");
    params[1].value.ui = 65537;
    assert_refused(virDomainBlockCopy(domain, "vda", "<d/>", params, count, 0),
                   VIR_ERR_INVALID_ARG);
    params[1].value.ui = 65536;
    params[2].type = VIR_TYPED_PARAM_INT;
    assert_refused(virDomainBlockCopy(domain, "vda", "<d/>", params, count, 0),
                   VIR_ERR_INVALID_ARG);
    params[2] = params[0];
    assert_refused(virDomainBlockCopy(domain, "vda", "<d/>", params, count, 0),
                   VIR_ERR_INVALID_ARG);
    memset(params[2].field, 'x', sizeof(params[2].field));
    assert_refused(virDomainBlockCopy(domain, "vda", "<d/>", params, count, 0),
                   VIR_ERR_INVALID_ARG);
    assert_refused(virDomainBlockCopy(domain, "vda", "<d/>", NULL, 1, 0),
                   VIR_ERR_INVALID_ARG);
    assert_refused(virDomainBlockCopy(domain, "vda", NULL, NULL, 0, 0),
                   VIR_ERR_INVALID_ARG);
    virTypedParamsFree(params, count);
}

static void
statistics_leave_out_what_is_not_known(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virTypedParameter params[9];
    virDomainBlockStatsStruct stats = {0};
    long long value = 0;
    int count = 0;

    g_assert_cmpint(virDomainBlockStats(machine->domain, "vda", &stats,
                                        sizeof(stats.rd_req)),
                    ==, 0);
    g_assert_cmpint(stats.rd_req, ==, 1);
    g_assert_cmpint(stats.wr_req, ==, 0);
    g_assert_cmpint(
        virDomainBlockStatsFlags(machine->domain, "vda", NULL, &count, 0), ==,
        0);
    g_assert_cmpint(count, ==, 8);
    count = 9;
    g_assert_cmpint(
        virDomainBlockStatsFlags(machine->domain, "vda", params, &count, 0), ==,
        0);
    g_assert_cmpint(count, ==, 8);
    g_assert_cmpint(virTypedParamsGetLLong(params, count,
                                           VIR_DOMAIN_BLOCK_STATS_ERRS, &value),
                    ==, 1);
    g_assert_cmpint(value, ==, 4);
    g_assert_null(virTypedParamsGet(params, count,
                                    VIR_DOMAIN_BLOCK_STATS_FLUSH_TOTAL_TIMES));
    count = 1;
    g_assert_cmpint(
        virDomainBlockStatsFlags(machine->domain, "vda", params, &count, 0), ==,
        0);
    g_assert_cmpint(count, ==, 1);
}

static void
arguments_that_make_no_sense_are_refused(void)
{
    g_autoptr(Machine) machine = machine_new("fake:///");
    virDomainPtr domain = machine->domain;
    virDomainBlockStatsStruct stats;
    char byte = 0;
    int count = 1;

    assert_refused(virDomainBlockPull(domain, NULL, 0, 0), VIR_ERR_INVALID_ARG);
    assert_refused(virDomainBlockPull(domain, "", 0, 0), VIR_ERR_INVALID_ARG);
    assert_refused(virDomainBlockStats(domain, "vda", &stats, 4096),
                   VIR_ERR_INVALID_ARG);
    assert_refused(virDomainBlockStatsFlags(domain, "vda", NULL, &count, 0),
                   VIR_ERR_INVALID_ARG);
    assert_refused(virDomainBlockPeek(domain, "vda", 0, 0, &byte, 0),
                   VIR_ERR_INVALID_ARG);
    assert_refused(virDomainBlockPeek(domain, "vda", 0, 1048577, &byte, 0),
                   VIR_ERR_INVALID_ARG);
    assert_refused(virDomainBlockPeek(domain, "vda", 0, 1, NULL, 0),
                   VIR_ERR_INVALID_ARG);
    assert_refused(virDomainSetBlockThreshold(domain, "vda", 1, 1),
                   VIR_ERR_INVALID_ARG);
    assert_refused(virDomainBlockCommit(domain, "vda", "/base", NULL, 0,
                                        VIR_DOMAIN_BLOCK_COMMIT_SHALLOW),
                   VIR_ERR_INVALID_ARG);
}

#define ADD(name) g_test_add_func("/api/domain_block/" #name, name)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD(units_become_bytes);
    ADD(what_no_number_of_bytes_can_say_is_refused);
    ADD(a_small_limit_does_not_look_like_none);
    ADD(a_rebase_pulls_down_to_its_base);
    ADD(a_rebase_with_copy_is_a_copy);
    ADD(a_copy_takes_its_own_parameters_only);
    ADD(statistics_leave_out_what_is_not_known);
    ADD(arguments_that_make_no_sense_are_refused);
    return g_test_run();
}
