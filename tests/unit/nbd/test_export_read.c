/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nbd/export_read.h"

#include "base/error.h"
#include "kit.h"

static void
bytes_are_read_from_anywhere(void)
{
    GPid pid = 0;
    g_autoptr(GError) error = NULL;
    char bytes[5] = "";

    g_assert_true(
        nbd_export_read(kit_start("data '@511\"hello\"' size=4096", &pid), "",
                        511, bytes, sizeof(bytes), &error));
    g_assert_no_error(error);
    g_assert_cmpmem(bytes, 5, "hello", 5);
    kit_stop(pid);
}

static void
bytes_beyond_the_end_are_refused(void)
{
    GPid pid = 0;
    g_autoptr(GError) error = NULL;
    char bytes[2] = "";

    g_assert_false(nbd_export_read(kit_start("memory 4096", &pid), "", 4095,
                                   bytes, 2, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
    kit_stop(pid);
    g_clear_error(&error);
    g_assert_false(nbd_export_read(kit_start("memory 4096", &pid), "",
                                   G_MAXUINT64, bytes, 2, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
    kit_stop(pid);
}

static void
a_server_that_cannot_read_is_told(void)
{
    GPid pid = 0;
    g_autoptr(GError) error = NULL;
    char byte = 7;
    int socket = kit_start("eval get_size='echo 4096' pread='echo EIO >&2; "
                           "exit 1' 2>/dev/null",
                           &pid);

    g_assert_false(nbd_export_read(socket, "", 0, &byte, 1, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_FAILED);
    g_assert_cmpint(byte, ==, 7);
    kit_stop(pid);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/nbd/export_read/" #test, test)
    ADD(bytes_are_read_from_anywhere);
    ADD(bytes_beyond_the_end_are_refused);
    ADD(a_server_that_cannot_read_is_told);
#undef ADD
    return g_test_run();
}
