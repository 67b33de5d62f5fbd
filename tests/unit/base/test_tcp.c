/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/tcp.h"

#include "base/error.h"
#include "base/fd.h"

#include <string.h>

static void
a_free_port_is_picked_and_told(void)
{
    unsigned port = 0;
    g_auto(AutoFd) fd = tcp_listen("127.0.0.1", 0, &port, NULL);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpuint(port, >, 0);
}

static void
a_port_that_is_taken_is_refused(void)
{
    g_autoptr(GError) error = NULL;
    unsigned port = 0;
    unsigned other = 0;
    g_auto(AutoFd) fd = tcp_listen("127.0.0.1", 0, &port, NULL);

    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(tcp_listen("127.0.0.1", port, &other, &error), ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_cmpuint(other, ==, 0);
}

static void
a_host_that_nobody_knows_is_refused(void)
{
    g_autoptr(GError) error = NULL;
    unsigned port = 0;

    g_assert_cmpint(tcp_listen("no such host", 0, &port, &error), ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_FAILED);
}

static void
a_listener_is_reached(void)
{
    g_autoptr(GError) error = NULL;
    unsigned port = 0;
    g_auto(AutoFd) listener = tcp_listen("127.0.0.1", 0, &port, &error);
    g_auto(AutoFd) fd = tcp_connect("it", "localhost", port, &error);

    g_assert_no_error(error);
    g_assert_cmpint(fd, >=, 0);
    auto_fd_close(fd_steal(&listener));
    g_assert_cmpint(tcp_connect("the target", "127.0.0.1", port, &error), ==,
                    -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_nonnull(
        strstr(error->message, "cannot connect to the target on '127.0.0.1'"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/tcp/a_free_port_is_picked_and_told",
                    a_free_port_is_picked_and_told);
    g_test_add_func("/base/tcp/a_port_that_is_taken_is_refused",
                    a_port_that_is_taken_is_refused);
    g_test_add_func("/base/tcp/a_host_that_nobody_knows_is_refused",
                    a_host_that_nobody_knows_is_refused);
    g_test_add_func("/base/tcp/a_listener_is_reached", a_listener_is_reached);
    return g_test_run();
}
