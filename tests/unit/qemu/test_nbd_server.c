/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qemu/nbd_server.h"

#include "base/error.h"
#include "base/fd.h"
#include "temp_folder.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static BackupServer *
tcp_server(const char *name, unsigned port)
{
    BackupServer *server = g_new0(BackupServer, 1);

    server->transport = BACKUP_TRANSPORT_TCP;
    server->name = g_strdup(name);
    server->port = port;
    return server;
}

static BackupServer *
unix_server(const TempFolder *folder, const char *name)
{
    BackupServer *server = g_new0(BackupServer, 1);

    server->transport = BACKUP_TRANSPORT_UNIX;
    server->socket = temp_folder_file(folder, name);
    return server;
}

/* On a port of the loopback that was free. */
static int
listen_somewhere(unsigned *ret_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, length), ==, 0);
    g_assert_cmpint(getsockname(fd, (struct sockaddr *)&address, &length), ==,
                    0);
    g_assert_cmpint(listen(fd, 1), ==, 0);
    *ret_port = ntohs(address.sin_port);
    return fd;
}

static void
both_transports_are_reached(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(GError) error = NULL;
    unsigned port = 0;
    g_auto(AutoFd) tcp_listener = listen_somewhere(&port);
    g_auto(AutoFd) listener = unix_listen(folder->path, "s", &error);
    g_autoptr(BackupServer) tcp = tcp_server("localhost", port);
    g_autoptr(BackupServer) local = unix_server(folder, "s");
    g_auto(AutoFd) one = nbd_server_connect(tcp, &error);
    g_auto(AutoFd) two = nbd_server_connect(local, &error);

    g_assert_no_error(error);
    g_assert_cmpint(tcp_listener, >=, 0);
    g_assert_cmpint(listener, >=, 0);
    g_assert_cmpint(one, >=, 0);
    g_assert_cmpint(two, >=, 0);
}

static void
nobody_there_is_told_with_the_place(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(GError) error = NULL;
    unsigned port = 0;
    int listener = listen_somewhere(&port);
    g_autoptr(BackupServer) tcp = tcp_server("127.0.0.1", port);
    g_autoptr(BackupServer) local = unix_server(folder, "s");
    g_autoptr(BackupServer) unknown = tcp_server("no such host.invalid", 1);

    close(listener);
    g_assert_cmpint(nbd_server_connect(tcp, &error), ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_nonnull(strstr(error->message, "127.0.0.1"));
    g_clear_error(&error);
    g_assert_cmpint(nbd_server_connect(local, &error), ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_clear_error(&error);
    g_assert_cmpint(nbd_server_connect(unknown, &error), ==, -1);
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_OPERATION_FAILED);
}

static void
an_address_is_said_as_qemu_says_it(void)
{
    g_autoptr(BackupServer) tcp = tcp_server("::1", 10809);
    json_t *address = nbd_server_address(tcp);
    g_autofree char *text = json_dumps(address, JSON_SORT_KEYS);

    g_assert_cmpstr(text, ==,
                    "{\"host\": \"::1\", \"port\": \"10809\", \"type\": "
                    "\"inet\"}");
    json_decref(address);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/qemu/nbd_server/reached", both_transports_are_reached);
    g_test_add_func("/qemu/nbd_server/nobody",
                    nobody_there_is_told_with_the_place);
    g_test_add_func("/qemu/nbd_server/address",
                    an_address_is_said_as_qemu_says_it);
    return g_test_run();
}
