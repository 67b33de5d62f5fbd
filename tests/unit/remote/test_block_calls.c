/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Disks over the wire: what the driver at the other end is asked. */
#include "base/error.h"
#include "fake_driver.h"
#include "loop.h"
#include "remote/members.h"

#include <libvirt/libvirt-strandline.h>
#include <string.h>

static void
statistics_come_in_one_call_and_what_is_not_known_stays_unknown(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    BlockStats stats = {0};

    g_assert_cmpint(remote_block_stats(loop->domain, "vda", &stats, NULL), ==,
                    0);
    g_assert_cmpint(stats.read_requests, ==, 1);
    g_assert_cmpint(stats.read_bytes, ==, 512);
    g_assert_cmpint(stats.read_times, ==, 10);
    g_assert_cmpint(stats.write_requests, ==, 2);
    g_assert_cmpint(stats.write_bytes, ==, 1024);
    g_assert_cmpint(stats.write_times, ==, 20);
    g_assert_cmpint(stats.flush_requests, ==, 3);
    g_assert_cmpint(stats.flush_times, ==, -1);
    g_assert_cmpint(stats.errors, ==, 4);
}

static void
sizes_and_limits_arrive_in_bytes(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    virDomainBlockJobInfo info = {0};
    const BlockCommit commit = {"base", "top", 12345};

    g_assert_cmpint(remote_block_resize(loop->domain, "vda", 1536, 0, NULL), ==,
                    0);
    g_assert_cmpstr(fake.last_call, ==, "block_resize vda 1536 flags=0x0");
    g_assert_cmpint(
        remote_block_job_set_speed(loop->domain, "vda", 12345, NULL), ==, 0);
    g_assert_nonnull(strstr(fake.last_call, "12345"));
    g_assert_cmpint(
        remote_block_pull(loop->domain, "vda", NULL, 54321, 0, NULL), ==, 0);
    g_assert_nonnull(strstr(fake.last_call, "block_pull"));
    g_assert_nonnull(strstr(fake.last_call, "54321"));
    g_assert_cmpint(remote_block_commit(loop->domain, "vda", &commit, 0, NULL),
                    ==, 0);
    g_assert_nonnull(strstr(fake.last_call, "12345"));
    g_assert_nonnull(strstr(fake.last_call, "top"));
    g_assert_cmpint(remote_block_job_info(loop->domain, "vda", &info, NULL), ==,
                    1);
    g_assert_cmpuint(info.bandwidth, ==, 1024 * 1024 + 1);
    g_assert_cmpint(info.type, ==, VIR_DOMAIN_BLOCK_JOB_TYPE_COPY);
}

static void
a_copy_sends_what_it_was_given(void)
{
    g_autoptr(Loop) loop = loop_new_fake();
    g_autoptr(GError) error = NULL;
    const BlockCopy all = {"<disk/>", 7, 65536, 9};
    const BlockCopy odd = {"<disk/>", 0, 3, 0};

    remote_block_copy(loop->domain, "vda", &all, 0, &error);
    g_assert_no_error(error);
    g_assert_nonnull(strstr(fake.last_call, "65536"));
    /* The other end judges it, as it would without a wire. */
    g_assert_cmpint(remote_block_copy(loop->domain, "vda", &odd, 0, &error), ==,
                    -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
}

static void
what_is_written_is_read_however_long_it_is(void)
{
    g_autoptr(Loop) loop = loop_new();
    g_autoptr(GError) error = NULL;
    const gsize size = WIRE_PEEK_MAX + 4096;
    g_autofree char *bytes = g_strnfill(size, 'a');
    char read[3] = "";

    bytes[size - 1] = 'z';
    remote_test_disk_write(loop->domain, "vda", 512, bytes, size, &error);
    g_assert_no_error(error);
    g_assert_cmpint(
        remote_block_peek(loop->domain, "vda", 512 + size - 2, 3, read, &error),
        ==, 0);
    g_assert_cmpmem(read, 3, "az\0", 3);
    remote_test_disk_write(loop->domain, "vda", 512, NULL, size, &error);
    g_assert_no_error(error);
    g_assert_cmpint(
        remote_block_peek(loop->domain, "vda", 512, 3, read, &error), ==, 0);
    g_assert_cmpmem(read, 3, "\0\0\0", 3);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
#define TEST(name) g_test_add_func("/remote/block_calls/" #name, name)
    TEST(statistics_come_in_one_call_and_what_is_not_known_stays_unknown);
    TEST(sizes_and_limits_arrive_in_bytes);
    TEST(a_copy_sends_what_it_was_given);
    TEST(what_is_written_is_read_however_long_it_is);
    return g_test_run();
}
