/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Unix sockets below any path, and never at the cost of what is there. */
#include "base/error.h"
#include "base/fd.h"
#include "temp_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEEP = 200, MIB = 1024 * 1024 };

static void
listener_and_connector_meet(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(GError) error = NULL;
    g_auto(AutoFd) listener = unix_listen(folder->path, "s", &error);
    g_auto(AutoFd) caller = -1;
    g_auto(AutoFd) answerer = -1;
    char letter = 0;

    g_assert_no_error(error);
    g_assert_cmpint(fcntl(listener, F_GETFD) & FD_CLOEXEC, !=, 0);
    caller = unix_connect(folder->path, "s", &error);
    g_assert_no_error(error);
    g_assert_cmpint(fcntl(caller, F_GETFD) & FD_CLOEXEC, !=, 0);
    answerer = accept(listener, NULL, NULL);
    g_assert_cmpint(write(caller, "x", 1), ==, 1);
    g_assert_cmpint(read(answerer, &letter, 1), ==, 1);
    g_assert_cmpint(letter, ==, 'x');
}

static void
listen_refuses_a_regular_file_and_leaves_it(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    temp_folder_write(folder, "disk.img", "precious");
    g_assert_cmpint(unix_listen(folder->path, "disk.img", &error), ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
    text = temp_folder_read(folder, "disk.img");
    g_assert_cmpstr(text, ==, "precious");
}

static void
listen_refuses_a_link_to_a_dead_socket(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(symlinkat("elsewhere", folder->fd, "s"), ==, 0);
    g_assert_cmpint(unix_listen(folder->path, "s", &error), ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
    g_assert_cmpuint(temp_folder_count(folder), ==, 1);
}

static void
listen_refuses_a_live_socket(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(GError) error = NULL;
    g_auto(AutoFd) first = unix_listen(folder->path, "s", &error);
    g_auto(AutoFd) caller = -1;

    g_assert_no_error(error);
    g_assert_cmpint(unix_listen(folder->path, "s", &error), ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
    g_clear_error(&error);

    caller = unix_connect(folder->path, "s", &error);
    g_assert_no_error(error);
    g_assert_cmpint(caller, >=, 0);
}

static void
listen_replaces_a_dead_socket(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(GError) error = NULL;
    int first = unix_listen(folder->path, "s", &error);
    g_auto(AutoFd) second = -1;
    g_auto(AutoFd) caller = -1;

    g_assert_no_error(error);
    close(first);
    second = unix_listen(folder->path, "s", &error);
    g_assert_no_error(error);
    caller = unix_connect(folder->path, "s", &error);
    g_assert_no_error(error);
    g_assert_cmpint(caller, >=, 0);
}

static void
a_path_longer_than_a_socket_address_works(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *name = g_strnfill(DEEP, 'd');
    g_autofree char *deep = temp_folder_file(folder, name);
    g_autoptr(GError) error = NULL;
    g_auto(AutoFd) listener = -1;
    g_auto(AutoFd) caller = -1;

    g_assert_cmpint(mkdir(deep, 0700), ==, 0);
    listener = unix_listen(deep, "qmp.sock", &error);
    g_assert_no_error(error);
    caller = unix_connect(deep, "qmp.sock", &error);
    g_assert_no_error(error);
    g_assert_cmpint(caller, >=, 0);
}

static void
a_socket_name_too_long_is_refused(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autofree char *name = g_strnfill(DEEP, 's');
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(unix_listen(folder->path, name, &error), ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
    g_clear_error(&error);
    g_assert_cmpint(unix_connect(folder->path, name, &error), ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
}

static void
connect_says_that_nobody_is_there(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(unix_connect(folder->path, "s", &error), ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_clear_error(&error);
    g_assert_cmpint(unix_listen("/nonexistent/folder", "s", &error), ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_SYSTEM_ERROR);
}

static void
a_descriptor_closes_with_its_scope_unless_stolen(void)
{
    int closed = -1;
    int kept = -1;

    {
        g_auto(AutoFd) one = open("/dev/null", O_RDONLY | O_CLOEXEC);
        g_auto(AutoFd) two = open("/dev/null", O_RDONLY | O_CLOEXEC);

        closed = one;
        kept = fd_steal(&two);
        g_assert_cmpint(two, ==, -1);
    }
    g_assert_cmpint(fcntl(closed, F_GETFD), ==, -1);
    g_assert_cmpint(errno, ==, EBADF);
    g_assert_cmpint(fcntl(kept, F_GETFD), >=, 0);
    close(kept);
}

/* A listener that serves nobody, with no room for one more. */
static void
connect_gives_up_where_the_queue_is_full(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(GError) error = NULL;
    g_auto(AutoFd) listener = unix_listen(folder->path, "s", &error);
    g_auto(AutoFd) waiting = -1;

    g_assert_no_error(error);
    g_assert_cmpint(listen(listener, 0), ==, 0);
    waiting = unix_connect(folder->path, "s", &error);
    g_assert_no_error(error);
    g_assert_cmpint(unix_connect(folder->path, "s", &error), ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_nonnull(strstr(error->message, "other programs are connected"));
}

/* Returns the last byte. */
static gpointer
take_a_mib(gpointer data)
{
    g_autofree char *found = g_malloc0(MIB);

    g_assert_true(fd_receive(*(const int *)data, found, MIB));
    return GINT_TO_POINTER((int)found[MIB - 1]);
}

static void
what_is_sent_arrives_until_the_peer_is_gone(void)
{
    g_autofree char *sent = g_malloc0(MIB);
    g_autofree char *found = g_malloc0(MIB);
    int ends[2] = {-1, -1};
    GThread *thread = NULL;

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends),
                    ==, 0);
    memset(sent, 7, MIB);
    /* More than a socket holds: the other end has to take it meanwhile. */
    thread = g_thread_new("reader", take_a_mib, &ends[1]);
    g_assert_true(fd_send(ends[0], sent, MIB));
    g_assert_cmpint(GPOINTER_TO_INT(g_thread_join(thread)), ==, 7);
    close(ends[1]);
    g_assert_false(fd_send(ends[0], sent, MIB));
    g_assert_cmpint(errno, ==, EPIPE);
    g_assert_false(fd_receive(ends[0], found, 1));
    g_assert_cmpint(errno, ==, 0);
    close(ends[0]);
}

int
main(int argc, char *argv[])
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/base/fd/listener_and_connector_meet",
                    listener_and_connector_meet);
    g_test_add_func("/base/fd/listen_refuses_a_regular_file_and_leaves_it",
                    listen_refuses_a_regular_file_and_leaves_it);
    g_test_add_func("/base/fd/listen_refuses_a_link_to_a_dead_socket",
                    listen_refuses_a_link_to_a_dead_socket);
    g_test_add_func("/base/fd/listen_refuses_a_live_socket",
                    listen_refuses_a_live_socket);
    g_test_add_func("/base/fd/listen_replaces_a_dead_socket",
                    listen_replaces_a_dead_socket);
    g_test_add_func("/base/fd/a_path_longer_than_a_socket_address_works",
                    a_path_longer_than_a_socket_address_works);
    g_test_add_func("/base/fd/a_socket_name_too_long_is_refused",
                    a_socket_name_too_long_is_refused);
    g_test_add_func("/base/fd/connect_gives_up_where_the_queue_is_full",
                    connect_gives_up_where_the_queue_is_full);
    g_test_add_func("/base/fd/connect_says_that_nobody_is_there",
                    connect_says_that_nobody_is_there);
    g_test_add_func("/base/fd/a_descriptor_closes_with_its_scope_unless_stolen",
                    a_descriptor_closes_with_its_scope_unless_stolen);
    g_test_add_func("/base/fd/what_is_sent_arrives_until_the_peer_is_gone",
                    what_is_sent_arrives_until_the_peer_is_gone);
    return g_test_run();
}
