/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The order in which a program's URI is looked for, the socket of the system's
 * daemon played by one in a folder of ours. */
#include "api/uri/default_uri.h"
#include "base/error.h"
#include "temp_folder.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <libvirt/virterror.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static TempFolder *folder;

static void
assert_default(const char *socket_name, const char *expected)
{
    g_autofree char *path = temp_folder_file(folder, socket_name);
    g_autofree char *conf = temp_folder_file(folder, "libvirt.conf");
    g_autofree char *got = default_uri(conf, path, NULL);

    g_assert_cmpstr(got, ==, expected);
}

/* A socket stays when nobody listens any more, as after a crash. */
static void
make_socket(const char *name)
{
    g_autofree char *path = temp_folder_file(folder, name);
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    g_assert_cmpuint(strlen(path), <, sizeof(address.sun_path));
    g_strlcpy(address.sun_path, path, sizeof(address.sun_path));
    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof(address)), ==,
                    0);
    close(fd);
}

static void
our_variable_goes_before_libvirts(void)
{
    g_setenv("LIBVIRT_DEFAULT_URI", "fake:///theirs", TRUE);
    assert_default("none", "fake:///theirs");
    g_setenv("STRANDLINE_DEFAULT_URI", "fake:///ours", TRUE);
    assert_default("none", "fake:///ours");
    g_setenv("STRANDLINE_DEFAULT_URI", "", TRUE);
    assert_default("none", "fake:///theirs");
    g_setenv("LIBVIRT_DEFAULT_URI", "", TRUE);
    assert_default("none", "qemu:///embed?root=/home/me/state/strandline");
    g_unsetenv("LIBVIRT_DEFAULT_URI");
    g_unsetenv("STRANDLINE_DEFAULT_URI");
}

static void
the_systems_socket_goes_before_the_users_folder(void)
{
    make_socket("sock");
    assert_default("sock", "qemu:///system");
    assert_default("none", "qemu:///embed?root=/home/me/state/strandline");
    g_setenv("LIBVIRT_DEFAULT_URI", "fake:///theirs", TRUE);
    assert_default("sock", "fake:///theirs");
    g_unsetenv("LIBVIRT_DEFAULT_URI");
}

static void
what_is_no_socket_is_no_daemon(void)
{
    g_autofree char *path = temp_folder_file(folder, "file");

    g_assert_true(g_file_set_contents(path, "", 0, NULL));
    assert_default("file", "qemu:///embed?root=/home/me/state/strandline");
    assert_default(".", "qemu:///embed?root=/home/me/state/strandline");
}

/* Below the variables, above what is found; a broken one is an error. */
static void
the_file_goes_before_what_is_found(void)
{
    g_autofree char *conf = temp_folder_file(folder, "libvirt.conf");
    g_autoptr(GError) error = NULL;

    temp_folder_write(folder, "libvirt.conf", "uri_default = 'fake:///conf'\n");
    assert_default("sock", "fake:///conf");
    g_setenv("LIBVIRT_DEFAULT_URI", "fake:///theirs", TRUE);
    assert_default("sock", "fake:///theirs");
    g_unsetenv("LIBVIRT_DEFAULT_URI");
    temp_folder_write(folder, "libvirt.conf", "uri_default\n");
    g_assert_null(default_uri(conf, "sock", &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_CONF_SYNTAX);
    g_assert_cmpint(g_unlink(conf), ==, 0);
}

static void
the_users_folder_is_where_xdg_has_it(void)
{
    static const char fallback[] =
        "qemu:///embed?root=/home/me/.local/state/strandline";

    g_setenv("XDG_STATE_HOME", "/home/me/state & more", TRUE);
    assert_default("none", "qemu:///embed?root=/home/me/"
                           "state%20%26%20more/strandline");
    g_setenv("XDG_STATE_HOME", "relative", TRUE);
    assert_default("none", fallback);
    g_setenv("XDG_STATE_HOME", "", TRUE);
    assert_default("none", fallback);
    g_unsetenv("XDG_STATE_HOME");
    assert_default("none", fallback);
    g_setenv("XDG_STATE_HOME", "/home/me/state", TRUE);
}

int
main(int argc, char **argv)
{
    int status = 0;

    g_test_init(&argc, &argv, NULL);
    g_setenv("XDG_STATE_HOME", "/home/me/state", TRUE);
    g_setenv("HOME", "/home/me", TRUE); /* before GLib remembers it */
    g_unsetenv("LIBVIRT_DEFAULT_URI");
    g_unsetenv("STRANDLINE_DEFAULT_URI");
    folder = temp_folder_new();
    g_test_add_func("/default-uri/our_variable_goes_before_libvirts",
                    our_variable_goes_before_libvirts);
    g_test_add_func(
        "/default-uri/the_systems_socket_goes_before_the_users_folder",
        the_systems_socket_goes_before_the_users_folder);
    g_test_add_func("/default-uri/what_is_no_socket_is_no_daemon",
                    what_is_no_socket_is_no_daemon);
    g_test_add_func("/default-uri/the_file_goes_before_what_is_found",
                    the_file_goes_before_what_is_found);
    g_test_add_func("/default-uri/the_users_folder_is_where_xdg_has_it",
                    the_users_folder_is_where_xdg_has_it);
    status = g_test_run();
    temp_folder_free(folder);
    return status;
}
