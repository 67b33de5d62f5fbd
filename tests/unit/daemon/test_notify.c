/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What systemd is told, and what it hands over. */
#include "daemon/notify.h"

#include "base/error.h"
#include "base/fd.h"
#include "temp_folder.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static void
a_state_arrives_as_one_datagram(void)
{
    g_autoptr(TempFolder) folder = temp_folder_new();
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    g_auto(AutoFd) fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    g_autofree char *path = temp_folder_file(folder, "notify");
    char told[100] = "";

    g_assert_cmpuint(g_strlcpy(address.sun_path, path, 100), <, 100);
    g_assert_cmpint(bind(fd, (struct sockaddr *)&address, sizeof(address)), ==,
                    0);
    g_setenv("NOTIFY_SOCKET", path, TRUE);
    notify_state("READY=1");
    g_assert_cmpint(recv(fd, told, sizeof(told), MSG_DONTWAIT), ==, 7);
    g_assert_cmpstr(told, ==, "READY=1");
    g_unsetenv("NOTIFY_SOCKET");
    notify_state("STOPPING=1");
    g_assert_cmpint(recv(fd, told, sizeof(told), MSG_DONTWAIT), ==, -1);
}

static void
set_listen(int pid, const char *count)
{
    g_autofree char *text = g_strdup_printf("%d", pid);

    g_setenv("LISTEN_PID", text, TRUE);
    g_setenv("LISTEN_FDS", count, TRUE);
}

static void
sockets_for_another_process_are_not_taken(void)
{
    unsigned count = 99;

    set_listen(getpid() + 1, "2");
    g_assert_true(notify_listen_fds(&count, NULL));
    g_assert_cmpuint(count, ==, 0);
    g_assert_null(g_getenv("LISTEN_FDS"));
    g_assert_true(notify_listen_fds(&count, NULL));
    g_assert_cmpuint(count, ==, 0);
}

static void
nonsense_is_refused(void)
{
    g_autoptr(GError) error = NULL;
    unsigned count = 99;

    set_listen(getpid(), "1000000");
    g_assert_false(notify_listen_fds(&count, &error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
    g_assert_cmpuint(count, ==, 99);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/notify/a_state_arrives_as_one_datagram",
                    a_state_arrives_as_one_datagram);
    g_test_add_func("/notify/sockets_for_another_process_are_not_taken",
                    sockets_for_another_process_are_not_taken);
    g_test_add_func("/notify/nonsense_is_refused", nonsense_is_refused);
    return g_test_run();
}
