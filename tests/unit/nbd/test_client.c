/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The connection's deadline, and how its failures are told apart. */
#include "nbd/client.h"

#include "base/error.h"
#include "kit.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { LONG_MS = 20 * 1000, SHORT_MS = 100, SECTOR = 512 };

static void
a_silent_server_is_left_at_the_deadline(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(NbdClient) client = NULL;
    int ends[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
    client = nbd_client_open(ends[0], "vda", LIBNBD_CONTEXT_BASE_ALLOCATION,
                             SHORT_MS, &error);
    g_assert_null(client);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_TIMEOUT);
    g_assert_nonnull(strstr(error->message, "'vda'"));
    close(ends[1]);
}

static void
a_server_that_hangs_up_is_told_with_the_export(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(NbdClient) client = NULL;
    int ends[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), ==, 0);
    close(ends[1]);
    client = nbd_client_open(ends[0], "vdb", LIBNBD_CONTEXT_BASE_ALLOCATION,
                             LONG_MS, &error);
    g_assert_null(client);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_FAILED);
    g_assert_nonnull(strstr(error->message, "'vdb'"));
}

static int
read_sector(NbdClient *client, uint64_t offset, GError **error)
{
    static char sector[SECTOR];
    int64_t cookie = nbd_aio_pread(client->nbd, sector, SECTOR, offset,
                                   NBD_NULL_COMPLETION, 0);

    return nbd_client_wait(client, cookie, error);
}

static void
a_refusal_is_no_failure_of_the_connection(void)
{
    GPid pid = 0;
    int socket = kit_start("--filter=error memory 1M error-pread-rate=100%"
                           " 2>/dev/null",
                           &pid);
    g_autoptr(GError) error = NULL;
    g_autoptr(NbdClient) client = nbd_client_open(
        socket, "", LIBNBD_CONTEXT_BASE_ALLOCATION, LONG_MS, &error);

    g_assert_no_error(error);
    g_assert_cmpint(read_sector(client, 0, &error), ==, 0);
    g_assert_cmpint(read_sector(client, SECTOR, &error), ==, 0);
    g_assert_no_error(error);
    kit_stop(pid);
    g_assert_cmpint(read_sector(client, 0, &error), ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_FAILED);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
#define ADD(test) g_test_add_func("/nbd/client/" #test, test)
    ADD(a_silent_server_is_left_at_the_deadline);
    ADD(a_server_that_hangs_up_is_told_with_the_export);
    ADD(a_refusal_is_no_failure_of_the_connection);
#undef ADD
    return g_test_run();
}
