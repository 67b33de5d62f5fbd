/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nbd/export_info.h"

#include "base/error.h"
#include "kit.h"

#include <string.h>

enum { LONG_MS = 20 * 1000 };

static void
size_and_access_are_the_server_s(void)
{
    GPid pid = 0;
    NbdExportInfo info = {0};
    g_autoptr(GError) error = NULL;

    g_assert_true(nbd_export_info(kit_start("memory 5M", &pid), "", LONG_MS,
                                  &info, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(info.size, ==, 5 * 1024 * 1024);
    g_assert_false(info.is_read_only);
    kit_stop(pid);

    g_assert_true(nbd_export_info(kit_start("-r memory 1K", &pid), "", LONG_MS,
                                  &info, &error));
    g_assert_cmpuint(info.size, ==, 1024);
    g_assert_true(info.is_read_only);
    kit_stop(pid);
}

static void
an_unknown_export_is_named(void)
{
    GPid pid = 0;
    NbdExportInfo info = {0};
    g_autoptr(GError) error = NULL;

    g_assert_false(
        nbd_export_info(kit_start("--filter=exportname memory 1M exportname=a "
                                  "exportname-strict=true 2>/dev/null",
                                  &pid),
                        "b", LONG_MS, &info, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_FAILED);
    g_assert_nonnull(strstr(error->message, "'b'"));
    kit_stop(pid);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/nbd/export_info/size", size_and_access_are_the_server_s);
    g_test_add_func("/nbd/export_info/unknown", an_unknown_export_is_named);
    return g_test_run();
}
