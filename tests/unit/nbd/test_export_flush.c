/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nbd/export_flush.h"

#include "base/error.h"
#include "kit.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LONG_MS = 20 * 1000, SHORT_MS = 100 };

static void
a_server_that_flushes_is_believed(void)
{
    GPid pid = 0;
    g_autoptr(GError) error = NULL;

    g_assert_true(
        nbd_export_flush(kit_start("memory 1M", &pid), "", LONG_MS, &error));
    g_assert_no_error(error);
    kit_stop(pid);
}

/* nbdkit's eval plugin: each call of it is a line of shell. */
static void
a_server_that_cannot_is_told(void)
{
    GPid pid = 0;
    g_autoptr(GError) error = NULL;
    int socket = kit_start("eval get_size='echo 1048576' can_write='exit 0' "
                           "can_flush='exit 0' pread='exit 1' "
                           "pwrite='exit 1' flush='echo EIO >&2; exit 1' "
                           "2>/dev/null",
                           &pid);

    g_assert_false(nbd_export_flush(socket, "", LONG_MS, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_FAILED);
    g_assert_nonnull(strstr(error->message, "flush"));
    kit_stop(pid);
}

static void
a_silent_server_is_left_at_the_deadline(void)
{
    g_autoptr(GError) error = NULL;
    int ends[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
    g_assert_false(nbd_export_flush(ends[0], "vda", SHORT_MS, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_TIMEOUT);
    close(ends[1]);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/nbd/export_flush/" #test, test)
    ADD(a_server_that_flushes_is_believed);
    ADD(a_server_that_cannot_is_told);
    ADD(a_silent_server_is_left_at_the_deadline);
#undef ADD
    return g_test_run();
}
