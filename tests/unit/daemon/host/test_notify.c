/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What systemd is told, and what it hands over. */
#include "daemon/host/notify.h"

#include "base/error.h"
#include "base/fd.h"
#include "temp_folder.h"

#include <fcntl.h>
#include <string.h>
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
    g_setenv("LISTEN_FDNAMES", "one:two", TRUE);
    set_listen(getpid() + 1, "2");
    for (int i = 0; i < 2; i++) {
        g_auto(GStrv) names = notify_listen_fds(NULL);

        g_assert_nonnull(names);
        g_assert_cmpuint(g_strv_length(names), ==, 0);
        g_assert_null(g_getenv("LISTEN_FDS"));
        g_assert_null(g_getenv("LISTEN_FDNAMES"));
    }
}

/* Descriptor 3 may be the test harness's: what counts is what is said of it. */
static void
each_socket_has_its_name(void)
{
    static const char *const named[] = {"a-tls.socket", NULL};
    static const char *const nameless[] = {"unknown", NULL};
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int kept = fcntl(NOTIFY_FIRST_FD, F_DUPFD_CLOEXEC, NOTIFY_FIRST_FD + 1);
    g_auto(GStrv) first = NULL;
    g_auto(GStrv) second = NULL;

    g_assert_cmpint(dup2(fd, NOTIFY_FIRST_FD), ==, NOTIFY_FIRST_FD);
    set_listen(getpid(), "1");
    g_setenv("LISTEN_FDNAMES", "a-tls.socket", TRUE);
    first = notify_listen_fds(NULL);
    g_assert_cmpint(fcntl(NOTIFY_FIRST_FD, F_GETFD), ==, FD_CLOEXEC);
    set_listen(getpid(), "1");
    second = notify_listen_fds(NULL);
    if (kept >= 0)
        (void)dup2(kept, NOTIFY_FIRST_FD);
    g_assert_true(g_strv_equal((const char *const *)first, named));
    g_assert_true(g_strv_equal((const char *const *)second, nameless));
    (void)close(kept);
    if (fd != NOTIFY_FIRST_FD)
        close(fd);
}

static void
names_for_other_than_all_sockets_are_refused(void)
{
    g_autoptr(GError) error = NULL;

    set_listen(getpid(), "2");
    g_setenv("LISTEN_FDNAMES", "tls", TRUE);
    g_assert_null(notify_listen_fds(&error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
    g_assert_nonnull(strstr(error->message, "'tls'"));
}

static void
nonsense_is_refused(void)
{
    g_autoptr(GError) error = NULL;

    set_listen(getpid(), "1000000");
    g_assert_null(notify_listen_fds(&error));
    g_assert_error(error, STRANDLINE_ERROR, VIR_ERR_INVALID_ARG);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/notify/a_state_arrives_as_one_datagram",
                    a_state_arrives_as_one_datagram);
    g_test_add_func("/notify/sockets_for_another_process_are_not_taken",
                    sockets_for_another_process_are_not_taken);
    g_test_add_func("/notify/each_socket_has_its_name",
                    each_socket_has_its_name);
    g_test_add_func("/notify/names_for_other_than_all_sockets_are_refused",
                    names_for_other_than_all_sockets_are_refused);
    g_test_add_func("/notify/nonsense_is_refused", nonsense_is_refused);
    return g_test_run();
}
