/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The daemon's sockets: their modes, what was left of one, who else has it. */
#include "daemon/listen.h"

#include "base/error.h"
#include "base/fd.h"
#include "base/tcp.h"
#include "daemon/dispatch.h"
#include "temp_folder.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static Settings *
settings_below(const TempFolder *folder)
{
    Settings *settings = settings_new();

    g_free(settings->unix_sock_dir);
    settings->unix_sock_dir = temp_folder_file(folder, "run");
    settings->unix_sock_rw_perms = 0750;
    settings->unix_sock_ro_perms = 0707;
    return settings;
}

static unsigned
mode_of(const Settings *settings, const char *name)
{
    g_autofree char *path =
        g_build_filename(settings->unix_sock_dir, name, NULL);
    struct stat status = {0};

    g_assert_cmpint(stat(path, &status), ==, 0);
    g_assert_true(S_ISSOCK(status.st_mode));
    return status.st_mode & 07777;
}

static Server *
make_server(const Settings *settings)
{
    return server_new(&settings->limits, &dispatch_handler, NULL, NULL);
}

static void
sockets_have_their_modes(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(Settings) settings = settings_below(folder);
    g_autoptr(Server) server = make_server(settings);
    g_autoptr(GError) error = NULL;

    g_assert_true(listen_sockets(server, settings, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(mode_of(settings, LISTEN_SOCKET), ==, 0750);
    g_assert_cmpuint(mode_of(settings, LISTEN_SOCKET_READONLY), ==, 0707);
}

static void
a_second_daemon_is_refused_and_a_dead_ones_sockets_are_replaced(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(Settings) settings = settings_below(folder);
    Server *first = make_server(settings);
    g_autoptr(Server) second = make_server(settings);
    g_autoptr(GError) error = NULL;

    g_assert_true(listen_sockets(first, settings, NULL));
    g_assert_false(listen_sockets(second, settings, &error));
    g_assert_nonnull(strstr(error->message, "another daemon may be running"));
    server_free(first);
    g_assert_true(listen_sockets(second, settings, NULL));
}

static void
libvirts_names_are_taken_when_nobody_has_them(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(Settings) settings = settings_below(folder);
    g_autoptr(Server) server = make_server(settings);
    g_auto(AutoFd) holder = -1;
    g_autoptr(GError) error = NULL;

    settings->libvirt_sockets = true;
    g_free(settings->libvirt_sock_dir);
    settings->libvirt_sock_dir = g_strdup(folder->path);
    holder = unix_listen(folder->path, "virtqemud-sock", NULL);
    g_assert_false(listen_sockets(server, settings, &error));
    g_assert_nonnull(strstr(error->message, "another daemon may be running"));
    auto_fd_close(fd_steal(&holder));
    server_free(g_steal_pointer(&server));
    server = make_server(settings);
    g_assert_true(listen_sockets(server, settings, NULL));
    g_free(settings->unix_sock_dir);
    settings->unix_sock_dir = g_strdup(folder->path);
    g_assert_cmpuint(mode_of(settings, "virtqemud-sock"), ==, 0750);
    g_assert_cmpuint(mode_of(settings, "virtqemud-sock-ro"), ==, 0707);
}

static void
a_group_that_there_is_not_is_refused(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(Settings) settings = settings_below(folder);
    g_autoptr(Server) server = make_server(settings);
    g_autoptr(GError) error = NULL;

    settings->unix_sock_group = g_strdup("no such group");
    g_assert_false(listen_sockets(server, settings, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
}

/* Whether a server of those settings takes @fd, of that name, over; its error's
 * code in *@ret_code if not. */
static bool
is_inherited(const Settings *settings, int fd, const char *name, int *ret_code)
{
    const char *const names[] = {name, NULL};
    g_autoptr(Server) server = make_server(settings);
    g_autoptr(GError) error = NULL;

    if (listen_inherited(server, settings, fd, names, &error))
        return true;
    g_assert_true(error->domain == STRANDLINE_ERROR);
    *ret_code = error->code;
    return false;
}

static void
only_listening_sockets_are_inherited(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    g_autoptr(Settings) settings = settings_new();
    int fd = unix_listen(folder->path, "a-ro", NULL);
    g_auto(AutoFd) other = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int code = 0;

    g_assert_true(is_inherited(settings, fd, "tls", &code));
    g_assert_false(is_inherited(settings, other, "tls", &code));
    g_assert_cmpint(code, ==, VIR_ERR_INVALID_ARG);
}

static void
a_socket_of_the_network_is_what_its_name_says(void)
{
    g_autoptr(Settings) settings = settings_new();
    static const char *const unclear[] = {"unknown", "", "tlss", "socket"};
    unsigned port = 0;
    int code = 0;

    g_assert_true(is_inherited(
        settings, tcp_listen("127.0.0.1", 0, &port, NULL), "tcp", &code));
    g_assert_true(is_inherited(settings,
                               tcp_listen("127.0.0.1", 0, &port, NULL),
                               "strandlined-tcp.socket", &code));
    for (gsize i = 0; i < G_N_ELEMENTS(unclear); i++) {
        g_auto(AutoFd) fd = tcp_listen("127.0.0.1", 0, &port, NULL);

        g_assert_false(is_inherited(settings, fd, unclear[i], &code));
        g_assert_cmpint(code, ==, VIR_ERR_INVALID_ARG);
    }
}

/* Not served in the clear, and not left for the first client to find out. */
static void
a_socket_for_tls_needs_certificates(void)
{
    g_autoptr(Settings) settings = settings_new();
    unsigned port = 0;
    g_auto(AutoFd) fd = tcp_listen("127.0.0.1", 0, &port, NULL);
    int code = 0;

    settings->listen_tls = 0;
    g_free(settings->tls.ca_file);
    settings->tls.ca_file = g_strdup("/nowhere/ca.pem");
    g_assert_false(is_inherited(settings, fd, "tls", &code));
    g_assert_cmpint(code, ==, VIR_ERR_SYSTEM_ERROR);
}

static void
the_network_is_listened_on_as_the_settings_say(void)
{
    g_autoptr(Settings) settings = settings_new();
    g_autoptr(Server) server = make_server(settings);
    g_autoptr(GError) error = NULL;

    settings->listen_tls = 0;
    g_assert_true(listen_network(server, settings, NULL));
    settings->listen_tcp = 1;
    g_free(settings->tcp_port);
    settings->tcp_port = g_strdup("0");
    settings->listen_addr = g_strdup("127.0.0.1");
    g_assert_true(listen_network(server, settings, NULL));
    settings->listen_tls = 1;
    g_free(settings->tls.ca_file);
    settings->tls.ca_file = g_strdup("/nowhere/ca.pem");
    g_assert_false(listen_network(server, settings, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_SYSTEM_ERROR);
    g_assert_nonnull(strstr(error->message, "/nowhere/ca.pem"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/listen/sockets_have_their_modes",
                    sockets_have_their_modes);
    g_test_add_func(
        "/listen/a_second_daemon_is_refused",
        a_second_daemon_is_refused_and_a_dead_ones_sockets_are_replaced);
    g_test_add_func("/listen/libvirts_names_are_taken_when_nobody_has_them",
                    libvirts_names_are_taken_when_nobody_has_them);
    g_test_add_func("/listen/a_group_that_there_is_not_is_refused",
                    a_group_that_there_is_not_is_refused);
    g_test_add_func("/listen/only_listening_sockets_are_inherited",
                    only_listening_sockets_are_inherited);
    g_test_add_func("/listen/a_socket_of_the_network_is_what_its_name_says",
                    a_socket_of_the_network_is_what_its_name_says);
    g_test_add_func("/listen/a_socket_for_tls_needs_certificates",
                    a_socket_for_tls_needs_certificates);
    g_test_add_func("/listen/the_network_is_listened_on_as_the_settings_say",
                    the_network_is_listened_on_as_the_settings_say);
    return g_test_run();
}
