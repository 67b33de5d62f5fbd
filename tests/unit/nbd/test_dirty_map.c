/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Read as a dirty map: nbdkit's base:allocation, whose bit 0 says "hole". */
#include "nbd/dirty_map.h"

#include "base/error.h"
#include "kit.h"

#include <string.h>

enum { LONG_MS = 20 * 1000 };

#define CONTEXT "base:allocation"

static void
neighbouring_extents_are_one_range(void)
{
    /* Data in the second and the fifth of five pages of 32 KiB. */
    GPid pid = 0;
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) map = nbd_dirty_map(
        kit_start("data data='@0x8000 (1)*32768 @0x20000 (1)*32768'", &pid), "",
        CONTEXT, LONG_MS, &error);
    const DirtyRange *ranges = NULL;

    g_assert_no_error(error);
    g_assert_cmpuint(map->len, ==, 2);
    ranges = (const DirtyRange *)map->data;
    g_assert_cmpuint(ranges[0].offset, ==, 0);
    g_assert_cmpuint(ranges[0].length, ==, 0x8000);
    g_assert_cmpuint(ranges[1].offset, ==, 0x10000);
    g_assert_cmpuint(ranges[1].length, ==, 0x10000);
    kit_stop(pid);
}

/* More than one request's worth. */
static void
a_disk_larger_than_a_request_is_one_range(void)
{
    GPid pid = 0;
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) map = nbd_dirty_map(kit_start("memory 5G", &pid), "",
                                          CONTEXT, LONG_MS, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(map->len, ==, 1);
    g_assert_cmpuint(g_array_index(map, DirtyRange, 0).length, ==,
                     UINT64_C(5) << 30);
    kit_stop(pid);
}

static void
a_context_that_is_not_there_is_named(void)
{
    GPid pid = 0;
    g_autoptr(GError) error = NULL;
    g_autoptr(GArray) map =
        nbd_dirty_map(kit_start("memory 1M", &pid), "",
                      "qemu:dirty-bitmap:none", LONG_MS, &error);

    g_assert_null(map);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_FAILED);
    g_assert_nonnull(strstr(error->message, "'qemu:dirty-bitmap:none'"));
    kit_stop(pid);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/nbd/dirty_map/" #test, test)
    ADD(neighbouring_extents_are_one_range);
    ADD(a_disk_larger_than_a_request_is_one_range);
    ADD(a_context_that_is_not_there_is_named);
#undef ADD
    return g_test_run();
}
