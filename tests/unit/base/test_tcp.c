/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/tcp.h"

#include "base/error.h"
#include "base/fd.h"

#include <dlfcn.h>
#include <netdb.h>
#include <string.h>

#define TWO_ADDRESSES "two-addresses.test"

typedef int (*Resolve)(const char *name, const char *service,
                       const struct addrinfo *req, struct addrinfo **pai);

/* In the place of the C library's: TWO_ADDRESSES is 127.0.0.1 and 127.0.0.2,
 * whatever this host's resolver knows. */
int
getaddrinfo(const char *name, const char *service, const struct addrinfo *req,
            struct addrinfo **pai)
{
    Resolve resolve = (Resolve)dlsym(RTLD_NEXT, "getaddrinfo");
    struct addrinfo *second = NULL;

    if (g_strcmp0(name, TWO_ADDRESSES) != 0)
        return resolve(name, service, req, pai);
    g_assert_cmpint(resolve("127.0.0.1", service, req, pai), ==, 0);
    g_assert_cmpint(resolve("127.0.0.2", service, req, &second), ==, 0);
    (*pai)->ai_next = second;
    return 0;
}

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
all_of_a_hosts_addresses_are_listened_on(void)
{
    g_autoptr(GArray) fds = tcp_listen_all(TWO_ADDRESSES, "0", NULL);
    g_autoptr(GError) error = NULL;
    g_autofree char *port = NULL;

    g_assert_cmpuint(fds->len, ==, 2);
    port = g_strdup_printf("%u", tcp_port(g_array_index(fds, int, 1)));
    /* Taken on one of them is taken. */
    g_assert_null(tcp_listen_all(TWO_ADDRESSES, port, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_clear_error(&error);
    g_assert_null(tcp_listen_all(NULL, "no-such-service", &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_FAILED);
    for (guint i = 0; i < fds->len; i++)
        auto_fd_close(g_array_index(fds, int, i));
    g_array_unref(fds);
    fds = tcp_listen_all(NULL, "0", NULL);
    g_assert_nonnull(fds);
    for (guint i = 0; i < fds->len; i++) {
        tcp_tune(g_array_index(fds, int, i));
        auto_fd_close(g_array_index(fds, int, i));
    }
}

/* Who connects to the host would come to the other program. */
static void
a_port_taken_on_one_address_is_not_had_on_another(void)
{
    g_autoptr(GError) error = NULL;
    unsigned port = 0;
    g_auto(AutoFd) first = tcp_listen("127.0.0.1", 0, &port, NULL);

    g_assert_cmpint(first, >=, 0);
    g_assert_cmpint(tcp_listen(TWO_ADDRESSES, port, &port, &error), ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_nonnull(strstr(error->message, TWO_ADDRESSES));
}

static void
the_address_that_answers_is_connected_to(void)
{
    g_autoptr(GError) error = NULL;
    unsigned port = 0;
    g_auto(AutoFd) listener = tcp_listen("127.0.0.2", 0, &port, NULL);
    g_auto(AutoFd) fd = tcp_connect("it", TWO_ADDRESSES, port, &error);

    g_assert_no_error(error);
    g_assert_cmpint(listener, >=, 0);
    g_assert_cmpint(fd, >=, 0);
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
    g_test_add_func("/tcp/all_of_a_hosts_addresses_are_listened_on",
                    all_of_a_hosts_addresses_are_listened_on);
    g_test_add_func("/base/tcp/a_free_port_is_picked_and_told",
                    a_free_port_is_picked_and_told);
    g_test_add_func("/base/tcp/a_port_that_is_taken_is_refused",
                    a_port_that_is_taken_is_refused);
    g_test_add_func(
        "/base/tcp/a_port_taken_on_one_address_is_not_had_elsewhere",
        a_port_taken_on_one_address_is_not_had_on_another);
    g_test_add_func("/base/tcp/the_address_that_answers_is_connected_to",
                    the_address_that_answers_is_connected_to);
    g_test_add_func("/base/tcp/a_host_that_nobody_knows_is_refused",
                    a_host_that_nobody_knows_is_refused);
    g_test_add_func("/base/tcp/a_listener_is_reached", a_listener_is_reached);
    return g_test_run();
}
