/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The calls on disks that are served by hand. */
#include "base/error.h"
#include "loop.h"
#include "remote/calls_made.h"
#include "rpc/wire_objects.h"

#include <libvirt/libvirt-strandline.h>

#define CALL(loop, name, args, ret, error) \
    loop_call(loop, RPC_PROGRAM_REMOTE, REMOTE_##name, args, ret, error)
#define FREE(name, ret) loop_free_ret(RPC_PROGRAM_REMOTE, REMOTE_##name, ret)

static bool
write_disk(Loop *loop, WireTestWrite *args, GError **error)
{
    wire_domain_lend(loop->domain, &args->domain);
    args->disk = (char *)"vda";
    return loop_call(loop, RPC_PROGRAM_STRANDLINE,
                     STRANDLINE_DOMAIN_TEST_DISK_WRITE, args, NULL, error);
}

static void
what_is_written_is_read_back(void)
{
    g_autoptr(Loop) loop = loop_new();
    g_autoptr(GError) error = NULL;
    WireTestWrite written = {
        .bytes = {.bytes_len = 4, .bytes_val = (char *)"\0abc"},
        .offset = 8192,
        .size = 4};
    WireBlockPeek asked = {.disk = (char *)"vda", .offset = 8191, .size = 6};
    WireBytes came = {0};

    write_disk(loop, &written, &error);
    g_assert_no_error(error);
    wire_domain_lend(loop->domain, &asked.domain);
    g_assert_true(CALL(loop, DOMAIN_BLOCK_PEEK, &asked, &came, NULL));
    g_assert_cmpmem(came.bytes.bytes_val, came.bytes.bytes_len, "\0\0abc\0", 6);
    FREE(DOMAIN_BLOCK_PEEK, &came);
}

static void
a_write_whose_bytes_are_not_its_size_is_refused(void)
{
    g_autoptr(Loop) loop = loop_new();
    g_autoptr(GError) error = NULL;
    WireTestWrite written = {
        .bytes = {.bytes_len = 3, .bytes_val = (char *)"abc"}, .size = 4096};

    g_assert_false(write_disk(loop, &written, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_RPC);
}

static void
zeroes_need_no_bytes(void)
{
    g_autoptr(Loop) loop = loop_new();
    g_autoptr(GError) error = NULL;
    WireTestWrite written = {.size = 4096, .flags = VIR_DOMAIN_TEST_DISK_ZERO};

    write_disk(loop, &written, &error);
    g_assert_no_error(error);
}

static void
a_peek_over_the_limit_is_refused_before_it_is_allocated(void)
{
    g_autoptr(Loop) loop = loop_new();
    g_autoptr(GError) error = NULL;
    WireBlockPeek asked = {.disk = (char *)"vda", .size = G_MAXUINT};
    WireBytes came = {0};

    wire_domain_lend(loop->domain, &asked.domain);
    g_assert_false(CALL(loop, DOMAIN_BLOCK_PEEK, &asked, &came, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INTERNAL_ERROR);
}

static void
statistics_are_counted_first_and_then_told(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    g_autoptr(GError) error = NULL;
    WireBlockParamsAsked asked = {.disk = (char *)"vda"};
    WireBlockParams came = {0};
    WireDomainText plain = {.text = (char *)"vda"};
    WireBlockStats stats = {0};

    wire_domain_lend(loop->domain, &asked.domain);
    wire_domain_lend(loop->domain, &plain.domain);
    CALL(loop, DOMAIN_BLOCK_STATS_FLAGS, &asked, &came, &error);
    g_assert_no_error(error);
    g_assert_cmpint(came.nparams, >, 0);
    g_assert_cmpuint(came.params.params_len, ==, 0);
    asked.nparams = came.nparams;
    FREE(DOMAIN_BLOCK_STATS_FLAGS, &came);

    g_assert_true(CALL(loop, DOMAIN_BLOCK_STATS_FLAGS, &asked, &came, NULL));
    g_assert_cmpint(came.params.params_len, ==, asked.nparams);
    FREE(DOMAIN_BLOCK_STATS_FLAGS, &came);
    g_assert_true(CALL(loop, DOMAIN_BLOCK_STATS, &plain, &stats, NULL));

    asked.nparams = WIRE_DOMAIN_PARAMS_MAX + 1;
    g_assert_false(CALL(loop, DOMAIN_BLOCK_STATS_FLAGS, &asked, &came, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INTERNAL_ERROR);
}

static void
a_job_on_a_disk_is_told_with_its_limit(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    g_autoptr(GError) error = NULL;
    WireDomainTextFlags asked = {.text = (char *)"vda",
                                 .flags =
                                     VIR_DOMAIN_BLOCK_JOB_INFO_BANDWIDTH_BYTES};
    WireBlockJobInfo info = {0};

    wire_domain_lend(loop->domain, &asked.domain);
    CALL(loop, DOMAIN_GET_BLOCK_JOB_INFO, &asked, &info, &error);
    g_assert_no_error(error);
    g_assert_cmpint(info.found, ==, 1);
    g_assert_cmpint(info.type, ==, VIR_DOMAIN_BLOCK_JOB_TYPE_COPY);
    g_assert_cmpuint(info.bandwidth, ==, 1024 * 1024 + 1);
}

static void
parameters_of_a_copy_arrive_at_the_call(void)
{
    g_autoptr(Loop) loop = loop_new();
    g_autoptr(GError) error = NULL;
    WireParam param = {.field = (char *)"no such parameter",
                       .value = {.type = VIR_TYPED_PARAM_INT}};
    WireBlockCopy asked = {.disk = (char *)"vda",
                           .xml = (char *)"<disk/>",
                           .params = {.params_len = 1, .params_val = &param}};

    wire_domain_lend(loop->domain, &asked.domain);
    g_assert_false(CALL(loop, DOMAIN_BLOCK_COPY, &asked, NULL, &error));
    g_assert_nonnull(error);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/daemon/serve_block/" #name, name)
    TEST(what_is_written_is_read_back);
    TEST(a_write_whose_bytes_are_not_its_size_is_refused);
    TEST(zeroes_need_no_bytes);
    TEST(a_peek_over_the_limit_is_refused_before_it_is_allocated);
    TEST(statistics_are_counted_first_and_then_told);
    TEST(a_job_on_a_disk_is_told_with_its_limit);
    TEST(parameters_of_a_copy_arrive_at_the_call);
    return g_test_run();
}
